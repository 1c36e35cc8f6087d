/** Limits of a resource: the system measured, and reports it or kills. What only warns is no crash. */
import type { Evidence } from "../diagnosis.ts";
import { type Facts, ofModel, oneLine } from "../facts.ts";
import { ENDED, type Match, type Rule } from "./rule.ts";
import type { JsonValue, ReportKind } from "../../report.ts";

const numberOf = (value: JsonValue): string => (typeof value === "number" ? String(value) : "?");

/** EXC_RESOURCE names the resource in its subtype; reports of their own kind have no exception. */
function limitRule(
  rule: Omit<Rule, "match" | "confidence" | "kinds"> & {
    readonly resource: RegExp;
    readonly kind: ReportKind;
    readonly more?: (facts: Facts) => Evidence | undefined;
  },
): Rule {
  const { resource, kind, more, ...words } = rule;
  return {
    ...words,
    confidence: "high",
    kinds: [...ENDED, kind],
    match(facts) {
      const { report, where } = facts;
      const { exception } = report;
      const isException = exception?.type === "EXC_RESOURCE" && resource.test(exception.subtype ?? "");
      const extra = more?.(facts);
      if (!isException && report.kind !== kind && extra === undefined) return undefined;
      const said: Evidence[] = isException
        ? [
            {
              where: where("exception/subtype"),
              text: oneLine(`${exception.subtype ?? ""} ${exception.message ?? ""}`),
            },
          ]
        : [];
      const evidence = [...said, ...measured(facts), ...(extra ? [extra] : [])];
      if (evidence.length === 0) evidence.push({ where: ofModel("kind"), text: `a report about ${report.kind}` });
      return { evidence, ...consequence(facts) };
    },
  };
}

/** The sentence that compares what was seen with what was allowed. */
function measured({ report }: Facts): Evidence[] {
  const { observed, limit, action } = report.sampling ?? {};
  const text = observed ?? (limit === undefined ? undefined : `limit: ${limit}`);
  return [
    ...(text === undefined ? [] : [{ where: ofModel("sampling/observed"), text: oneLine(text) }]),
    ...(action === undefined ? [] : [{ where: ofModel("sampling/action"), text: oneLine(`action taken: ${action}`) }]),
  ];
}

function consequence({ report }: Facts): Pick<Match, "against"> {
  const isHarmless = report.process.isNonFatal === true || report.sampling?.action === "none";
  return isHarmless ? { against: [{ where: ofModel("sampling/action"), text: "the process went on: no crash" }] } : {};
}

export const LIMITS_RULES: readonly Rule[] = [
  limitRule({
    id: "cpu-limit",
    title: "Too much CPU",
    resource: /CPU/,
    kind: "cpu",
    checkFirst: "the heaviest path of the samples: its first frame of the app is what kept the processor busy",
    advice:
      "The system lets an app use a share of the processor over a span of time, less in the background. Find the loop or timer in the heaviest " +
      "stack, do the work less often or in smaller pieces, and give background work the quality of service `.background`.",
    more: ({ report, where }) =>
      report.termination?.namespace === "JETSAM" && report.termination.code === 100n
        ? { where: where("termination/code"), text: "JETSAM 100: killed for its CPU time" }
        : undefined,
  }),
  limitRule({
    id: "wakeups-limit",
    title: "Too many wakeups",
    resource: /WAKEUPS/,
    kind: "wakeups",
    checkFirst: "timers that fire often, polling, and two queues that hand work to each other",
    advice:
      "Each wakeup of a sleeping processor costs battery. Replace polling by a notification, give timers a tolerance, and hand over work in batches.",
  }),
  limitRule({
    id: "disk-writes-limit",
    title: "Too many disk writes",
    resource: /IO|DISK_WRITES/,
    kind: "disk-writes",
    checkFirst: "the frame of the app in the heaviest stack: it wrote most",
    advice:
      "The system allows about one gigabyte a day before it reports, and ends an app only rarely. Write changes rather than whole files, batch " +
      "writes of a database in transactions with a write-ahead log, and keep caches and logs small.",
  }),
  limitRule({
    id: "memory-limit-warning",
    title: "Memory threshold crossed",
    resource: /MEMORY/,
    kind: "memory",
    checkFirst: "how much memory the app held, and whether the note says NON-FATAL",
    advice:
      "A warning: it does not say that the app was killed. Look for what grows: images at full size, caches without a limit, retain cycles. A " +
      "kill for memory comes as a Jetsam report.",
  }),
  limitRule({
    id: "threads-ports-exhausted",
    title: "Threads or ports exhausted",
    resource: /THREADS|PORTS/,
    kind: "threads",
    checkFirst: "what the many threads wait for: most stand in the same wait",
    advice:
      "Blocks that wait make libdispatch start ever more threads, until none is left. Do not wait inside a block (semaphores, sync, " +
      "waitUntilExit); give parallel work a queue with a limit; release port rights.",
    more: ({ report, where }) => {
      if (report.termination?.namespace === "PORT_SPACE")
        return { where: where("termination/namespace"), text: "PORT_SPACE" };
      const limits = report.metadata["workQueueLimits"];
      if (limits === null || typeof limits !== "object" || Array.isArray(limits)) return undefined;
      const [name] = Object.entries(limits);
      // Beside a fault of its own it is a circumstance, not the cause.
      const isOwn = ENDED.includes(report.kind) && report.exception?.type !== "EXC_CRASH";
      return name === undefined || isOwn
        ? undefined
        : { where: where("workQueueLimits"), text: oneLine(`${name[0]} reached: ${numberOf(name[1])}`) };
    },
  }),
  {
    id: "resource-limit",
    title: "Resource limit reached",
    confidence: "medium",
    checkFirst: "the heaviest stack",
    advice: "Do less, in the background, or in batches.",
    match({ report, where }) {
      const { type, subtype = "", message = "" } = report.exception ?? {};
      return type === "EXC_RESOURCE"
        ? { evidence: [{ where: where("exception/type"), text: oneLine(`EXC_RESOURCE ${subtype} ${message}`) }] }
        : undefined;
    },
  },
];
