import { expect, test } from "vitest";
import { bytes, count, exactCount, percent, plural } from "./numbers.ts";

const plain = (text: string) => text.replaceAll("\u00a0", "_");

test.each([
  [0, "0"],
  [1027, "1,027"],
  [99_999, "99,999"],
  [100_000, "100_k"],
  [127_499, "127_k"],
  [12_345_678, "12,346_k"],
])("count %d is %s", (value, text) => {
  expect(plain(count(value))).toBe(text);
});

test("an exact count keeps every digit", () => {
  expect(exactCount(12_345_678)).toBe("12,345,678");
});

test.each([
  [0, "0.0_%"],
  [0.0001, "<_0.1_%"],
  [0.0005, "0.1_%"],
  [0.45, "45.0_%"],
  [1, "100.0_%"],
  [Number.NaN, "–"],
])("share %d is %s", (share, text) => {
  expect(plain(percent(share))).toBe(text);
});

test.each([
  [0, "0_B"],
  [999, "999_B"],
  [1000, "1.0_kB"],
  [999_949, "999.9_kB"],
  [999_950, "1.0_MB"],
  [18_200_000_000, "18.2_GB"],
  [5e15, "5000.0_TB"],
])("%d bytes are %s", (size, text) => {
  expect(plain(bytes(size))).toBe(text);
});

test("one is singular, all else plural", () => {
  expect([0, 1, 2].map((n) => plain(plural(n, "crash", "crashes")))).toEqual(["0_crashes", "1_crash", "2_crashes"]);
});
