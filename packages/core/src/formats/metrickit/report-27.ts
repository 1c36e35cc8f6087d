/**
 * `MetricReport` and `DiagnosticReport` of MetricKit 27, which apps encode as they like and Apple documents nowhere: UNVERIFIED, no file of a
 * device was seen. So nothing here depends on where a thing stands: what has a tree of calls is a diagnostic, what has a value and a unit is
 * a measurement, and what is neither is kept.
 */
import type { Histogram, HistogramBucket, JsonValue, Measurement, Parsed, Report, ReportKind } from "../../report.ts";
import type { JsonDocument } from "../format.ts";
import { arrayOf, defined, flagOf, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { MAX_REPORTS_IN_ARRAY } from "../limits.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { parseDiagnostic, osOf } from "./diagnostic.ts";
import { MAX_BUCKETS } from "./histogram.ts";
import { measurementOf } from "./measurement.ts";
import { type Found, MAX_MEASUREMENTS } from "./metrics.ts";
import { momentOf, windowOf } from "./window.ts";
import { keepShallow } from "./shallow.ts";

/** Objects that are looked at for diagnostics, and how deep; the trees themselves are not entered. */
export const MAX_LOOKED_AT = 20_000;
export const MAX_DEPTH = 16;

export function isReport27(value: JsonObject): boolean {
  return (
    (objectOf(value["timeRange"]) !== undefined &&
      (arrayOf(value["intervalEntries"]) !== undefined || arrayOf(value["stateEntries"]) !== undefined)) ||
    (objectOf(value["environment"]) !== undefined && diagnosticsIn(value).length > 0) ||
    Object.keys(value).some((key) => kindOfKey(key) !== undefined && objectOf(objectOf(value[key])?.["callStackTree"]))
  );
}

export function parseReport27({ value, reading }: JsonDocument): readonly Parsed<Report>[] {
  const environment = objectOf(value["environment"]) ?? {};
  const diagnostics = diagnosticsIn(value);
  const reports = diagnostics.slice(0, MAX_REPORTS_IN_ARRAY).map(({ source, kind, where }) =>
    parseDiagnostic({
      format: "metrickit",
      kind,
      meta: { ...environment, ...without(source, ["callStackTree"]) },
      tree: source["callStackTree"],
      window: windowOf(value),
      where,
      reading,
    }),
  );
  const hasMetrics = arrayOf(value["intervalEntries"]) !== undefined || arrayOf(value["stateEntries"]) !== undefined;
  // Nothing of the trees is kept beside the reports that they became.
  const trees = diagnostics.map(({ where }) => where.split("/")[1] ?? "");
  return hasMetrics ? [...reports, parseMetricReport(without(value, trees) ?? {}, environment, reading)] : reports;
}

interface Diagnostic {
  readonly source: JsonObject;
  readonly kind: ReportKind;
  readonly where: string;
}

/** By any spelling: `crash`, `crashDiagnostic`, `CrashDiagnostics`. */
const KINDS: readonly (readonly [pattern: RegExp, kind: ReportKind])[] = [
  [/^crash(diagnostics?)?$/i, "crash"],
  [/^hang(diagnostics?)?$/i, "hang"],
  [/^cpu(exception)?(diagnostics?)?$/i, "cpu"],
  [/^diskwrites?(exception)?(diagnostics?)?$/i, "disk-writes"],
  [/^(app)?launch(diagnostics?)?$/i, "launch"],
  [/^memory(exception)?(diagnostics?)?$/i, "memory"],
];
const kindOfKey = (key: string): ReportKind | undefined => KINDS.find(([pattern]) => pattern.test(key))?.[1];

function diagnosticsIn(report: JsonObject): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const waiting: {
    readonly value: JsonValue;
    readonly kind: ReportKind;
    readonly where: string;
    readonly depth: number;
  }[] = [{ value: report, kind: "other", where: "body#", depth: 0 }];
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined && looked < MAX_LOOKED_AT; next = waiting.pop()) {
    looked++;
    const { value, kind, where, depth } = next;
    const source = objectOf(value);
    const told = kindOfKey(textOf(source?.["type"]) ?? textOf(source?.["kind"]) ?? "") ?? kind;
    if (source !== undefined && objectOf(source["callStackTree"]) !== undefined) {
      found.push({ source, kind: told, where });
      continue;
    }
    if (depth >= MAX_DEPTH) continue;
    const list = arrayOf(value);
    const members = list === undefined ? Object.entries(source ?? {}) : [...list.entries()];
    for (const [key, member] of members.slice(0, MAX_LOOKED_AT).toReversed()) {
      if (member === null || typeof member !== "object") continue;
      const inner = typeof key === "string" ? (kindOfKey(key) ?? told) : told;
      waiting.push({ value: member, kind: inner, where: `${where}/${key}`, depth: depth + 1 });
    }
  }
  return found;
}

