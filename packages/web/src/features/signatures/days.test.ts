import { expect, test } from "vitest";
import { bars, fillDays, MAX_DAYS, openDays } from "./days.ts";

test("days without crashes are filled in, and others left out", () => {
  const days = [
    { day: "2026-11-03", crashes: 5 },
    { day: "2026-11-01", crashes: 2 },
    { day: "2026-10-01", crashes: 9 },
  ];
  expect(fillDays(days, "2026-10-31", "2026-11-03").map((day) => day.crashes)).toEqual([0, 2, 0, 5]);
});

test("a window of centuries keeps its last days", () => {
  const filled = fillDays([], "1026-01-01", "2026-11-03");
  expect([filled.length, filled.at(-1)?.day]).toEqual([MAX_DAYS, "2026-11-03"]);
});

test.each([
  ["2026-11-24", 2],
  ["2026-11-23", 1],
  ["2026-11-22", 0],
])("a window up to %s has %d open days on the 24th", (to, open) => {
  expect(openDays(to, "2026-11-24")).toBe(open);
});

test("up to 120 days have a bar each", () => {
  const days = fillDays([], "2026-07-01", "2026-10-28");
  expect([days.length, bars(days, 0).length, bars(days, 0)[0]?.days]).toEqual([120, 120, 1]);
});

test("more days share bars, without losing a crash; a rest stands at the start", () => {
  const days = fillDays(
    [
      { day: "2026-06-30", crashes: 3 },
      { day: "2026-10-27", crashes: 1 },
      { day: "2026-10-28", crashes: 2 },
    ],
    "2026-06-30",
    "2026-10-28",
  );
  const grouped = bars(days, 2);
  expect(grouped[0]).toEqual({ day: "2026-06-30", days: 1, crashes: 3, open: false });
  expect(grouped.at(-1)).toEqual({ day: "2026-10-27", days: 2, crashes: 3, open: true });
  expect(grouped).toHaveLength(61);
  expect(grouped.filter(({ open }) => open)).toHaveLength(1);
});
