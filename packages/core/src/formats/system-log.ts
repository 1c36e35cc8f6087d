/**
 * Bodies of telemetry and of the logs of system services, by Apple's `bug_type`: no report of anybody's app, and full of what a
 * person did. Named, and not read.
 */
import type { Parsed, Problem, Report } from "../report.ts";
import { BUG_TYPES } from "./bug-types.ts";
import type { IpsBodyFormat, IpsBodySource } from "./format.ts";
import { HEADER_KEYS, headerFacts } from "./ips/report.ts";
import { defined, type JsonObject, textOf, without } from "./json-fields.ts";

export const systemLogFormat: IpsBodyFormat = { format: "ips", is: isSystemLog, parse: parseSystemLog };

/** What a crash report, whatever its number, has. */
const REPORT_KEYS = ["threads", "usedImages", "exception", "termination", "faultingThread", "captureTime", "procName"];
/** The first line of a CoreAnalytics log says so itself. */
const ANALYTICS_KEY = "_marker";

const bugTypeOf = (body: JsonObject, header: JsonObject): string | undefined =>
  textOf(header["bug_type"]) ?? textOf(body["bug_type"]);

function isSystemLog(body: JsonObject, header: JsonObject): boolean {
  if (REPORT_KEYS.some((key) => key in body)) return false;
  return ANALYTICS_KEY in body || BUG_TYPES.get(bugTypeOf(body, header) ?? "")?.isIgnored === true;
}

function parseSystemLog({ header, body }: IpsBodySource): Parsed<Report> {
  const facts = headerFacts(header);
  const bugType = bugTypeOf(body, header);
  const problem = systemLogProblem(bugType) ?? systemLogProblem(CORE_ANALYTICS);
  const value: Report = {
    format: "ips",
    ...facts,
    kind: (BUG_TYPES.get(bugType ?? "") ?? BUG_TYPES.get(CORE_ANALYTICS))?.kind ?? "other",
    ...defined({ bugType }),
    device: {},
    process: defined({ name: facts.app.name }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    metadata: defined({ header: without(header, HEADER_KEYS) }),
  };
  return { value, problems: problem === undefined ? [] : [problem] };
}

const CORE_ANALYTICS = "211";

/** `undefined` for what is a report. */
export function systemLogProblem(bugType: string | undefined): Problem | undefined {
  const known = BUG_TYPES.get(bugType ?? "");
  if (known === undefined || !known.isIgnored) return undefined;
  const what = known.kind === "telemetry" ? "telemetry" : "a log of the system";
  return {
    code: "unknown-format",
    message: `this is ${what}, not a report: Apple calls bug_type ${bugType} ${known.name}. Only its header is shown`,
  };
}
