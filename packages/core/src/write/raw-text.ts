/** Text reports with their lines as they stand, beside what the parser made of them: writers need both. */
import { readBody } from "../formats/crash-text/body.ts";
import type { RawBody } from "../formats/crash-text/raw-body.ts";
import { findReport } from "../formats/crash-text/find-report.ts";
import { MAX_REPORTS_IN_TEXT, parseCrashText } from "../formats/crash-text/report.ts";
import type { JsonObject } from "../formats/json-fields.ts";
import { ProblemList } from "../formats/problem-list.ts";
import { TextLines } from "../formats/text-lines.ts";
import type { Report } from "../report.ts";

export interface TextReport {
  readonly report: Report;
  readonly raw: RawBody;
}

export function textReports(text: string, header?: JsonObject): readonly TextReport[] {
  const bodies = rawBodies(text);
  return parseCrashText(text, header).flatMap(({ value }, i) => {
    const raw = bodies[i];
    return raw === undefined ? [] : [{ report: value, raw }];
  });
}

/** In the order and number of `parseCrashText`. */
export function rawBodies(text: string): readonly RawBody[] {
  const start = findReport(text);
  if (start === undefined) return [];
  const lines = new TextLines(text, start);
  const bodies: RawBody[] = [];
  while (bodies.length < MAX_REPORTS_IN_TEXT) {
    const { another, ...body } = readBody(lines, new ProblemList());
    bodies.push(body);
    if (!another) break;
  }
  return bodies;
}
