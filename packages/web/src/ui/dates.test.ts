import { expect, test } from "vitest";
import { addDays, ago, daysBetween, duration, moment, parseDay, range, shortDay, utc } from "./dates.ts";

const plain = (text: string) => text.replaceAll("\u00a0", "_");
const NOW = Date.parse("2026-11-24T14:03:00Z");

test.each([
  ["2026-11-24T14:02:30Z", "now"],
  ["2026-11-24T14:05:00Z", "now"],
  ["2026-11-24T13:51:00Z", "12_min ago"],
  ["2026-11-24T09:00:00Z", "5_h ago"],
  ["2026-11-22T14:04:00Z", "47_h ago"],
  ["2026-11-22T14:03:00Z", "22_Nov"],
  ["2025-11-12T00:00:00Z", "12_Nov_2025"],
  ["2027-01-01T00:00:00Z", "1_Jan_2027"],
  ["no time", "unknown"],
])("%s is told as %s", (time, text) => {
  expect(plain(ago(time, NOW))).toBe(text);
});

test("the absolute time is UTC and complete", () => {
  expect(plain(utc("2026-11-24T13:51:09.5Z"))).toBe("Tue 24_Nov_2026, 13:51 UTC");
  expect(plain(moment("2026-11-24T11:42:07Z"))).toBe("24_Nov_2026, 11:42:07_UTC");
});

test.each([
  [462, "462_ms"],
  [3249, "3.2_s"],
  [59_999, "59.9_s"],
  [192_000, "3_min 12_s"],
  [5 * 3_600_000, "5_h"],
  [9 * 86_400_000, "9_d"],
])("%d ms last %s", (ms, text) => {
  expect(plain(duration(ms))).toBe(text);
});

test.each([
  ["2026-11-24", "2026-11-24"],
  ["2026-3-1", "2026-03-01"],
  ["24 Nov 2026", "2026-11-24"],
  [" 4. november 2026 ", "2026-11-04"],
  ["31 Feb 2026", undefined],
  ["2026-13-01", undefined],
  ["24 Foo 2026", undefined],
  ["yesterday", undefined],
  ["", undefined],
])("typed day %j", (text, day) => {
  expect(parseDay(text)).toBe(day);
});

test("days are counted across a month and a leap day", () => {
  expect(addDays("2026-10-31", 1)).toBe("2026-11-01");
  expect(daysBetween("2028-02-28", "2028-03-01")).toBe(3);
  expect(daysBetween("2026-10-26", "2026-11-24")).toBe(30);
});

test("a range names its days, and its year only where it is another", () => {
  expect(plain(range("2026-10-26", "2026-11-24", NOW))).toBe("26_Oct – 24_Nov (30_days)");
  expect(plain(range("2025-12-31", "2025-12-31", NOW))).toBe("31_Dec_2025 (1_day)");
  expect(plain(shortDay("2026-01-01", NOW))).toBe("1_Jan");
});
