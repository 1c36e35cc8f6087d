/** Is the new version worse than the old one? A word only where the numbers carry it, and otherwise how many users are missing. */
import { differenceOfShares, type Interval, type Share, Z_95, Z_POWER_80 } from "./share.ts";

export type VerdictWord = "worse" | "better" | "no-clear-difference" | "not-enough-data";

export interface Comparison {
  readonly verdict: VerdictWord;
  /** New minus old share of crashed users; above 0 is worse. Undefined where one side has nobody. */
  readonly difference: (Interval & { readonly value: number }) | undefined;
  /** The difference that matters here. */
  readonly relevant: number;
  /** What each side needs to show it with 80 % power. */
  readonly usersNeeded: number;
  /** What the smaller side lacks; 0 when both have enough. */
  readonly usersMissing: number;
}

export interface CompareOptions {
  /** Of the old rate: the difference that matters. */
  readonly relevantPart?: number;
}

const RELEVANT_PART = 0.5;
/** Half of nothing would need endless users: 0.05 points is the smallest difference that is asked for. */
export const SMALLEST_RELEVANT = 0.0005;
/** Below this many on one side an interval rests on single people, whatever it says. */
export const FEWEST_USERS = 100;

/**
 * Compares the shares of crashed users of two versions by the Newcombe-Wilson interval of their difference.
 *
 * `compareCrashed({ count: 210, n: 20000 }, { count: 120, n: 20000 }).verdict` is `worse`.
 */
export function compareCrashed(
  newer: Share,
  older: Share,
  { relevantPart = RELEVANT_PART }: CompareOptions = {},
): Comparison {
  const oldRate = older.n === 0 ? 0 : older.count / older.n;
  const relevant = Math.max(SMALLEST_RELEVANT, oldRate * relevantPart);
  const usersNeeded = usersPerSide(oldRate, Math.min(1, oldRate + relevant));
  const fewest = Math.min(newer.n, older.n);
  const usersMissing = Math.max(0, usersNeeded - fewest);
  const difference = fewest === 0 ? undefined : differenceOfShares(newer, older);
  const enough = fewest >= FEWEST_USERS;
  const word = (): VerdictWord => {
    if (enough && difference && difference.low > 0) return "worse";
    if (enough && difference && difference.high < 0) return "better";
    return enough && usersMissing === 0 ? "no-clear-difference" : "not-enough-data";
  };
  return { verdict: word(), difference, relevant, usersNeeded, usersMissing };
}

/**
 * Users that each side needs, so that a change from the share `p1` to `p2` shows with 80 % power at 5 %, two-sided.
 *
 * `usersPerSide(0.01, 0.02)` is 2,319.
 */
export function usersPerSide(p1: number, p2: number): number {
  if (p1 === p2) return Infinity;
  const mean = (p1 + p2) / 2;
  const root = Z_95 * Math.sqrt(2 * mean * (1 - mean)) + Z_POWER_80 * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  return Math.ceil(root ** 2 / (p1 - p2) ** 2);
}
