/**
 * The end and the central directory of a zip (APPNOTE 6.3.10, sections 4.3.12 to 4.3.16), zip64 included. Local headers
 * are not trusted: they may lack sizes (data descriptors) and may name something else.
 *
 *     entries … | central directory | [zip64 end record | its locator] | end record | comment
 */
import { type ByteSource } from "./byte-source.ts";
import { FormatError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { MAX_ZIP_DIRECTORY_BYTES, MAX_ZIP_ENTRIES } from "./zip-limits.ts";

export interface ZipDirectory {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where offsets count from; not 0 when something stands before the archive. */
  readonly start: number;
}

/** One record as it stands in the directory; nothing judged yet. */
export interface ZipRecord {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Of the local header, from the start of the source. */
  readonly offset: number;
  /** The file type bits of Unix (`S_IFMT`), 0 where the writer was no Unix. */
  readonly fileType: number;
}

/** Of the header in front of an entry: most zips begin with one. */
export const LOCAL_SIGNATURE = 0x04034b50;
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const RECORD_SIGNATURE = 0x02014b50;
const ZIP64_EXTRA = 0x0001;
const IN_ZIP64 = 0xffff_ffff;
const IN_ZIP64_16 = 0xffff;
/** "Version made by" of Unix and of macOS, whose external attributes begin with the mode. */
const UNIX_MAKERS: ReadonlySet<number> = new Set([3, 19]);

export async function readDirectory(source: ByteSource): Promise<ZipDirectory> {
  const tailBytes = Math.min(source.size, END_BYTES + MAX_COMMENT_BYTES);
  const tailStart = source.size - tailBytes;
  const tail = await source.read(tailStart, tailBytes);
  const end = findEnd(tail);
  if (end === undefined) {
    const begins = source.size >= 4 && new Reader(await source.read(0, 4)).u32() === LOCAL_SIGNATURE;
    throw new FormatError(begins ? "truncated" : "not-a-zip", "no end record of a zip", source.size);
  }

  const reader = new Reader(tail, end + 10);
  let count = reader.u16();
  let size = reader.u32();
  let offset = reader.u32();
  let directoryEnd = tailStart + end;
  if (count === IN_ZIP64_16 || size === IN_ZIP64 || offset === IN_ZIP64) {
    const end64 = await readEnd64(source, directoryEnd);
    if (end64 !== undefined) ({ count, size, offset, directoryEnd } = end64);
  }
  if (count > MAX_ZIP_ENTRIES)
    throw new FormatError("too-large", `a zip of ${count} entries; at most ${MAX_ZIP_ENTRIES}`);
  if (size > MAX_ZIP_DIRECTORY_BYTES) throw new FormatError("too-large", `a zip directory of ${size} bytes`);
  const start = directoryEnd - size - offset;
  if (start < 0) throw new FormatError("truncated", "the zip lost its beginning", directoryEnd);
  return { bytes: await source.read(directoryEnd - size, size), count, start };
}

/** The records in order. One that breaks off is damage: nobody should take half an archive for the whole. */
export function readRecords({ bytes, count, start }: ZipDirectory): readonly ZipRecord[] {
  const records: ZipRecord[] = [];
  const reader = new Reader(bytes);
  for (let i = 0; i < count; i++) {
    const at = reader.offset;
    if (reader.u32() !== RECORD_SIGNATURE) throw new FormatError("damaged", `no zip record ${i}`, at);
    reader.skip(1);
    const maker = reader.u8();
    reader.skip(2);
    const flags = reader.u16();
    const method = reader.u16();
    reader.skip(4);
    const crc32 = reader.u32();
    let packedSize = reader.u32();
    let size = reader.u32();
    const nameLength = reader.u16();
    const extraLength = reader.u16();
    const commentLength = reader.u16();
    reader.skip(4);
    const attributes = reader.u32();
    let offset = reader.u32();
    const path = decodeName(reader.slice(nameLength));
    const extra = reader.slice(extraLength);
    reader.skip(commentLength);
    if (size === IN_ZIP64 || packedSize === IN_ZIP64 || offset === IN_ZIP64) {
      const wide = zip64Extra(extra);
      if (wide !== undefined) {
        // Only the fields that overflowed are there, in this order.
        if (size === IN_ZIP64) size = wide.u64Number();
        if (packedSize === IN_ZIP64) packedSize = wide.u64Number();
        if (offset === IN_ZIP64) offset = wide.u64Number();
      }
    }
    const fileType = UNIX_MAKERS.has(maker) ? (attributes >>> 16) & 0o170000 : 0;
    records.push({ path, flags, method, crc32, packedSize, size, offset: start + offset, fileType });
  }
  return records;
}

/** From the back: the comment behind the end record may hold its signature too, but then its length does not fit. */
function findEnd(tail: Uint8Array): number | undefined {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) <= tail.length) return at;
  }
  return undefined;
}

async function readEnd64(
  source: ByteSource,
  endOffset: number,
): Promise<{ count: number; size: number; offset: number; directoryEnd: number } | undefined> {
  const locatorOffset = endOffset - LOCATOR_BYTES;
  if (locatorOffset < END64_BYTES) return undefined;
  const locator = new Reader(await source.read(locatorOffset, LOCATOR_BYTES));
  if (locator.u32() !== LOCATOR_SIGNATURE) return undefined;
  locator.skip(4);
  // The record ends where the locator begins; its own offset is wrong when something stands before the archive.
  for (const at of [locator.u64Number(), locatorOffset - END64_BYTES]) {
    if (at > locatorOffset - END64_BYTES) continue;
    const reader = new Reader(await source.read(at, END64_BYTES));
    if (reader.u32() !== END64_SIGNATURE) continue;
    reader.skip(28);
    return { count: reader.u64Number(), size: reader.u64Number(), offset: reader.u64Number(), directoryEnd: at };
  }
  throw new FormatError("damaged", "no zip64 end record where the locator points", locatorOffset);
}

function zip64Extra(extra: Uint8Array): Reader | undefined {
  const reader = new Reader(extra);
  while (reader.remaining >= 4) {
    const id = reader.u16();
    const length = reader.u16();
    if (length > reader.remaining) return undefined;
    const field = reader.slice(length);
    if (id === ZIP64_EXTRA) return new Reader(field);
  }
  return undefined;
}

/** UTF-8 whatever the flag says: Apple's tools write it without the flag. A NUL stays, to be refused. */
function decodeName(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
