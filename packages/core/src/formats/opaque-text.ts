/** A header line before a text that is no crash report (an update log, microstackshots): the header's facts, and the text. */
import type { Parsed, Report } from "../report.ts";
import { defined, type JsonObject, without } from "./json-fields.ts";
import { HEADER_KEYS, headerFacts } from "./ips/report.ts";
import { MAX_STRING_LENGTH } from "./limits.ts";
import { kindOf } from "./report-kind.ts";

/** Some bodies are compressed (241): nothing of them is text. */
const NOT_TEXT = ["\u0000", "\ufffd"];
const LOOK_AT = 4096;

export function parseOpaqueText(header: JsonObject, text: string): Parsed<Report> {
  const facts = headerFacts(header);
  const isBinary = NOT_TEXT.some((char) => text.slice(0, LOOK_AT).includes(char));
  const isCut = !isBinary && text.length > MAX_STRING_LENGTH;
  const value: Report = {
    format: "text",
    kind: facts.bugType === undefined ? "other" : kindOf({ bugType: facts.bugType }),
    ...facts,
    device: {},
    process: defined({ name: facts.app.name }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    metadata: defined({
      text: isBinary ? undefined : text.slice(0, MAX_STRING_LENGTH),
      header: without(header, HEADER_KEYS),
    }),
  };
  const unknown = {
    code: "unknown-dialect",
    message: isBinary
      ? "the body is binary data of a kind that is not read yet"
      : "the body is text of a kind that is not read yet: it is kept as it is",
  } as const;
  const cut = { code: "limit-reached", message: `the text is cut at ${MAX_STRING_LENGTH} characters` } as const;
  return { value, problems: isCut ? [unknown, cut] : [unknown] };
}
