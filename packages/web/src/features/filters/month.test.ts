import { expect, test } from "vitest";
import { monthDays, pickDay, shiftMonth } from "./month.ts";

test.each([
  ["2026-11", 30, 7],
  ["2026-10", 31, 4],
  ["2028-02", 29, 2],
  ["2027-02", 28, 1],
])("%s has %d days and begins in column %d", (month, length, column) => {
  const { days, firstColumn } = monthDays(month);
  expect([days.length, firstColumn]).toEqual([length, column]);
});

test("months shift across a year", () => {
  expect(shiftMonth("2026-01", -1)).toBe("2025-12");
  expect(shiftMonth("2026-12", 1)).toBe("2027-01");
});

test("two clicks make a range; a second one before the first begins again", () => {
  const started = pickDay({ from: "2026-11-01", to: "2026-11-30" }, "2026-11-10");
  expect(started).toEqual({ from: "2026-11-10", to: undefined });
  expect(pickDay(started, "2026-11-12")).toEqual({ from: "2026-11-10", to: "2026-11-12" });
  expect(pickDay(started, "2026-11-10")).toEqual({ from: "2026-11-10", to: "2026-11-10" });
  expect(pickDay(started, "2026-11-09")).toEqual({ from: "2026-11-09", to: undefined });
});
