/** What other tools group by, as their public descriptions say it. Each gets the same report with the same symbols as we do. */
import { type Frame, imageRole, type Report } from "@windfall/core";

export interface Baseline {
  readonly name: string;
  readonly keyOf: (report: Report) => string;
}

export const BASELINES: readonly Baseline[] = [
  {
    name: "signal + first app frame",
    keyOf: (report) =>
      `${report.exception?.signal ?? report.kind} | ${appNames(report)[0] ?? systemNames(report)[0] ?? ""}`,
  },
  {
    name: "type + first line of message",
    keyOf: (report) => `${report.exception?.type ?? report.kind} | ${firstMessage(report)}`,
  },
  {
    name: "top three app frames",
    keyOf: (report) => {
      const own = appNames(report);
      return (own.length > 0 ? own : systemNames(report)).slice(0, 3).join(" | ");
    },
  },
  { name: "lists of irrelevant and prefix frames", keyOf: listSignature },
];

/** Frames that say nothing: dropped wherever they are. */
const IRRELEVANT =
  /^(_?_?pthread_kill|__abort_with_payload|abort|_sigtramp|0x[0-9a-f]+|start|main|thread_start|___forwarding___|_CF_forwarding_prep_0|__exceptionPreprocess)$/;
/** Frames that say too little alone: the next one is added. */
const PREFIX =
  /^(objc_|swift_|_objc_|-\[NSObject|-\[__NSArray|_assertionFailure|_dispatch_|dispatch_|__psynch|semaphore_wait|CFRelease|CFRetain|AG::|Swift runtime failure)/;

function listSignature(report: Report): string {
  const parts: string[] = [];
  for (const frame of stackOf(report)) {
    const name = nameOf(report, frame);
    if (IRRELEVANT.test(name)) continue;
    parts.push(name);
    if (!PREFIX.test(name)) break;
  }
  return parts.join(" | ");
}

function stackOf(report: Report): readonly Frame[] {
  if (report.lastExceptionBacktrace && report.lastExceptionBacktrace.length > 0) return report.lastExceptionBacktrace;
  return (report.threads[report.crashedThread ?? 0] ?? report.threads[0])?.frames ?? [];
}

function appNames(report: Report): readonly string[] {
  return stackOf(report)
    .filter((frame) => {
      const image = frame.image === undefined ? undefined : report.images[frame.image];
      return image !== undefined && imageRole(image, report) !== "system";
    })
    .map((frame) => nameOf(report, frame))
    .filter((name) => !name.startsWith("Swift runtime failure"));
}

const systemNames = (report: Report): readonly string[] =>
  stackOf(report)
    .slice(0, 3)
    .map((frame) => nameOf(report, frame));

function nameOf(report: Report, frame: Frame): string {
  if (frame.symbol) return frame.symbol.function;
  const image = frame.image === undefined ? undefined : report.images[frame.image];
  return `${image?.uuid ?? "?"}+${frame.imageOffset ?? frame.address}`;
}

function firstMessage(report: Report): string {
  const [message = ""] = Object.values(report.applicationSpecificInformation).flat();
  return message.split("\n")[0] ?? "";
}
