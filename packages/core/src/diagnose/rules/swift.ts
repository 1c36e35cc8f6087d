/** Failed run-time checks of Swift, and its traps. */
import { frameEvidence, frameWhere, messageEvidence, oneLine, SWIFT_FAILURE_PREFIX } from "../facts.ts";
import { exceptionText, isIntel, type Rule } from "./rule.ts";

export const SWIFT_RULES: readonly Rule[] = [
  swiftFailure(
    "swift-nil-unwrap",
    "Nil unwrapped",
    /unexpectedly found nil/i,
    "the line that unwraps",
    "Guard it or give a default; make the state impossible.",
  ),
  swiftFailure(
    "swift-index-out-of-range",
    "Index or range out of bounds",
    /index out of range|index is out of bounds|out of bounds|range requires/i,
    "who changes the collection, and on which thread",
    "Check the bounds; work on a snapshot; isolate the collection in an actor.",
  ),
  swiftFailure(
    "swift-arithmetic",
    "Overflow, division or narrowing",
    /arithmetic overflow|division by zero|not enough bits|negative value is not representable/i,
    "the inputs of the expression",
    "Use &+, clamp, or init(exactly:).",
  ),
  swiftFailure(
    "swift-bad-cast",
    "Forced cast failed",
    /could not cast value of type/i,
    "both type names in the message",
    "Cast with as?; check the decoder or the storyboard class.",
  ),
  {
    id: "swift-fatal-error",
    title: "fatalError or precondition",
    confidence: "high",
    checkFirst: "the message, and the first frame of the app below it",
    advice: "Handle the state instead of ending the process; keep messages unique.",
    match(facts) {
      const text = messageEvidence(facts, /\bfatal error\b/i);
      const frame = frameEvidence(facts, /_assertionFailure|\bassertionFailure\(/, 8);
      if (text) return { evidence: frame ? [text, frame] : [text] };
      return frame && { evidence: [frame], confidence: "medium" };
    },
  },
  {
    id: "swift-executor",
    title: "Wrong actor or queue",
    confidence: "high",
    checkFirst: "which closure inherits @MainActor and is called elsewhere",
    advice: "Hop to the actor, or mark the callback @Sendable and nonisolated.",
    match(facts) {
      const frame = frameEvidence(
        facts,
        /_dispatch_assert_queue_fail|swift_task_(isCurrentExecutor|reportUnexpectedExecutor)/,
        12,
      );
      return frame && { evidence: [frame] };
    },
  },
  {
    id: "swift-trap",
    title: "Swift trap, reason unknown",
    confidence: "medium",
    checkFirst: "whether the dSYM is held: optimised builds keep the reason only there",
    advice: "Upload the dSYM of this build; the report is classified again.",
    match({ report, where }) {
      const { exception } = report;
      const trap =
        exception?.type === "EXC_BREAKPOINT" ||
        (exception?.type === "EXC_BAD_INSTRUCTION" && isIntel(report.process.cpuType));
      return trap ? { evidence: [{ where: where("exception/type"), text: exceptionText(exception) }] } : undefined;
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
      const evidence = [text, frame].filter((item) => item !== undefined);
      return evidence.length === 0 ? undefined : { evidence };
    },
  };
}
