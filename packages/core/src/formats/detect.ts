/**
 * What an input is, by its content alone: names and extensions lie (`.crash` files hold JSON, `.ips` files hold text). One
 * order of questions; whatever is no report is named, with what to do with it.
 */
import { FormatError, type FormatErrorCode } from "../bytes/errors.ts";
import type { JsonValue, ReportFormat } from "../report.ts";
import { findReport } from "./crash-text/find-report.ts";
import { isIpsBody, type JsonBody, parseContainer } from "./ips/container.ts";
import { type JsonReading, readDeepJson, readJson } from "./json.ts";
import { arrayOf, type JsonObject, objectOf } from "./json-fields.ts";
import type { BinaryFormat, JsonDocument, JsonFormat, TextFormat } from "./format.ts";
import { BINARY_FORMATS, JSON_FORMATS, textFormatOf } from "./all-formats.ts";
import { MAX_REPORT_BYTES, MAX_REPORTS_IN_ARRAY } from "./limits.ts";
import { foreignBytes, foreignJson } from "./foreign-inputs.ts";
import { pastedIps } from "./pasted-ips.ts";
import { plistReport } from "./plist-report.ts";
import { decodeText } from "./text-input.ts";

export type Detected =
  /** Header line and JSON body, or the body alone. `rest` is what stands behind the body: files get joined. */
  | {
      readonly kind: "ips";
      readonly format: ReportFormat;
      readonly header: JsonObject;
      readonly body: JsonBody;
      readonly rest: string;
    }
  /** Header line and text body. */
  | {
      readonly kind: "ips-text";
      readonly format: ReportFormat;
      readonly header: JsonObject;
      readonly text: string;
      readonly firstLine: number;
    }
  | { readonly kind: "crash"; readonly format: ReportFormat; readonly text: string }
  /** A text of another tool than the crash reporter. */
  | (TextDetected & { readonly format: ReportFormat })
  /** Neither JSON nor text. */
  | {
      readonly kind: "binary";
      readonly format: ReportFormat;
      readonly reader: BinaryFormat;
      readonly bytes: Uint8Array;
    }
  /** A JSON document that is no `.ips` body. */
  | {
      readonly kind: "json";
      readonly format: ReportFormat;
      readonly reader: JsonFormat;
      readonly document: JsonDocument;
    }
  /** What a JSON array holds: objects, or strings with a report in them. `left`: how many more it held than are taken. */
  | {
      readonly kind: "list";
      readonly format: ReportFormat;
      readonly items: readonly Readable[];
      readonly left: number;
    }
  | { readonly kind: "refused"; readonly code: FormatErrorCode; readonly message: string };

interface TextDetected {
  readonly kind: "text";
  readonly reader: TextFormat;
  readonly text: string;
}

export type Readable = Exclude<Detected, { readonly kind: "refused" }>;

/**
 * Never throws; what cannot be read is `refused` with the reason.
 *
 * @example
 * const detected = detect(bytes);
 * if (detected.kind === "refused") console.error(detected.message);
 */
export function detect(bytes: Uint8Array): Detected {
  if (bytes.length > MAX_REPORT_BYTES) {
    return refused("too-large", `input of ${bytes.length} bytes; a report has at most ${MAX_REPORT_BYTES}`);
  }
  const own = BINARY_FORMATS.find(({ is }) => is(bytes));
  if (own !== undefined) return { kind: "binary", format: own.format, reader: own, bytes };
  const binary = foreignBytes(bytes);
  if (binary !== undefined) return detectPlist(bytes) ?? refused(binary.code, binary.message);
  const text = decodeText(bytes);
  const start = text.search(/\S/);
  if (start < 0)
    return refused("empty", bytes.length === 0 ? "the input is empty" : "the input has nothing but blanks");
  const first = text[start];
  const json = first === "{" || first === "[" ? detectJson(text, start) : undefined;
  if (json !== undefined && json.kind !== "refused") return json;
  // Console appends to a translation the report it was made from, which knows more.
  const pasted = json === undefined ? pastedIps(text) : undefined;
  const inside = pasted === undefined ? undefined : detectJson(pasted, 0);
  if (inside?.kind === "ips" || inside?.kind === "ips-text") return inside;
  const reader = textFormatOf(text);
  if (reader !== undefined) return { kind: "text", format: reader.format, reader, text };
  if (findReport(text) !== undefined) return { kind: "crash", format: "crash", text };
  if (json !== undefined) return json;
  if (/^<(!doctype|html)/i.test(text.slice(start, start + 20))) {
    return refused("not-a-report", "this is a web page, not a report: save the report itself");
  }
  return refused(
    "not-a-report",
    "no line of this text is one of a crash report: it needs a backtrace, an exception type or an incident identifier",
  );
}

