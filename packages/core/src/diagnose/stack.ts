/** Which backtrace tells the story: the throw site of an uncaught exception, the main thread of a watchdog kill, else the crashed thread. */
import type { Frame, Report } from "../report.ts";
import { killCodeOf, WATCHDOG_CODE } from "./termination-codes.ts";

export interface ChosenStack {
  readonly frames: readonly Frame[];
  /** Where the stack stands in the report: `lastExceptionBacktrace`, `threads/3`. */
  readonly where: string;
}

const NONE: ChosenStack = { frames: [], where: "threads" };

export function chooseStack(report: Report): ChosenStack {
  if (report.lastExceptionBacktrace && report.lastExceptionBacktrace.length > 0) {
    return { frames: report.lastExceptionBacktrace, where: "lastExceptionBacktrace" };
  }
  // dyld kills at launch: the stack is the loader's own, the missing name is in the reasons.
  if (report.termination?.namespace === "DYLD") return NONE;
  const index = killCodeOf(report) === WATCHDOG_CODE ? 0 : (report.crashedThread ?? crashedIndex(report) ?? 0);
  const thread = report.threads[index];
  return thread ? { frames: thread.frames, where: `threads/${index}` } : NONE;
}

function crashedIndex(report: Report): number | undefined {
  const found = report.threads.findIndex((thread) => thread.crashed);
  return found < 0 ? undefined : found;
}
