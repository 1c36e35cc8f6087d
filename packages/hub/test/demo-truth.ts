/**
 * What the demo's pages must say, added up from what the generator made. Nothing here is the product's: no SQL, and the intervals are
 * worked out again from their definitions.
 */
import type { CrashRate, Spared } from "@windfall/api";
import { expect } from "vitest";
import type { DemoDay, DemoReport } from "../src/demo/generate-demo.ts";
import { BUILDS } from "../src/demo/story.ts";

/** Crashed of active: users of single days, or sessions. */
export interface Truth {
  readonly crashed: number;
  readonly n: number;
}

const DIGITS = 9;
const Z = 1.959963984540054;
const Z_POWER = 0.8416212335729143;

export const between = (days: readonly DemoDay[], from: string, to: string): DemoDay[] =>
  days.filter(({ day }) => day >= from && day <= to);

export const devicesOf = (reports: readonly DemoReport[]): number =>
  new Set(reports.flatMap(({ installId }) => (installId === undefined ? [] : [installId]))).size;

export const kindsOf = (reports: readonly DemoReport[]): number => new Set(reports.map(({ kind }) => kind)).size;

export function seen(reports: readonly DemoReport[]): { readonly firstSeen: string; readonly lastSeen: string } {
  const times = reports.map(({ crashedAt }) => crashedAt);
  return {
    firstSeen: new Date(Math.min(...times)).toISOString(),
    lastSeen: new Date(Math.max(...times)).toISOString(),
  };
}

/** The first and the last, in order of upload. */
export function buildsSeen(reports: readonly DemoReport[]): { readonly version: string; readonly build: string }[] {
  const of = BUILDS.filter(({ build }) => reports.some((report) => report.build.build === build));
  return [of[0], of.at(-1)].flatMap((one) => (one ? [{ version: one.version, build: one.build }] : []));
}

