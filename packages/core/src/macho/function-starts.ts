/** LC_FUNCTION_STARTS (mach-o/loader.h): where every function of a linked image begins, stripped or not, as distances in ULEB128. */
import { isLiveRange } from "../bytes/image-offset.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import type { MachOSlice } from "./mach-o.ts";

/** The largest apps have some 8 MB. */
export const MAX_FUNCTION_STARTS_BYTES: number = 64 << 20;

/** Ascending offsets in the image; none where the file has no such table, or one that cannot be. */
export async function readFunctionStarts({ functionStarts, source }: MachOSlice): Promise<Uint32Array> {
  const found = new U32List();
  if (functionStarts === undefined || functionStarts.size > MAX_FUNCTION_STARTS_BYTES) return found.trimmed();
  if (functionStarts.offset + functionStarts.size > source.size) return found.trimmed();
  const reader = new Reader(await source.read(functionStarts.offset, functionStarts.size));
  let at = 0;
  while (reader.remaining > 0) {
    // Filled up with zeros; a number that is cut off at the end is none.
    if (reader.bytes[reader.offset] === 0 || isCutOff(reader)) break;
    at += reader.uleb();
    // Thumb functions have their lowest bit set.
    if (!isLiveRange(at, at + 1)) break;
    found.push(at);
  }
  return found.trimmed();
}

const MAX_DISTANCE_BYTES = 10;

function isCutOff({ bytes, offset }: Reader): boolean {
  let at = offset;
  while (at < bytes.length && bytes[at]! >= 0x80) at++;
  return at === bytes.length || at - offset >= MAX_DISTANCE_BYTES;
}
