/** Bad accesses and what else the processor refused. */
import { hex } from "../../report-json.ts";
import { FIRST_PAGE_BYTES, type Facts, frameEvidence, oneLine } from "../facts.ts";
import { exceptionText, isIntel, type Rule } from "./rule.ts";

/** Deeper than this, a stack that ends in a bad access has overflowed. */
const STACK_OVERFLOW_FRAMES = 500;

export const MEMORY_RULES: readonly Rule[] = [
  {
    id: "null-pointer",
    title: "Null dereference",
    confidence: "high",
    checkFirst: "the address is the offset of the field that was read",
    advice: "Check for nil; make unowned weak.",
    match(facts) {
      const { faultAddress, where } = facts;
      if (faultAddress === undefined || faultAddress >= FIRST_PAGE_BYTES || onStackGuard(facts)) return undefined;
      return {
        evidence: [{ where: where("exception/subtype"), text: `fault address ${hex(faultAddress)} is below one page` }],
      };
    },
  },
  {
    id: "stack-overflow",
    title: "Stack overflow",
    confidence: "high",
    checkFirst: "the frames that repeat",
    advice: "Break the recursion; iterate; give that thread a bigger stack.",
    match(facts) {
      if (facts.report.exception?.type !== "EXC_BAD_ACCESS") return undefined;
      if (onStackGuard(facts)) {
        return {
          evidence: [{ where: facts.where("vmRegionInfo"), text: "the fault address lies in or beside a stack guard" }],
        };
      }
      const depth = facts.stack.frames.length;
      return depth < STACK_OVERFLOW_FRAMES
        ? undefined
        : { evidence: [{ where: facts.where(facts.stack.where), text: `${depth} frames deep` }] };
    },
  },
  {
    id: "pointer-authentication",
    title: "Pointer authentication failed",
    confidence: "high",
    checkFirst: "casts of function pointers; junk in the high bits prints the same text",
    advice: "Fix the cast; look for a use after free with Address Sanitizer.",
    match({ report, where }) {
      const { subtype = "" } = report.exception ?? {};
      return /pointer authentication failure/i.test(subtype)
        ? { evidence: [{ where: where("exception/subtype"), text: oneLine(subtype) }] }
        : undefined;
    },
  },
  {
    id: "protection-fault",
    title: "Write to read-only memory, or execute denied",
    confidence: "medium",
    checkFirst: "the name of the memory region",
    advice: "Work on a mutable copy.",
    match(facts) {
      const text = `${facts.report.exception?.subtype ?? ""} ${facts.report.exception?.codes ?? ""}`;
      return /KERN_PROTECTION_FAILURE/.test(text) && !onStackGuard(facts)
        ? { evidence: [{ where: facts.where("exception/subtype"), text: oneLine(text) }] }
        : undefined;
    },
  },
  {
    id: "wild-pointer",
    title: "Wild pointer or use after free",
    confidence: "medium",
    checkFirst: "the selector and isa registers, and the memory region",
    advice: "Run with Zombies or Address Sanitizer; look for a data race.",
    match(facts) {
      const { faultAddress, where } = facts;
      if (facts.report.exception?.type !== "EXC_BAD_ACCESS") return undefined;
      if (faultAddress !== undefined && faultAddress < FIRST_PAGE_BYTES) return undefined;
      const at = faultAddress === undefined ? "address not given" : `fault address ${hex(faultAddress)}`;
      const frame = frameEvidence(facts, /^(objc_msgSend|objc_retain|objc_release|swift_retain|swift_release)/, 2);
      const evidence = [{ where: where("exception/subtype"), text: at }];
      return { evidence: frame ? [...evidence, frame] : evidence, confidence: frame ? "medium" : "low" };
    },
  },
  {
    id: "illegal-instruction",
    title: "Illegal instruction",
    confidence: "medium",
    checkFirst: "where the jump came from",
    advice: "Look for a bad function pointer, or for a CPU feature the device lacks.",
    match({ report, where }) {
      return report.exception?.type === "EXC_BAD_INSTRUCTION" && !isIntel(report.process.cpuType)
        ? { evidence: [{ where: where("exception/type"), text: exceptionText(report.exception) }] }
        : undefined;
    },
  },
  exceptionType("divide-by-zero", "Arithmetic fault", /^EXC_ARITHMETIC$/, "the divisor", "Check the operand."),
  exceptionType(
    "guarded-resource",
    "Guarded resource",
    /^EXC_GUARD$/,
    "which descriptor or port, and which operation",
    "Do not close descriptors that others own; look for a double close.",
  ),
];

function exceptionType(id: string, title: string, type: RegExp, checkFirst: string, advice: string): Rule {
  return {
    id,
    title,
    confidence: "high",
    checkFirst,
    advice,
    match: ({ report, where }) =>
      type.test(report.exception?.type ?? "")
        ? { evidence: [{ where: where("exception/type"), text: exceptionText(report.exception) }] }
        : undefined,
  };
}

const onStackGuard = (facts: Facts): boolean =>
  facts.faultAddress !== undefined && /^--->.*STACK GUARD/im.test(facts.region);
