/** Time and chance are passed in: tests choose both. */
import { randomBytes } from "node:crypto";

/** Milliseconds since 1970. */
export type Clock = () => number;
export type RandomBytes = (length: number) => Uint8Array;

export interface Chance {
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export const secureRandom: RandomBytes = (length) => randomBytes(length);
