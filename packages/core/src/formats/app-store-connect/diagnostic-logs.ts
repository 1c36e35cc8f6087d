/**
 * `/v1/diagnosticSignatures/{id}/logs`: hangs, disk writes and slow launches that Apple collected, each with trees of calls whose frames
 * carry names. Described by Apple's OpenAPI 4.4.1; no answer of the service was seen. Addresses, offsets and lines are texts in it.
 */
import type { JsonValue, Parsed, Report, ReportKind } from "../../report.ts";
import type { JsonDocument, JsonFormat } from "../format.ts";
import { arrayOf, defined, type JsonObject, objectOf, textOf, without } from "../json-fields.ts";
import { MAX_REPORTS_IN_ARRAY, MAX_TREE_JSON_DEPTH } from "../limits.ts";
import { parseDiagnostic } from "../metrickit/diagnostic.ts";

export const diagnosticLogsFormat: JsonFormat = {
  format: "asc",
  depth: MAX_TREE_JSON_DEPTH,
  is: (value) => logsOf(value) !== undefined,
  parse: parseDiagnosticLogs,
};

interface Log {
  readonly source: JsonObject;
  readonly product: JsonObject;
  readonly where: string;
}

/** The whole answer, one product of it, or one log. */
function logsOf(value: JsonObject): readonly Log[] | undefined {
  const products = arrayOf(value["productData"])?.map((product) => objectOf(product) ?? {});
  if (products?.some((product) => arrayOf(product["diagnosticLogs"]) !== undefined)) {
    return products.flatMap((product, i) => logsOfProduct(product, `body#/productData/${i}`));
  }
  if (arrayOf(value["diagnosticLogs"]) !== undefined) return logsOfProduct(value, "body#");
  const isOne = arrayOf(value["callStackTree"]) !== undefined && objectOf(value["diagnosticMetaData"]) !== undefined;
  return isOne ? [{ source: value, product: {}, where: "body#" }] : undefined;
}

function logsOfProduct(product: JsonObject, where: string): readonly Log[] {
  return (arrayOf(product["diagnosticLogs"]) ?? []).flatMap((log, i) => {
    const source = objectOf(log);
    return source === undefined ? [] : [{ source, product, where: `${where}/diagnosticLogs/${i}` }];
  });
}

function parseDiagnosticLogs({ value, reading }: JsonDocument): readonly Parsed<Report>[] {
  const logs = logsOf(value) ?? [];
  const reports = logs.slice(0, MAX_REPORTS_IN_ARRAY).map(({ source, product, where }) => {
    const meta = objectOf(source["diagnosticMetaData"]) ?? {};
    const insights = insightsOf(product);
    const rest = {
      ...without(source, ["callStackTree", "diagnosticMetaData"]),
      ...defined({ signatureId: textOf(product["signatureId"]), diagnosticInsights: product["diagnosticInsights"] }),
    };
    const kind = kindOf(meta, insights);
    const parsed = parseDiagnostic({
      format: "asc",
      kind,
      meta: withUnits(meta),
      tree: source["callStackTree"],
      window: {},
      rest,
      where,
      reading,
    });
    return parsed;
  });
  const last = reports.at(-1);
  if (last === undefined || reports.length === logs.length) return reports;
  const message = `takes ${reports.length} of ${logs.length} diagnostic logs`;
  return [...reports.slice(0, -1), { ...last, problems: [...last.problems, { code: "limit-reached", message }] }];
}

/** Bytes, without the word. */
function withUnits(meta: JsonObject): JsonObject {
  const writes = textOf(meta["writesCaused"]);
  return writes !== undefined && /^\d+$/.test(writes) ? { ...meta, writesCaused: `${writes} byte` } : meta;
}

const insightsOf = (product: JsonObject): readonly JsonValue[] =>
  (arrayOf(product["diagnosticInsights"]) ?? []).map((insight) => objectOf(insight)?.["insightsCategory"] ?? null);

const KINDS: readonly (readonly [RegExp, ReportKind])[] = [
  [/disk.?write/i, "disk-writes"],
  [/hang/i, "hang"],
  [/launch/i, "launch"],
];

function kindOf(meta: JsonObject, insights: readonly JsonValue[]): ReportKind {
  const said = [textOf(meta["event"]), ...insights.map((insight) => textOf(insight))];
  for (const text of said) {
    const kind = KINDS.find(([pattern]) => pattern.test(text ?? ""))?.[1];
    if (kind !== undefined) return kind;
  }
  return meta["writesCaused"] === undefined ? "other" : "disk-writes";
}
