/**
 * An `.ips` file is one line of JSON (the header), a line feed, and a body that is JSON or text. The body is told by its
 * first character, never by `bug_type`: 109 is text, 309 may be. Some tools save the body alone.
 */
import { type JsonReading, readJson } from "../json.ts";
import { type JsonObject, objectOf, trimKeys } from "../json-fields.ts";
import { lineFeeds } from "../text-lines.ts";

export interface IpsContainer {
  /** Absent when the file is a body only. */
  readonly header?: JsonObject;
  readonly body: IpsBody;
}

type IpsBody =
  | { readonly kind: "json"; readonly value: JsonObject; readonly reading?: JsonReading }
  /** `firstLine` is its 1-based line in the file. */
  | { readonly kind: "text"; readonly text: string; readonly firstLine: number }
  | { readonly kind: "none" };

/** What `parseIps` reads; a text body is the crash text parser's. */
export type JsonBody = Exclude<IpsBody, { readonly kind: "text" }>;

/**
 * Keys by which a JSON object without a header is known as the body of a report. `threads` and `exception` are none of them:
 * the events of other services have both.
 */
const BODY_KEYS = [
  "procName",
  "usedImages",
  "faultingThread",
  "lastExceptionBacktrace",
  "captureTime",
  "crashReporterKey",
  "memoryStatus",
  "stackshot",
  "processByPid",
  "panicString",
];
const HEADER_KEYS = ["bug_type", "incident_id", "os_version"];

/** `undefined` when the text is no `.ips`: what it is then is for `detect` to say. `first`: its first JSON value, where it is read already. */
export function parseContainer(text: string, first: JsonReading = firstValue(text)): IpsContainer | undefined {
  const start = text.search(/\S/);
  const object = objectOf(first.value);
  if (object === undefined) return undefined;
  const lineEnd = text.indexOf("\n", start);
  const rest = text.slice(first.end);
  const isHeader =
    first.fault === undefined && isIpsHeader(object) && (lineEnd < 0 || first.end <= lineEnd + 1 || rest.trim() !== "");
  if (isHeader && !isIpsBody(object))
    return { header: trimKeys(object), body: parseBody(rest, text.slice(0, first.end)) };
  return isIpsBody(object) ? { body: { kind: "json", value: trimKeys(object), reading: first } } : undefined;
}

const firstValue = (text: string): JsonReading => {
  const start = text.search(/\S/);
  return text[start] === "{" ? readJson(text, start) : { value: undefined, end: 0, cutStrings: 0 };
};

const isIpsHeader = (object: JsonObject): boolean =>
  Object.keys(object).some((key) => HEADER_KEYS.includes(key.trim()));

export const isIpsBody = (object: JsonObject): boolean =>
  Object.keys(object).some((key) => BODY_KEYS.includes(key.trim()));

function parseBody(rest: string, before: string): IpsBody {
  const at = rest.search(/\S/);
  if (at < 0) return { kind: "none" };
  if (rest[at] === "{") {
    const reading = readJson(rest, at);
    const value = objectOf(reading.value);
    if (value !== undefined) return { kind: "json", value: trimKeys(value), reading: shifted(reading, before.length) };
  }
  return { kind: "text", text: rest.slice(at), firstLine: lineFeeds(before) + lineFeeds(rest, at) + 1 };
}

/** Offsets of the body as offsets of the file. */
function shifted(reading: JsonReading, by: number): JsonReading {
  const { fault } = reading;
  return { ...reading, end: reading.end + by, ...(fault && { fault: { ...fault, offset: fault.offset + by } }) };
}
