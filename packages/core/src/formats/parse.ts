/** Any report in, every `Report` it holds out. Detection is by content, one table in `detect.ts`. */
import { FormatError } from "../bytes/errors.ts";
import type { Parsed, Report } from "../report.ts";

export interface ParsedReport extends Parsed<Report> {
  /** Which one of an input that holds several; absent for a single report. */
  readonly part?: string;
}

export function parseReports(bytes: Uint8Array): readonly ParsedReport[] {
  throw new FormatError(bytes.length === 0 ? "empty" : "not-a-report", "no parser yet");
}
