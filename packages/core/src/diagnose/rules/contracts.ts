/** Contracts of frameworks that were broken: libdispatch, XPC, Core Data, SwiftUI, the main thread, and whoever ends a process in its own name. */
import { frameEvidence, messageEvidence, oneLine } from "../facts.ts";
import type { Rule } from "./rule.ts";

/** The sentence behind `BUG IN CLIENT OF LIBDISPATCH:`, and what it means. */
const DISPATCH: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /dispatch_sync called on queue already owned/i,
    "The code waits for the queue that it runs on, for ever. Call the work directly if you are on that queue already, or use async.",
  ],
  [
    /dispatch_barrier_sync/i,
    "The code waits for the queue that it runs on, for ever. Do not call sync from a block of the same queue.",
  ],
  [
    /Unbalanced call to dispatch_group_leave/i,
    "leave() ran more often than enter(). Balance them on every path, errors and early returns included.",
  ],
  [
    /Semaphore object deallocated while in use/i,
    "The semaphore went away with a lower count than it began with: signal it before it is released.",
  ],
  [
    /Over-resume|Unbalanced resume|Resuming? of an already|release of a suspended|Release of an inactive/i,
    "suspend and resume (or activate) are out of balance. A timer or queue may be released only while it is resumed.",
  ],
];