const TOP_KEYS = ["environment", "timeRange", "intervalEntries", "stateEntries"];
const ENVIRONMENT_KEYS = [
  "applicationVersion",
  "applicationBuildVersion",
  "appVersion",
  "appBuildVersion",
  "bundleIdentifier",
  "deviceType",
  "osVersion",
  "isTestFlightApp",
  "pid",
];

function parseMetricReport(
  value: JsonObject,
  environment: JsonObject,
  reading: JsonDocument["reading"],
): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the report", problems);
  const found: Found = { values: [], histograms: [], rest: {} };
  for (const list of ["intervalEntries", "stateEntries"] as const) {
    for (const [i, item] of (arrayOf(value[list]) ?? []).entries()) {
      const entry = objectOf(item);
      for (const [n, result] of (arrayOf(entry?.["values"]) ?? []).entries()) {
        if (found.values.length + found.histograms.length >= MAX_MEASUREMENTS) {
          problems.add("limit-reached", `keeps ${MAX_MEASUREMENTS} measurements`, `body#/${list}/${i}`);
          break;
        }
        takeResult(found, result, `${list}/${i}/values/${n}`, scopeOf(entry ?? {}));
      }
    }
  }
  const window = windowOf(value);
  const model = textOf(environment["deviceType"]);
  const report: Report = {
    format: "metrickit",
    kind: "metrics",
    ...defined({ crashedAt: momentOf(window) }),
    app: defined({
      bundleId: textOf(environment["bundleIdentifier"]),
      version: textOf(environment["applicationVersion"]) ?? textOf(environment["appVersion"]),
      build: textOf(environment["applicationBuildVersion"]) ?? textOf(environment["appBuildVersion"]),
    }),
    os: osOf(environment, model),
    device: defined({ model }),
    process: defined({ pid: numberOf(environment["pid"]), isBeta: flagOf(environment["isTestFlightApp"]) }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    measured: { ...window, values: found.values, histograms: found.histograms },
    metadata: keepShallow(
      {
        ...without(value, TOP_KEYS),
        ...without(environment, ENVIRONMENT_KEYS),
        ...(Object.keys(found.rest).length > 0 && { notUnderstood: found.rest }),
      },
      problems,
    ),
  };
  return { value: report, problems: problems.items };
}

/** The state of the app that an entry is about; the length of an interval tells the day from its parts. */
function scopeOf(entry: JsonObject): Readonly<Record<string, string>> | undefined {
  const states = [...(arrayOf(entry["states"]) ?? []), ...(entry["state"] === undefined ? [] : [entry["state"]])];
  const labels = states.flatMap((state) => {
    const { domain, label } = objectOf(state) ?? {};
    const text = [textOf(domain), textOf(label)].filter((part) => part !== undefined).join(": ");
    return text === "" ? [] : [text];
  });
  const length = quantityOf(objectOf(entry["duration"]) ?? {}, "duration");
  const scope = defined({
    state: labels.length === 0 ? undefined : labels.slice(0, MAX_STATES).join(", "),
    duration: length?.raw,
  });
  return Object.keys(scope).length === 0 ? undefined : scope;
}
export const MAX_STATES = 20;

