/**
 * A kernel panic with a JSON body (210, and 151 for a forced reset): the kernel's text, and a stackshot of a few processes.
 * The threads shown are those of the task that ran; the one that panicked is the crashed one.
 */
import type { Parsed, Report } from "../../report.ts";
import type { IpsBodyFormat, IpsBodySource } from "../format.ts";
import { headerFacts } from "../ips/report.ts";
import { type JsonObject, textOf } from "../json-fields.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { kindOf } from "../report-kind.ts";
import { readStackshot } from "../stackshot/report.ts";
import { hasPanicLine, parsePanicString } from "./panic-string.ts";

export const panicFormat: IpsBodyFormat = { format: "ips", is: isPanic, parse: parsePanic };

function isPanic(body: JsonObject, header: JsonObject): boolean {
  if (typeof body["panicString"] === "string" || typeof body["macOSPanicString"] === "string") return true;
  const bugType = textOf(header["bug_type"]) ?? textOf(body["bug_type"]);
  const isKind = bugType !== undefined && kindOf({ bugType }) === "panic";
  return typeof body["string"] === "string" && (isKind || hasPanicLine(body["string"]));
}

function parsePanic(source: IpsBodySource): Parsed<Report> {
  const problems = new ProblemList();
  const { body } = source;
  addReadingProblems(source.reading, "the body", problems);
  const text = textOf(body["panicString"]) ?? textOf(body["string"]) ?? textOf(body["macOSPanicString"]) ?? "";
  const { facts, pid, threadId } = parsePanicString(text);
  const { report, found } = readStackshot(
    source,
    (processes) => processes.filter((process) => pid !== undefined && process.pid === pid),
    problems,
    { crashedId: threadId },
  );
  const value: Report = {
    ...report,
    kind: "panic",
    // The task that ran is nobody's app.
    app: headerFacts(source.header).app,
    ...(found !== undefined && { crashedThread: found }),
    panic: facts,
  };
  return { value, problems: problems.items };
}
