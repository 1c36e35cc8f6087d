/** Counts over exposure, such as crashes per 1,000 sessions, with exact Poisson intervals. */
import { gammaQuantile } from "./gamma.ts";
import type { Interval } from "./share.ts";

/** Half of what a 95 % interval leaves out. */
const TAIL = 0.025;

export interface Rate extends Interval {
  /** Per 1,000. */
  readonly value: number;
  readonly count: number;
  readonly exposure: number;
}

export interface Counted {
  readonly count: number;
  readonly exposure: number;
  /**
   * How much more a count varies than if every crash came alone: for crashes that come in groups of `c`, Σc² / Σc. 1 is Poisson.
   */
  readonly dispersion?: number;
}

/**
 * The exact 95 % interval of what was counted, by the gamma distribution (Garwood).
 *
 * `poisson(3)` is 0.62 to 8.77.
 */
export function poisson(count: number): Interval {
  if (!(count >= 0)) throw new RangeError(`no count: ${count}`);
  return {
    low: count === 0 ? 0 : gammaQuantile(TAIL, count),
    high: gammaQuantile(1 - TAIL, count + 1),
  };
}

/**
 * Crashes per 1,000 sessions. Undefined without a session.
 *
 * `per1000({ count: 1234, exposure: 241300 })` is 5.11, from 4.83 to 5.41.
 */
export function per1000({ count, exposure, dispersion = 1 }: Counted): Rate | undefined {
  if (!(exposure > 0)) return undefined;
  const spread = Math.max(1, dispersion);
  const { low, high } = poisson(count / spread);
  const scale = 1000 / exposure;
  return { value: count * scale, low: low * spread * scale, high: high * spread * scale, count, exposure };
}
