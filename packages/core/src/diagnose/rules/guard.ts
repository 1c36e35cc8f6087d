/** Descriptors, ports and memory that their owner has guarded (EXC_GUARD). The words of `mach/exception_types.h` and `sys/guarded.h`. */
import { oneLine } from "../facts.ts";
import { exceptionText, type Rule } from "./rule.ts";

interface Guarded {
  readonly what: string;
  readonly advice: string;
}

const KINDS: readonly (readonly [pattern: RegExp, kind: Guarded])[] = [
  [
    /GUARD_TYPE_FD/,
    {
      what: "file descriptor",
      advice:
        "Code closed or used a file descriptor that belongs to a framework (SQLite, XPC, libdispatch). Nearly always a number that was closed " +
        "twice: after the first close the system gave it to somebody else. Close a descriptor once, and forget its number then.",
    },
  ],
  [
    /GUARD_TYPE_MACH_PORT/,
    {
      what: "Mach port",
      advice:
        "A port right was released too often or used in a way it may not be. Balance mach_port_deallocate; do not touch ports of frameworks.",
    },
  ],
  [
    /GUARD_TYPE_VN/,
    {
      what: "file",
      advice:
        "A file that is in use, such as a database, was deleted, renamed or unlinked. Close it first, or leave it where it is.",
    },
  ],
  [
    /GUARD_TYPE_VIRT_MEMORY/,
    { what: "memory", advice: "Memory was unmapped that its owner still needs. Unmap only what you mapped." },
  ],
  [
    /GUARD_TYPE_USER/,
    {
      what: "resource of a framework",
      advice: "A framework ended the process because its contract was broken: read the message.",
    },
  ],
];
const ANY: Guarded = {
  what: "resource",
  advice: "Do not close or change descriptors, ports and files that others own; look for a double close.",
};

export const GUARD_RULES: readonly Rule[] = [
  {
    id: "guarded-resource",
    title: "Guarded resource",
    confidence: "high",
    checkFirst: "which descriptor or port it was, and which operation was refused",
    advice: ANY.advice,
    match({ report, where }) {
      const { exception, termination } = report;
      if (exception?.type !== "EXC_GUARD" && termination?.namespace !== "GUARD") return undefined;
      const text =
        oneLine([exception?.subtype, exception?.message].filter(Boolean).join(" ")) || exceptionText(exception);
      const { what, advice } = KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? ANY;
      // `CLOSE on file descriptor 18 (guarded with 0x…)`
      const [, operation, number] = /\b([A-Z_]{3,40}) on \D{1,40} (\d{1,10})\b/.exec(text) ?? [];
      const which = operation === undefined || number === undefined ? what : `${what} ${number} (${operation})`;
      return {
        evidence: [{ where: where(text === "" ? "exception/type" : "exception/subtype"), text: text || "GUARD" }],
        title: `Guarded ${what}`,
        checkFirst: `who used ${which}: the first frame of the app in the stack`,
        advice,
      };
    },
  },
];
