/** What MetricKit measured, a line each, in the units people read. */
import type { Histogram, HistogramBucket, Measurement, Report } from "@windfall/core";

/** A payload has some sixty; an app may add hundreds of signposts. */
const MAX_LINES = 100;

export function measuredRows({ measured, sampling }: Report): readonly [string, readonly string[]][] {
  if (measured === undefined) return [];
  const { begin, end, values, histograms } = measured;
  // What a diagnostic is about is told with its limits.
  const lines = sampling === undefined ? [...values.map(valueLine), ...histograms.map(histogramLine)] : [];
  const left = lines.length - MAX_LINES;
  return [
    [
      "Window",
      begin === undefined || end === undefined || begin === end ? [] : [`${minute(begin)} to ${minute(end)} UTC`],
    ],
    ["Measured", [...lines.slice(0, MAX_LINES), ...(left > 0 ? [`${left} more: --format json has them`] : [])]],
  ];
}

const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");

function valueLine({ name, value, unit, sampleCount, scope }: Measurement): string {
  const samples = sampleCount === undefined ? "" : ` (average of ${sampleCount})`;
  return `${name}  ${amount(value, unit)}${samples}${of(scope)}`;
}

function histogramLine({ name, unit, buckets, scope }: Histogram): string {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return `${name}  nothing${of(scope)}`;
  const range = `${amount(first.start, unit)} to ${amount(last.end, unit)}`;
  return `${name}  ${total} in ${buckets.length} ${buckets.length === 1 ? "bucket" : "buckets"}, ${range}, median ${amount(median(buckets, total), unit)}${of(scope)}`;
}

function median(buckets: readonly HistogramBucket[], total: number): number {
  let seen = 0;
  for (const { start, end, count } of buckets) {
    seen += count;
    if (seen * 2 >= total) return (start + end) / 2;
  }
  return 0;
}

const of = (scope: Readonly<Record<string, string>> | undefined): string =>
  scope === undefined ? "" : `  [${Object.values(scope).join(" · ")}]`;

const number = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 });

const BYTES = ["B", "kB", "MB", "GB", "TB"];

/** 1,073,741,824 bytes are 1.074 GB: MetricKit's kB are 1,000 bytes. */
function amount(value: number, unit: string): string {
  if (unit === "count") return number(value);
  if (unit === "ms") return Math.abs(value) < 1000 ? `${number(value)} ms` : `${number(value / 1000)} s`;
  if (unit !== "byte") return `${number(value)} ${unit}`;
  const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)));
  return `${number(value / 1000 ** power)} ${BYTES[power]}`;
}
