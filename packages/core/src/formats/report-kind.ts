/**
 * What a report is, from Apple's `bug_type` and from what the body says. Only the codes that say more than "other"; names
 * are those of Apple's own table of log types.
 */
import type { ReportKind } from "../report.ts";

const BY_BUG_TYPE: ReadonlyMap<string, ReportKind> = new Map([
  ...each("crash", "9 109 309"),
  ...each("fault", "308"),
  ...each("hang", "11 12 17 24 28 29 207 222 223 228 310 328"),
  ...each("launch", "238 248"),
  // ExcResource and CPU microstackshots that say nothing finer.
  ...each("cpu", "22 23 157 174 185 202 206 220 385"),
  ...each("wakeups", "25 142"),
  ...each("disk-writes", "44 144 145"),
  ...each("memory", "30 152 154"),
  ...each("threads", "227 327"),
  ...each("jetsam", "98 198 298"),
  ...each("stackshot", "186 188 288 409 509"),
  ...each("panic", "10 110 115 151 210 410"),
  ...each("telemetry", "33 201 211 225 313"),
]);

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
  const kind = bugType === undefined ? "crash" : (BY_BUG_TYPE.get(bugType) ?? "other");
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

function each(kind: ReportKind, codes: string): (readonly [string, ReportKind])[] {
  return codes.split(" ").map((code) => [code, kind] as const);
}
