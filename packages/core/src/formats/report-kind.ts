/** What a report is, from Apple's `bug_type` and from what the body says. */
import type { ReportKind } from "../report.ts";
import { BUG_TYPES } from "./bug-types.ts";

/** EXC_RESOURCE subtypes. */
const BY_RESOURCE: readonly (readonly [RegExp, ReportKind])[] = [
  [/^WAKEUPS/, "wakeups"],
  [/^(IO|DISK)/, "disk-writes"],
  [/^(MEMORY|HIGH_WATERMARK)/, "memory"],
  [/^(THREADS|PORTS)/, "threads"],
  [/^CPU/, "cpu"],
];

export interface KindEvidence {
  readonly bugType?: string | undefined;
  readonly exceptionType?: string | undefined;
  readonly exceptionSubtype?: string | undefined;
  readonly isSimulated?: boolean | undefined;
  readonly isNonFatal?: boolean | undefined;
  /** Text blames a thread for what it used instead of naming the crashed one. */
  readonly isAttributed?: boolean | undefined;
}

/** `undefined` bug type and no other word: a crash, because the caller has found the body of one. */
export function kindOf(evidence: KindEvidence): ReportKind {
  const { bugType, isSimulated, isNonFatal, isAttributed } = evidence;
  const kind = bugType === undefined ? "crash" : (BUG_TYPES.get(bugType)?.kind ?? "other");
  const survived = isSimulated === true || isNonFatal === true || isAttributed === true;
  if (kind === "crash" && !survived) return "crash";
  if (kind === "crash" || kind === "cpu") {
    const resource = evidence.exceptionType === "EXC_RESOURCE" ? resourceKind(evidence.exceptionSubtype) : undefined;
    return resource ?? (kind === "crash" ? "fault" : kind);
  }
  return kind;
}

function resourceKind(subtype: string | undefined): ReportKind | undefined {
  return subtype === undefined ? undefined : BY_RESOURCE.find(([pattern]) => pattern.test(subtype))?.[1];
}
