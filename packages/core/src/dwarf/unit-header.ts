/** Headers of the units in `.debug_info`, DWARF 2 to 5 (section 7.5.1 of the standard), 32-bit and 64-bit form. */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";

export interface UnitHeader {
  /** Where the unit begins in `.debug_info`. */
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
  /** Where its first DIE begins. */
  readonly firstDie: number;
  readonly version: number;
  readonly addressSize: 4 | 8;
  readonly offsetSize: 4 | 8;
  readonly abbrevOffset: number;
}

/** More than any header has: 64-bit form, type unit. */
export const MAX_UNIT_HEADER = 48;

const UNIT_TYPE = 0x02;
const UNIT_SKELETON = 0x04;
const UNIT_SPLIT_COMPILE = 0x05;
const UNIT_SPLIT_TYPE = 0x06;

/** Where the unit at `offset` ends, even when the rest of its header is beyond us. */
export function unitEnd(bytes: Uint8Array, offset: number): number {
  const reader = new Reader(bytes);
  const size = readInitialLength(reader);
  return offset + reader.offset + size;
}

/** `bytes` begin at the unit, `offset` is where that is; a unit that claims more than `sectionSize` ends there. */
export function parseUnitHeader(bytes: Uint8Array, offset: number, sectionSize: number): UnitHeader {
  const reader = new Reader(bytes);
  const length = readInitialLength(reader);
  const offsetSize = reader.offset === 12 ? 8 : 4;
  const end = Math.min(offset + reader.offset + length, sectionSize);
  const readOffset = () => (offsetSize === 8 ? reader.u64Number() : reader.u32());
  const version = reader.u16();
  if (version < 2 || version > 5) throw new FormatError("unsupported", `DWARF version ${version}`, offset);
  let addressSize: number;
  let abbrevOffset: number;
  if (version === 5) {
    const type = reader.u8();
    addressSize = reader.u8();
    abbrevOffset = readOffset();
    if (type === UNIT_SKELETON || type === UNIT_SPLIT_COMPILE) reader.skip(8);
    if (type === UNIT_TYPE || type === UNIT_SPLIT_TYPE) reader.skip(8 + offsetSize);
  } else {
    abbrevOffset = readOffset();
    addressSize = reader.u8();
  }
  if (addressSize !== 4 && addressSize !== 8) {
    throw new FormatError("unsupported", `addresses of ${addressSize} bytes`, offset);
  }
  return { offset, end, firstDie: offset + reader.offset, version, addressSize, offsetSize, abbrevOffset };
}

/** A length of 4 bytes, or `ffffffff` and 8 bytes. */
export function readInitialLength(reader: Reader): number {
  const length = reader.u32();
  if (length === 0xffff_ffff) return reader.u64Number();
  if (length >= 0xffff_fff0) throw new FormatError("damaged", "reserved unit length", reader.offset);
  return length;
}
