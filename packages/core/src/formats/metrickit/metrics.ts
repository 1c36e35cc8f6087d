/** MXMetricPayload: what the app did in a window of one day, in groups of measurements and histograms. */
import type { Histogram, JsonValue, Measurement, Parsed, Report } from "../../report.ts";
import type { JsonReading } from "../json.ts";
import { arrayOf, defined, flagOf, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { osOf } from "./diagnostic.ts";
import { isHistogram, parseHistogram } from "./histogram.ts";
import { parseMeasurement } from "./measurement.ts";
import { momentOf, type PayloadWindow, windowOf } from "./window.ts";
import { keepShallow } from "./shallow.ts";

/** Measurements and histograms of one payload. Apple's own groups have some sixty; an app may add signposts. */
export const MAX_MEASUREMENTS = 5000;
/** Groups nest two deep; what lies deeper is none of Apple's. */
export const MAX_GROUP_DEPTH = 6;

/** `applicationLaunchMetrics`, `signpostMetrics`, …: by their ending, so that a new group is read as well. */
export const isGroupKey = (key: string): boolean => key.endsWith("Metrics");

const TOP_KEYS = ["appVersion", "timeStampBegin", "timeStampEnd", "metaData"];
const META_KEYS = ["appBuildVersion", "osVersion", "deviceType", "bundleIdentifier", "isTestFlightApp", "pid"];

export interface MetricSource {
  readonly payload: JsonObject;
  readonly reading?: JsonReading | undefined;
  readonly rest?: JsonObject | undefined;
}

export function parseMetricPayload({ payload, reading, rest = {} }: MetricSource): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the payload", problems);
  const meta = objectOf(payload["metaData"]) ?? {};
  const found = measure(payload, textOf(meta["regionFormat"]), problems);
  const window = windowOf(payload);
  const model = textOf(meta["deviceType"]);
  if (found.values.length === 0 && found.histograms.length === 0) {
    problems.add("missing-part", "nothing was measured in this window", "body#");
  }
  const value: Report = {
    format: "metrickit",
    kind: "metrics",
    ...defined({ crashedAt: momentOf(window) }),
    app: defined({
      bundleId: textOf(meta["bundleIdentifier"]),
      version: textOf(payload["appVersion"]),
      build: textOf(meta["appBuildVersion"]),
    }),
    os: osOf(meta, model),
    device: defined({ model }),
    process: defined({
      pid: numberOf(meta["pid"]),
      isBeta: flagOf(meta["isTestFlightApp"]),
      isSimulated: isFromXcode(payload, window),
    }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    measured: { ...window, values: found.values, histograms: found.histograms },
    metadata: keepShallow(
      {
        ...without(
          payload,
          Object.keys(payload).filter((key) => TOP_KEYS.includes(key) || isGroupKey(key)),
        ),
        ...without(meta, META_KEYS),
        ...(Object.keys(found.rest).length > 0 && { notUnderstood: found.rest }),
        ...rest,
      },
      problems,
    ),
  };
  return { value, problems: problems.items };
}

/** A window of a device is a day, but for the space on its disk; Xcode's simulated payload begins and ends in one second. */
function isFromXcode(payload: JsonObject, { begin, end }: PayloadWindow): true | undefined {
  const isMoment = begin !== undefined && begin === end;
  return isMoment && Object.keys(payload).some((key) => isGroupKey(key) && key !== "diskSpaceUsageMetrics")
    ? true
    : undefined;
}

export interface Found {
  readonly values: Measurement[];
  readonly histograms: Histogram[];
  /** What is neither, by where it stands. */
  readonly rest: Record<string, JsonValue>;
}

interface Waiting {
  readonly name: string;
  readonly key: string;
  readonly value: JsonValue;
  readonly depth: number;
  readonly scope?: Readonly<Record<string, string>> | undefined;
}

/** Everything in the groups of a payload, in its order; no step recurses. */
export function measure(payload: JsonObject, region: string | undefined, problems: ProblemList): Found {
  const found: Found = { values: [], histograms: [], rest: {} };
  const waiting: Waiting[] = [];
  const push = (entries: readonly (readonly [string, JsonValue])[], from: Omit<Waiting, "key" | "value">) => {
    for (const [key, value] of entries.toReversed()) {
      waiting.push({ ...from, name: from.name === "" ? key : `${from.name}/${key}`, key, value });
    }
  };
  push(
    Object.entries(payload).filter(([key]) => isGroupKey(key)),
    { name: "", depth: 0 },
  );
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.values.length + found.histograms.length >= MAX_MEASUREMENTS) {
      problems.add("limit-reached", `keeps ${MAX_MEASUREMENTS} measurements`, `body#/${next.name}`);
      break;
    }
    const { name, value, depth, scope } = next;
    const list = arrayOf(value);
    const group = objectOf(value);
    if (list !== undefined) {
      // Only signposts come as a list: what they are of is told beside them.
      for (const entry of list.toReversed()) {
        const item = objectOf(entry);
        if (item !== undefined) waiting.push({ ...next, value: item, depth: depth + 1, scope: scopeOf(item) });
      }
    } else if (group === undefined) takeScalar(found, next, region, problems);
    else if (isHistogram(group)) {
      const histogram = parseHistogram(group, { key: next.key, region }, `body#/${name}`, problems);
      if (histogram !== undefined) found.histograms.push({ name, ...histogram, ...(scope && { scope }) });
    } else if (group["averageValue"] !== undefined) takeAverage(found, next, group, region);
    else if (depth >= MAX_GROUP_DEPTH) problems.add("limit-reached", "a group nested too deeply", `body#/${name}`);
    else {
      const entries = Object.entries(group).filter(([key]) => scope?.[key] === undefined);
      push(entries, { name, depth: depth + 1, scope });
    }
  }
  return found;
}

