/**
 * Property lists in the three forms Apple's tools write: XML, binary, and the old text form that descriptions of dictionaries have.
 * Values come as JSON has them: dates as ISO 8601, data as base64, and numbers of the text form as the text they are.
 */
import type { JsonValue, Parsed, Problem } from "../../report.ts";
import { FormatError } from "../errors.ts";
import { readBinaryPlist } from "./binary.ts";
import { MAX_PLIST_BYTES } from "./limits.ts";
import { readTextPlist } from "./text.ts";
import { readXmlPlist } from "./xml.ts";

/**
 * The one value of a property list, by its content. What was complete before damage is kept and the damage told; throws
 * `FormatError` when nothing is there.
 *
 * @example
 * const { value } = readPlist(new TextEncoder().encode('{ CFBundleVersion = "431"; }'));
 */
export function readPlist(bytes: Uint8Array): Parsed<JsonValue> {
  if (bytes.length > MAX_PLIST_BYTES) throw new FormatError("too-large", "larger than any property list");
  if (isBinary(bytes)) return { value: readBinaryPlist(bytes), problems: [] };
  const text = new TextDecoder().decode(bytes);
  const start = text.search(/\S/);
  if (start < 0) throw new FormatError("empty", "an empty property list");
  const { value, problem } =
    text[start] === "<" && !/^<[0-9a-f\s]/i.test(text.slice(start, start + 2))
      ? readXmlPlist(text)
      : readTextPlist(text, start);
  return { value, problems: problem === undefined ? [] : [problem] };
}

/** What a reader of text gives: `problem` where it had to stop. */
export interface PlistReading {
  readonly value: JsonValue;
  readonly problem?: Problem;
  /** Offset behind the value. */
  readonly end: number;
}

const MAGIC = "bplist";

function isBinary(bytes: Uint8Array): boolean {
  return MAGIC.split("").every((char, i) => bytes[i] === char.charCodeAt(0));
}
