import type { BuildSymbols, ImageState } from "@windfall/api";
import { expect, test } from "vitest";
import { matrixOf, MAX_COLUMNS } from "./cells.ts";

const build = (
  version: string,
  images: readonly (readonly [name: string, state: ImageState, arch?: string])[],
): BuildSymbols => ({
  version,
  build: "1",
  since: "2026-11-24T12:00:00.000Z",
  channel: null,
  ci: null,
  registered: true,
  images: images.map(([name, state, arch = "arm64"]) => ({ name, arch, uuid: `${name}-${arch}`, state, crashes: 0 })),
  system: false,
  unnamed: 0,
});

test("an image is one column in all builds, and a build without it says so", () => {
  const { columns, rows } = matrixOf([
    build("2", [
      ["App", "missing"],
      ["Kit", "held"],
    ]),
    build("1", [["App", "held"]]),
  ]);
  expect(columns).toEqual(["App", "Kit"]);
  expect(rows.map(({ cells }) => cells.map(({ state }) => state))).toEqual([
    ["missing", "held"],
    ["held", "not-in-build"],
  ]);
});

test.each<[ImageState[], ImageState]>([
  [["held", "held"], "held"],
  [["held", "names-only"], "names-only"],
  [["names-only", "mismatched"], "mismatched"],
  [["mismatched", "missing", "held"], "missing"],
])("slices of one image that are %j are shown as %s", (states, shown) => {
  const { rows } = matrixOf([
    build(
      "1",
      states.map((state, i) => ["App", state, `arm${i}`]),
    ),
  ]);
  expect(rows[0]?.cells[0]).toEqual({
    state: shown,
    slices: states.map((_, i) => expect.stringContaining(`arm${i} `)),
  });
});

test("past the limit of columns the app itself stays, whatever has gaps", () => {
  const gaps = Array.from({ length: MAX_COLUMNS }, (_, i) => [`A${i}`, "missing"] as const);
  const { columns, left } = matrixOf([build("2", [["Zebra", "held"]]), build("1", [...gaps, ["Zebra", "held"]])]);
  expect(columns[0]).toBe("Zebra");
  expect([columns.length, left]).toEqual([MAX_COLUMNS, 1]);
});

test("past the limit of columns those with gaps are shown, and the others counted", () => {
  const held = Array.from({ length: MAX_COLUMNS }, (_, i) => [`A${i}`, "held"] as const);
  const { columns, left } = matrixOf([build("1", [...held, ["Zebra", "missing"]])]);
  expect(columns).toContain("Zebra");
  expect([columns.length, left]).toEqual([MAX_COLUMNS, 1]);
});
