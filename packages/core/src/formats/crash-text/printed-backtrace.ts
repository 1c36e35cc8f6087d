/**
 * A backtrace that the process itself printed before it ended: AppKit's, of the exception nobody caught (`Application Specific
 * Backtrace 1:`, in an `.ips` an entry of `asiBacktraces`). It is what iOS calls the last exception backtrace.
 */
import { MAX_FRAMES } from "../limits.ts";
import { type FrameLine, matchFrame } from "./grammar.ts";

export function readPrintedBacktrace(lines: readonly string[]): readonly FrameLine[] {
  return lines
    .slice(0, MAX_FRAMES)
    .map(matchFrame)
    .filter((frame) => frame !== undefined);
}

/** Other backtraces are printed there too; only that of an exception tells where it was thrown. */
export const isOfException = (frames: readonly FrameLine[]): boolean =>
  frames.slice(0, 4).some(({ rest }) => /__exceptionPreprocess|objc_exception_throw/.test(rest));
