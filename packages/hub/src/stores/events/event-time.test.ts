import { expect, test } from "vitest";
import { eventTime } from "./event-time.ts";

const RECEIVED = "2026-11-24T17:00:00.000Z";

test.for([
  ["a time of last week", "2026-11-17T08:09:10.123Z", "2026-11-17T08:09:10.123Z", false],
  ["a time with an offset becomes UTC", "2026-11-17T08:09:10.123+02:00", "2026-11-17T06:09:10.123Z", false],
  ["the first instant of 2008", "2008-01-01T00:00:00.000Z", "2008-01-01T00:00:00.000Z", false],
  ["the last instant of 2007", "2007-12-31T23:59:59.999Z", RECEIVED, true],
  ["a dead clock", "1970-01-01T00:00:00.000Z", RECEIVED, true],
  ["a day ahead", "2026-11-25T17:00:00.000Z", "2026-11-25T17:00:00.000Z", false],
  ["a day and a millisecond ahead", "2026-11-25T17:00:00.001Z", RECEIVED, true],
  ["the year 275760", "+275760-09-13T00:00:00.000Z", RECEIVED, true],
  ["no time", undefined, RECEIVED, true],
  ["no time at all", "yesterday", RECEIVED, true],
] as const)("%s", ([, crashedAt, time, flagged]) => {
  expect(eventTime(crashedAt, RECEIVED)).toEqual({ time, flagged });
});

test("an arrival without a time is a bug of the caller", () => {
  expect(() => eventTime(undefined, "soon")).toThrow(RangeError);
});
