/** What looks like a crash and is none: kept as a diagnostic, out of every rate. */
import { ofModel, oneLine } from "../facts.ts";
import type { Rule } from "./rule.ts";
import { ENDED } from "./rule.ts";

export const NOT_A_CRASH_RULES: readonly Rule[] = [
  {
    id: "xcode-simulated-payload",
    title: "Made up by Xcode: no crash",
    confidence: "high",
    kinds: [...ENDED, "hang", "cpu", "disk-writes", "launch"],
    checkFirst: 'nothing: Xcode\'s "Simulate MetricKit Payloads" sends the same example each time',
    advice: "Delete it. Tell your receiver to ignore the binary testBinaryName.",
    match({ report }) {
      const isMadeUp =
        report.process.name === "testBinaryName" ||
        (report.images.length > 0 && report.images.every(({ name }) => name === "testBinaryName"));
      return isMadeUp ? { evidence: [{ where: ofModel("images/0/name"), text: "testBinaryName" }] } : undefined;
    },
  },
  {
    id: "simulated-or-nonfatal",
    title: "The process went on: no crash",
    confidence: "high",
    checkFirst: "the stack: it shows where the app was when the report was asked for",
    advice:
      "SIMULATED means that the system asked for a report of a living process, NON-FATAL that it went on after the event. It belongs to no " +
      "crash rate; the stack may still show something worth mending.",
    match({ report, where }) {
      const { isSimulated, isNonFatal } = report.process;
      if (isSimulated !== true && isNonFatal !== true) return undefined;
      const caller = report.metadata["simulatedCaller"];
      const text =
        isSimulated === true ? "SIMULATED (this is NOT a crash)" : "NON-FATAL CONDITION (this is NOT a crash)";
      const by = typeof caller === "string" ? ` requested by ${caller}` : "";
      return {
        evidence: [
          { where: where(isSimulated === true ? "isSimulated" : "isNonFatal"), text: oneLine(`${text}${by}`) },
        ],
      };
    },
  },
  {
    id: "hang",
    title: "Hang",
    confidence: "high",
    kinds: [...ENDED, "hang"],
    checkFirst: "the first frame of the app in the heaviest path of the main thread",
    advice:
      "The main thread did not answer for a while. If it computes, move that to another thread; if it waits, make the call asynchronous.",
    match({ report, where }) {
      if (report.kind === "hang") {
        const { durationSeconds, event } = report.sampling ?? {};
        const lasted = durationSeconds === undefined ? "" : ` of ${durationSeconds} seconds`;
        return { evidence: [{ where: ofModel("sampling"), text: oneLine(`${event ?? "hang"}${lasted}`) }] };
      }
      // KSCrash watches the main thread itself and ends the app: less sure than a report of the system.
      return report.metadata["errorType"] === "deadlock"
        ? {
            title: "Main thread deadlocked",
            checkFirst: "what the main thread waits for: a lock, or sync onto a queue that waits for the main thread",
            confidence: "medium",
            evidence: [
              { where: where("metadata/errorType"), text: "KSCrash found that the main thread did not answer" },
            ],
          }
        : undefined;
    },
  },
  {
    id: "slow-launch",
    title: "Slow launch",
    confidence: "high",
    kinds: ["launch"],
    checkFirst: "the heaviest path of the main thread before the first frame was drawn",
    advice:
      "Do after the first screen what need not be there before it: migrations, network, analytics, large storyboards.",
    match({ report }) {
      const { durationSeconds } = report.sampling ?? {};
      const lasted = durationSeconds === undefined ? "" : ` of ${durationSeconds} seconds`;
      return { evidence: [{ where: ofModel("sampling"), text: `launch${lasted}` }] };
    },
  },
  {
    id: "stackshot",
    title: "Stackshot",
    confidence: "high",
    kinds: ["stackshot"],
    checkFirst: "why it was taken",
    advice:
      "Somebody (sysdiagnose, a watchdog of a service) asked for the stacks of all processes. It says of none that it failed.",
    match({ report }) {
      const reason = report.sampling?.reason ?? report.termination?.indicator ?? "stacks of all processes";
      return { evidence: [{ where: ofModel("sampling/reason"), text: oneLine(reason) }] };
    },
  },
];
