import { expect, test } from "vitest";
import { niceTop } from "./day-bars.tsx";

test.each([
  [0, 2],
  [2, 2],
  [3, 4],
  [7, 10],
  [11, 20],
  [235, 400],
  [1_000_001, 2_000_000],
])("an axis for %d goes to %d", (value, top) => {
  expect(niceTop(value)).toBe(top);
});
