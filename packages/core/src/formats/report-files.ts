/**
 * Reports among other files: in a folder, a zip, an .xccrashpoint or an .xcarchive somebody hands over. Names only tell what is
 * worth opening; what a file is, its content tells.
 */
import type { Report } from "../report.ts";

/** Apple's own endings; `.ca.synced`, `.beta` and the like follow them on devices and in Xcode. */
const REPORT_NAME = /\.(ips|crash|panic|hang|spin|diag|shutdownstall|mxdiagnostic|mxmetric|plcrash)(\.[a-z]+){0,2}$/i;
/** Could be a MetricKit payload, a KSCrash report, a report saved from a mail. */
const PERHAPS_NAME = /\.(json|txt|log)$/i;
/** Bundles of code and symbols hold thousands of files and no report. */
const NO_REPORTS_IN = /\.(dSYM|app|framework|xcframework|bundle|swiftmodule)$/i;

/** `perhaps`: such a file may hold anything, and is passed over in silence where it holds no report. */
export type NamedLike = "report" | "perhaps" | "other";

/**
 * What the name of a file promises.
 *
 * @example
 * reportName("Harbor-2026-11-24-114207.ips.ca.synced"); // "report"
 */
export function reportName(name: string): NamedLike {
  if (REPORT_NAME.test(name)) return "report";
  return PERHAPS_NAME.test(name) ? "perhaps" : "other";
}

export function mayHoldReports(folderName: string): boolean {
  return !NO_REPORTS_IN.test(folderName);
}

/** Whether a file that was only found on the way is worth a word: a note with a key or two of a report in it is not. */
export function isWorthReading({ threads, images, incidentId, feedback, measured }: Report): boolean {
  const isMeasured = measured !== undefined && measured.values.length + measured.histograms.length > 0;
  return threads.length > 0 || images.length > 0 || incidentId !== undefined || feedback !== undefined || isMeasured;
}
