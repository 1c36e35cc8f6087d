/**
 * Addresses become offsets from the start of `__TEXT` as they are read, as two halves: kernel addresses do not fit a
 * double, their distances do.
 */
import type { Reader } from "./reader.ts";

export interface TextBase {
  readonly high: number;
  readonly low: number;
}

export function textBase(address: bigint): TextBase {
  return { high: Number(address >> 32n), low: Number(address & 0xffff_ffffn) };
}

/** An image spans less than 4 GiB; beyond it, or before `__TEXT`, is dead code and tombstones. */
export const MAX_IMAGE_OFFSET = 0xffff_fffe;

export function readImageOffset(reader: Reader, size: 4 | 8, base: TextBase): number {
  const low = reader.u32();
  const high = size === 8 ? reader.u32() : 0;
  return (high - base.high) * 0x1_0000_0000 + (low - base.low);
}

/** Both ends inside an image, and not empty or inverted. */
export function isLiveRange(start: number, end: number): boolean {
  return start >= 0 && start < end && end <= MAX_IMAGE_OFFSET;
}
