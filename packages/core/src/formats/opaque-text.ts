/**
 * A header line before a text that is no crash report (an update log, a sandbox violation): the header's facts, and the text.
 * Of a log of some service of the system, which is no report of anybody's app, the header alone.
 */
import type { Parsed, Problem, Report } from "../report.ts";
import { BUG_TYPES } from "./bug-types.ts";
import { defined, type JsonObject, without } from "./json-fields.ts";
import { HEADER_KEYS, headerFacts } from "./ips/report.ts";
import { MAX_STRING_LENGTH } from "./limits.ts";
import { kindOf } from "./report-kind.ts";
import { systemLogProblem } from "./system-log.ts";

/** Some bodies are compressed (241): nothing of them is text. */
const NOT_TEXT = ["\u0000", "\ufffd"];
const LOOK_AT = 4096;

export function parseOpaqueText(header: JsonObject, text: string): Parsed<Report> {
  const facts = headerFacts(header);
  const known = BUG_TYPES.get(facts.bugType ?? "");
  const isBinary = NOT_TEXT.some((char) => text.slice(0, LOOK_AT).includes(char));
  const isKept = !isBinary && known?.isIgnored !== true;
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
      text: isKept ? text.slice(0, MAX_STRING_LENGTH) : undefined,
      header: without(header, HEADER_KEYS),
    }),
  };
  const problems: Problem[] = [systemLogProblem(facts.bugType) ?? unread(known?.name, isBinary)];
  if (isKept && text.length > MAX_STRING_LENGTH) {
    problems.push({ code: "limit-reached", message: `the text is cut at ${MAX_STRING_LENGTH} characters` });
  }
  return { value, problems };
}

function unread(name: string | undefined, isBinary: boolean): Problem {
  const what = name === undefined ? "of a kind that is not read yet" : `of what Apple calls ${name}, which is not read`;
  return {
    code: "unknown-dialect",
    message: isBinary ? `the body is binary data ${what}` : `the body is text ${what}: it is kept as it is`,
  };
}
