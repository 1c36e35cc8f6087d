/** When a payload was measured: two local times with a zone on iOS 14, without one later (taken as UTC), numbers in MetricKit 27. */
import type { JsonValue } from "../../report.ts";
import { defined, type JsonObject, numberOf, objectOf } from "../json-fields.ts";
import { parseTimestamp } from "../timestamp.ts";

export interface PayloadWindow {
  /** ISO 8601 UTC. */
  readonly begin?: string;
  readonly end?: string;
}

export function windowOf(payload: JsonObject): PayloadWindow {
  const range = objectOf(payload["timeRange"]);
  return defined({
    begin: timeOf(payload["timeStampBegin"]) ?? timeOf(range?.["begin"] ?? range?.["start"] ?? range?.["lowerBound"]),
    end: timeOf(payload["timeStampEnd"]) ?? timeOf(range?.["end"] ?? range?.["upperBound"]),
  });
}

/** A diagnostic says only in which window it happened; its end is when the system told of it. */
export function momentOf({ begin, end }: PayloadWindow): string | undefined {
  return end ?? begin;
}

/** Seconds between 1970 and 2001, where Foundation's clock begins. */
const REFERENCE_DATE = 978_307_200;
/** As seconds since 2001 this is 2039; since 1970 it was 2009. */
const UNIX_FROM = 1_230_000_000;
const MILLISECONDS_FROM = 1e11;

function timeOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return parseTimestamp(value);
  const number = numberOf(value);
  if (number === undefined || number <= 0) return undefined;
  const seconds = number >= MILLISECONDS_FROM ? number / 1000 : number >= UNIX_FROM ? number : number + REFERENCE_DATE;
  const date = new Date(Math.trunc(seconds * 1000));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Of a library that wraps payloads: a number of milliseconds, or text. */
export const moment: (value: JsonValue | undefined) => string | undefined = timeOf;
