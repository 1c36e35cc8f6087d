import { expect, test } from "vitest";
import { ByteBuilder, sparseSource } from "../../test/byte-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { MAX_RANGE_WINDOW, MAX_RANGES, type RangeContext, readRangeLists } from "./range-lists.ts";
import { textBase } from "../bytes/image-offset.ts";

const TEXT = 0x1_0000_0000;
const context = (version: number, unitLow: number | undefined, addressSize: 4 | 8 = 8): RangeContext => ({
  unit: { version, addressSize },
  base: textBase(BigInt(addressSize === 8 ? TEXT : 0x4000)),
  unitLow,
  addressAt: (index) => [0x1000, 0x2000, 0x3000][index] ?? NaN,
  spend: () => undefined,
});

async function read(bytes: Uint8Array, offsets: readonly number[], of: RangeContext) {
  const found: [list: number, start: number, end: number][] = [];
  await readRangeLists(bytesSource(bytes), offsets, of, (...range) => found.push(range));
  return found;
}

test.each([
  ["offsets from the unit", 0x100, (out: ByteBuilder) => out.u64(0x10, 0x20, 0x30, 0x40)],
  [
    "addresses, where the unit has no base",
    undefined,
    (out: ByteBuilder) => out.u64(TEXT + 0x110, TEXT + 0x120, TEXT + 0x130, TEXT + 0x140),
  ],
  [
    "a base of their own",
    undefined,
    (out: ByteBuilder) => out.u64(2n ** 64n - 1n, TEXT + 0x100, 0x10, 0x20, 0x30, 0x40),
  ],
  ["dead and empty ones between", 0x100, (out: ByteBuilder) => out.u64(0x10, 0x20, 5, 5, 9, 8, 0x30, 0x40)],
])("version 4: %s", async (_, unitLow, fill) => {
  const bytes = fill(new ByteBuilder()).u64(0, 0).done();
  expect(await read(bytes, [0], context(4, unitLow))).toEqual([
    [0, 0x110, 0x120],
    [0, 0x130, 0x140],
  ]);
});

test("version 4 with addresses of 4 bytes", async () => {
  const bytes = new ByteBuilder().u32(0xffff_ffff, 0x4100, 0x10, 0x20, 0, 0).done();
  expect(await read(bytes, [0], context(4, undefined, 4))).toEqual([[0, 0x110, 0x120]]);
});

test("version 5: every kind of entry", async () => {
  const bytes = new ByteBuilder()
    .u8(4)
    .uleb(0x10, 0x20) // from the unit
    .u8(5)
    .u64(TEXT + 0x500) // base address
    .u8(4)
    .uleb(0, 8)
    .u8(1)
    .uleb(1) // base by index
    .u8(4)
    .uleb(1, 2)
    .u8(2)
    .uleb(0, 1) // start and end by index
    .u8(3)
    .uleb(2, 0x10) // start by index, length
    .u8(6)
    .u64(TEXT + 0x600, TEXT + 0x610)
    .u8(7)
    .u64(TEXT + 0x700)
    .uleb(0x20)
    .u8(2)
    .uleb(9, 1) // an index that is not there
    .u8(0)
    .done();
  expect((await read(bytes, [0], context(5, 0x100))).map(([, start, end]) => [start, end])).toEqual([
    [0x110, 0x120],
    [0x500, 0x508],
    [0x2001, 0x2002],
    [0x1000, 0x2000],
    [0x3000, 0x3010],
    [0x600, 0x610],
    [0x700, 0x720],
  ]);
});

test("lists in any order keep their numbers; one that is not there is left out", async () => {
  const list = (at: number) => new ByteBuilder().u64(at, at + 4, 0, 0).done();
  const bytes = Uint8Array.from([...list(0x10), ...list(0x20), ...list(0x30)]);
  expect(await read(bytes, [64, 0xffff_ffff, 0, 32], context(4, 0))).toEqual([
    [0, 0x30, 0x34],
    [2, 0x10, 0x14],
    [3, 0x20, 0x24],
  ]);
});

test("a list longer than the first read is followed", async () => {
  const out = new ByteBuilder();
  for (let i = 0; i < 2000; i++) out.u64(i * 8, i * 8 + 4);
  expect(await read(out.u64(0, 0).done(), [0], context(4, 0))).toHaveLength(2000);
});

test.each([
  ["without an end", 4, new ByteBuilder().u64(0x10, 0x20).done(), "truncated"],
  ["of an unknown kind", 5, new ByteBuilder().u8(9).done(), "damaged"],
])("a list %s is damage", async (_, version, bytes, code) => {
  await expect(read(bytes, [0], context(version, 0))).rejects.toMatchObject({ code });
});

test("one range more than a unit may have", async () => {
  const entry = new ByteBuilder().u32(8, 16).done();
  const source = sparseSource((MAX_RANGES + 1) * 8, (bytes, offset) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = entry[(offset + i) % 8]!;
  });
  await expect(readRangeLists(source, [0], context(4, 0, 4), () => undefined)).rejects.toMatchObject({
    code: "too-large",
  });
});

test("lists further apart than the window are refused without reading", async () => {
  const source = sparseSource(MAX_RANGE_WINDOW + 100, () => {
    throw new Error("read");
  });
  const reading = readRangeLists(source, [0, MAX_RANGE_WINDOW + 1], context(4, 0), () => undefined);
  await expect(reading).rejects.toMatchObject({ code: "too-large" });
});
