/** Any report in, every `Report` it holds out. Detection is by content, one table in `detect.ts`. */
import { FormatError } from "../bytes/errors.ts";
import type { Parsed, Report } from "../report.ts";
import { parseContainer } from "./ips/container.ts";
import { parseIps } from "./ips/report.ts";
import { MAX_REPORT_BYTES } from "./limits.ts";
import { decodeText } from "./text-input.ts";

export interface ParsedReport extends Parsed<Report> {
  /** Which one of an input that holds several; absent for a single report. */
  readonly part?: string;
}

export function parseReports(bytes: Uint8Array): readonly ParsedReport[] {
  if (bytes.length > MAX_REPORT_BYTES)
    throw new FormatError("too-large", `report of ${bytes.length} bytes; at most ${MAX_REPORT_BYTES} are read`);
  const container = parseContainer(decodeText(bytes));
  if (container !== undefined && container.body.kind !== "text")
    return [parseIps(container.header ?? {}, container.body)];
  throw new FormatError(bytes.length === 0 ? "empty" : "not-a-report", "no report found in this input");
}
