/** How well keys group reports of known bugs: over pairs, per report (B-cubed), from build to build; intervals by drawing bugs anew. */
import { createRandom } from "./synthetic/random.ts";

export interface Keyed {
  readonly bug: string;
  readonly family: string;
  readonly build: string;
  readonly key: string;
}

export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly bcubedPrecision: number;
  readonly bcubedRecall: number;
  /** Keys per bug. */
  readonly overSplit: number;
  /** Bugs per key. */
  readonly overMerge: number;
}

/** `lenient`: pairs of two bugs of one family count neither way. */
export function scoresOf(rows: readonly Keyed[], lenient = false): Scores {
  const cell = tally(rows, ({ key, bug }) => `${key}\n${bug}`);
  const bugs = tally(rows, ({ bug }) => bug);
  const keys = tally(rows, ({ key }) => key);
  const families = tally(rows, ({ key, family }) => `${key}\n${family}`);
  const right = pairs(cell);
  const together = pairs(keys) - (lenient ? pairs(families) - right : 0);
  const same = pairs(bugs);
  let bcubedPrecision = 0;
  let bcubedRecall = 0;
  for (const { key, bug, family } of rows) {
    const mine = cell.get(`${key}\n${bug}`) ?? 0;
    const others = (keys.get(key) ?? 0) - (lenient ? (families.get(`${key}\n${family}`) ?? 0) - mine : 0);
    bcubedPrecision += mine / others / rows.length;
    bcubedRecall += mine / (bugs.get(bug) ?? 1) / rows.length;
  }
  return {
    precision: together === 0 ? 1 : right / together,
    recall: same === 0 ? 1 : right / same,
    bcubedPrecision,
    bcubedRecall,
    overSplit: cell.size / bugs.size,
    overMerge: (lenient ? families : cell).size / keys.size,
  };
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 95 % of `rounds` draws of as many bugs with replacement; two copies of one bug are not compared with each other. */
export function intervals(
  rows: readonly Keyed[],
  rounds: number,
): { readonly precision: Interval; readonly recall: Interval } {
  const byBug = [...Map.groupBy(rows, ({ bug }) => bug)].map(([, list]) => tally(list, ({ key }) => key));
  const inside = byBug.map((keys) => pairs(keys));
  const same = byBug.map((keys) => pairs(new Map([["", sum(keys.values())]])));
  const across: (readonly [number, number, number])[] = [];
  const holders = new Map<string, number[]>();
  byBug.forEach((keys, i) => {
    for (const key of keys.keys()) {
      for (const other of holders.get(key) ?? [])
        across.push([other, i, (byBug[other]?.get(key) ?? 0) * (keys.get(key) ?? 0)]);
      holders.set(key, [...(holders.get(key) ?? []), i]);
    }
  });
  const random = createRandom(1);
  const drawn = Array.from({ length: rounds }, () => {
    const times = Array.from({ length: byBug.length }, () => 0);
    for (let n = 0; n < byBug.length; n++) {
      const i = random.int(byBug.length);
      times[i] = (times[i] ?? 0) + 1;
    }
    const right = sum(times.map((n, i) => n * (inside[i] ?? 0)));
    const all = sum(times.map((n, i) => n * (same[i] ?? 0)));
    const wrong = sum(across.map(([a, b, count]) => (times[a] ?? 0) * (times[b] ?? 0) * count));
    return { precision: right + wrong === 0 ? 1 : right / (right + wrong), recall: all === 0 ? 1 : right / all };
  });
  return {
    precision: middle(drawn.map(({ precision }) => precision)),
    recall: middle(drawn.map(({ recall }) => recall)),
  };
}

function middle(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: sorted[Math.floor(sorted.length * 0.025)] ?? 0, high: sorted[Math.floor(sorted.length * 0.975)] ?? 1 };
}

/** The most frequent key of each bug in each build; of equals the first in the order of code points. */
export function majorities(rows: readonly Keyed[]): ReadonlyMap<string, string> {
  const groups = Map.groupBy(rows, ({ bug, build }) => `${bug}\n${build}`);
  return new Map(
    [...groups].map(([of, list]) => {
      const counts = [...tally(list, ({ key }) => key)].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      return [of, counts[0]?.[0] ?? ""];
    }),
  );
}

/** The share of bugs in two builds that follow each other whose most frequent key is the same. */
export function stability(
  rows: readonly Keyed[],
  builds: readonly string[],
): { readonly same: number; readonly of: number } {
  const majority = majorities(rows);
  let same = 0;
  let of = 0;
  for (const bug of new Set(rows.map((row) => row.bug))) {
    for (let i = 1; i < builds.length; i++) {
      const before = majority.get(`${bug}\n${builds[i - 1]}`);
      const after = majority.get(`${bug}\n${builds[i]}`);
      if (before === undefined || after === undefined) continue;
      of++;
      if (before === after) same++;
    }
  }
  return { same, of };
}

function tally<T>(list: Iterable<T>, of: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of list) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1);
  return counts;
}

function pairs(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const n of counts.values()) total += (n * (n - 1)) / 2;
  return total;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
