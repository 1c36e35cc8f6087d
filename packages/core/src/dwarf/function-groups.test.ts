import { expect, test } from "vitest";
import { FunctionGroups } from "./function-groups.ts";

/** Ranges as `[function, start, end]`, each a node of its own. */
function group(...ranges: readonly (readonly [number, number, number])[]): FunctionGroups {
  const column = (i: 0 | 1 | 2) => ranges.map((range) => range[i]);
  const nodes = ranges.map((_, node) => node);
  return new FunctionGroups({ nodes, starts: column(1), ends: column(2) }, Uint32Array.from(column(0)));
}

const at = (groups: FunctionGroups, offset: number) => {
  const found = groups.at(offset);
  return found < 0 ? undefined : groups.functions(found);
};

test("functions that only touch are apart, and a gap belongs to none", () => {
  const groups = group([0, 0x10, 0x20], [1, 0x20, 0x30], [2, 0x40, 0x50]);
  const offsets = [0xf, 0x10, 0x1f, 0x20, 0x2f, 0x30, 0x40, 0x50];
  expect(offsets.map((offset) => at(groups, offset))).toEqual([
    undefined,
    [0],
    [0],
    [1],
    [1],
    undefined,
    [2],
    undefined,
  ]);
});

test("all that overlaps is one group, in the order of the file", () => {
  const groups = group([2, 0x10, 0x20], [0, 0x10, 0x20], [1, 0x18, 0x40], [3, 0x30, 0x38], [4, 0x40, 0x44]);
  for (const offset of [0x10, 0x20, 0x3f]) expect(at(groups, offset)).toEqual([0, 1, 2, 3]);
  expect(at(groups, 0x40)).toEqual([4]);
});

test("a function in several pieces answers in each", () => {
  const groups = group([0, 0x10, 0x20], [1, 0x20, 0x30], [0, 0x80, 0x90]);
  expect(at(groups, 0x14)).toEqual([0]);
  expect(at(groups, 0x84)).toEqual([0]);
});

test("no functions, no group", () => {
  expect(group().at(0)).toBe(-1);
});
