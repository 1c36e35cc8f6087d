/** Which frames the key is made of. */
import type { Report } from "../../../report.ts";
import type { Confidence } from "../../diagnosis.ts";
import { isBusyKill } from "./busy.ts";
import type { LogicalFrame } from "./logical-stack.ts";
import { WAITS } from "./role-lists.ts";

export interface Cause {
  readonly frames: readonly LogicalFrame[];
  readonly confidence: Confidence;
}

/** System frames that stand for a bug whose own code is not on the stack. */
const SYSTEM_FRAMES = 2;
/** A name that comes this often on one stack is in a circle. */
const CIRCLE = 3;

const isBlamed = ({ role }: LogicalFrame): boolean => role === "app" || role === "third-party";

export function causeOf(report: Report, category: string, stack: readonly LogicalFrame[]): Cause {
  const named = stack.filter(isBlamed);
  const first = stack.findIndex(
    (frame) => frame.isOwn && (isBlamed(frame) || frame.role === "helper" || !frame.isNamed),
  );
  const at = stack[first];
  if (at !== undefined && !at.isNamed) {
    // Many bugs may share the function on top: its caller keeps them apart until there are names.
    const caller = stack.slice(first + 1).find(({ isOwn }) => isOwn);
    return { frames: caller && !caller.isNamed ? [at, caller] : [at], confidence: "provisional" };
  }
  if (category === "stack-overflow") {
    const circle = outermostOfCircle(named);
    if (circle) return { frames: [circle], confidence: confidenceOf(circle) };
  }
  if (category === "watchdog" && isBusy(report, stack)) {
    const callee = calleeOfEntry(stack);
    if (callee) return { frames: [callee], confidence: "medium" };
  }
  if (at?.role === "helper") {
    const caller = stack.slice(first + 1).find((frame) => frame.isOwn && frame.isNamed && isBlamed(frame));
    return { frames: caller ? [at, caller] : [at], confidence: caller ? confidenceOf(caller) : "medium" };
  }
  const [blamed] = named;
  if (blamed) return { frames: [blamed], confidence: confidenceOf(blamed) };
  return systemCause(stack);
}

const confidenceOf = ({ role }: LogicalFrame): Confidence => (role === "app" ? "high" : "medium");

/** Who begins it lasts when a tail call or an inlining takes another member out of the circle. */
function outermostOfCircle(named: readonly LogicalFrame[]): LogicalFrame | undefined {
  const counts = new Map<string, number>();
  for (const { name, count } of named) counts.set(name, (counts.get(name) ?? 0) + count);
  return named.findLast(({ name }) => (counts.get(name) ?? 0) >= CIRCLE);
}

/** A thread that works is seen in another leaf each time; one that waits always in the same. */
function isBusy(report: Report, stack: readonly LogicalFrame[]): boolean {
  const told = isBusyKill(report);
  if (told !== undefined) return told;
  const [leaf] = stack;
  return leaf !== undefined && (leaf.isOwn || !WAITS.test(leaf.name)) && leaf.isNamed;
}

/** What the outermost own function calls; that function itself where it calls nothing of its own. */
function calleeOfEntry(stack: readonly LogicalFrame[]): LogicalFrame | undefined {
  const named = stack.filter(isBlamed);
  return named.at(-2) ?? named.at(-1);
}

function systemCause(stack: readonly LogicalFrame[]): Cause {
  const told = stack.filter(({ isOwn, isNamed }) => !isOwn && isNamed);
  const api = told.filter(({ role }) => role === "system-api");
  const frames = (api.length > 0 ? api : told.filter(({ role }) => role !== "plumbing")).slice(0, SYSTEM_FRAMES);
  if (frames.length > 0) return { frames, confidence: "low" };
  const own = stack.filter(({ isOwn }) => isOwn).slice(0, 1);
  if (own.length > 0) return { frames: own, confidence: "low" };
  const [unknown] = stack.filter(({ name }) => name !== "");
  return { frames: unknown ? [unknown] : [], confidence: "low" };
}
