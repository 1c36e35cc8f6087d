import { array, assert, boolean, integer, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { resolveOverlaps } from "./resolve-overlaps.ts";

type Range = readonly [start: number, end: number];
type Part = readonly [start: number, end: number, range: number];

/** The first of the list counts. */
function parts(ranges: readonly Range[], isBefore = (a: number, b: number) => a < b): readonly Part[] {
  const found: Part[] = [];
  const starts = ranges.map(([start]) => start);
  const ends = ranges.map(([, end]) => end);
  resolveOverlaps(ranges.length, starts, ends, isBefore, (...part) => found.push(part));
  return found;
}

test.each<[string, readonly Range[], readonly Part[]]>([
  ["nothing", [], []],
  [
    "ranges apart, in any order",
    [
      [8, 9],
      [0, 4],
    ],
    [
      [0, 4, 1],
      [8, 9, 0],
    ],
  ],
  [
    "one that touches the next",
    [
      [0, 4],
      [4, 8],
    ],
    [
      [0, 4, 0],
      [4, 8, 1],
    ],
  ],
  [
    "the first wins where both are",
    [
      [2, 6],
      [0, 9],
    ],
    [
      [0, 2, 1],
      [2, 6, 0],
      [6, 9, 1],
    ],
  ],
  [
    "equal ones",
    [
      [0, 4],
      [0, 4],
    ],
    [[0, 4, 0]],
  ],
  [
    "one that hides in two others",
    [
      [0, 3],
      [3, 6],
      [0, 6],
    ],
    [
      [0, 3, 0],
      [3, 6, 1],
    ],
  ],
])("%s", (_, ranges, expected) => {
  expect(parts(ranges)).toEqual(expected);
});

test("at every address it is the one that counts, whatever the ranges", () => {
  const range = tuple(nat(40), integer({ min: 1, max: 20 })).map(([start, size]): Range => [start, start + size]);
  assert(
    property(array(range, { maxLength: 12 }), boolean(), (ranges, lastWins) => {
      const found = parts(ranges, lastWins ? (a, b) => a > b : (a, b) => a < b);
      for (const [i, [start, end]] of found.entries()) {
        expect(start).toBeLessThan(end);
        if (i > 0) expect(start).toBeGreaterThanOrEqual(found[i - 1]![1]);
      }
      for (let at = 0; at < 64; at++) {
        const covering = ranges.flatMap(([start, end], i) => (start <= at && at < end ? [i] : []));
        const expected = lastWins ? covering.at(-1) : covering[0];
        expect(found.find(([start, end]) => start <= at && at < end)?.[2]).toBe(expected);
      }
    }),
  );
});
