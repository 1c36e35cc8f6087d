/**
 * `.debug_aranges` (section 6.1.2 of the standard): which unit has code where, so one unit is found without opening all.
 * Only a table that is whole is trusted; `undefined` means "ask the units themselves".
 */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import { MAX_RANGES } from "./range-lists.ts";
import { isLiveRange, readImageOffset, type TextBase } from "../bytes/image-offset.ts";
import { readInitialLength } from "./unit-header.ts";

export interface UnitRanges {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Offset of the unit in `.debug_info`. */
  readonly units: Uint32Array;
}

export function parseAranges(bytes: Uint8Array, infoSize: number, base: TextBase): UnitRanges | undefined {
  const starts = new U32List();
  const ends = new U32List();
  const units = new U32List();
  const reader = new Reader(bytes);
  try {
    while (reader.remaining > 0) {
      const set = reader.offset;
      const length = readInitialLength(reader);
      const offsetSize = reader.offset - set === 12 ? 8 : 4;
      const end = reader.offset + length;
      if (end > bytes.length) return undefined;
      const version = reader.u16();
      const unit = offsetSize === 8 ? reader.u64Number() : reader.u32();
      const addressSize = reader.u8();
      const segmentSize = reader.u8();
      if (version !== 2 || segmentSize !== 0 || (addressSize !== 4 && addressSize !== 8)) return undefined;
      if (unit >= infoSize) return undefined;
      const pair = 2 * addressSize;
      reader.offset = set + Math.ceil((reader.offset - set) / pair) * pair;
      while (reader.offset + pair <= end) {
        const at = reader.offset;
        const start = readImageOffset(reader, addressSize, base);
        const size = addressSize === 8 ? reader.u64Number() : reader.u32();
        if (size === 0 && isZero(bytes, at, addressSize)) break;
        if (!isLiveRange(start, start + size)) continue;
        if (starts.length === MAX_RANGES) return undefined;
        starts.push(start);
        ends.push(start + size);
        units.push(unit);
      }
      reader.offset = end;
    }
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
  return { starts: starts.trimmed(), ends: ends.trimmed(), units: units.trimmed() };
}

function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (bytes[i] !== 0) return false;
  return true;
}
