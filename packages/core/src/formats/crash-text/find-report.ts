/** Where a text report begins in what people send: behind console output or a question, indented, quoted, or without its head. */
import { LINE_PREFIX } from "../text-lines.ts";
import { isImageLine } from "./binary-images.ts";
import { isReportStart } from "./body.ts";
import { looksLikeFrame, matchFrame, matchLabel, matchState, matchThread } from "./grammar.ts";

export interface ReportStart {
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  /** What stands before every line of the report. */
  readonly prefix: string;
}

/** Labels that nothing but a report has. */
const STRONG: ReadonlySet<string> = new Set([
  "Incident Identifier",
  "CrashReporter Key",
  "Crash Reporter Key",
  "Hardware Model",
  "Exception Type",
  "Exception Codes",
  "Termination Reason",
  "Triggered by Thread",
  "Crashed Thread",
  "Report Version",
]);

/** Longer lines are no report's: the search looks at the start of each line only. */
const LOOK_AT = 1024;

/**
 * The first line of a report, `undefined` when the text has none. A head that stands above the first strong line belongs to
 * it, down from the nearest empty line: the macOS forms begin with `Process:`.
 */
export function findReport(text: string, offset = 0, firstLine = 1): ReportStart | undefined {
  let blockStart: ReportStart | undefined;
  let thread: ReportStart | undefined;
  let line = firstLine;
  for (let at = offset; at < text.length; line++) {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    const full = text.slice(at, Math.min(end, at + LOOK_AT));
    const prefix = LINE_PREFIX.exec(full)?.[0] ?? "";
    const content = full.slice(prefix.length).trimEnd();
    const here = { offset: at, line, prefix };
    if (content === "") blockStart = undefined;
    else {
      if (isReportStart(content)) return here;
      const label = matchLabel(content)?.label;
      if (label !== undefined) {
        blockStart ??= here;
        if (STRONG.has(label)) return blockStart;
      } else blockStart = undefined;
      if (matchState(content) !== undefined) return thread ?? here;
      if (matchThread(content) !== undefined) thread ??= here;
      // Frames and images carry blanks in front of them that belong to the layout.
      if ((looksLikeFrame(content) && matchFrame(content) !== undefined) || isImageUuid(content)) {
        return thread ?? { ...here, prefix: "" };
      }
    }
    at = end + 1;
  }
  return undefined;
}

const isImageUuid = (line: string): boolean => isImageLine(line) && /<[0-9A-Fa-f-]{32,36}>/.test(line);
