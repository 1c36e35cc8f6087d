/** Any report in, every `Report` it holds out. Detection is by content, one table in `detect.ts`. */
import { FormatError } from "../bytes/errors.ts";
import type { Parsed, Report } from "../report.ts";
import { parseCrashText } from "./crash-text/report.ts";
import { IPS_BODY_FORMATS, textFormatOf } from "./all-formats.ts";
import { type Detected, detectReport, detectRest, type Readable } from "./detect.ts";
import { parseIps } from "./ips/report.ts";
import { MAX_REPORTS_IN_ARRAY } from "./limits.ts";
import { parseOpaqueText } from "./opaque-text.ts";

export interface ParsedReport extends Parsed<Report> {
  /** Which one of an input that holds several; absent for a single report. */
  readonly part?: string;
}

/**
 * Every report in `bytes`. Throws `FormatError` when nothing in it is a report; whatever else could not be read is in
 * `problems`.
 *
 * @example
 * for (const { value, problems } of parseReports(bytes)) console.log(value.kind, problems.length);
 */
export function parseReports(bytes: Uint8Array): readonly ParsedReport[] {
  const reports = readDetected(detectReport(bytes));
  if (reports.length === 0) throw new FormatError("not-a-report", "no report found in this input");
  return reports.length === 1 ? reports : reports.map((report, i) => ({ ...report, part: String(i) }));
}

/** Joined into one file by hand or by a log shipper. */
export const MAX_JOINED_REPORTS = 1_000;

/** A panic has the profile of the machine behind its body: known, and nothing of a report. */
const SYSTEM_PROFILE = /^Model: |^System Profile/;

function readDetected(detected: Readable): readonly Parsed<Report>[] {
  switch (detected.kind) {
    case "crash":
      return parseCrashText(detected.text);
    case "text":
      return detected.reader.parse({ text: detected.text, firstLine: 1 });
    case "binary":
      return detected.reader.parse(detected.bytes);
    case "json":
      return detected.reader.parse(detected.document);
    case "list":
      return withLeft(detected.items.flatMap(readDetected), detected.left);
    case "ips-text":
      return readTextBody(detected);
    default:
      return readJoined(detected);
  }
}

function readTextBody({ header, text, firstLine }: Extract<Detected, { kind: "ips-text" }>): readonly Parsed<Report>[] {
  const reader = textFormatOf(text);
  if (reader !== undefined) return reader.parse({ text, header, firstLine });
  const reports = parseCrashText(text, header, firstLine);
  return reports.length > 0 ? reports : [parseOpaqueText(header, text)];
}

function readJoined(first: Extract<Detected, { kind: "ips" }>): readonly Parsed<Report>[] {
  const reports: Parsed<Report>[] = [];
  let next: Extract<Detected, { kind: "ips" }> = first;
  for (;;) {
    const { rest } = next;
    const report = readBody(next);
    // Telemetry goes on line by line.
    if (rest === "" || report.value.kind === "telemetry" || SYSTEM_PROFILE.test(rest)) return [...reports, report];
    const behind = reports.length + 1 < MAX_JOINED_REPORTS ? detectRest(rest) : undefined;
    if (behind === undefined || behind.kind === "refused") {
      return [
        ...reports,
        withProblem(report, `${rest.length} characters behind the report are no further one and were not read`),
      ];
    }
    reports.push(report);
    if (behind.kind !== "ips") return [...reports, ...readDetected(behind)];
    next = behind;
  }
}

function readBody({ header, body }: Extract<Detected, { kind: "ips" }>): Parsed<Report> {
  if (body.kind === "none") return parseIps(header, body);
  const { value, reading } = body;
  const reader = IPS_BODY_FORMATS.find(({ is }) => is(value, header));
  return reader === undefined
    ? parseIps(header, body)
    : reader.parse({ header, body: value, ...(reading && { reading }) });
}

function withProblem({ value, problems }: Parsed<Report>, message: string): Parsed<Report> {
  return { value, problems: [...problems, { code: "unknown-format", message }] };
}

function withLeft(reports: readonly Parsed<Report>[], left: number): readonly Parsed<Report>[] {
  const last = reports.at(-1);
  if (left === 0 || last === undefined) return reports;
  const message = `takes ${MAX_REPORTS_IN_ARRAY} of ${MAX_REPORTS_IN_ARRAY + left} reports`;
  return [...reports.slice(0, -1), { ...last, problems: [...last.problems, { code: "limit-reached", message }] }];
}