/** An object with one key that says what it is: `{"cpuTimeMetric": {"value": {"value": 42, "unit": "s"}}}`. */
function takeResult(
  found: Found,
  result: JsonValue,
  where: string,
  scope: Readonly<Record<string, string>> | undefined,
): void {
  const members = Object.entries(objectOf(result) ?? {});
  if (members.length === 0) found.rest[where] = result;
  for (const [key, value] of members.slice(0, MAX_MEMBERS)) {
    const name = key.replace(/(Metric|Result)$/i, "");
    const taken = takeValue(found, name, value, scope);
    if (!taken) found.rest[`${where}/${key}`] = value;
  }
}
export const MAX_MEMBERS = 100;

/** One level of members is looked into: `{"histogram": …}`, `{"average": …, "sampleCount": …}`. */
function takeValue(
  found: Found,
  name: string,
  value: JsonValue,
  scope: Readonly<Record<string, string>> | undefined,
): boolean {
  const direct = readValue(name, value, scope);
  if (direct !== undefined) return put(found, direct);
  const members = Object.entries(objectOf(value) ?? {}).slice(0, MAX_MEMBERS);
  const read = members.map(
    ([key, member]) =>
      readValue(key === "value" || key === "histogram" ? name : `${name}/${key}`, member, scope) ??
      (typeof member === "string" ? "text" : undefined),
  );
  if (read.every((item) => item === "text" || item === undefined)) return false;
  for (const item of read) if (item !== undefined && item !== "text") put(found, item);
  return read.every((item) => item !== undefined);
}

function put(found: Found, item: Measurement | Histogram): true {
  if ("buckets" in item) found.histograms.push(item);
  else found.values.push(item);
  return true;
}

function readValue(
  name: string,
  value: JsonValue,
  scope: Readonly<Record<string, string>> | undefined,
): Measurement | Histogram | undefined {
  const more = scope && { scope };
  const number = typeof value === "number" ? value : undefined;
  if (number !== undefined) return { name, value: number, unit: "count", raw: String(number), ...more };
  const source = objectOf(value);
  if (source === undefined) return undefined;
  const quantity = quantityOf(source, name);
  if (quantity !== undefined) return { name, ...quantity, ...more };
  const histogram = histogramOf(source, name);
  return histogram && { name, ...histogram, ...more };
}

/** Foundation's `Measurement`: a value and the symbol of its unit, which may be an object of its own. */
function quantityOf(source: JsonObject, name: string): Omit<Measurement, "name"> | undefined {
  const value = typeof source["value"] === "number" ? source["value"] : undefined;
  const unit = textOf(source["unit"]) ?? textOf(objectOf(source["unit"])?.["symbol"]);
  return value === undefined || unit === undefined ? undefined : measurementOf(value, unit, name);
}

function histogramOf(source: JsonObject, name: string): Omit<Histogram, "name"> | undefined {
  let unit = "count";
  const buckets = (arrayOf(source["buckets"]) ?? []).slice(0, MAX_BUCKETS).flatMap((entry): HistogramBucket[] => {
    const bucket = objectOf(entry) ?? {};
    const start = boundOf(bucket["lowerBound"] ?? bucket["start"], name);
    const end = boundOf(bucket["upperBound"] ?? bucket["end"], name);
    const count = numberOf(bucket["count"]);
    if (start === undefined || count === undefined) return [];
    unit = start.unit;
    return [{ start: start.value, end: end?.value ?? start.value, count }];
  });
  return buckets.length === 0 ? undefined : { unit, buckets: buckets.toSorted((a, b) => a.start - b.start) };
}

function boundOf(value: JsonValue | undefined, name: string): { value: number; unit: string } | undefined {
  const number = typeof value === "number" ? value : undefined;
  return number === undefined ? quantityOf(objectOf(value) ?? {}, name) : { value: number, unit: "count" };
}