const SCOPE_KEYS = ["signpostName", "signpostCategory"];

function scopeOf(item: JsonObject): Readonly<Record<string, string>> | undefined {
  const scope = Object.fromEntries(
    SCOPE_KEYS.flatMap((key) => {
      const text = textOf(item[key]);
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
  return Object.keys(scope).length === 0 ? undefined : scope;
}

function takeScalar(found: Found, from: Waiting, region: string | undefined, problems: ProblemList): void {
  const { name, key, value, scope } = from;
  const context = { key, region };
  const number = typeof value === "number" ? value : undefined;
  const text = textOf(value);
  const parsed =
    number !== undefined
      ? { value: number, unit: unitOfNumber(key), raw: String(number) }
      : text === undefined
        ? undefined
        : parseMeasurement(text, context);
  if (parsed === "unknown-unit") {
    problems.add("unreadable-value", `the unit of ${JSON.stringify(text)} is not known`, `body#/${name}`);
  }
  if (parsed === undefined || parsed === "unknown-unit") found.rest[name] = value;
  else found.values.push({ name, ...parsed, ...(scope && { scope }) });
}

/** Libraries put the unit of a number into its key. */
const unitOfNumber = (key: string): string => (key.endsWith("Ms") ? "ms" : key.endsWith("Bytes") ? "byte" : "count");

/** `standardDeviation` -1 with `sampleCount` 0 says that there is no data. */
function takeAverage(found: Found, { name, key, scope }: Waiting, group: JsonObject, region: string | undefined): void {
  const raw = textOf(group["averageValue"]);
  const parsed = raw === undefined ? undefined : parseMeasurement(raw, { key, region });
  const sampleCount = numberOf(group["sampleCount"]);
  const deviation = numberOf(group["standardDeviation"]);
  if (parsed === undefined || parsed === "unknown-unit") found.rest[name] = group;
  else if (sampleCount !== 0) {
    found.values.push({
      name,
      ...parsed,
      ...defined({ sampleCount, standardDeviation: deviation === -1 ? undefined : deviation }),
      ...(scope && { scope }),
    });
  }
}
