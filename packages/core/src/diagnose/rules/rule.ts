/** What a rule is: data with one question. Every rule runs on every report; a hit becomes a hypothesis. */
import type { Confidence, Evidence } from "../diagnosis.ts";
import { type Facts, oneLine } from "../facts.ts";
import type { ExceptionFacts, ReportKind } from "../../report.ts";

export interface Match {
  readonly evidence: readonly Evidence[];
  readonly against?: readonly Evidence[];
  readonly detail?: string;
  /** Overrides the rule's own, where the evidence is weaker or the title is more exact. */
  readonly confidence?: Confidence;
  readonly title?: string;
  readonly checkFirst?: string;
  readonly advice?: string;
}

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly confidence: Confidence;
  readonly checkFirst: string;
  readonly advice: string;
  /** What kind of report the rule is for: reports of an end, unless it says otherwise. */
  readonly kinds?: readonly ReportKind[];
  match(facts: Facts): Match | undefined;
}

export const ENDED: readonly ReportKind[] = ["crash", "fault"];

export const isIntel = (cpuType = ""): boolean => /^x86/i.test(cpuType);

/** EXC_BAD_ACCESS (SIGSEGV) KERN_INVALID_ADDRESS at 0x10 */
export function exceptionText(exception: ExceptionFacts | undefined): string {
  const { type = "", signal, subtype } = exception ?? {};
  return oneLine([signal === undefined ? type : `${type} (${signal})`, subtype].filter(Boolean).join(" "));
}
