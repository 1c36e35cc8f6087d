/**
 * The description of a payload's dictionary (`appVersion = "1.0"; applicationExitMetrics =     {`), which people paste in place of its
 * JSON: old-style property list text with the same keys. It is read; nothing is written in it.
 */
import { FormatError } from "../../bytes/errors.ts";
import { readTextPlist } from "../../bytes/plist/text.ts";
import type { Parsed, Report } from "../../report.ts";
import type { TextSource } from "../format.ts";
import { objectOf } from "../json-fields.ts";
import { MAX_REPORTS_IN_ARRAY } from "../limits.ts";
import { isPayload, parsePayload } from "./payload.ts";

/** A key that no other text sets to a dictionary, a list or a text. */
const KEY =
  /\b(?:application(?:Launch|Responsiveness|Time|Exit)Metrics|(?:animation|cpu|gpu|diskIO|memory|display|networkTransfer|cellularCondition|locationActivity|signpost|diskSpaceUsage)Metrics|(?:crash|hang|cpuException|diskWriteException|appLaunch)Diagnostics|diagnosticMetaData|callStackTree) = {1,10}[{(]/g;

export function isDescription(text: string): boolean {
  KEY.lastIndex = 0;
  return KEY.test(text);
}

export function parseDescriptions({ text }: TextSource): readonly Parsed<Report>[] {
  const reports: Parsed<Report>[] = [];
  let from = 0;
  while (reports.length < MAX_REPORTS_IN_ARRAY) {
    KEY.lastIndex = from;
    const match = KEY.exec(text);
    if (match === null) break;
    const start = text.lastIndexOf("{", match.index);
    const { found, end } = start < from ? { found: [], end: KEY.lastIndex } : readOne(text, start);
    reports.push(...found);
    from = Math.max(end, KEY.lastIndex);
  }
  return reports;
}

function readOne(text: string, start: number): { readonly found: readonly Parsed<Report>[]; readonly end: number } {
  try {
    const { value, end, problem } = readTextPlist(text, start);
    const payload = objectOf(value);
    if (payload === undefined || !isPayload(payload)) return { found: [], end };
    const reports = parsePayload({ value: payload });
    return {
      found:
        problem === undefined
          ? reports
          : reports.map(({ value, problems }) => ({ value, problems: [...problems, problem] })),
      end,
    };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { found: [], end: start + 1 };
  }
}
