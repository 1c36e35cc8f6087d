import { expect, test } from "vitest";
import { ByteBuilder } from "../../test/byte-builder.ts";
import { parseAranges } from "./aranges.ts";
import { textBase } from "../bytes/image-offset.ts";
import { createUnitMap, MAX_CANDIDATES } from "./unit-ranges.ts";

const map = (ranges: readonly (readonly [start: number, end: number, unit: number])[]) =>
  createUnitMap({
    starts: Uint32Array.from(ranges, ([start]) => start),
    ends: Uint32Array.from(ranges, ([, end]) => end),
    units: Uint32Array.from(ranges, ([, , unit]) => unit),
  });

test("units that cover an address, in the order of the file", () => {
  const units = map([
    [100, 200, 10],
    [0, 1000, 50],
    [150, 160, 70],
    [300, 310, 20],
  ]);
  expect(units.at(155)).toEqual([10, 50, 70]);
  expect(units.at(199)).toEqual([10, 50]);
  expect(units.at(305)).toEqual([20, 50]);
  expect(units.at(1000)).toEqual([]);
  expect(map([]).at(5)).toEqual([]);
});

test("one unit more at an address than is asked", () => {
  const units = map(Array.from({ length: MAX_CANDIDATES + 1 }, (_, i) => [10, 20, i] as const));
  expect(units.at(15)).toHaveLength(MAX_CANDIDATES);
});

const set = (fill: (out: ByteBuilder) => void) => new ByteBuilder().sized(fill);

test.each([4, 8] as const)("reads sets with addresses of %i bytes; dead and empty ranges are left out", (size) => {
  const text = size === 8 ? 0x1_0000_0000 : 0x4000;
  const bytes = set((out) => {
    out.u16(2).u32(11).u8(size, 0).zeros(4);
    out.address(text + 0x10, size).address(0x20, size);
    out.address(0, size).address(0x20, size);
    out.address(text + 0x50, size).address(0, size);
    out.address(text + 0x60, size).address(4, size);
    out.address(0, size).address(0, size);
  });
  const twice = new Uint8Array([...bytes.done(), ...bytes.done()]);
  const ranges = parseAranges(twice, 1000, textBase(BigInt(text)));
  expect([...ranges!.starts]).toEqual([0x10, 0x60, 0x10, 0x60]);
  expect([...ranges!.ends]).toEqual([0x30, 0x64, 0x30, 0x64]);
  expect([...ranges!.units]).toEqual([11, 11, 11, 11]);
});

test.each([
  ["another version", set((out) => out.u16(3).u32(0).u8(8, 0).zeros(4))],
  ["a unit beyond the section", set((out) => out.u16(2).u32(5000).u8(8, 0).zeros(4))],
  ["segments", set((out) => out.u16(2).u32(0).u8(8, 4).zeros(4))],
  ["odd addresses", set((out) => out.u16(2).u32(0).u8(3, 0).zeros(4))],
  ["a length past the end", new ByteBuilder().u32(500).u16(2).u32(0).u8(8, 0)],
  ["half a header", set((out) => out.u16(2))],
])("a table with %s is not trusted", (_, bytes) => {
  expect(parseAranges(bytes.done(), 1000, textBase(0n))).toBeUndefined();
});
