/**
 * How the open days of the demo must be corrected, from what the generator made and nothing of the product: how much of each past day
 * had arrived at the same age, and the intervals by their definitions.
 */
import type { LateCount, LateSpared } from "@windfall/api";
import { expect } from "vitest";
import type { DemoDay, DemoReport } from "../src/demo/generate-demo.ts";
import { logGamma } from "./demo-truth.ts";

interface Past {
  readonly arrived: number;
  readonly total: number;
}

interface LateTruth {
  readonly fraction: number;
  readonly total: number;
  readonly days: number;
  readonly worth: number;
}

const DAY = 24 * 3600 * 1000;
const DIGITS = 9;
const Z2 = 1.959963984540054 ** 2;

/** Past days: 28 that the hub saw from their beginning, the last of them more than seven days ago. */
function usualOf(
  truth: readonly DemoDay[],
  day: string,
  now: number,
  unit: (reports: readonly DemoReport[]) => DemoReport[][],
  weight: (group: readonly DemoReport[]) => number,
  share: (arrived: number, of: number) => number,
): LateTruth {
  const today = Math.floor(now / DAY) * DAY;
  const age = now - Date.parse(day);
  const window = truth.filter((one) => {
    const ago = (today - Date.parse(one.day)) / DAY;
    return ago >= 8 && ago <= 36;
  });
  const firstArrival = Math.min(...window.flatMap(({ reports }) => reports.map(({ receivedAt }) => receivedAt)));
  const past = window
    .filter((one) => Date.parse(one.day) > firstArrival)
    .map((one): Past => {
      const start = Date.parse(one.day);
      const groups = unit(one.reports.filter(({ crashedAt }) => crashedAt - start <= age));
      const there = (group: readonly DemoReport[]) =>
        group.filter(({ receivedAt }) => receivedAt - start <= age).length;
      return {
        arrived: groups.reduce((sum, group) => sum + weight(group) * share(there(group), group.length), 0),
        total: groups.reduce((sum, group) => sum + weight(group), 0),
      };
    })
    .filter(({ total }) => total > 0);
  const total = past.reduce((sum, one) => sum + one.total, 0);
  const fraction = past.reduce((sum, one) => sum + one.arrived, 0) / total;
  const freedom = past.length - 1;
  const pearson =
    past.reduce((sum, one) => sum + (one.arrived - fraction * one.total) ** 2 / one.total, 0) /
    (fraction * (1 - fraction) * freedom);
  const excess = Math.max(0, pearson - 1 - Math.sqrt(2 / freedom));
  const variance = (1 + excess) / total + (excess * past.length) / total;
  return { fraction, total, days: past.length, worth: 1 / variance };
}

const byInstall = (reports: readonly DemoReport[]): DemoReport[][] => [
  ...Map.groupBy(reports, ({ installId, incident }) => installId ?? incident).values(),
];

export const usualCrashes = (truth: readonly DemoDay[], day: string, now: number): LateTruth =>
  usualOf(
    truth,
    day,
    now,
    byInstall,
    (group) => group.length,
    (arrived, of) => arrived / of,
  );

export const usualUsers = (truth: readonly DemoDay[], day: string, now: number): LateTruth =>
  usualOf(
    truth,
    day,
    now,
    (reports) => byInstall(reports.filter(({ installId }) => installId !== undefined)),
    () => 1,
    (arrived) => (arrived > 0 ? 1 : 0),
  );

function expectUsual(shown: LateCount["arrived"] | undefined, truth: LateTruth): void {
  expect(shown?.fraction).toBeCloseTo(truth.fraction, DIGITS);
  expect(shown?.total).toBeCloseTo(truth.total, DIGITS);
  expect(shown?.days).toBe(truth.days);
}

/** The beta negative binomial by its definition: beta functions, summed from nothing on. */
export function expectLateCount(shown: LateCount | null | undefined, soFar: number, truth: LateTruth): void {
  expectUsual(shown?.arrived, truth);
  expect(shown?.value).toBeCloseTo(soFar / truth.fraction, DIGITS);
  const [a, b] = [truth.fraction * truth.worth + 0.5, (1 - truth.fraction) * truth.worth + 0.5];
  const quantile = (p: number, successes: number): number => {
    let below = 0;
    for (let k = 0; ; k++) {
      const log =
        logGamma(successes + k) - logGamma(k + 1) - logGamma(successes) + logBeta(a + successes, b + k) - logBeta(a, b);
      below += Math.exp(log);
      if (below >= p) return k;
    }
  };
  expect(shown?.low).toBe(soFar + quantile(0.025, soFar));
  expect(shown?.high).toBe(soFar + quantile(0.975, soFar + 1));
}

/** MOVER for the ratio of crashed so far and usually arrived: the ends are where the two variances, recovered from Wilson, just meet. */
export function expectLateSpared(
  shown: LateSpared | null | undefined,
  { crashed, n }: { readonly crashed: number; readonly n: number },
  truth: LateTruth,
): void {
  expectUsual(shown?.arrived, truth);
  expect(shown?.n).toBe(n);
  const [p, f] = [crashed / n, truth.fraction];
  expect(shown?.value).toBeCloseTo(1 - p / f, DIGITS);
  const [wp, wf] = [wilson(p, n), wilson(f, truth.worth)];
  // Of p − x f: its lower end is 0 at the lower end of the ratio, its upper end at the upper.
  const lowest = (x: number) => p - x * f - Math.hypot(p - wp.low, x * (wf.high - f));
  const highest = (x: number) => p - x * f + Math.hypot(wp.high - p, x * (f - wf.low));
  expect(lowest(1 - (shown?.high ?? 0))).toBeCloseTo(0, DIGITS);
  expect(highest(1 - (shown?.low ?? 0))).toBeCloseTo(0, DIGITS);
}

function wilson(p: number, n: number): { readonly low: number; readonly high: number } {
  const [a, b] = [1 + Z2 / n, -(2 * p + Z2 / n)];
  const root = Math.sqrt(b ** 2 - 4 * a * p ** 2);
  return { low: (-b - root) / (2 * a), high: (-b + root) / (2 * a) };
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
