/** Exceptions nobody caught, aborts, broken contracts of frameworks. */
import { EXCEPTION_REASON, exceptionName, frameEvidence, messageEvidence } from "../facts.ts";
import type { Rule } from "./rule.ts";

const CPP_TYPE = /uncaught exception of type (?!NS)([\w:<>, *&]{1,120}?)(?::? |$)/i;
const CPP_THROW = /__cxa_throw|__cxa_rethrow/;

export const ABORTS_RULES: readonly Rule[] = [
  {
    id: "objc-exception",
    title: "Uncaught Objective-C exception",
    confidence: "high",
    checkFirst: "the first frame of the app in the last exception backtrace",
    advice: "By name: unrecognized selector is a wrong type or a nil outlet; a range exception wants a bounds check.",
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
      return evidence.length === 0 ? undefined : { evidence, ...detail };
    },
  },
  {
    id: "cpp-exception",
    title: "Uncaught C++ exception",
    confidence: "medium",
    checkFirst: "the thrown type",
    advice: "Catch at the boundary of the languages.",
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
    id: "libdispatch-misuse",
    title: "libdispatch used against its contract",
    confidence: "high",
    checkFirst: "the sentence names the fault",
    advice: "No sync onto the own queue; balance enter and leave, wait and signal, suspend and resume.",
    match(facts) {
      const text = messageEvidence(facts, /BUG IN CLIENT OF LIBDISPATCH/);
      return text && { evidence: [text] };
    },
  },
  {
    id: "abort-assert",
    title: "Abort or failed assertion",
    confidence: "low",
    checkFirst: "the application specific information",
    advice: "Meet the contract of the library that aborted.",
    match(facts) {
      const assertion = messageEvidence(facts, /assertion fail/i);
      if (assertion) return { evidence: [assertion], confidence: "high" };
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
