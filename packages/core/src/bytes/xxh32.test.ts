import { expect, test } from "vitest";
import { xxh32 } from "./xxh32.ts";

// From the reference implementation, seed 0.
test.each<[string, number]>([
  ["", 0x02cc_5d05],
  ["a", 0x550d_7456],
  ["abc", 0x32d1_53ff],
  ["Nobody inspects the spammish repetition", 0xe229_3b2f],
])("%j", (text, expected) => {
  const bytes = new TextEncoder().encode(text);
  expect(xxh32(bytes)).toBe(expected);
  // Where it begins in memory makes no difference.
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(xxh32(shifted.subarray(3))).toBe(expected);
});
