/** Any report in, every `Report` it holds out. Detection is by content, one table in `detect.ts`. */
import { FormatError } from "../bytes/errors.ts";
import type { Parsed, Report } from "../report.ts";
import { parseCrashText } from "./crash-text/report.ts";
import { type Detected, detectReport } from "./detect.ts";
import { parseIps } from "./ips/report.ts";
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

function readDetected(detected: Exclude<Detected, { kind: "refused" }>): readonly Parsed<Report>[] {
  if (detected.kind === "crash") return parseCrashText(detected.text);
  if (detected.kind === "ips-list") return detected.bodies.map((value) => parseIps({}, { kind: "json", value }));
  if (detected.kind === "ips") return [parseIps(detected.header, detected.body)];
  const reports = parseCrashText(detected.text, detected.header, detected.firstLine);
  return reports.length > 0 ? reports : [parseOpaqueText(detected.header, detected.text)];
}
