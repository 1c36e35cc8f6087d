/** What Swift asks of code that runs at once: exclusive access, the right actor, one resume of each continuation. */
import { frameEvidence, messageEvidence, oneLine } from "../facts.ts";
import type { Rule } from "./rule.ts";

export const SWIFT_CONTRACTS_RULES: readonly Rule[] = [
  {
    id: "swift-exclusivity",
    title: "Overlapping access to one variable",
    confidence: "high",
    checkFirst: "both accesses: the one that runs, and the one that had begun",
    advice:
      "While one access to the variable was still going on (an inout argument, a mutating method), another began. Copy the value to a local " +
      "variable before the call, and write it back afterwards.",
    match(facts) {
      const text = messageEvidence(facts, /Simultaneous accesses|overlapping accesses/i);
      const frame = frameEvidence(
        facts,
        /^_?(swift_beginAccess|swift::runtime::AccessSet::insert|swift_runtime_reportExclusivity)/,
        6,
      );
      const evidence = [text, frame].filter((item) => item !== undefined);
      if (evidence.length === 0) return undefined;
      const sides = facts.messages.flatMap(({ text: said }) => [
        ...said.matchAll(/(Previous|Current) access \(a (\w{1,20})\) started at ([^\n]{1,200}?)(?: \(0x|\n|$)/g),
      ]);
      const checkFirst = sides
        .map(([, when, kind, where]) => `${when?.toLowerCase()} ${kind} at ${oneLine(where ?? "")}`)
        .join("; ");
      return {
        evidence,
        ...(checkFirst !== "" && { checkFirst }),
        ...(text === undefined && { confidence: "medium" as const }),
      };
    },
  },
  {
    id: "swift-executor",
    title: "Wrong actor or queue",
    confidence: "high",
    checkFirst: "which closure inherits @MainActor and is called elsewhere",
    advice:
      "Code that belongs to one actor or queue was run on another: mostly a callback that a framework calls in the background, written inside a " +
      "@MainActor type. Mark the closure @Sendable or nonisolated and hop to the actor inside, with Task { @MainActor in … }.",
    match(facts) {
      const text = messageEvidence(
        facts,
        /Block was expected to execute on queue|Incorrect actor executor assumption|expected .{0,40}(?:actor|executor)/i,
      );
      const frame = frameEvidence(
        facts,
        /_?dispatch_assert_queue_fail|swift_task_(isCurrentExecutor|reportUnexpectedExecutor|checkIsolated)|_checkExpectedExecutor/,
        12,
      );
      const evidence = [text, frame].filter((item) => item !== undefined);
      const queue = /expected to execute on queue \[([^\]\n]{1,120})\]/.exec(text?.text ?? "")?.[1];
      if (evidence.length === 0) return undefined;
      return {
        evidence,
        ...(queue !== undefined && { checkFirst: `which closure should have run on ${oneLine(queue)}` }),
      };
    },
  },
  {
    id: "swift-continuation-misuse",
    title: "Continuation resumed twice or never",
    confidence: "high",
    checkFirst: "every way out of the callback: each has to resume once",
    advice:
      "withCheckedContinuation wants exactly one resume. A delegate or callback that is called twice, or an error path without resume, breaks it.",
    match(facts) {
      const text = messageEvidence(facts, /CONTINUATION MISUSE|tried to resume its continuation more than once/i);
      const frame = frameEvidence(
        facts,
        /CheckedContinuation(?:Canary)?\.\w{0,20}resume|_fatalErrorCheckedContinuation|checkedContinuation\w{0,20}Misuse/i,
        8,
      );
      const evidence = [text, frame].filter((item) => item !== undefined);
      if (evidence.length === 0) return undefined;
      const name = /CONTINUATION MISUSE: *([\w.:()]{1,160})/i.exec(text?.text ?? "")?.[1];
      return {
        evidence,
        ...(text === undefined && { confidence: "medium" as const }),
        ...(name !== undefined && { checkFirst: `every way out of ${name}: each has to resume once` }),
      };
    },
  },
  {
    id: "swift-task-allocator",
    title: "Allocator of a Swift task corrupted",
    confidence: "medium",
    checkFirst: "the version of the compiler, and withTaskGroup or async let in the stack",
    advice:
      "Usually a fault of the compiler or its run-time: update Xcode and the minimum OS; avoid the construct until then.",
    match(facts) {
      const text = messageEvidence(facts, /freed pointer was not the last allocation/i);
      const frame = frameEvidence(facts, /^_?swift_task_dealloc/, 6);
      const evidence = [text, frame].filter((item) => item !== undefined);
      return evidence.length === 0 ? undefined : { evidence, ...(text && { confidence: "high" as const }) };
    },
  },
];
