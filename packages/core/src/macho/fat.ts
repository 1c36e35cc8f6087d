/**
 * Universal ("fat") files: a big-endian table of slices in front of whole Mach-O files (mach-o/fat.h).
 *
 *     cafebabe count { cputype subtype offset32 size32 align }…
 *     cafebabf count { cputype subtype offset64 size64 align reserved }…
 */
import { type ByteSource, sliceSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";

export const FAT_MAGIC = 0xcafe_babe;
export const FAT_MAGIC_64 = 0xcafe_babf;

/** A Java class file begins with the same magic; its version, 45 or more, stands where the slice count does. */
export const MAX_FAT_SLICES = 32;

/** One window per slice. A slice that reaches past the end of the file keeps what is there. */
export async function readFatSlices(source: ByteSource): Promise<readonly ByteSource[]> {
  const head = new Reader(await source.read(0, 8), 0, false);
  const wide = head.u32() === FAT_MAGIC_64;
  const count = head.u32();
  if (count > MAX_FAT_SLICES) throw new FormatError("not-mach-o", `a universal file with ${count} slices`, 4);
  const entrySize = wide ? 32 : 20;
  const table = new Reader(await source.read(8, count * entrySize), 0, false);
  const slices: ByteSource[] = [];
  for (let i = 0; i < count; i++) {
    table.offset = i * entrySize + 8;
    const offset = wide ? table.u64Number() : table.u32();
    const size = wide ? table.u64Number() : table.u32();
    if (offset < source.size) slices.push(sliceSource(source, offset, Math.min(size, source.size - offset)));
  }
  return slices;
}
