/** Range lists: `.debug_ranges` until DWARF 4 (section 2.17.3 there), `.debug_rnglists` from 5 on (section 7.25). */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { isLiveRange, readImageOffset, type TextBase } from "../bytes/image-offset.ts";
import type { UnitHeader } from "./unit-header.ts";

/** Ranges of one unit; the sort keeps their number in 21 bits of a double. */
export const MAX_RANGES: number = 2 ** 21;

export interface RangeContext {
  readonly unit: Pick<UnitHeader, "version" | "addressSize">;
  readonly base: TextBase;
  /** Image offset that the unit's entries count from; `undefined` when they are addresses themselves. */
  readonly unitLow: number | undefined;
  readonly addressAt: (index: number) => number;
  /** Told the bytes of every list, live or dead. */
  readonly spend: (bytes: number) => void;
}

type AddRange = (start: number, end: number) => void;

/** How far the lists of one unit may lie apart: all of them are read at once. */
export const MAX_RANGE_WINDOW: number = 64 << 20;
const FIRST_TAIL = 4096;

/** Reads the lists at `offsets`, which may be unordered, and reports each live range with the index of its list. */
export async function readRangeLists(
  section: ByteSource,
  offsets: readonly number[],
  context: RangeContext,
  add: (list: number, start: number, end: number) => void,
): Promise<void> {
  let from = Infinity;
  let to = 0;
  for (const offset of offsets) {
    if (offset >= section.size) continue; // a tombstone
    from = Math.min(from, offset);
    to = Math.max(to, offset);
  }
  if (from > to) return;
  if (to - from > MAX_RANGE_WINDOW) throw new FormatError("too-large", "range lists of a unit lie too far apart", from);
  let tail = FIRST_TAIL;
  let window = await section.read(from, Math.min(to - from + tail, section.size - from));
  let reader = new Reader(window);
  let total = 0;
  // Of the list that is read: told only when all of it was there.
  const ranges: number[] = [];
  let found = 0;
  const keep: AddRange = (start, end) => {
    if (!isLiveRange(start, end)) return;
    if (++total > MAX_RANGES) throw new FormatError("too-large", `more than ${MAX_RANGES} ranges in a unit`, from);
    ranges[found++] = start;
    ranges[found++] = end;
  };
  for (let i = 0; i < offsets.length;) {
    found = 0;
    const start = offsets[i]! - from;
    if (start >= window.length) {
      i++;
      continue;
    }
    if (reader.bytes !== window) reader = new Reader(window);
    reader.offset = start;
    try {
      if (context.unit.version >= 5) readList5(reader, context, keep);
      else readList4(reader, context, keep);
    } catch (error) {
      const more = from + window.length < section.size;
      if (!(error instanceof FormatError && error.code === "truncated" && more)) throw error;
      tail *= 16; // the last list is longer than thought
      window = await section.read(from, Math.min(to - from + tail, section.size - from));
      continue;
    }
    context.spend(reader.offset - start);
    for (let k = 0; k < found; k += 2) add(i, ranges[k]!, ranges[k + 1]!);
    i++;
  }
}

/** 2^64 - 1 as a double; only a base address selection comes near it. */
const ALL_ONES_64 = 2 ** 64;

/**
 * Nearly all pairs are small distances from the unit's start: read without a call for each half. True at the end of the list; else the
 * reader stands at the first pair that is not of that kind.
 */
function readSmallPairs(reader: Reader, low: number, add: AddRange): boolean {
  const { bytes } = reader;
  while (reader.offset + 16 <= bytes.length) {
    const at = reader.offset;
    const isSmall = (bytes[at + 4]! | bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]!) === 0;
    if (!isSmall || (bytes[at + 12]! | bytes[at + 13]! | bytes[at + 14]! | bytes[at + 15]!) !== 0) return false;
    const begin = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
    const end = (bytes[at + 8]! | (bytes[at + 9]! << 8) | (bytes[at + 10]! << 16) | (bytes[at + 11]! << 24)) >>> 0;
    reader.offset = at + 16;
    if (begin === 0 && end === 0) return true;
    add(low + begin, low + end);
  }
  return false;
}

function readList4(reader: Reader, { unit, base, unitLow }: RangeContext, add: AddRange): void {
  const wide = unit.addressSize === 8;
  let low = unitLow;
  if (wide && low !== undefined && readSmallPairs(reader, low, add)) return;
  for (;;) {
    const begin = wide ? reader.u64Number() : reader.u32();
    const at = reader.offset;
    const end = wide ? reader.u64Number() : reader.u32();
    if (begin === 0 && end === 0) return;
    if (begin >= (wide ? ALL_ONES_64 : 0xffff_ffff)) {
      reader.offset = at;
      low = readImageOffset(reader, unit.addressSize, base);
    } else if (low === undefined) {
      const size = unit.addressSize;
      reader.offset = at - size;
      add(readImageOffset(reader, size, base), readImageOffset(reader, size, base));
    } else {
      add(low + begin, low + end);
    }
  }
}

function readList5(reader: Reader, { unit, base, unitLow, addressAt }: RangeContext, add: AddRange): void {
  const address = () => readImageOffset(reader, unit.addressSize, base);
  let low = unitLow ?? 0;
  for (;;) {
    const kind = reader.u8();
    switch (kind) {
      case 0: // end of list
        return;
      case 1: // base address by index
        low = addressAt(reader.uleb());
        break;
      case 2: // start and end by index
        add(addressAt(reader.uleb()), addressAt(reader.uleb()));
        break;
      case 3: {
        const start = addressAt(reader.uleb());
        add(start, start + reader.uleb());
        break;
      }
      case 4: // offsets from the base
        add(low + reader.uleb(), low + reader.uleb());
        break;
      case 5: // base address
        low = address();
        break;
      case 6: // start and end
        add(address(), address());
        break;
      case 7: {
        const start = address();
        add(start, start + reader.uleb());
        break;
      }
      default:
        throw new FormatError("damaged", `range list entry of kind ${kind}`, reader.offset);
    }
  }
}
