/**
 * What has not arrived yet. A crash is reported at the next launch, so the last days grow: what is counted so far, over the part that
 * had usually arrived at the same age, is what they will have. How large that part was, on each of some past days, is all that is
 * known of the delay; its own uncertainty widens every interval.
 */
import { type Estimate, type Interval, type Share, wilson } from "./share.ts";

/** A past day: how much of what came at last was there when the day was as old as the one in question. */
export interface PastDay {
  readonly arrived: number;
  readonly total: number;
}

export interface Arrived {
  /** Usually there at this age. */
  readonly fraction: number;
  /** What `fraction` rests on. */
  readonly total: number;
  /** Past days with anything. */
  readonly days: number;
  /** As many draws from one urn would know as much of the next day: less than `total` where the days differ. */
  readonly worth: number;
}

/** `too-little`: so few past reports, or days so unlike each other, that the part is a guess. `too-early`: so little is there that it says nothing. */
export type NotCorrected = "too-little" | "too-early";

export const FEWEST_PAST_REPORTS = 50;
export const FEWEST_PAST_DAYS = 7;
/** Less than this would make ten or more of every one. */
export const SMALLEST_FRACTION = 0.1;
/** Below, the upper end of an interval would follow the guess and not the data. */
const FEWEST_WORTH = 5;

/**
 * The part that had usually arrived, from past days, or why it cannot be told.
 *
 * `usuallyArrived(Array(20).fill({ arrived: 8, total: 10 }))` has the fraction 0.8.
 */
export function usuallyArrived(past: readonly PastDay[]): Arrived | NotCorrected {
  const days = past.filter(({ total }) => total > 0);
  const total = sum(days.map((day) => day.total));
  const fraction = total === 0 ? 0 : sum(days.map((day) => day.arrived)) / total;
  if (total < FEWEST_PAST_REPORTS || days.length < FEWEST_PAST_DAYS) return "too-little";
  if (fraction < SMALLEST_FRACTION) return "too-early";
  const worth = worthOf(days, fraction, total);
  return fraction * worth < FEWEST_WORTH ? "too-little" : { fraction, total, days: days.length, worth };
}

/**
 * What a count will come to, with the 95 % interval of that final count (beta negative binomial). It never lies below what is there.
 *
 * `lateCount(80, usual)` is 100 where 0.8 has usually arrived.
 */
export function lateCount(soFar: number, { fraction, worth }: Arrived): Interval & { readonly value: number } {
  if (!(soFar >= 0)) throw new RangeError(`no count: ${soFar}`);
  // Larger counts are scaled down: their own chance is then taken for a little more than it is.
  const scale = Math.max(1, soFar / MOST_COUNTED);
  const counted = soFar / scale;
  const [a, b] = [fraction * worth + 0.5, (1 - fraction) * worth + 0.5];
  const end = (still: number) => soFar + still * scale;
  return {
    value: soFar / fraction,
    low: Math.round(end(counted === 0 ? 0 : stillToCome(TAIL, counted, a, b))),
    high: Math.round(end(stillToCome(1 - TAIL, counted + 1, a, b))),
  };
}

/**
 * The share of those who were spared once all has arrived: crashed so far over what has usually arrived. Its interval is that of a
 * ratio (MOVER, Donner and Zou 2012), of two Wilson intervals. Undefined without anybody.
 *
 * `lateSpared({ count: 8, n: 1000 }, usual)` has the value 0.99 where 0.8 has usually arrived.
 */
export function lateSpared({ count, n }: Share, { fraction, worth }: Arrived): Estimate | undefined {
  if (n === 0) return undefined;
  const [p, f] = [count / n, fraction];
  const crashed = wilson({ count, n });
  const arrived = wilson({ count: fraction * worth, n: worth });
  const low =
    (p * f - root((p * f) ** 2 - crashed.low * arrived.high * (2 * p - crashed.low) * (2 * f - arrived.high))) /
    (arrived.high * (2 * f - arrived.high));
  const high =
    (p * f + root((p * f) ** 2 - crashed.high * arrived.low * (2 * p - crashed.high) * (2 * f - arrived.low))) /
    (arrived.low * (2 * f - arrived.low));
  const share = (crashedShare: number) => 1 - Math.min(1, Math.max(0, crashedShare));
  return { value: share(p / f), low: share(high), high: share(low), n };
}

const TAIL = 0.025;
const MOST_COUNTED = 2_000;
/** Of all there is: what is left of a tail when it is no longer followed. */
const NEGLIGIBLE = 1e-9;

/** From the days' own chance and from how much more than by chance they differ (Pearson's statistic over its degrees of freedom). */
function worthOf(days: readonly PastDay[], fraction: number, total: number): number {
  const chance = fraction * (1 - fraction);
  if (chance === 0) return total;
  const freedom = days.length - 1;
  const pearson = sum(days.map((day) => (day.arrived - fraction * day.total) ** 2 / (chance * day.total))) / freedom;
  // By chance alone it is above 1 half of the time: what one deviation explains is not held against them.
  const excess = Math.max(0, pearson - 1 - Math.sqrt(2 / freedom));
  const perDay = total / days.length;
  const variance = (1 + excess) / total + excess / Math.max(1, perDay);
  return Math.max(1, 1 / variance);
}

/**
 * Quantile of the beta negative binomial: failures before `successes` when the chance of success is itself beta distributed. Added up
 * outwards from near its middle, by the ratio of neighbours, so that nothing under- or overflows.
 */
function stillToCome(p: number, successes: number, a: number, b: number): number {
  const ratio = (k: number) => ((successes + k) * (b + k)) / ((k + 1) * (successes + a + b + k));
  const middle = Math.max(0, Math.floor(((successes - 1) * b) / (a + 1)));
  const below: number[] = [];
  let term = 1;
  let all = 1;
  for (let k = middle - 1; k >= 0 && term > NEGLIGIBLE * all * 1e-3; k--) {
    term /= ratio(k);
    below.push(term);
    all += term;
  }
  const above: number[] = [1];
  term = 1;
  for (let k = middle; term * (k + 1) > NEGLIGIBLE * all; k++) {
    term *= ratio(k);
    above.push(term);
    all += term;
  }
  let reached = 0;
  const first = middle - below.length;
  for (const [index, part] of [...below.toReversed(), ...above].entries()) {
    reached += part / all;
    if (reached >= p) return first + index;
  }
  return middle + above.length - 1;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
const root = (square: number): number => Math.sqrt(Math.max(0, square));
