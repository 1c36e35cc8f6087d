/** Bad accesses and what else the processor refused. */
import { hex } from "../../report-json.ts";
import { type Facts, FIRST_PAGE_BYTES, frameEvidence, isBadAccess, messageEvidence, oneLine } from "../facts.ts";
import { exceptionText, isIntel, type Rule } from "./rule.ts";
import { STACK_OVERFLOW_RULE, stackOverflowEvidence } from "./stack-overflow.ts";

const SELECTOR = /objc_msgSend\(\) selector name: ([\w:$]{1,200})/;

export const MEMORY_RULES: readonly Rule[] = [
  STACK_OVERFLOW_RULE,
  {
    id: "null-pointer",
    title: "Null dereference",
    confidence: "high",
    checkFirst: "which object or pointer was nil: the address is the offset of the field that was read or written",
    advice:
      "Code used a pointer that was nil. Follow it back to where it should have been set: an outlet that is not connected, a weak or unowned " +
      "reference whose object is gone, a C function that gave NULL. Check for nil there; make unowned references weak.",
    match(facts) {
      const { faultAddress, where } = facts;
      if (faultAddress === undefined || faultAddress >= FIRST_PAGE_BYTES || stackOverflowEvidence(facts).length > 0)
        return undefined;
      const text = `fault address ${hex(faultAddress)} is below one page`;
      return {
        evidence: [{ where: where("exception/subtype"), text }],
        checkFirst:
          faultAddress === 0n
            ? "which pointer was nil: address 0 is the pointer itself, or its first field"
            : `which object was nil: the code used what lies ${faultAddress === 1n ? "1 byte" : `${faultAddress} bytes`} behind its start`,
      };
    },
  },
  {
    id: "pointer-authentication",
    title: "Pointer authentication failed",
    confidence: "high",
    checkFirst: "casts of function pointers; junk in the high bits of a freed pointer prints the same text",
    advice:
      "The processor found that a signed pointer (a return address, a method, a function pointer) had been changed. Declare function pointers " +
      "with their true type; as the same text comes of memory that was overwritten, run with Address Sanitizer too.",
    match({ report, where }) {
      const { subtype = "" } = report.exception ?? {};
      if (/pointer authentication failure/i.test(subtype))
        return { evidence: [{ where: where("exception/subtype"), text: oneLine(subtype) }] };
      return report.termination?.namespace === "PAC_EXCEPTION"
        ? { evidence: [{ where: where("termination/namespace"), text: "PAC_EXCEPTION" }] }
        : undefined;
    },
  },
  {
    id: "memory-tag-fault",
    title: "Memory tag mismatch",
    confidence: "high",
    checkFirst: "who allocated and who freed this memory",
    advice:
      "The processor tags memory (MTE) and found another tag than the pointer has: memory was used after it was freed, or past its end. The " +
      "first frames are the bug itself, not a later effect. Address Sanitizer shows where it was allocated and freed.",
    match({ report, where }) {
      if (report.termination?.namespace === "MTE_FAIL")
        return { evidence: [{ where: where("termination/namespace"), text: "MTE_FAIL" }] };
      const text = `${report.exception?.subtype ?? ""} ${report.exception?.codes ?? ""}`;
      if (/EXC_ARM_MTE_|MTE_TAGCHECK/.test(text))
        return { evidence: [{ where: where("exception/subtype"), text: oneLine(text) }] };
      return report.metadata["mtePageTags"] === undefined || !isBadAccess(report)
        ? undefined
        : {
            evidence: [{ where: where("mtePageTags"), text: "the report holds the tags of the page" }],
            confidence: "medium",
          };
    },
  },
  {
    id: "misaligned-access",
    title: "Misaligned access",
    confidence: "high",
    checkFirst: "the cast of a pointer to a type that needs another alignment",
    advice: "Copy the bytes into a value (memcpy, loadUnaligned) in place of casting the pointer.",
    match({ report, where }) {
      const text = `${report.exception?.subtype ?? ""} ${report.exception?.codes ?? ""}`;
      return /EXC_ARM_DA_ALIGN|BUS_ADRALN/.test(text)
        ? { evidence: [{ where: where("exception/subtype"), text: oneLine(text) }] }
        : undefined;
    },
  },
  {
    id: "protection-fault",
    title: "Write to read-only memory, or execute denied",
    confidence: "medium",
    checkFirst: "the name of the memory region and its rights in the report",
    advice:
      "The address exists but may not be used this way: constants and code cannot be written, data cannot be executed. Work on a mutable copy; " +
      "if the region is not yours, the pointer is wrong: see the other hypotheses.",
    match(facts) {
      const { report, where } = facts;
      const text = `${report.exception?.subtype ?? ""} ${report.exception?.codes ?? ""}`;
      if (!/KERN_PROTECTION_FAILURE/.test(text) || stackOverflowEvidence(facts).length > 0) return undefined;
      const region = /^ {0,8}--?-> {0,4}(\S[^\n]{0,160})/m.exec(facts.region)?.[1];
      const at = { where: where("exception/subtype"), text: oneLine(text) };
      if (region === undefined) return { evidence: [at] };
      return {
        evidence: [at, { where: where("vmRegionInfo"), text: oneLine(region) }],
        checkFirst: `why this region was used: ${oneLine(region)}`,
      };
    },
  },
  {
    id: "malloc-corruption",
    title: "Heap corruption",
    confidence: "medium",
    checkFirst: "who wrote past an allocation or freed twice before: this stack only found the damage",
    advice:
      "The allocator noticed that its memory was damaged, some time after it happened. Reproduce with Address Sanitizer or Guard Malloc, which " +
      "stop at the write itself; look for a data race on a buffer.",
    match(facts) {
      const text = messageEvidence(
        facts,
        /freed pointer was not allocated|pointer being freed was not allocated|BUG IN CLIENT OF LIBMALLOC|(?:heap|memory|free.?list) corruption|incorrect checksum for freed object|corrupt(?:ed)? (?:heap|free)|double free/i,
      );
      const frame = frameEvidence(
        facts,
        /^(_?malloc_error_break|malloc_report|malloc_vreport|_?malloc_zone_error|xzm_\w*(?:corrupt|fatal)\w*|_xzm_\w*(?:corrupt|fatal)\w*|nanov2_guard_corruption_detected|free_list_checksum_botch\w*|tiny_free_list_\w*botch\w*)/,
        10,
      );
      const evidence = [text, frame].filter((item) => item !== undefined);
      return evidence.length === 0 ? undefined : { evidence, ...(text && { confidence: "high" as const }) };
    },
  },
  {
    id: "wild-pointer",
    title: "Wild pointer or use after free",
    confidence: "medium",
    checkFirst: "which object the first frame of the app used, and who may have released it meanwhile",
    advice:
      "The code used an address that is not, or no longer, its object. Run the scheme with Zombie Objects and Address Sanitizer; look for " +
      "unowned and unsafe references, and for a property that two threads write.",
    match: wildPointer,
  },
  {
    id: "illegal-instruction",
    title: "Illegal instruction",
    confidence: "medium",
    checkFirst: "where the jump came from: the frame below and the link register",
    advice:
      "The processor met bytes that are no instruction: a bad function pointer, damaged memory, or an instruction this device does not have.",
    match({ report, where }) {
      return report.exception?.type === "EXC_BAD_INSTRUCTION" && !isIntel(report.process.cpuType)
        ? { evidence: [{ where: where("exception/type"), text: exceptionText(report.exception) }] }
        : undefined;
    },
  },
  {
    id: "divide-by-zero",
    title: "Arithmetic fault",
    confidence: "high",
    checkFirst: "the divisor",
    advice:
      "C and Objective-C do not check it: compare the divisor with zero before dividing, and the smallest integer with -1.",
    match({ report, where }) {
      const { type, signal } = report.exception ?? {};
      return type === "EXC_ARITHMETIC" || (type === undefined && signal === "SIGFPE")
        ? { evidence: [{ where: where("exception/type"), text: exceptionText(report.exception) }] }
        : undefined;
    },
  },
];

function wildPointer(facts: Facts): ReturnType<Rule["match"]> {
  const { faultAddress, where, report } = facts;
  if (!isBadAccess(report) || stackOverflowEvidence(facts).length > 0) return undefined;
  if (faultAddress !== undefined && faultAddress < FIRST_PAGE_BYTES) return undefined;
  const at = faultAddress === undefined ? "address not given" : `fault address ${hex(faultAddress)}`;
  const frame = frameEvidence(
    facts,
    /^_?(objc_msgSend|objc_retain|objc_release|swift_retain|swift_release|swift_bridgeObjectRelease)/,
    2,
  );
  const selector = messageEvidence(facts, SELECTOR);
  const sent = SELECTOR.exec(selector?.text ?? "")?.[1];
  const evidence = [{ where: where("exception/subtype"), text: at }, frame, selector].filter(
    (item) => item !== undefined,
  );
  return {
    evidence,
    confidence: frame || selector ? "medium" : "low",
    ...(sent !== undefined && { checkFirst: `who had released the object that ${sent} was sent to` }),
  };
}
