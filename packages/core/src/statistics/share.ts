/** Shares of users and their uncertainty: Wilson's interval for one share, Newcombe's for the difference of two. */

/** 1 − 0.05 / 2 of the normal distribution: 95 %, two-sided. */
export const Z_95 = 1.959963984540054;
/** 80 % of the normal distribution: the power of a comparison. */
export const Z_POWER_80 = 0.8416212335729143;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** `count` of `n`: 15 crashed of 5,000 users. */
export interface Share {
  readonly count: number;
  readonly n: number;
}

export interface Estimate extends Interval {
  readonly value: number;
  readonly n: number;
}

/**
 * The 95 % Wilson interval of a share. With nothing counted it is everything from 0 to 1.
 *
 * `wilson({ count: 15, n: 5000 })` is 0.0018 to 0.0049.
 */
export function wilson({ count, n }: Share, z: number = Z_95): Interval {
  requireShare(count, n);
  if (n === 0) return { low: 0, high: 1 };
  const p = count / n;
  const zz = (z * z) / n;
  const centre = p + zz / 2;
  const half = z * Math.sqrt((p * (1 - p)) / n + zz / (4 * n));
  // At the ends the formula is exact, its rounding is not.
  return {
    low: count === 0 ? 0 : Math.max(0, (centre - half) / (1 + zz)),
    high: count === n ? 1 : Math.min(1, (centre + half) / (1 + zz)),
  };
}

/**
 * The share of those who were spared, with its interval: crash-free users from crashed users. Undefined without anybody.
 *
 * `spared({ count: 15, n: 5000 })` has the value 0.997.
 */
export function spared({ count, n }: Share): Estimate | undefined {
  if (n === 0) return undefined;
  const { low, high } = wilson({ count, n });
  return { value: 1 - count / n, low: 1 - high, high: 1 - low, n };
}

/** Newcombe's interval of `a − b`, from the Wilson intervals of both. */
export function differenceOfShares(a: Share, b: Share): Interval & { readonly value: number } {
  const pa = a.count / a.n;
  const pb = b.count / b.n;
  const ia = wilson(a);
  const ib = wilson(b);
  const value = pa - pb;
  return {
    value,
    low: value - Math.hypot(pa - ia.low, ib.high - pb),
    high: value + Math.hypot(ia.high - pa, pb - ib.low),
  };
}

function requireShare(count: number, n: number): void {
  if (!(n >= 0 && count >= 0 && count <= n)) throw new RangeError(`no share: ${count} of ${n}`);
}
