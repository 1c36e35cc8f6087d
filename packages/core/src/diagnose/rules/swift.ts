/** Failed run-time checks of Swift, and its traps. */
import { type Facts, frameEvidence, frameWhere, messageEvidence, oneLine, SWIFT_FAILURE_PREFIX } from "../facts.ts";
import type { Report } from "../../report.ts";
import { exceptionText, isIntel, type Match, type Rule } from "./rule.ts";

const NIL = /unexpectedly found nil/i;
const BOUNDS = /index out of range|index is out of bounds|out of bounds|range requires/i;
const ARITHMETIC = /arithmetic overflow|division by zero|not enough bits|negative value is not representable/i;
const CAST = /could not cast value of type/i;
const NAMED_FAILURES = [NIL, BOUNDS, ARITHMETIC, CAST];

export const SWIFT_RULES: readonly Rule[] = [
  swiftFailure(
    "swift-nil-unwrap",
    "Nil unwrapped",
    NIL,
    "the line that unwraps",
    "A value that the code was sure of (with !, as!, an implicitly unwrapped outlet) was nil. Use guard let or ?? and decide what to do without " +
      "it, or change the types so that it cannot be nil.",
  ),
  swiftFailure(
    "swift-index-out-of-range",
    "Index or range out of bounds",
    BOUNDS,
    "who changes the collection, and on which thread",
    "Code asked for an element that is not there. Compare the index with the count, use first, last and indices, and if several threads use the " +
      "collection, give it to an actor or work on a copy.",
  ),
  swiftFailure(
    "swift-arithmetic",
    "Overflow, division or narrowing",
    ARITHMETIC,
    "the inputs of the expression",
    "A result did not fit into its type, or the divisor was zero. Check the inputs, use a larger type, init(exactly:), clamp, or &+ where wrapping is meant.",
  ),
  swiftFailure(
    "swift-bad-cast",
    "Forced cast failed",
    CAST,
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
    match: fatalError,
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

interface Fatal {
  readonly pattern: RegExp;
  readonly title: string;
  readonly advice: string;
}

/** Sentences of the standard library that mean more than that somebody stopped. */
const FATAL: readonly Fatal[] = [
  {
    pattern: /'try!' expression unexpectedly raised an error/i,
    title: "try! met an error",
    advice:
      "The call was taken to never fail, and failed: the message names the error. Use do and catch or try?, and decide what to do without a result.",
  },
  {
    pattern: /unowned reference but .{0,60}already deallocated/i,
    title: "unowned reference to a freed object",
    advice:
      "An unowned reference was read after its object was gone. Make it weak and handle nil, or keep the object alive as long as the reference is used.",
  },
  {
    pattern: /Duplicate (?:keys|elements) of type/i,
    title: "Duplicate keys",
    advice:
      "A dictionary or set was made of values with equal keys. Use init(_:uniquingKeysWith:), or make the keys unique first.",
  },
  {
    pattern: /use of unimplemented initializer/i,
    title: "Initializer not implemented",
    advice:
      "A class was made by an initializer (mostly of a storyboard or of Objective-C) that the subclass does not implement. Implement it.",
  },
  {
    pattern: /precondition fail(?:ed|ure)/i,
    title: "Failed precondition",
    advice:
      "A function was called with what it says it does not take. Its caller in the stack has to check that first.",
  },
];

function fatalError(facts: Facts): Match | undefined {
  const text = messageEvidence(facts, /\bfatal error\b/i);
  const frame = frameEvidence(facts, /_assertionFailure|\bassertionFailure\(/, 8);
  // What no other rule of Swift has a name for: the reason is that of the failed check.
  const [first = ""] = facts.functions;
  const inlined =
    first.startsWith(SWIFT_FAILURE_PREFIX) && !NAMED_FAILURES.some((pattern) => pattern.test(first))
      ? { where: frameWhere(facts, 0), text: oneLine(first) }
      : undefined;
  const evidence = [text, inlined, frame].filter((item) => item !== undefined);
  if (evidence.length === 0) return undefined;
  const said = text ?? inlined;
  const words = FATAL.find(({ pattern }) => pattern.test(said?.text ?? ""));
  const place = (text && failurePlace(text.text)) ?? (inlined && inlinedPlace(facts));
  return {
    evidence,
    ...(said === undefined && { confidence: "medium" as const }),
    ...(words && { title: words.title, advice: words.advice }),
    ...(place !== undefined && { checkFirst: place }),
  };
}
