/**
 * What every report file of the corpus holds, counted on the raw file by code that shares nothing with the parsers. One list per file,
 * because a MetricKit payload holds several reports.
 */
import { countCrashText, countIps, countKsCrash } from "./counts-crash.ts";
import { countCutTree, countLog, countMetricKit } from "./counts-metrickit.ts";
import { countLikeKsCrash, countMeasure } from "./counts-services.ts";
import { countHeaviestStack, countProcesses, countSample, countStackshot } from "./counts-system.ts";

export interface Counts {
  readonly kind: string;
  readonly threads: number;
  /** In all backtraces of threads; in reports that were sampled, the nodes of their trees. */
  readonly frames: number;
  readonly images: number;
}

type Counter = (text: string) => Counts | readonly Counts[];

/** By where a file lies in the corpus; the first that fits. */
const COUNTERS: readonly (readonly [place: RegExp, count: Counter])[] = [
  [/^ips\/pycrashreport-user_mode_crash_report_ios14/, (text) => countCrashText(text.slice(text.indexOf("\n")))],
  [/^(ips|jetsam\/axiom|other-ips\/recoverylogd)/, countIps],
  [/^(crash-text|xccrashpoint)\//, countCrashText],
  [/^metrickit\/.*\.crash$/, countCrashText],
  [/^metrickit\/.*garbage/, countCutTree],
  [/^metrickit\/.*\.log$/, countLog],
  [/^metrickit\//, countMetricKit],
  [/^stackshot\/|^other-ips\/ipsw-409/, countStackshot("stackshot")],
  [/^panic\//, countStackshot("panic")],
  [/^resource\//, countHeaviestStack("disk-writes")],
  [/^hang-sample\//, countProcesses],
  [/^dsym\/macsymb-samples\//, countSample],
  // Nothing to count in these: a table of processes, a log, a person's words, an app that was ended from outside.
  [/^jetsam\/ipsw/, () => nothing("jetsam")],
  [/^other-ips\/ipsw-183/, () => nothing("other")],
  [/^testflight-feedback\//, () => nothing("feedback")],
  [/^sdk-native\/kscrash\/kscrash-test-oom/, () => nothing("memory")],
  [/^sdk-native\/kscrash\//, countKsCrash],
  [/^sdk-native\/measure\//, countMeasure],
  [/^sdk-native\//, countLikeKsCrash],
];

const nothing = (kind: string): Counts => ({ kind, threads: 0, frames: 0, images: 0 });

/** `undefined` for a file no counter knows. */
export function independentCount(path: string, text: string): readonly Counts[] | undefined {
  const count = COUNTERS.find(([place]) => place.test(path))?.[1];
  if (count === undefined) return undefined;
  const counts = count(text);
  return Array.isArray(counts) ? (counts as readonly Counts[]) : [counts as Counts];
}
