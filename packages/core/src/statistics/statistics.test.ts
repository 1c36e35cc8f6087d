/** Held against the tables of the definitions and against values of other programs (R's `poisson.test`, published tables). */
import { expect, test } from "vitest";
import { compareCrashed, usersPerSide } from "./compare.ts";
import { gammaBelow, gammaQuantile, lnGamma } from "./gamma.ts";
import { per1000, poisson } from "./rate.ts";
import { differenceOfShares, spared, wilson } from "./share.ts";

test.for([
  [50, 0, "100.0", "92.9", "100.0", 1],
  [200, 1, "99.5", "97.2", "99.9", 1],
  [1_000, 3, "99.7", "99.1", "99.9", 1],
  [5_000, 15, "99.7", "99.5", "99.8", 1],
  [50_000, 150, "99.70", "99.65", "99.74", 2],
] as const)("%d users, %d crashed", ([n, count, value, low, high, digits]) => {
  const estimate = spared({ count, n });
  const percent = (share: number | undefined) => ((share ?? Number.NaN) * 100).toFixed(digits);
  expect([percent(estimate?.value), percent(estimate?.low), percent(estimate?.high)]).toEqual([value, low, high]);
});

test("nobody is no share, everybody is one, and both ends stay inside", () => {
  expect(spared({ count: 0, n: 0 })).toBeUndefined();
  expect(wilson({ count: 0, n: 0 })).toEqual({ low: 0, high: 1 });
  expect(wilson({ count: 7, n: 7 }).high).toBe(1);
  expect(wilson({ count: 0, n: 7 }).low).toBe(0);
  expect(() => wilson({ count: 3, n: 2 })).toThrow(RangeError);
  expect(() => wilson({ count: Number.NaN, n: 2 })).toThrow(RangeError);
});

// Garwood's exact limits, as in published tables.
test.for([
  [0, 0, 3.6889],
  [1, 0.0253, 5.5716],
  [2, 0.2422, 7.2247],
  [3, 0.6187, 8.7673],
  [10, 4.7954, 18.3904],
  [20, 12.2165, 30.8884],
  [100, 81.364, 121.6268],
] as const)("a count of %d", ([count, low, high]) => {
  const interval = poisson(count);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("a large count is close to its normal interval, and counts that no double holds exactly end", () => {
  const { low, high } = poisson(1_000_000);
  expect(Math.abs(low - (1_000_000 - 1.96 * 1_000))).toBeLessThan(5);
  expect(Math.abs(high - (1_000_000 + 1.96 * 1_000))).toBeLessThan(5);
  expect(() => poisson(-1)).toThrow(RangeError);
});

test("the gamma function and its distribution", () => {
  expect(lnGamma(1)).toBeCloseTo(0, 13);
  expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
  expect(lnGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
  expect(gammaBelow(1, 2)).toBeCloseTo(1 - Math.exp(-2), 14);
  // Half the 95 % points of chi-square with 1, 2 and 10 degrees of freedom.
  expect(2 * gammaQuantile(0.95, 0.5)).toBeCloseTo(3.841459, 6);
  expect(2 * gammaQuantile(0.95, 1)).toBeCloseTo(5.991465, 6);
  expect(2 * gammaQuantile(0.95, 5)).toBeCloseTo(18.307038, 6);
  for (const a of [0.3, 1, 7.5, 400, 90_000]) {
    for (const p of [1e-6, 0.025, 0.5, 0.975]) expect(gammaBelow(a, gammaQuantile(p, a))).toBeCloseTo(p, 9);
  }
  expect(() => gammaQuantile(1, 1)).toThrow(RangeError);
});

test.for([
  [1_234, 241_300, "5.11", "4.83", "5.41"],
  [892, 402_800, "2.21", "2.07", "2.36"],
  [156, 118_600, "1.32", "1.12", "1.54"],
] as const)("%d crashes in %d sessions", ([count, exposure, value, low, high]) => {
  const rate = per1000({ count, exposure });
  const text = (number: number | undefined) => number?.toFixed(2);
  expect([text(rate?.value), text(rate?.low), text(rate?.high)]).toEqual([value, low, high]);
});

test("crashes that come in groups make the interval wider and leave the rate", () => {
  const alone = per1000({ count: 100, exposure: 50_000 });
  const grouped = per1000({ count: 100, exposure: 50_000, dispersion: 4 });
  expect(grouped?.value).toBe(alone?.value);
  const width = (rate: typeof alone) => (rate?.high ?? 0) - (rate?.low ?? 0);
  expect(width(grouped) / width(alone)).toBeCloseTo(2, 0);
  expect(per1000({ count: 0, exposure: 0 })).toBeUndefined();
});

// Table 1 of Newcombe 1998 (method 10).
test.for([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [10, 10, 0, 20, 0.6791, 1],
] as const)("%d/%d against %d/%d", ([a, m, b, n, low, high]) => {
  const difference = differenceOfShares({ count: a, n: m }, { count: b, n });
  expect(difference.low).toBeCloseTo(low, 4);
  expect(difference.high).toBeCloseTo(high, 4);
});

test.for([
  [0.01, 0.02, 2_319],
  [0.005, 0.01, 4_673],
  [0.005, 0.0075, 15_599],
  [0.001, 0.002, 23_511],
  [0.002, 0.003, 39_146],
] as const)("from %d to %d", ([p1, p2, users]) => {
  expect(usersPerSide(p1, p2)).toBe(users);
});

test.for([
  ["worse", 210, 20_000, 120, 20_000],
  ["better", 120, 20_000, 210, 20_000],
  ["no-clear-difference", 101, 20_000, 100, 20_000],
  ["no-clear-difference", 0, 20_000, 0, 20_000],
  ["not-enough-data", 11, 2_000, 10, 2_000],
  ["not-enough-data", 40, 99, 1, 20_000],
  ["not-enough-data", 0, 0, 100, 20_000],
] as const)("%s: %d of %d against %d of %d", ([verdict, a, m, b, n]) => {
  const comparison = compareCrashed({ count: a, n: m }, { count: b, n });
  expect(comparison.verdict).toBe(verdict);
  expect(comparison.usersMissing).toBe(Math.max(0, comparison.usersNeeded - Math.min(m, n)));
});
