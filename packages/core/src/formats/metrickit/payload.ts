/**
 * The legacy JSON of MetricKit (`jsonRepresentation()`): a payload of metrics, a payload of diagnostics, one diagnostic saved alone, or
 * its tree of calls saved alone. Keys decide; nothing else is told.
 */
import type { Parsed, Report, ReportKind } from "../../report.ts";
import type { JsonDocument } from "../format.ts";
import { arrayOf, flagOf, type JsonObject, objectOf, textOf, without } from "../json-fields.ts";
import { MAX_REPORTS_IN_ARRAY } from "../limits.ts";
import { stacksOf } from "./call-stacks.ts";
import { parseDiagnostic } from "./diagnostic.ts";
import { isGroupKey, parseMetricPayload } from "./metrics.ts";
import { windowOf } from "./window.ts";

const LISTS: readonly (readonly [key: string, kind: ReportKind])[] = [
  ["crashDiagnostics", "crash"],
  ["hangDiagnostics", "hang"],
  ["cpuExceptionDiagnostics", "cpu"],
  ["diskWriteExceptionDiagnostics", "disk-writes"],
  ["appLaunchDiagnostics", "launch"],
];

/** Groups that tell a payload of metrics from other JSON; in one, every key of their ending is read. */
const GROUPS = [
  "applicationLaunchMetrics",
  "applicationResponsivenessMetrics",
  "applicationTimeMetrics",
  "applicationExitMetrics",
  "animationMetrics",
  "cpuMetrics",
  "gpuMetrics",
  "diskIOMetrics",
  "diskSpaceUsageMetrics",
  "memoryMetrics",
  "displayMetrics",
  "networkTransferMetrics",
  "cellularConditionMetrics",
  "locationActivityMetrics",
  "signpostMetrics",
];

export function isPayload(value: JsonObject): boolean {
  return (
    LISTS.some(([key]) => arrayOf(value[key]) !== undefined) ||
    isDiagnostic(value) ||
    isTree(value) ||
    GROUPS.some((key) => typeof value[key] === "object") ||
    (textOf(value["timeStampBegin"]) !== undefined && textOf(value["timeStampEnd"]) !== undefined)
  );
}

const isTree = (value: JsonObject): boolean => arrayOf(stacksOf(value)) !== undefined;

/** In the logs of App Store Connect `callStackTree` is a list. */
const isDiagnostic = (value: JsonObject): boolean =>
  objectOf(value["callStackTree"]) !== undefined &&
  (objectOf(value["diagnosticMetaData"]) !== undefined || isTree(objectOf(value["callStackTree"]) ?? {}));

export function parsePayload({ value, reading }: JsonDocument): readonly Parsed<Report>[] {
  const window = windowOf(value);
  if (isDiagnostic(value)) {
    const meta = objectOf(value["diagnosticMetaData"]) ?? {};
    const rest = without(value, ["diagnosticMetaData", "callStackTree", "timeStampBegin", "timeStampEnd"]);
    const kind = kindOfMeta(meta) ?? kindOfTree(objectOf(value["callStackTree"]) ?? {});
    return [
      parseDiagnostic({
        format: "metrickit",
        kind,
        meta,
        tree: value["callStackTree"],
        window,
        rest,
        where: "body#",
        reading,
      }),
    ];
  }
  if (isTree(value)) {
    return [
      parseDiagnostic({
        format: "metrickit",
        kind: kindOfTree(value),
        meta: {},
        tree: value,
        window,
        where: "body#",
        reading,
      }),
    ];
  }
  const diagnostics = LISTS.flatMap(([key, kind]) =>
    (arrayOf(value[key]) ?? []).flatMap((entry, i) => {
      const source = objectOf(entry);
      return source === undefined ? [] : [{ source, kind, where: `body#/${key}/${i}` }];
    }),
  );
  const reports = diagnostics.slice(0, MAX_REPORTS_IN_ARRAY).map(({ source, kind, where }) =>
    parseDiagnostic({
      format: "metrickit",
      kind,
      meta: objectOf(source["diagnosticMetaData"]) ?? {},
      tree: source["callStackTree"],
      window,
      rest: without(source, ["diagnosticMetaData", "callStackTree"]),
      where,
      reading,
    }),
  );
  const hasMetrics = Object.keys(value).some(isGroupKey);
  if (hasMetrics || reports.length === 0) {
    // Nothing of the trees is kept beside the reports that they became.
    const payload = without(
      value,
      LISTS.map(([key]) => key),
    );
    return [...reports, parseMetricPayload({ payload: payload ?? {}, reading })];
  }
  return withLeft(reports, diagnostics.length - reports.length);
}

/** A diagnostic saved alone does not say of which list it was: its metadata have one key that the others lack. */
function kindOfMeta(meta: JsonObject): ReportKind | undefined {
  const has = (...keys: readonly string[]) => keys.some((key) => meta[key] !== undefined);
  if (has("exceptionType", "exceptionCode", "signal", "terminationReason")) return "crash";
  if (has("hangDuration")) return "hang";
  if (has("writesCaused")) return "disk-writes";
  if (has("launchDuration")) return "launch";
  return has("totalCPUTime", "totalSampledTime") ? "cpu" : undefined;
}

/** A tree alone does not say what happened. One of samples of no thread is of CPU use or of writes: as of microstackshots, `cpu`. */
const kindOfTree = (tree: JsonObject): ReportKind => (flagOf(tree["callStackPerThread"]) === false ? "cpu" : "other");

function withLeft(reports: readonly Parsed<Report>[], left: number): readonly Parsed<Report>[] {
  const last = reports.at(-1);
  if (left === 0 || last === undefined) return reports;
  const message = `takes ${reports.length} of ${reports.length + left} diagnostics`;
  return [...reports.slice(0, -1), { ...last, problems: [...last.problems, { code: "limit-reached", message }] }];
}
