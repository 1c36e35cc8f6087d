/** The one door through which a linkage name becomes a name for people. */
import { demangle, tryDemangle } from "../demangle/demangle.ts";
import type { Frame, Report } from "../report.ts";

export const displayName = (linkageName: string): string => demangle(linkageName);

/** A frame whose report gives the name as the linker has it (KSCrash's do, and some of Apple's): shown demangled, the other kept. */
export function withDisplayName(frame: Frame): Frame {
  const { symbol } = frame;
  if (symbol === undefined || symbol.linkageName !== undefined) return frame;
  const name = symbol.function;
  const demangled = tryDemangle(name);
  if (demangled === undefined || demangled.text === name) return frame;
  const linkageName = name.startsWith("_$") || name.startsWith("__") ? name.slice(1) : name;
  return { ...frame, symbol: { ...symbol, function: demangled.text, linkageName } };
}

/**
 * The report with the full form of every name whose mangled one is known: modules, types, signatures, hashes.
 *
 * @example
 * analysisJson({ ...analysis, report: withFullNames(analysis.report) }, "crash.ips");
 */
export function withFullNames(report: Report): Report {
  return {
    ...report,
    threads: report.threads.map((thread) => ({
      ...thread,
      frames: thread.frames.map(withFullName),
      ...(thread.callTree && {
        callTree: thread.callTree.map((node) => ({ ...node, frames: node.frames.map(withFullName) })),
      }),
    })),
    ...(report.lastExceptionBacktrace && {
      lastExceptionBacktrace: report.lastExceptionBacktrace.map(withFullName),
    }),
  };
}

function withFullName(frame: Frame): Frame {
  const { symbol } = frame;
  if (symbol?.linkageName === undefined) return frame;
  return { ...frame, symbol: { ...symbol, function: demangle(symbol.linkageName, { form: "full" }) } };
}
