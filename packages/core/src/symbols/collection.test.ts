import { expect, test } from "vitest";
import { appImage, tableSlice, uuid } from "../../test/symbol-tables.ts";
import { createSymbolCollection } from "./collection.ts";

const DSYM = "Harbor.app.dSYM/Contents/Resources/DWARF/Harbor";
const empty = (digit: string, arch: string) => tableSlice({ uuid: uuid(digit), arch }, []);
const withLines = (digit: string) =>
  tableSlice({ uuid: uuid(digit), arch: "arm64" }, [{ start: 0, end: 8, name: "f", file: "f.c", line: 1 }]);

test("the UUID decides, whatever file and architecture it stands in", async () => {
  const symbols = createSymbolCollection();
  symbols.add("misnamed", [empty("b", "x86_64"), empty("a", "arm64")]);
  expect(await symbols.find({ ...appImage, arch: "arm64e" })).toMatchObject({
    status: "found",
    path: "misnamed",
    slice: { uuid: uuid("a") },
  });
});

test("an arm64 slice of another UUID never stands in for arm64e", async () => {
  const symbols = createSymbolCollection();
  symbols.add(DSYM, [empty("b", "arm64")]);
  expect(await symbols.find({ ...appImage, arch: "arm64e" })).toEqual({
    status: "wrong-architecture",
    path: DSYM,
    arch: "arm64",
  });
});

test("of a binary and its dSYM the one with lines is used, in either order", async () => {
  for (const files of [
    [["bin/Harbor", empty("a", "arm64")] as const, [DSYM, withLines("a")] as const],
    [[DSYM, withLines("a")] as const, ["bin/Harbor", empty("a", "arm64")] as const],
  ]) {
    const symbols = createSymbolCollection();
    for (const [path, slice] of files) symbols.add(path, [slice]);
    expect(await symbols.find(appImage)).toMatchObject({ status: "found", path: DSYM });
  }
});

test("another build of the same binary is a mismatch, found by the path where the report prints a bundle id", async () => {
  const symbols = createSymbolCollection();
  symbols.add(DSYM, [empty("b", "arm64")]);
  const { arch: _, ...printed } = { ...appImage, name: "org.windfall.Harbor" };
  expect(await symbols.find(printed)).toEqual({ status: "uuid-mismatch", path: DSYM, uuid: uuid("b") });
});

test("another binary is missing, and so is an image without a name or a UUID", async () => {
  const symbols = createSymbolCollection();
  symbols.add(DSYM, [empty("b", "arm64")]);
  expect(await symbols.find({ ...appImage, name: "Cranes", path: "/x/Cranes" })).toEqual({ status: "missing" });
  expect(await symbols.find({ name: "", base: 0n, size: 0 })).toEqual({ status: "missing" });
});

test("lists what was added", () => {
  const symbols = createSymbolCollection();
  symbols.add(DSYM, [empty("b", "arm64")]);
  expect(symbols.files.map(({ path, slices }) => [path, slices.map(({ arch }) => arch)])).toEqual([[DSYM, ["arm64"]]]);
});
