/** Which path of a tree stands for the whole. */
import { expect, test } from "vitest";
import type { CallTreeNode } from "../report.ts";
import { heaviestPath } from "./call-tree.ts";

const node = (depth: number, sampleCount: number, name: string): CallTreeNode => ({
  depth,
  sampleCount,
  frames: [{ address: 1n, symbol: { function: name, source: "report" } }],
});
const path = (...tree: CallTreeNode[]) => heaviestPath(tree).map(({ symbol }) => symbol?.function);

test("the heaviest callee of the heaviest root, innermost first; of equals the first", () => {
  expect(
    path(
      node(0, 3, "start_wqthread"),
      node(1, 3, "worker"),
      node(0, 9, "main"),
      node(1, 2, "idle"),
      node(1, 7, "run"),
      node(2, 3, "left"),
      node(2, 3, "right"),
      node(3, 99, "beside"),
    ),
  ).toEqual(["left", "run", "main"]);
  expect(path()).toEqual([]);
});

test("a tree as deep as it is long takes one pass", () => {
  const tree = Array.from({ length: 200_000 }, (_, depth) => node(depth, 1, "f"));
  expect(heaviestPath(tree)).toHaveLength(tree.length);
});
