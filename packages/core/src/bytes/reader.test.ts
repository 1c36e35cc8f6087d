import { expect, test } from "vitest";
import { Reader } from "./reader.ts";

test("a read past the end throws with the offset and leaves the cursor", () => {
  const reader = new Reader(new Uint8Array([1, 2, 3]));
  reader.u16();
  expect(() => reader.u32()).toThrow(expect.objectContaining({ code: "truncated", offset: 2 }));
  expect(reader.offset).toBe(2);
});

test.each([
  [[0xe5, 0x8e, 0x26], 624485],
  [[0x7f], 127],
  [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
])("reads unsigned LEB128 %j", (bytes, value) => {
  expect(new Reader(new Uint8Array(bytes)).uleb()).toBe(value);
});

test.each([
  [[0xc0, 0xbb, 0x78], -123456],
  [[0x7f], -1],
  [[0x3f], 63],
])("reads signed LEB128 %j", (bytes, value) => {
  expect(new Reader(new Uint8Array(bytes)).sleb()).toBe(value);
});

test("a LEB128 of eleven bytes is damage", () => {
  const reader = new Reader(new Uint8Array(11).fill(0x80));
  expect(() => reader.uleb()).toThrow(expect.objectContaining({ code: "damaged" }));
});

test("64-bit numbers keep both halves in both byte orders", () => {
  const bytes = new Uint8Array([0, 0, 0, 1, 0, 0, 0, 2]);
  expect(new Reader(bytes, 0, false).u64Number()).toBe(0x1_0000_0002);
  expect(new Reader(bytes, 0, true).u64()).toBe(0x0200_0000_0100_0000n);
});
