import { expect, test } from "vitest";
import { NONE } from "./constants.ts";
import { flatten, lastAtOrBelow } from "./flatten.ts";

/** Node, start, end; the parent of each node. */
function nodeAt(ranges: readonly (readonly [number, number, number])[], parents: readonly number[]) {
  const column = (i: 0 | 1 | 2) => ranges.map((range) => range[i]);
  const segments = flatten({ nodes: column(0), starts: column(1), ends: column(2) }, parents);
  return (offset: number) => {
    const i = lastAtOrBelow(segments.starts, offset);
    const node = i < 0 ? NONE : segments.nodes[i]!;
    return node === NONE ? undefined : [node, segments.functionStarts[i]];
  };
}

test("the innermost of nested ranges answers, and gaps answer nothing", () => {
  const at = nodeAt(
    [
      [0, 10, 50],
      [1, 20, 40],
      [2, 25, 30],
      [3, 60, 70],
    ],
    [NONE, 0, 1, NONE],
  );
  expect([9, 10, 19, 20, 25, 29, 30, 39, 40, 49, 50, 59, 60, 70].map(at)).toEqual([
    undefined,
    [0, 10],
    [0, 10],
    [1, 10],
    [2, 10],
    [2, 10],
    [1, 10],
    [1, 10],
    [0, 10],
    [0, 10],
    undefined,
    undefined,
    [3, 60],
    undefined,
  ]);
});

test("a child with the range of its parent comes out on top", () => {
  const at = nodeAt(
    [
      [0, 10, 50],
      [1, 10, 50],
      [2, 10, 50],
    ],
    [NONE, 0, 1],
  );
  expect(at(10)).toEqual([2, 10]);
  expect(at(49)).toEqual([2, 10]);
  expect(at(50)).toBeUndefined();
});

test("an inlined call ends with what it was inlined into", () => {
  const at = nodeAt(
    [
      [0, 10, 30],
      [1, 20, 99],
    ],
    [NONE, 0],
  );
  expect(at(29)).toEqual([1, 10]);
  expect(at(30)).toBeUndefined();
});

test("a nested function is not clamped, and offsets count from its own start (R24)", () => {
  const at = nodeAt(
    [
      [0, 10, 30],
      [1, 20, 40],
      [0, 100, 120],
    ],
    [NONE, NONE],
  );
  expect(at(25)).toEqual([1, 20]);
  expect(at(35)).toEqual([1, 20]);
  expect(at(110)).toEqual([0, 100]);
});

test("of two functions with one range the later answers, as in llvm", () => {
  const at = nodeAt(
    [
      [0, 10, 30],
      [1, 10, 30],
    ],
    [NONE, NONE],
  );
  expect(at(15)).toEqual([1, 10]);
});
