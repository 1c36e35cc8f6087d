/** How far a JSON document could be read, as a problem. */
import type { JsonReading } from "./json.ts";
import type { ProblemList } from "./problem-list.ts";

const FAULTS = {
  truncated: "ends in the middle",
  damaged: "is no JSON from here on",
  "too-deep": "is nested too deeply",
  "too-many": "has too many values",
} as const;

/** `what`: "the body", "the payload". */
export function addReadingProblems(reading: JsonReading | undefined, what: string, problems: ProblemList): void {
  if (reading === undefined) return;
  const { fault, cutStrings } = reading;
  if (fault !== undefined) {
    const isLimit = fault.kind === "too-deep" || fault.kind === "too-many";
    problems.add(
      isLimit ? "limit-reached" : "truncated",
      `${what} ${FAULTS[fault.kind]} at character ${fault.offset}, in ${fault.pointer === "" ? "its outermost object" : fault.pointer}: what stood complete before it is shown`,
      `offset:${fault.offset}`,
    );
  }
  if (cutStrings > 0) problems.add("limit-reached", `${cutStrings} strings were too long and are cut`, "body#");
}
