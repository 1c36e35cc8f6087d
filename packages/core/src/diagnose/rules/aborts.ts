/** Exceptions nobody caught, and aborts. */
import { EXCEPTION_REASON, exceptionName, type Facts, frameEvidence, messageEvidence, oneLine } from "../facts.ts";
import type { Match, Rule } from "./rule.ts";

const CPP_TYPE = /uncaught exception of type (?!NS)([\w:<>, *&]{1,120}?)(?::? |$)/i;
const CPP_THROW = /__cxa_throw|__cxa_rethrow/;

export const ABORTS_RULES: readonly Rule[] = [
  {
    id: "objc-exception",
    title: "Uncaught Objective-C exception",
    confidence: "high",
    checkFirst: "the first frame of the app in the last exception backtrace",
    advice:
      "Objective-C code refused to go on. The message says what was wrong, the last exception backtrace where; the crashed thread only shows how " +
      "the process ended.",
    match(facts) {
      const named = exceptionName(facts);
      const detail = named === undefined ? {} : { detail: named, title: `Uncaught ${named}` };
      const text =
        messageEvidence(facts, /uncaught exception (?:'|of type NS)/i) ??
        messageEvidence(facts, /./, ({ image }) => image === EXCEPTION_REASON);
      // A C++ exception ends in `_objc_terminate` too: what it was thrown by decides.
      const thrown = frameEvidence(facts, /^(objc_exception_throw|_objc_exception_destructor)/);
      const ended = frameEvidence(facts, CPP_THROW) ? undefined : frameEvidence(facts, /^_objc_terminate/);
      const frame = thrown ?? ended;
      const stack = facts.report.lastExceptionBacktrace && {
        where: facts.where("lastExceptionBacktrace"),
        text: `last exception backtrace of ${facts.report.lastExceptionBacktrace.length} frames`,
      };
      const evidence = [text, stack, frame].filter((item) => item !== undefined);
      return evidence.length === 0 ? undefined : { evidence, ...detail, ...exceptionWords(facts, named) };
    },
  },
  {
    id: "cpp-exception",
    title: "Uncaught C++ exception",
    confidence: "medium",
    checkFirst: "the thrown type, and where it is thrown: the frame below __cxa_throw",
    advice:
      "A C++ exception reached a place that does not catch it (Swift and Objective-C do not). Catch it where C++ is called from another language, " +
      "and turn it into an error.",
    match(facts) {
      const frame = frameEvidence(facts, /__cxa_throw|std::terminate|^_ZSt9terminate|__cxa_rethrow|abort_message/);
      // libc++abi names the type, also that of an Objective-C exception.
      const text = messageEvidence(facts, CPP_TYPE);
      // KSCrash takes the backtrace of the throw itself, without the frames behind it, and says so.
      const told = facts.report.metadata["errorType"] === "cpp_exception" && {
        where: facts.where("metadata/cppException"),
        text: "ended by a C++ exception",
      };
      const evidence = [text, frame, told].filter((item) => item !== undefined && item !== false);
      const type = CPP_TYPE.exec(text?.text ?? "")?.[1];
      if (type === undefined) return evidence.length === 0 ? undefined : { evidence };
      return { evidence, confidence: "high", detail: type, title: `Uncaught ${type}` };
    },
  },
  {
    id: "abort-assert",
    title: "Abort or failed assertion",
    confidence: "low",
    checkFirst: "the message of the library in the application specific information, and the frame that called abort",
    advice:
      "A library ended the process on purpose because something it relies on was not so. Its message says what; without one, look up the function " +
      "that stands right below abort.",
    match(facts) {
      const assertion = messageEvidence(facts, /assertion fail/i);
      if (assertion) {
        const { text } = assertion;
        return {
          evidence: [assertion],
          confidence: "high",
          title: "Failed assertion",
          checkFirst: `why this was not so: ${text}`,
        };
      }
      const { termination } = facts.report;
      if (termination?.namespace === "LIBSYSTEM") {
        const indicator = oneLine(`LIBSYSTEM ${termination.code ?? ""} ${termination.indicator ?? ""}`);
        return { evidence: [{ where: facts.where("termination/indicator"), text: indicator }], confidence: "medium" };
      }
      const signal = facts.report.exception?.signal === "SIGABRT" && {
        where: facts.where("exception/signal"),
        text: "SIGABRT",
      };
      const frame = frameEvidence(facts, /^(abort|__assert_rtn|abort_with_payload|__abort_with_payload)$/, 8);
      const text = messageEvidence(facts, /abort\(\) called/);
      const evidence = [signal, frame, text].filter((item) => item !== undefined && item !== false);
      return evidence.length === 0 || (!signal && !frame) ? undefined : { evidence };
    },
  },
];

const SELECTOR = /([-+]\[[^\]\n]{1,300}\]): unrecognized selector sent to (instance|class)/;

interface Explained {
  readonly pattern: RegExp;
  readonly advice: string;
}

/** By the text or the name of the exception. */
const EXPLAINED: readonly Explained[] = [
  {
    pattern: /unrecognized selector/i,
    advice:
      "An object got a message that its class does not have: it is of another type than the code believes (NSNull in JSON, a wrong class in the " +
      "storyboard, a cast without a check), or it was freed and another object took its place.",
  },
  {
    pattern: /beyond bounds|out of bounds|NSRangeException/i,
    advice:
      "An index was outside of the collection. Compare it with the count, and look whether another thread changes the collection meanwhile.",
  },
  {
    pattern: /attempt to insert nil|object cannot be nil|nil object|insert nil/i,
    advice: "Objective-C collections hold no nil. Check the value before inserting it, or leave the key out.",
  },
  {
    pattern: /was mutated while being enumerated/i,
    advice:
      "The collection was changed while a loop went through it. Loop over a copy, or collect the changes and make them afterwards.",
  },
  {
    pattern: /not key value coding-compliant|NSUnknownKeyException/i,
    advice:
      "The storyboard or a key path names a property that the class does not have: an outlet that was renamed or removed, or a wrong class.",
  },
  {
    pattern: /Invalid update|invalid number of (?:rows|sections|items)/i,
    advice:
      "The table or collection view was told of other changes than the data made. Change the data and report it in the same step on the main " +
      "thread, or use a diffable data source.",
  },
  {
    pattern: /observer|NSKVO|KVO/i,
    advice:
      "An observer was removed twice or never added, or its object went away first. Use block based observation and keep the token.",
  },
  {
    pattern: /NSInternalInconsistencyException/,
    advice:
      "A framework found itself in a state that should not be: read the message, it usually names the wrong call.",
  },
];

function exceptionWords(facts: Facts, name: string | undefined): Pick<Match, "advice" | "checkFirst"> {
  const texts = facts.messages.map(({ text }) => text);
  const selector = texts.map((text) => SELECTOR.exec(text)?.[1]).find((found) => found !== undefined);
  const said = [...texts, name ?? ""].join("\n");
  const advice = EXPLAINED.find(({ pattern }) => pattern.test(said))?.advice;
  return {
    ...(advice !== undefined && { advice }),
    ...(selector !== undefined && {
      checkFirst: `which object was sent ${oneLine(selector)}, and of which class it should have been`,
    }),
  };
}
