/** A header line before a text that is no crash report (an update log, microstackshots): the header's facts, and the text. */
import type { Parsed, Report } from "../report.ts";
import { defined, type JsonObject, without } from "./json-fields.ts";
import { HEADER_KEYS, headerFacts } from "./ips/report.ts";
import { MAX_STRING_LENGTH } from "./limits.ts";
import { kindOf } from "./report-kind.ts";

export function parseOpaqueText(header: JsonObject, text: string): Parsed<Report> {
  const facts = headerFacts(header);
  const isCut = text.length > MAX_STRING_LENGTH;
  const value: Report = {
    format: "text",
    kind: facts.bugType === undefined ? "other" : kindOf({ bugType: facts.bugType }),
    ...facts,
    device: {},
    process: defined({ name: facts.app.name }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    metadata: { text: text.slice(0, MAX_STRING_LENGTH), ...defined({ header: without(header, HEADER_KEYS) }) },
  };
  const unknown = {
    code: "unknown-dialect",
    message: "the body is text of a kind that is not read yet: it is kept as it is",
  } as const;
  const cut = { code: "limit-reached", message: `the text is cut at ${MAX_STRING_LENGTH} characters` } as const;
  return { value, problems: isCut ? [unknown, cut] : [unknown] };
}
