/**
 * Where Xcode and macOS keep reports and dSYMs, below a home folder or the root of a disk. Organizer downloads what a developer
 * looks at; the system writes what crashed on the Mac itself, and what was copied from a device that was plugged in.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Places {
  /** Folders with reports, those that know most names first: one report may lie in several. */
  readonly reports: readonly string[];
  /** Folders with dSYMs. */
  readonly symbols: readonly string[];
}

const REPORTS = [
  "Library/Developer/Xcode/Products",
  "Library/Developer/Xcode/iOS Device Logs",
  "Library/Logs/CrashReporter/MobileDevice",
  // Older reports lie in `Retired`.
  "Library/Logs/DiagnosticReports",
];
const SYMBOLS = ["Library/Developer/Xcode/Archives"];

/**
 * Those that are there. `given`: folders laid out like a home or a disk; one that has none of the places is a place itself.
 * Without it, this Mac's home and its system folder.
 */
export function placesOf(given: readonly string[], home: string | undefined): Places {
  const roots = given.length > 0 ? given : [...(home === undefined ? [] : [home]), "/"];
  const places = roots.map((root) => below(root, given.length > 0));
  return {
    reports: places.flatMap(({ reports }) => reports),
    symbols: places.flatMap(({ symbols }) => symbols),
  };
}

function below(root: string, isNamed: boolean): Places {
  const there = (places: readonly string[]) =>
    places.map((place) => join(root, place)).filter((path) => existsSync(path));
  const [reports, symbols] = [there(REPORTS), there(SYMBOLS)];
  return isNamed && reports.length + symbols.length === 0 ? { reports: [root], symbols: [root] } : { reports, symbols };
}