export function daysOf(reports: readonly DemoReport[]): { readonly day: string; readonly crashes: number }[] {
  return [...Map.groupBy(reports, ({ crashedAt }) => new Date(crashedAt).toISOString().slice(0, 10))]
    .map(([day, some]) => ({ day, crashes: some.length }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

const isOf = (build: string | undefined) => (row: { readonly build: { readonly build: string } }) =>
  build === undefined || row.build.build === build;

/** Distinct installs in use on any of the days. */
export const activeOf = (days: readonly DemoDay[], build?: string): Set<string> =>
  new Set(days.flatMap(({ usage }) => usage.filter(isOf(build)).map(({ installId }) => installId)));

/** Crashes that name an install, and which installs those are. */
export function crashesOf(
  days: readonly DemoDay[],
  build?: string,
): { readonly installs: Set<string>; readonly crashes: number } {
  const named = days
    .flatMap(({ reports }) => reports.filter(isOf(build)))
    .flatMap(({ installId }) => (installId === undefined ? [] : [installId]));
  return { installs: new Set(named), crashes: named.length };
}

/** Distinct within each day, and days added. */
export function userDaysOf(days: readonly DemoDay[], build?: string): Truth {
  return days
    .map((day) => ({ crashed: crashesOf([day], build).installs.size, n: activeOf([day], build).size }))
    .reduce((sum, { crashed, n }) => ({ crashed: sum.crashed + crashed, n: sum.n + n }), { crashed: 0, n: 0 });
}

export function sessionsOf(days: readonly DemoDay[], build?: string): Truth {
  const rows = days.flatMap(({ usage }) => usage.filter(isOf(build)));
  return {
    crashed: rows.reduce((sum, { crashedSessions }) => sum + crashedSessions, 0),
    n: rows.reduce((sum, { sessions }) => sum + sessions, 0),
  };
}

/** Wilson 1927, as the roots of (p - x)^2 = z^2 x (1 - x) / n. */
function wilson({ crashed, n }: Truth): { readonly low: number; readonly high: number } {
  const p = crashed / n;
  const a = 1 + Z ** 2 / n;
  const b = -(2 * p + Z ** 2 / n);
  const root = Math.sqrt(b ** 2 - 4 * a * p ** 2);
  return { low: (-b - root) / (2 * a), high: (-b + root) / (2 * a) };
}

export function expectSpared(shown: Spared | null | undefined, truth: Truth): void {
  if (truth.n === 0) return expect(shown).toBeNull();
  expect(shown).toMatchObject(truth);
  const { low, high } = wilson(truth);
  expect(shown?.value).toBeCloseTo(1 - truth.crashed / truth.n, DIGITS);
  expect(shown?.low).toBeCloseTo(1 - high, DIGITS);
  expect(shown?.high).toBeCloseTo(1 - low, DIGITS);
}

export interface RateTruth {
  readonly crashes: number;
  readonly sessions: number;
  /** Of the crashes of one install, day and build: the sum of their squares over their sum. */
  readonly dispersion: number;
}

export function rateOf(days: readonly DemoDay[], build?: string): RateTruth {
  const groups = days.flatMap(({ reports }) => {
    const named = reports.filter(isOf(build)).filter(({ installId }) => installId !== undefined);
    return [...Map.groupBy(named, (report) => `${report.installId} ${report.build.build}`).values()];
  });
  const counts = groups.map(({ length }) => length);
  // Nobody of the demo crashes so often in a day that not all would count.
  expect(Math.max(0, ...counts)).toBeLessThan(20);
  const crashes = counts.reduce((sum, count) => sum + count, 0);
  const squares = counts.reduce((sum, count) => sum + count ** 2, 0);
  return { crashes, sessions: sessionsOf(days, build).n, dispersion: crashes === 0 ? 1 : squares / crashes };
}

export function expectRate(shown: CrashRate | null | undefined, { crashes, sessions, dispersion }: RateTruth): void {
  expect(shown).toMatchObject({ crashes, sessions, leftOut: 0 });
  expect(shown?.value).toBeCloseTo((1000 * crashes) / sessions, DIGITS);
  // Exact Poisson by its definition: at the ends of the interval what was counted is just 2.5 % likely.
  const spread = Math.max(1, dispersion);
  const counted = crashes / spread;
  const mean = (per1000: number) => (per1000 * sessions) / 1000 / spread;
  if (crashes > 0) expect(gammaBelow(counted, mean(shown?.low ?? 0))).toBeCloseTo(0.025, DIGITS);
  else expect(shown?.low).toBe(0);
  expect(gammaBelow(counted + 1, mean(shown?.high ?? 0))).toBeCloseTo(0.975, DIGITS);
}

/** The regularised lower incomplete gamma function, by its series. */
function gammaBelow(a: number, x: number): number {
  let term = Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Stirling's series, after shifting upwards to where it is exact to the last digits. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 20; y++) shift += Math.log(y);
  const series = 1 / (12 * y) - 1 / (360 * y ** 3) + 1 / (1260 * y ** 5) - 1 / (1680 * y ** 7);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Newcombe 1998, and the users each side needs to show half of the old rate. */
export function comparisonOf(newer: Truth, older: Truth) {
  const [pn, po] = [newer.crashed / newer.n, older.crashed / older.n];
  const [wn, wo] = [wilson(newer), wilson(older)];
  const value = pn - po;
  const low = value - Math.sqrt((pn - wn.low) ** 2 + (wo.high - po) ** 2);
  const high = value + Math.sqrt((wn.high - pn) ** 2 + (po - wo.low) ** 2);
  const relevant = Math.max(0.0005, po / 2);
  const p2 = po + relevant;
  const mean = (po + p2) / 2;
  const root = Z * Math.sqrt(2 * mean * (1 - mean)) + Z_POWER * Math.sqrt(po * (1 - po) + p2 * (1 - p2));
  const usersNeeded = Math.ceil(root ** 2 / relevant ** 2);
  const enough = Math.min(newer.n, older.n) >= usersNeeded;
  const verdict = low > 0 ? "worse" : high < 0 ? "better" : enough ? "no-clear-difference" : "not-enough-data";
  return { difference: { value, low, high }, verdict, relevant, usersNeeded };
}
