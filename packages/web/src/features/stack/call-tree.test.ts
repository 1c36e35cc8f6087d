import { expect, test } from "vitest";
import { branches, callTreeOf, moveTo, openedBy, type TreeNode, treeRows } from "./call-tree.ts";
import type { ImageFacts } from "./roles.ts";

const images: readonly ImageFacts[] = [
  { role: "app", status: "found" },
  { role: "system", status: undefined },
];
/** `main 10` of the app at depth 0, `  _wait 4` of the system below it. */
const treeOf = (text: string) =>
  callTreeOf(
    text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line): TreeNode => {
        const [, spaces = "", name = "", samples = ""] = /^( *)(\w+) (\d+)$/.exec(line) ?? [];
        const imageIndex = name.startsWith("_") ? 1 : 0;
        const frame = { image: imageIndex === 1 ? "libsystem" : "Harbor", imageIndex, address: "0x1", function: name };
        return { depth: spaces.length, sampleCount: Number(samples), frames: [frame] };
      }),
  );
const rowsOf = (tree: ReturnType<typeof treeOf>, open: Iterable<number>, unfolded: Iterable<number> | true = []) =>
  treeRows(tree, images, { open: new Set(open), unfolded: unfolded === true || new Set(unfolded) }, 1000).map((row) => {
    const words = row.kind === "fold" ? `${row.count} of ${row.images.join()}` : row.node.frames[0]?.function;
    const state = row.kind === "fold" ? "" : row.isOpen === undefined ? "." : row.isOpen ? "-" : "+";
    return `${" ".repeat(row.indent)}${words}${state}`;
  });

const SOME = treeOf(`
main 10
 idle 2
 work 7
  read 1
  write 6
   _wait 6
other 3`);

test("the heaviest path is open, heavier calls stand before lighter ones, and only a branch moves rows to the right", () => {
  expect(SOME.total).toBe(13);
  expect(branches(SOME)).toBe(true);
  expect(rowsOf(SOME, SOME.heaviest)).toEqual([
    "main-",
    " work-",
    "  write-",
    "  _wait.",
    "  read.",
    " idle.",
    "other.",
  ]);
  expect(rowsOf(SOME, [])).toEqual(["main+", "other."]);
});

test("opening goes on to where the calls part", () => {
  const tree = treeOf("a 9\n b 9\n  c 9\n   d 5\n   e 4");
  expect(rowsOf(tree, openedBy(tree, 0))).toEqual(["a-", "b-", "c-", " d.", " e."]);
});

test("a way through the system on which no sample is lost folds; where it ends, parts or loses one it shows", () => {
  const tree = treeOf(
    "_a 9\n _b 9\n  _c 9\n   _d 9\n    app 9\n     _e 9\n      _f 9\n       _g 9\n        _h 8\n         _leaf 8",
  );
  expect(branches(tree)).toBe(false);
  expect(rowsOf(tree, tree.heaviest)).toEqual(["4 of libsystem", "app-", "_e-", "_f-", "_g-", "_h-", "_leaf."]);
  expect(rowsOf(tree, tree.heaviest, [0])[0]).toBe("_a-");
  expect(rowsOf(tree, tree.heaviest, true)).toHaveLength(10);
});

test("ten thousand levels and a hundred thousand siblings are rows only as far as they are asked for", () => {
  const deep = callTreeOf(Array.from({ length: 10_000 }, (_, depth) => ({ depth, sampleCount: 1, frames: [] })));
  expect(openedBy(deep, 0)).toHaveLength(10_000);
  expect(treeRows(deep, images, { open: new Set(deep.heaviest), unfolded: true }, 250)).toHaveLength(251);
  expect(treeRows(deep, images, { open: new Set(deep.heaviest), unfolded: true }, 20_000)).toHaveLength(10_000);
  const wide = callTreeOf([
    { depth: 0, sampleCount: 1, frames: [] },
    ...Array.from({ length: 100_000 }, () => ({ depth: 1, sampleCount: 1, frames: [] })),
  ]);
  expect(treeRows(wide, images, { open: new Set([0]), unfolded: new Set() }, 250)).toHaveLength(251);
});

test("a tree that begins below its root is shown from there", () => {
  const tree = callTreeOf([
    { depth: 3, sampleCount: 2, frames: [] },
    { depth: 0, sampleCount: 1, frames: [] },
  ]);
  expect(treeRows(tree, images, { open: new Set(), unfolded: new Set() }, 10)).toHaveLength(2);
});

test.each([
  ["ArrowDown", 0, 1],
  ["ArrowDown", 6, undefined],
  ["ArrowUp", 0, undefined],
  ["ArrowUp", 3, 2],
  ["Home", 5, 0],
  ["End", 0, 6],
  ["ArrowRight", 0, 1],
  ["ArrowRight", 3, undefined],
  ["ArrowLeft", 4, 1],
  ["ArrowLeft", 0, undefined],
  ["x", 0, undefined],
])("%s from row %i leads to %s", (key, from, to) => {
  const rows = treeRows(SOME, images, { open: new Set(SOME.heaviest), unfolded: new Set() }, 100);
  expect(moveTo(key, rows, from, SOME)).toBe(to);
});

test("the way out of a fold leads to the fold", () => {
  const tree = treeOf("_a 9\n _b 9\n  _c 9\n   _d 9\n    app 9");
  const rows = treeRows(tree, images, { open: new Set(tree.heaviest), unfolded: new Set() }, 100);
  expect(moveTo("ArrowLeft", rows, 1, tree)).toBe(0);
});
