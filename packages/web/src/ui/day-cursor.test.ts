import { expect, test } from "vitest";
import { nearest, target } from "./day-cursor.tsx";

test.each([
  [-5, 0],
  [12, 0],
  [13, 1],
  [60, 2],
  [140, 4],
])("at %d percent of five days the pointer is over day %d", (percent, index) => {
  expect(nearest(percent, 4, (day) => day * 25)).toBe(index);
});

test.each([
  ["ArrowLeft", 3, 2],
  ["ArrowRight", 3, 4],
  ["ArrowRight", 9, 9],
  ["PageDown", 3, 0],
  ["Home", 5, 0],
  ["End", 5, 9],
  ["a", 5, undefined],
])("%s on day %d of ten goes to %s", (key, from, to) => {
  expect(target(key, from, 9)).toBe(to);
});
