/** The clock of a report: ISO text, or a number of seconds, milliseconds or microseconds, whichever the version wrote. */
import type { JsonValue } from "../../report.ts";
import { numberOf } from "../json-fields.ts";
import { isoTime, parseTimestamp } from "../timestamp.ts";

/** Seconds reach this in the year 5138, milliseconds did in 1973. */
const SECONDS_END = 1e11;
const MILLISECONDS_END = 1e14;

export function parseTime(value: JsonValue | undefined): string | undefined {
  const number = numberOf(value);
  if (number === undefined) return parseTimestamp(typeof value === "string" ? value : undefined);
  if (number <= 0) return undefined;
  const ms = number < SECONDS_END ? number * 1000 : number < MILLISECONDS_END ? number : number / 1000;
  return isoTime(new Date(Math.trunc(ms)));
}
