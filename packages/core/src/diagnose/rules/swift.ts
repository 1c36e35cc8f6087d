/** Failed run-time checks of Swift, and its traps. */
import { type Facts, frameEvidence, frameWhere, messageEvidence, oneLine, SWIFT_FAILURE_PREFIX } from "../facts.ts";
import type { Report } from "../../report.ts";
import { exceptionText, isIntel, type Match, type Rule } from "./rule.ts";

export const SWIFT_RULES: readonly Rule[] = [
  swiftFailure(
    "swift-nil-unwrap",
    "Nil unwrapped",
    /unexpectedly found nil/i,
    "the line that unwraps",
    "A value that the code was sure of (with !, as!, an implicitly unwrapped outlet) was nil. Use guard let or ?? and decide what to do without " +
      "it, or change the types so that it cannot be nil.",
  ),
  swiftFailure(
    "swift-index-out-of-range",
    "Index or range out of bounds",
    /index out of range|index is out of bounds|out of bounds|range requires/i,
    "who changes the collection, and on which thread",
    "Code asked for an element that is not there. Compare the index with the count, use first, last and indices, and if several threads use the " +
      "collection, give it to an actor or work on a copy.",
  ),
  swiftFailure(
    "swift-arithmetic",
    "Overflow, division or narrowing",
    /arithmetic overflow|division by zero|not enough bits|negative value is not representable/i,
    "the inputs of the expression",
    "A result did not fit into its type, or the divisor was zero. Check the inputs, use a larger type, init(exactly:), clamp, or &+ where wrapping is meant.",
  ),
  swiftFailure(
    "swift-bad-cast",
    "Forced cast failed",
    /could not cast value of type/i,
    "both types in the message: what it is, and what the code took it for",
    "A value was of another class than as! said. Cast with as? and handle the rest; check what the decoder gives, and the class in the storyboard.",
  ),
  {
    id: "swift-fatal-error",
    title: "fatalError or precondition",
    confidence: "high",
    checkFirst: "the message, and the first frame of the app below it",
    advice:
      "The code ended the process on purpose: fatalError, precondition, try!, or one of the standard library's. Handle the state instead, or find " +
      "out how it came about; keep each message unique, so that reports tell which it was.",
    match(facts) {
      const text = messageEvidence(facts, /\bfatal error\b/i);
      const place = text && failurePlace(text.text);
      const frame = frameEvidence(facts, /_assertionFailure|\bassertionFailure\(/, 8);
      if (text) return { evidence: frame ? [text, frame] : [text], ...(place !== undefined && { checkFirst: place }) };
      return frame && { evidence: [frame], confidence: "medium" };
    },
  },
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
  {
    id: "swift-trap",
    title: "Swift trap, reason unknown",
    confidence: "medium",
    checkFirst: "whether the dSYM is held: optimised builds keep the reason only there",
    advice:
      "A check of Swift failed (nil, bounds, overflow, a cast), or code stopped itself. The reason is in the debug information: upload the dSYM of " +
      "this build, and the report is classified again.",
    match({ report, where }) {
      const { exception } = report;
      const trap =
        exception?.type === "EXC_BREAKPOINT" ||
        (exception?.type === undefined && exception?.signal === "SIGTRAP") ||
        (exception?.type === "EXC_BAD_INSTRUCTION" && isIntel(report.process.cpuType));
      if (!trap) return undefined;
      const evidence = [{ where: where("exception/type"), text: exceptionText(exception) }];
      return hasSwift(report) ? { evidence } : { evidence, ...TRAP_WITHOUT_SWIFT };
    },
  },
];

/** A failed run-time check of Swift: said in a message, or by the name of the innermost inlined frame of an optimised build. */
function swiftFailure(id: string, title: string, pattern: RegExp, checkFirst: string, advice: string): Rule {
  return {
    id,
    title,
    confidence: "high",
    checkFirst,
    advice,
    match(facts) {
      // An NSRangeException says "out of bounds" too: only Swift's own messages count here.
      const text = messageEvidence(
        facts,
        pattern,
        (message) => message.image.startsWith("libswift") || /fatal error/i.test(message.text),
      );
      const first = facts.functions[0] ?? "";
      const frame =
        first.startsWith(SWIFT_FAILURE_PREFIX) && pattern.test(first)
          ? { where: frameWhere(facts, 0), text: oneLine(first) }
          : undefined;
      const { subtype = "" } = facts.report.exception ?? {};
      const told =
        subtype.startsWith(SWIFT_FAILURE_PREFIX) && pattern.test(subtype)
          ? { where: facts.where("exception/subtype"), text: oneLine(subtype) }
          : undefined;
      const evidence = [text, frame, told].filter((item) => item !== undefined);
      if (evidence.length === 0) return undefined;
      const place = (text && failurePlace(text.text)) ?? (frame && inlinedPlace(facts));
      return { evidence, ...(place !== undefined && { checkFirst: place }) };
    },
  };
}

/** `Harbor/Dock.swift:41: Fatal error: …` of Swift 5.4 and later, `…: file Dock.swift, line 41` before; not the standard library's own lines. */
function failurePlace(text: string): string | undefined {
  const [, file, line] =
    /([^\s:]{1,200}\.swift):(\d{1,7}): Fatal error/i.exec(text) ??
    /file ([^\s,]{1,200}\.swift), line (\d{1,7})/.exec(text) ??
    [];
  if (file === undefined || line === undefined || file.startsWith("Swift/")) return undefined;
  const types = /Could not cast value of type '([^']{1,200})'[^']{0,60}to '([^']{1,200})'/.exec(text);
  return types === null ? `${file}, line ${line}` : `${file}, line ${line}: a ${types[1]} is no ${types[2]}`;
}

/** Where the failed check was inlined into. */
function inlinedPlace({ stack }: Facts): string | undefined {
  const symbol = stack.frames.slice(1).find((frame) => frame.symbol?.line !== undefined)?.symbol;
  if (symbol?.file === undefined || symbol.line === undefined) return undefined;
  return oneLine(`${symbol.file.slice(symbol.file.lastIndexOf("/") + 1)}, line ${symbol.line}, in ${symbol.function}`);
}

const TRAP_WITHOUT_SWIFT: Pick<Match, "title" | "checkFirst" | "advice"> = {
  title: "Trap, reason unknown",
  checkFirst: "the function that trapped, and its last call",
  advice:
    "The code stopped at an instruction that the compiler or a library put there on purpose: __builtin_trap, an assertion, or code that cannot be " +
    "reached unless something undefined was done (a missing return, a null reference). Undefined Behavior Sanitizer names it.",
};

/** Unknown where the report lists no images, or only those of the app. */
function hasSwift({ images, threads }: Report): boolean {
  if (!images.some(({ name }) => name.startsWith("libobjc") || name.startsWith("libsystem"))) return true;
  if (images.some(({ name }) => /^libswift|^SwiftUI/.test(name))) return true;
  return threads.some(({ frames }) =>
    frames.some(({ symbol }) => /^_?\$[sS]/.test(symbol?.linkageName ?? symbol?.function ?? "")),
  );
}
