/** Kills by the system, which says why by a code. */
import { hex } from "../../report-json.ts";
import type { Evidence } from "../diagnosis.ts";
import { type Facts, oneLine } from "../facts.ts";
import { KILL_CODES, killCodeOf, WATCHDOG_CODE } from "../termination-codes.ts";
import type { Match, Rule } from "./rule.ts";

export const KILLS_RULES: readonly Rule[] = [
  {
    id: "watchdog",
    title: "App watchdog",
    confidence: "high",
    checkFirst: "the first frame of the app on the main thread; whether the app was busy or waiting",
    advice:
      "The main thread did not answer in the time the system allows, and the system ended the app. Move files, network, locks, migrations and " +
      "long computations off the main thread, and show something first.",
    match: watchdog,
  },
  {
    id: "extension-launch-hang",
    title: "Extension started too slowly",
    confidence: "high",
    checkFirst: "what the extension does before its first view or answer",
    advice: "Load data after the start; an extension has only a few seconds and little memory.",
    match({ report, where }) {
      const { type, subtype = "" } = report.exception ?? {};
      return type === "EXC_CRASH" && /LAUNCH_HANG/.test(subtype)
        ? { evidence: [{ where: where("exception/subtype"), text: oneLine(subtype) }] }
        : undefined;
    },
  },
  ...[...new Set([...KILL_CODES.values()].map(({ id }) => id))].map(killRule),
  {
    id: "external-signal",
    title: "Ended by another process",
    confidence: "medium",
    checkFirst: "who sent the signal, and why",
    advice:
      "Nothing in the app failed: another process asked it to end. SIGTERM is a normal request to quit, SIGQUIT asks for a report, SIGSYS is a " +
      "forbidden system call. Handle the request, or find out what the sender wanted.",
    match({ report, where }) {
      const { type, signal = "" } = report.exception ?? {};
      const sender = report.termination?.byProcess;
      if ((type !== undefined && type !== "EXC_CRASH") || !/^SIG(QUIT|TERM|SYS|KILL|HUP|INT)/.test(signal))
        return undefined;
      // A kill without a sender can be anything.
      if (sender === undefined && signal.startsWith("SIGKILL")) return undefined;
      const by = sender === undefined ? "" : ` by ${sender}`;
      const evidence = [
        {
          where: where(sender === undefined ? "exception/signal" : "termination/byProc"),
          text: oneLine(`${signal}${by}`),
        },
      ];
      return { evidence, ...(sender !== undefined && { checkFirst: `why ${oneLine(sender)} ended the app` }) };
    },
  },
];

/** Codes of one category share a rule. */
function killRule(id: string): Rule {
  const known = [...KILL_CODES].filter(([, code]) => code.id === id);
  const [[, first]] = known as [(typeof known)[number]];
  const { title, checkFirst, advice } = first;
  return {
    id,
    title,
    confidence: "high",
    checkFirst,
    advice,
    match({ report, where }) {
      const code = killCodeOf(report);
      const named = known.find(([each]) => each === code)?.[1];
      if (code === undefined || named === undefined) return undefined;
      const place = report.termination?.code === code ? "termination/code" : "exception/codes";
      const reason = report.termination?.reasons.find((line) => line.trim() !== "");
      const evidence: Evidence[] = [{ where: where(place), text: hex(code) }];
      if (reason !== undefined) evidence.push({ where: where("termination/reasons"), text: oneLine(reason) });
      return { title: named.title, checkFirst: named.checkFirst, advice: named.advice, evidence };
    },
  };
}

const EVENTS: ReadonlyMap<string | undefined, string> = new Map([
  ["process-launch", "starting the app"],
  ["scene-create", "creating a scene"],
  ["scene-update", "coming to the foreground or going to the background"],
  ["process-exit", "ending the app"],
]);
const BUSY_PERCENT = 50;
const IDLE_PERCENT = 10;

function watchdog(facts: Facts): Match | undefined {
  const { report, where } = facts;
  if (killCodeOf(report) !== WATCHDOG_CODE) return undefined;
  const { termination } = report;
  const said = [...(termination?.reasons ?? []), ...facts.messages.map(({ text }) => text)].join("\n");
  const event =
    /WatchdogEvent:\s*([\w-]{1,40})/.exec(said)?.[1] ?? /explanation:\s*([\w-]{1,40}) watchdog/.exec(said)?.[1];
  const allowance = /exhausted[^.\n]{0,80}time allowance of [\d.]+ seconds/.exec(said)?.[0];
  const app = /Elapsed application CPU time \(seconds\): [\d.]{1,20}, (\d{1,3})% CPU/.exec(said);
  const total = /Elapsed total CPU time \(seconds\): [\d.]{1,20} [^\n]{0,80}?(\d{1,3})% CPU/.exec(said);
  const place = termination?.code === WATCHDOG_CODE ? "termination/code" : "exception/codes";
  const evidence: Evidence[] = [
    { where: where(place), text: `${termination?.namespace ?? ""} ${hex(WATCHDOG_CODE)}`.trim() },
  ];
  const from = (text: string): Evidence => ({ where: where("termination/reasons"), text: oneLine(text) });
  if (event !== undefined) evidence.push(from(`WatchdogEvent: ${event}`));
  if (allowance !== undefined) evidence.push(from(allowance));
  const split = [total?.[0], app?.[0]].filter((line) => line !== undefined).join("; ");
  if (split !== "") evidence.push(from(split));
  const doing = EVENTS.get(event);
  return {
    evidence,
    ...(event !== undefined && { detail: event }),
    ...cpuSplit(Number(app?.[1]), Number(total?.[1]), doing === undefined ? "" : ` while ${doing}`),
  };
}

/** Busy, waiting, or on a device that had no time for the app. `NaN` where the report does not say. */
function cpuSplit(app: number, total: number, doing: string): Pick<Match, "checkFirst" | "advice"> {
  if (app >= BUSY_PERCENT) {
    return {
      checkFirst: `what the main thread computed${doing}: the app itself used ${app} % of the CPU`,
      advice:
        "The app was busy. Move the computation off the main thread, do less of it before the first screen, and cache its result.",
    };
  }
  if (app < IDLE_PERCENT && total >= BUSY_PERCENT) {
    return {
      checkFirst: `what else ran${doing}: the app used ${app} % of the CPU, all processes together ${total} %`,
      advice:
        "The device had hardly any time for the app. If this comes from few devices, leave it; otherwise do less at this moment and move input " +
        "and output off the main thread.",
    };
  }
  if (app < IDLE_PERCENT) {
    return {
      checkFirst: `what the main thread waits for${doing}: the app used only ${app} % of the CPU`,
      advice:
        "The app did not compute, it waited: a lock, a semaphore, a synchronous call to the network, to a file or to another process. Find the " +
        "first frame of the app above the wait and make the call asynchronous.",
    };
  }
  return doing === ""
    ? {}
    : { checkFirst: `the first frame of the app on the main thread${doing}; whether it was busy or waiting` };
}