export const CONTRACTS_RULES: readonly Rule[] = [
  {
    id: "libdispatch-misuse",
    title: "libdispatch used against its contract",
    confidence: "high",
    checkFirst: "the sentence names the fault",
    advice: "No sync onto the own queue; balance enter and leave, wait and signal, suspend and resume.",
    match(facts) {
      const text = messageEvidence(facts, /BUG IN CLIENT OF LIBDISPATCH/);
      if (text === undefined || EXECUTOR.test(text.text)) return undefined;
      const advice = DISPATCH.find(([pattern]) => pattern.test(text.text))?.[1];
      const sentence = /BUG IN CLIENT OF LIBDISPATCH: *(.{1,200})/.exec(text.text)?.[1];
      return {
        evidence: [text],
        ...(advice !== undefined && { advice }),
        ...(sentence !== undefined && { checkFirst: `the frame of the app below libdispatch: ${sentence}` }),
      };
    },
  },
  {
    id: "xpc-misuse",
    title: "XPC used against its contract",
    confidence: "high",
    checkFirst: "the sentence names the fault",
    advice:
      "Resume a connection once, before its first message; invalidate it before it is released; do not change a dictionary while it is walked through.",
    match(facts) {
      const text = messageEvidence(facts, /XPC API Misuse|BUG IN CLIENT OF LIBXPC/i);
      const { termination } = facts.report;
      const named = termination?.namespace === "LIBXPC" && {
        where: facts.where("termination/namespace"),
        text: oneLine(`LIBXPC ${termination.indicator ?? ""}`),
      };
      const evidence = [text, named].filter((item) => item !== undefined && item !== false);
      return evidence.length === 0 ? undefined : { evidence };
    },
  },
  {
    id: "core-data",
    title: "Core Data",
    confidence: "medium",
    checkFirst: "on which queue the managed object context was used",
    advice:
      "A context and its objects may be used only inside perform or performAndWait of that context. Pass object ids between threads, set a merge " +
      "policy, and add a migration before changing the model.",
    match(facts) {
      const text = messageEvidence(
        facts,
        /CoreData: (?:error|fault|Multi)|NSManagedObjectContext|NSPersistentStore|Core Data/,
      );
      const frame = frameEvidence(
        facts,
        /^(_PFRaise|\+?-?\[_?NS(ManagedObject|PersistentStore|SQL)|_PFManagedObject|\+\[NSManagedObjectContext __Multithreading)/,
        12,
      );
      const evidence = [text, frame].filter((item) => item !== undefined);
      if (evidence.length === 0) return undefined;
      const isThreading = /__Multithreading_Violation|Multithreading/.test(`${text?.text ?? ""} ${frame?.text ?? ""}`);
      return {
        evidence,
        ...(isThreading && { title: "Core Data used on another thread", confidence: "high" as const }),
        // Frames of Core Data alone say where, not what.
        ...(text === undefined && !isThreading && { confidence: "low" as const }),
      };
    },
  },
  {
    id: "swiftui-update-loop",
    title: "SwiftUI update loop",
    confidence: "low",
    checkFirst: "the view whose body stands between the frames of AttributeGraph",
    advice:
      "A view changed the state it depends on while it was being built, so that it was built again, without end. Do not write state inside body, " +
      "a getter that body reads, or onChange of the same value; move it to an action or task.",
    match(facts) {
      const rounds = facts.functions.filter((name) => /^AG::Graph::(UpdateStack::)?update/.test(name)).length;
      const text = messageEvidence(
        facts,
        /AttributeGraph: cycle|AttributeGraph precondition failure|precondition failure: .{0,80}attribute/i,
      );
      const isDeep = rounds >= UPDATE_ROUNDS || (rounds > 0 && facts.elidedFrames > 0);
      if (!isDeep && text === undefined) return undefined;
      const frame = {
        where: facts.where(facts.stack.where),
        text: `${rounds} updates of AttributeGraph inside each other`,
      };
      return {
        evidence: [...(text ? [text] : []), ...(isDeep ? [frame] : [])],
        ...(text && { confidence: "medium" as const }),
      };
    },
  },
  {
    id: "main-thread-checker",
    title: "User interface used off the main thread",
    confidence: "high",
    checkFirst: "the API that the message names, and the frame of the app that called it",
    advice: "Call it on the main actor: `await MainActor.run`, or DispatchQueue.main.async.",
    match(facts) {
      const text = messageEvidence(
        facts,
        /Main Thread Checker|(?:only|must) be (?:used|called|invalidated|modified|accessed) (?:from|on) (?:the )?main thread|from a background thread/i,
      );
      const index = facts.stack.frames.findIndex(
        ({ image }) => image !== undefined && /MainThreadChecker/.test(facts.report.images[image]?.name ?? ""),
      );
      const frame =
        index < 0 ? undefined : { where: facts.where(facts.stack.where), text: "libMainThreadChecker.dylib" };
      const evidence = [text, frame].filter((item) => item !== undefined);
      return evidence.length === 0 ? undefined : { evidence };
    },
  },
  {
    id: "framework-termination",
    title: "Ended by a framework of the system",
    confidence: "high",
    checkFirst: "what the termination reason says",
    advice: "A framework ended the process because it could not go on: its reason names what it expected.",
    match({ report, where }) {
      const { termination } = report;
      const [what, advice] = FRAMEWORKS.get(termination?.namespace ?? "") ?? [];
      if (termination === undefined || what === undefined) return undefined;
      const { namespace = "", code, indicator, reasons, details = [] } = termination;
      const said = [...reasons, ...details].find((line) => line.trim() !== "");
      return {
        title: `Ended by ${what}`,
        evidence: [
          { where: where("termination/namespace"), text: oneLine(`${namespace} ${code ?? ""} ${indicator ?? ""}`) },
          ...(said === undefined ? [] : [{ where: where("termination/reasons"), text: oneLine(said) }]),
        ],
        ...(advice !== undefined && { advice }),
        ...(said !== undefined && { checkFirst: oneLine(said) }),
      };
    },
  },
];

/** Whom the actor rule explains better. */
const EXECUTOR = /Block was expected to execute on queue|Assertion failed: Block was/i;

const UPDATE_ROUNDS = 12;

const FRAMEWORKS: ReadonlyMap<string, readonly [what: string, advice?: string]> = new Map<
  string,
  readonly [what: string, advice?: string]
>([
  ["SANDBOX", ["the sandbox", "The app did what its sandbox forbids. Add the entitlement for it, or do without."]],
  ["SECURITY", ["Security"]],
  [
    "WEBKIT",
    [
      "WebKit",
      "A process of WebKit was ended; the app may reload the page when its delegate says that the content process went away.",
    ],
  ],
  ["METAL", ["Metal", "The graphics work was invalid or took too long. Run with Metal API Validation."]],
  [
    "COREANIMATION",
    [
      "Core Animation",
      "Layers were given values that cannot be drawn (NaN positions, huge sizes), or on another thread.",
    ],
  ],
  ["WATCHKIT", ["WatchKit"]],
  ["ROSETTA", ["Rosetta", "The translation of Intel code failed. Ship code for Apple silicon."]],
  ["FOUNDATION", ["Foundation"]],
  ["OBJC", ["the Objective-C runtime"]],
  ["SKYWALK", ["the network stack"]],
  ["SETTINGS", ["Settings", "A privacy setting of the app was changed, and the system ends it then. It is no crash."]],
  ["HANGTRACER", ["the hang detector"]],
  ["COREDUO", ["CoreDuet"]],
  [
    "ENDPOINTSECURITY",
    ["Endpoint Security", "The client did not answer an event before its deadline. Answer first, work later."],
  ],
  ["LIBIGNITION", ["the boot loader"]],
  ["WATCHDOG", ["the watchdog of system services"]],
]);
