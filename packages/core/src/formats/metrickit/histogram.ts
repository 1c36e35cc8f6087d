/** MetricKit's histograms: buckets under decimal keys in any order, closed bounds, told as texts. */
import type { Histogram, HistogramBucket, JsonValue } from "../../report.ts";
import { type JsonObject, numberOf, objectOf, textOf } from "../json-fields.ts";
import type { ProblemList } from "../problem-list.ts";
import { type MeasureContext, parseMeasurement } from "./measurement.ts";

/** Buckets of one histogram; real ones have some dozens. */
export const MAX_BUCKETS = 1000;

export function isHistogram(value: JsonObject): boolean {
  return objectOf(value["histogramValue"]) !== undefined;
}

/** `undefined` when no bucket of it can be read. */
export function parseHistogram(
  value: JsonObject,
  context: MeasureContext,
  where: string,
  problems: ProblemList,
): Omit<Histogram, "name"> | undefined {
  const entries = Object.entries(objectOf(value["histogramValue"]) ?? {});
  if (entries.length > MAX_BUCKETS) {
    problems.add("limit-reached", `keeps ${MAX_BUCKETS} of ${entries.length} buckets`, where);
  }
  let unit: string | undefined;
  const buckets: HistogramBucket[] = [];
  for (const [key, entry] of entries.slice(0, MAX_BUCKETS)) {
    const bucket = objectOf(entry);
    const start = boundOf(bucket?.["bucketStart"], context);
    const end = boundOf(bucket?.["bucketEnd"], context);
    const count = numberOf(bucket?.["bucketCount"]);
    if (start === undefined || end === undefined || count === undefined) {
      problems.add("unreadable-value", "a bucket without count or bounds", `${where}/histogramValue/${key}`);
      continue;
    }
    unit ??= start.unit;
    buckets.push({ start: start.value, end: end.value, count });
  }
  // The keys only number the buckets; the bounds are what they are sorted by.
  buckets.sort((a, b) => a.start - b.start || a.end - b.end);
  return unit === undefined ? undefined : { unit, buckets };
}

function boundOf(value: JsonValue | undefined, context: MeasureContext) {
  const text = textOf(value);
  const parsed = text === undefined ? undefined : parseMeasurement(text, context);
  return parsed === "unknown-unit" ? undefined : parsed;
}
