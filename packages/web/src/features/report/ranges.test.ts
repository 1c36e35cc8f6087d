import { expect, test } from "vitest";
import { ranges } from "./ranges.ts";

test.each([
  [[], ""],
  [[4], "4"],
  [[0, 1], "0, 1"],
  [[0, 1, 2, 15, 18, 19], "0 to 2, 15, 18, 19"],
  [Array.from({ length: 13 }, (_, i) => i * 2), "0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, …"],
])("%j", (numbers, text) => {
  expect(ranges(numbers)).toBe(text);
});