const LESS_THAN = 0x3c;

function detectPlist(bytes: Uint8Array): Detected | undefined {
  const report = bytes[0] === LESS_THAN ? plistReport(decodeText(bytes)) : undefined;
  return report && { kind: "ips-text", format: "crash", ...report };
}

/** As `detect`, but throws `FormatError` for what is no report. */
export function detectReport(bytes: Uint8Array): Readable {
  const detected = detect(bytes);
  if (detected.kind === "refused") throw new FormatError(detected.code, detected.message);
  return detected;
}

function detectJson(text: string, start: number): Detected {
  const first = readJson(text, start);
  const container = parseContainer(text, first);
  if (container !== undefined) {
    const { header = {}, body } = container;
    return body.kind === "text"
      ? { kind: "ips-text", format: "crash", header, text: body.text, firstLine: body.firstLine }
      : { kind: "ips", format: "ips", header, body, rest: restBehind(text, body) };
  }
  const reading = readDeeper(text, start, first);
  const { value, fault } = reading;
  const alone = objectOf(value);
  const read = alone === undefined ? undefined : detectObject({ value: alone, reading });
  if (read !== undefined) return read;
  const list = arrayOf(value);
  const items = list === undefined ? [] : list.slice(0, MAX_REPORTS_IN_ARRAY).flatMap(detectItem);
  const [head] = items;
  if (list !== undefined && head !== undefined) {
    return { kind: "list", format: head.format, items, left: Math.max(0, list.length - MAX_REPORTS_IN_ARRAY) };
  }
  const object = alone ?? objectOf(list?.[0]);
  const known = object === undefined ? undefined : foreignJson(object);
  if (known !== undefined) return refused(known.code, known.message);
  if (fault?.kind === "too-deep")
    return refused("too-deep", `JSON nested deeper than any report, at character ${fault.offset}`);
  if (fault !== undefined)
    return refused("damaged", `JSON that breaks off at character ${fault.offset} before anything of a report`);
  return refused("not-a-report", "this is JSON, but none of the keys of a report is in it");
}

/** Trees of calls nest: what is known for them by its outer keys is read again, as deep as they go. */
function readDeeper(text: string, start: number, reading: JsonReading): JsonReading {
  if (reading.fault?.kind !== "too-deep") return reading;
  const objects = (arrayOf(reading.value) ?? [reading.value])
    .map((item) => objectOf(item))
    .filter((item) => item !== undefined);
  const depths = JSON_FORMATS.flatMap(({ depth, is }) => (depth !== undefined && objects.some(is) ? [depth] : []));
  return depths.length === 0 ? reading : readDeepJson(text, start, Math.max(...depths));
}

/** Nothing where reading stopped inside the body: what follows is part of it. */
function restBehind(text: string, body: JsonBody): string {
  const reading = body.kind === "none" ? undefined : body.reading;
  return reading === undefined || reading.fault !== undefined ? "" : text.slice(reading.end).trim();
}

/** What stands behind an `.ips`: the next one, or a text report. `undefined` for anything else. */
export function detectRest(rest: string): Detected | undefined {
  const next = rest.startsWith("{") ? detectJson(rest, 0) : undefined;
  if (next !== undefined && next.kind !== "refused") return next;
  return findReport(rest) === undefined ? undefined : { kind: "crash", format: "crash", text: rest };
}

/** What an object is by its keys, the whole document or one of a list. */
function detectObject(document: JsonDocument): Readable | undefined {
  const reader = JSON_FORMATS.find(({ is }) => is(document.value));
  return reader && { kind: "json", format: reader.format, reader, document };
}

/** What is no report in an array takes nothing from the others. */
function detectItem(item: JsonValue): readonly Readable[] {
  if (typeof item === "string") {
    const detected = detectText(item);
    return detected.kind === "refused" ? [] : [detected];
  }
  const value = objectOf(item);
  if (value === undefined) return [];
  if (isIpsBody(value)) return [{ kind: "ips", format: "ips", header: {}, body: { kind: "json", value }, rest: "" }];
  const detected = detectObject({ value });
  return detected === undefined ? [] : [detected];
}

/** What a string in an array holds. An array in it is no report, so that strings in strings in strings end here. */
function detectText(text: string): Detected {
  const start = text.search(/\S/);
  return start >= 0 && text[start] === "["
    ? refused("not-a-report", "an array in a string is no report")
    : detect(new TextEncoder().encode(text));
}

const refused = (code: FormatErrorCode, message: string): Detected => ({ kind: "refused", code, message });
