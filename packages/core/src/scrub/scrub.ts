/**
 * Takes out of a report what tells who it happened to, and leaves what symbolication and grouping read: a scrubbed report has the
 * signature it had. Nothing else changes, and scrubbing twice is scrubbing once.
 */
import { FormatError } from "../bytes/errors.ts";
import { Edits } from "../edit/edits.ts";
import { openText } from "../edit/editable-text.ts";
import { type JsonNode, member, stringAt } from "../edit/json-spans.ts";
import { MAX_SEGMENTS, type Segment, segmentsOf } from "../edit/segments.ts";
import { textFormatOf } from "../formats/all-formats.ts";
import { exceptionLogFormat } from "../formats/metrickit/exception-log.ts";
import { findReport } from "../formats/crash-text/find-report.ts";
import { parseReports } from "../formats/parse.ts";
import type { Report } from "../report.ts";
import { scrubCrashText } from "./crash-text.ts";
import { scrubExceptionLog } from "./exception-log.ts";
import { scrubFreeText } from "./free-text.ts";
import { scrubJson } from "./json-document.ts";
import { scrubLabelledText } from "./labelled-text.ts";
import { isPlist, scrubPlist } from "./plist.ts";
import { pseudonyms, type Rules, type ScrubOptions } from "./rules.ts";
import { isSampledText, scrubSampledText } from "./sampled-text.ts";

/**
 * Throws `FormatError` when `bytes` is no report, or one in a binary form that cannot be scrubbed.
 *
 * @example
 * const shareable = scrubReport(bytes, { secret });
 */
export function scrubReport(bytes: Uint8Array, options: ScrubOptions): Uint8Array {
  const reports = parseReports(bytes).map(({ value }) => value);
  if (isBinary(bytes)) {
    throw new FormatError("unsupported", "this report is in a binary form, which cannot be scrubbed");
  }
  const { text, insert, encode } = openText(bytes);
  const edits = new Edits(insert);
  scrubText(text, rulesFor(reports, options), edits);
  return edits.count === 0 ? bytes : encode(edits.apply(text));
}

/** Bytes that no text has, other than those of UTF-16. */
function isBinary(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return !isWide && bytes.includes(0);
}

function rulesFor(reports: readonly Report[], { secret, strict = false, allow = [] }: ScrubOptions): Rules {
  const binaries = new Set<string>();
  const own = new Set<string>();
  for (const { images, app, process } of reports) {
    for (const { uuid } of images) if (uuid !== undefined) binaries.add(uuid.toUpperCase());
    for (const name of [app.name, process.name]) if (name !== undefined) own.add(name);
  }
  return { strict, allowed: new Set(allow), binaries, own, pseudonym: pseudonyms(secret) };
}

/** Logs of use have no report in them: their header says all there is to group. */
const TELEMETRY = ["211", "201", "225", "313", "33"];

function scrubText(text: string, rules: Rules, edits: Edits): void {
  const segments = segmentsOf(text);
  const scrubDocument = (inner: string): string => {
    const own = new Edits();
    scrubText(inner, rules, own);
    return own.apply(inner);
  };
  let header: JsonNode | undefined;
  for (const [i, segment] of segments.entries()) {
    if (segment.kind === "text") scrubTextSegment(text, segment, segments[i - 1], rules, edits);
    else if (isTelemetry(text, header) && segment.role === "document") edits.remove(segment.start, segment.end);
    else {
      if (segment.role === "header") header = segment.root;
      scrubJson(segment.root, { text, rules, edits, scrubDocument });
      // A value that was cut in the middle is read by nobody, and may be anything.
      if (!segment.complete) edits.remove(segment.end, text.length);
    }
  }
  // Neither is what stands behind more pieces than are looked at.
  const last = segments.at(-1);
  if (segments.length >= MAX_SEGMENTS && last !== undefined) edits.remove(last.end, text.length);
}

const isTelemetry = (text: string, header: JsonNode | undefined): boolean =>
  TELEMETRY.includes(stringAt(text, member(header, "bug_type")) ?? "");

function scrubTextSegment(
  text: string,
  { start, end }: Segment,
  before: Segment | undefined,
  rules: Rules,
  edits: Edits,
): void {
  const isBody = before?.kind === "json" && before.role === "document";
  if (isBody && !before.complete) return;
  const header = before?.kind === "json" && before.role === "header" ? before.root : undefined;
  const content = text.slice(start, end);
  // Behind a panic stands the profile of the machine, which no reader looks at.
  const changed =
    isTelemetry(text, header) || (isBody && /^(?:Model: |System Profile)/.test(content))
      ? ""
      : scrubbedText(content, rules);
  if (changed !== content) edits.replace(start, end, changed);
}

function scrubbedText(text: string, rules: Rules): string {
  if (isPlist(text)) return scrubPlist(text, rules, (inner) => scrubbedText(inner, rules));
  const reader = textFormatOf(text);
  if (reader === exceptionLogFormat) return scrubExceptionLog(text, rules);
  if (isSampledText(text)) return scrubSampledText(text, rules);
  if (reader !== undefined) return scrubLabelledText(text, rules);
  return findReport(text) === undefined ? scrubFreeText(text, rules) : scrubCrashText(text, rules);
}
