/** Time and chance are passed in: tests choose both. */
import { randomFillSync } from "node:crypto";

/** Milliseconds since 1970. */
export type Clock = () => number;
export type RandomBytes = (length: number) => Uint8Array;

export interface Chance {
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** Drawn in advance: every report asks for some bytes, and each call into the system costs more than the bytes. */
const pool = new Uint8Array(4_096);
let used = pool.length;

export const secureRandom: RandomBytes = (length) => {
  if (length > pool.length) throw new RangeError(`no more than ${pool.length} random bytes at once`);
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
};
