/**
 * What kind of end it was, as coarse as reports of one bug agree on it. Half of all reports have no message, Intel and arm64 differ in the
 * signal of a trap, and an object that was freed faults here or there: what depends on these is for the title, not for the key.
 */
import type { Report } from "../../../report.ts";
import type { Diagnosis } from "../../diagnosis.ts";
import { exceptionName, factsOf } from "../../facts.ts";

export interface Family {
  /** As shown: category and detail. */
  readonly shown: string;
  readonly key: string;
  /** What tells two apart where no function of the app does: the selector of a message that nobody understood. */
  readonly facts: readonly string[];
}

const STOPPED: ReadonlySet<string> = new Set([
  "abort-assert",
  "libdispatch-misuse",
  "illegal-instruction",
  "unclassified",
]);
const BAD_ACCESS: ReadonlySet<string> = new Set([
  "null-pointer",
  "wild-pointer",
  "protection-fault",
  "pointer-authentication",
  "misaligned-access",
  "malloc-corruption",
  "memory-tag-fault",
]);

export function familyOf(report: Report, diagnosis: Diagnosis): Family {
  const [verdict] = diagnosis.hypotheses;
  const category = verdict?.id ?? report.kind;
  const shown = verdict?.detail === undefined ? category : `${category}/${verdict.detail}`;
  // Limits and waits: what was measured says it, whatever the rules call it.
  if (report.kind !== "crash" && report.kind !== "fault") return { shown, key: report.kind, facts: [] };
  if (category === "objc-exception") return { shown, ...exceptionFamily(report) };
  if (category.startsWith("swift-") || STOPPED.has(category)) return { shown, key: "stopped", facts: [] };
  if (BAD_ACCESS.has(category)) return { shown, key: "bad-access", facts: [] };
  return { shown, key: shown, facts: [] };
}

const SELECTOR = /([-+])\[(?:[^\]\s]{1,200} )?([\w:$]{1,200})\]: unrecognized selector/;

function exceptionFamily(report: Report): Omit<Family, "shown"> {
  const facts = factsOf(report);
  const selector = facts.messages.map(({ text }) => SELECTOR.exec(text)?.[2]).find((found) => found !== undefined);
  const isForwarded =
    selector !== undefined || facts.functions.some((name) => name.endsWith("doesNotRecognizeSelector:]"));
  const name = exceptionName(facts) ?? (isForwarded ? "NSInvalidArgumentException" : thrownBy(facts.functions));
  const key = `objc-exception/${name}${isForwarded ? "/unrecognized-selector" : ""}`;
  return { key, facts: selector === undefined ? [] : [selector] };
}

/** Reports from devices often leave out the name; who throws tells most of them. */
function thrownBy(functions: readonly string[]): string {
  const thrower = functions.find((name) => /^[-+]\[/.test(name) && !/^[-+]\[NSException /.test(name)) ?? "";
  if (/^-\[__?NS\w*(Array|String|Data|IndexSet|OrderedSet)\w* /.test(thrower)) return "NSRangeException";
  if (/^[-+]\[__?NS\w*(Dictionary|Set|Placeholder)\w* /.test(thrower)) return "NSInvalidArgumentException";
  return "unnamed";
}
