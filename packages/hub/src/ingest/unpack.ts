/** Gzip by its first bytes, whatever the headers say; what comes out is counted while it comes, so a bomb ends at the limit. */
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { createGunzip, gunzip } from "node:zlib";
import { AppError } from "../app-error.ts";
import { tooLarge } from "../stores/blobs/arrival.ts";

/** Uploads up to here, packed and unpacked, are unpacked in one call; all others as a stream, so that none is held whole. */
const SMALL_BYTES = 256 * 1024;
const SMALL_UNPACKED_BYTES = 2 * 1024 * 1024;

/** What packs better than anything real does: refused before it fills a disk. */
export interface RatioLimit {
  /** Unpacked to packed bytes. */
  readonly ratio: number;
  /** Up to here it may pack as well as it likes. */
  readonly freeBytes: number;
}

export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  ratioLimit?: RatioLimit,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let next = await iterator.next();
  for (let size = 0; next.done !== true; next = await iterator.next()) {
    first.push(next.value);
    size += next.value.length;
    if (size >= SMALL_BYTES || (size >= 2 && !isGzip(first))) break;
  }
  if (!isGzip(first)) yield* rest(first, iterator);
  else {
    const small = next.done === true ? await unpackSmall(Buffer.concat(first), maxBytes) : undefined;
    if (small) yield small;
    else yield* unpackStream(rest(first, iterator), maxBytes, ratioLimit);
  }
}

async function* rest(first: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* unpackStream(
  packed: AsyncIterable<Uint8Array>,
  maxBytes: number,
  { ratio, freeBytes }: RatioLimit = { ratio: Infinity, freeBytes: Infinity },
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let packedSize = 0;
  const input = Readable.from(counted(packed, (length) => (packedSize += length)));
  input.on("error", (error) => gunzip.destroy(error));
  let size = 0;
  try {
    for await (const chunk of input.pipe(gunzip)) {
      size += (chunk as Uint8Array).length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (size > freeBytes && size > packedSize * ratio) {
        throw new AppError("archive-too-large", `the gzip data unpacks to more than ${ratio} times its size`);
      }
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw isZlib(error) ? damaged(error) : error;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

/** Undefined when it is not small after all. */
async function unpackSmall(packed: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: Math.min(maxBytes, SMALL_UNPACKED_BYTES) });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw isZlib(error) ? damaged(error) : error;
  }
}

function isGzip(chunks: readonly Uint8Array[]): boolean {
  const [first, second] = chunks;
  return first?.[0] === 0x1f && (first.length > 1 ? first[1] : second?.[0]) === 0x8b;
}

const damaged = (cause: unknown) => new AppError("unreadable", "the gzip data is damaged or cut short", cause);

function isZlib(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^Z_|^ERR_ZLIB/.test(String(error.code));
}
