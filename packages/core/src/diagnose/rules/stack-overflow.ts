/** A stack that is full: what the system says of it, what the memory beside it is, how deep it is. */
import { hex } from "../../report-json.ts";
import type { Evidence } from "../diagnosis.ts";
import { type Facts, isBadAccess, oneLine, onStackGuard } from "../facts.ts";
import type { Rule } from "./rule.ts";

/** Deeper than this, a stack that ends in a bad access has overflowed. */
const STACK_OVERFLOW_FRAMES = 500;

/** What shows that the stack was full; empty where nothing does. */
export function stackOverflowEvidence(facts: Facts): readonly Evidence[] {
  const { report, where, stack } = facts;
  if (!isBadAccess(report)) return [];
  const evidence: Evidence[] = [];
  const message = report.exception?.message ?? "";
  // Since macOS 13 and iOS 16 the system says it itself.
  if (/stack size exceeded/i.test(message))
    evidence.push({ where: where("exception/message"), text: oneLine(message) });
  if (onStackGuard(facts))
    evidence.push({ where: where("vmRegionInfo"), text: "the fault address lies in or beside a stack guard" });
  // A circle of a few rounds is no overflow: drawing nests that deep.
  const depth = stack.frames.length + facts.elidedFrames;
  if (depth >= STACK_OVERFLOW_FRAMES)
    evidence.push({
      where: where(stack.where),
      text:
        facts.elidedFrames > 0
          ? `${depth} frames deep, ${facts.elidedFrames} of a circle left out`
          : `${depth} frames deep`,
    });
  return evidence;
}

export const STACK_OVERFLOW_RULE: Rule = {
  id: "stack-overflow",
  title: "Stack overflow",
  confidence: "high",
  checkFirst:
    "the frames that repeat: which function calls itself, directly or over others, and what should have ended it",
  advice:
    "Each call that has not returned takes room on the stack of its thread (8 MB on the main thread of a Mac, 1 MB on that of an iPhone, 512 KB on " +
    "others). Give the recursion an end it surely reaches, use a loop with a list of what is left to do, and keep large values off the stack. " +
    "A property that sets itself in its own setter or observer is the most common cause.",
  match(facts) {
    const evidence = stackOverflowEvidence(facts);
    const name = repeated(facts);
    const checkFirst = name === undefined ? {} : { checkFirst: `what should end the recursion of ${name}` };
    if (evidence.length > 0) return { evidence, ...checkFirst };
    if (!facts.isAtStackPointer || facts.faultAddress === undefined) return undefined;
    const text = `fault address ${hex(facts.faultAddress)} is where the stack of the thread ends`;
    return { evidence: [{ where: facts.where(facts.stack.where), text }], confidence: "medium", ...checkFirst };
  },
};

const CIRCLE = 3;

/** The function that stands in the stack most often. */
function repeated({ functions }: Facts): string | undefined {
  const counts = new Map<string, number>();
  for (const name of functions) if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most !== undefined && most[1] >= CIRCLE ? oneLine(most[0]) : undefined;
}
