/**
 * A reader for zips: dSYMs, xcarchives and uploads come in them. It asks the source only for the directory and for the
 * entries that are opened, unpacks as a stream, and believes no size: what comes out is counted while it comes.
 */
import type { Problem } from "../report.ts";
import { type ByteSource, sliceSource } from "./byte-source.ts";
import { FormatError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { crc32 } from "./zip-crc.ts";
import { LOCAL_SIGNATURE, readDirectory, readRecords, type ZipRecord } from "./zip-directory.ts";
import { inflated } from "./zip-inflate.ts";
import { MAX_ZIP_RATIO, MAX_ZIP_TOTAL_BYTES, ZIP_RATIO_FREE_BYTES } from "./zip-limits.ts";

/** A regular file of the archive. */
export interface ZipEntry {
  /** Relative, `/` between the parts, never leading out of the archive. */
  readonly path: string;
  /** Unpacked, as the directory says; a stream of `open` gives exactly as much or fails. */
  readonly size: number;
  readonly packedSize: number;
  readonly packing: "stored" | "deflate";
}

export interface Zip {
  /** Without folders, symbolic links and the litter of packers (`__MACOSX/`, `._*`, `META-INF/`). */
  readonly entries: readonly ZipEntry[];
  /** Entries that cannot be read: encrypted, or packed in another way. */
  readonly problems: readonly Problem[];
  /** The bytes of one entry. The stream errors with `FormatError` when the entry is damaged or lies about its size. */
  open(entry: ZipEntry): ReadableStream<Uint8Array>;
  /** A stored entry as a window on the archive, nothing copied and no checksum taken. */
  storedSource(entry: ZipEntry): Promise<ByteSource>;
}

const LOCAL_BYTES = 30;
const READ_BYTES = 64 * 1024;
const ENCRYPTED_FLAGS = 0x0041;
const STORED = 0;
const DEFLATE = 8;
const TYPE_REGULAR = 0o100000;

/**
 * Reads the directory of a zip. Throws `FormatError`: `not-a-zip`, `damaged`, `truncated`, `unsafe-path` when any name
 * leads out of the archive, `too-large` when what it promises is beyond the limits of `zip-limits.ts`.
 *
 * @example
 * const zip = await openZip(blobSource(file));
 * for (const entry of zip.entries) await new Response(zip.open(entry)).arrayBuffer();
 */
export async function openZip(source: ByteSource): Promise<Zip> {
  const records = new Map<ZipEntry, ZipRecord>();
  const problems: Problem[] = [];
  let total = 0;
  for (const record of readRecords(await readDirectory(source))) {
    const { path, size, packedSize } = record;
    if (isUnsafe(path)) throw new FormatError("unsafe-path", `a zip entry named ${JSON.stringify(path.slice(0, 200))}`);
    if (isSkipped(record)) continue;
    total += size;
    if (total > MAX_ZIP_TOTAL_BYTES)
      throw new FormatError("too-large", `a zip of more than ${MAX_ZIP_TOTAL_BYTES} bytes`);
    if (size > mostFrom(packedSize))
      throw new FormatError("too-large", `${path}: ${packedSize} bytes packed, ${size} unpacked`);
    const packing = packingOf(record);
    if (packing === undefined) {
      const why = record.flags & ENCRYPTED_FLAGS ? "encrypted" : `packed by method ${record.method}`;
      problems.push({ code: "missing-part", message: `${path} is ${why}`, where: `zip:${path}` });
    } else {
      records.set({ path, size, packedSize, packing }, record);
    }
  }
  const recordOf = (entry: ZipEntry): ZipRecord => {
    const record = records.get(entry);
    if (record === undefined) throw new TypeError("an entry of another zip");
    return record;
  };
  return {
    entries: [...records.keys()],
    problems,
    open(entry) {
      const record = recordOf(entry);
      const packed = packedStream(source, record);
      return checked(entry.packing === "stored" ? packed : inflated(packed), record);
    },
    async storedSource(entry) {
      const record = recordOf(entry);
      if (entry.packing !== "stored") throw new TypeError(`${entry.path} is packed`);
      return sliceSource(source, await dataOffset(source, record), record.size);
    },
  };
}

/** Every byte of an entry at once, for those that are small. */
export async function readZipEntry(zip: Zip, entry: ZipEntry): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.size);
  let done = 0;
  for await (const chunk of chunksOf(zip.open(entry))) {
    bytes.set(chunk, done);
    done += chunk.length;
  }
  return bytes;
}

/** The chunks of a stream; browsers do not iterate streams yet. Leaving early cancels it. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}

function mostFrom(packedSize: number): number {
  return Math.max(ZIP_RATIO_FREE_BYTES, packedSize * MAX_ZIP_RATIO);
}

function isUnsafe(path: string): boolean {
  return (
    path === "" ||
    /[\\\0]/.test(path) ||
    path.startsWith("/") ||
    /^[A-Za-z]:/.test(path) ||
    path.split("/").includes("..")
  );
}

function isSkipped({ path, fileType }: ZipRecord): boolean {
  if (path.endsWith("/") || (fileType !== 0 && fileType !== TYPE_REGULAR)) return true;
  const parts = path.split("/");
  return parts[0] === "__MACOSX" || parts[0] === "META-INF" || (parts.at(-1) ?? "").startsWith("._");
}

function packingOf({ flags, method, size, packedSize }: ZipRecord): ZipEntry["packing"] | undefined {
  if (flags & ENCRYPTED_FLAGS) return undefined;
  if (method === DEFLATE) return "deflate";
  return method === STORED && size === packedSize ? "stored" : undefined;
}

/** The packed bytes as they lie in the source, a piece at a time. */
function packedStream(source: ByteSource, record: ZipRecord): ReadableStream<Uint8Array> {
  let at = -1;
  let left = record.packedSize;
  return new ReadableStream(
    {
      async pull(controller) {
        if (at < 0) at = await dataOffset(source, record);
        const length = Math.min(left, READ_BYTES);
        if (length > 0) controller.enqueue(await source.read(at, length));
        at += length;
        left -= length;
        if (left === 0) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Behind the local header, whose name and extra fields may be longer or shorter than those in the directory. */
async function dataOffset(source: ByteSource, { offset, path }: ZipRecord): Promise<number> {
  const reader = new Reader(await source.read(offset, LOCAL_BYTES));
  if (reader.u32() !== LOCAL_SIGNATURE) throw new FormatError("damaged", `no zip entry of ${path}`, offset);
  reader.skip(22);
  return offset + LOCAL_BYTES + reader.u16() + reader.u16();
}

/** Counts and sums what comes out; whatever the inflater throws becomes damage of this entry. */
function checked(
  stream: ReadableStream<Uint8Array>,
  { path, size, crc32: expected }: ZipRecord,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let count = 0;
  let sum = 0;
  const next = async () => {
    try {
      return await reader.read();
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw new FormatError("damaged", `${path} does not unpack`, count, error);
    }
  };
  const fail = async (error: FormatError): Promise<never> => {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await next();
        if (done) {
          if (count !== size)
            await fail(new FormatError("damaged", `${path}: ${count} bytes instead of ${size}`, count));
          if (sum !== expected) await fail(new FormatError("damaged", `${path}: wrong checksum`, count));
          controller.close();
          return;
        }
        count += value.length;
        if (count > size) await fail(new FormatError("too-large", `${path} unpacks to more than ${size} bytes`, count));
        sum = crc32(value, sum);
        controller.enqueue(value);
      },
      async cancel(reason) {
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
