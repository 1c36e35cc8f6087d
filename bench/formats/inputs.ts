/** One input for each format, of about 100 KB where the fixtures allow it, as few KB as they have where nothing in them repeats. */
import { readFileSync } from "node:fs";
import { growJson, growText } from "./grow.ts";

export interface Input {
  readonly format: string;
  readonly make: (bytes: number) => string;
}

const read = (path: string) => readFileSync(new URL(`../../fixtures/reports/${path}`, import.meta.url), "utf8");

const json = (format: string, path: string, list: readonly string[]): Input => ({
  format,
  make: (bytes) => growJson(read(path), list, bytes),
});
const text = (format: string, path: string, from: RegExp, to: RegExp): Input => ({
  format,
  make: (bytes) => growText(read(path), from, to, bytes),
});

export const INPUTS: readonly Input[] = [
  json(".ips, crash (309)", "sample-nsexception/input.ips", ["threads"]),
  text("crash text, iOS", "sample-nsexception/input.crash", /^Thread 1\b/, /^Thread \d+ crashed with/),
  text("crash text, macOS", "sample-macos12-out-of-range/input.crash", /^Thread 1/, /^Thread \d+ crashed with/),
  json("KSCrash", "kscrash-nsexception/input.json", ["crash", "threads"]),
  json("MetricKit diagnostics", "format-metrickit-crash/input.json", ["crashDiagnostics"]),
  json("jetsam (298)", "format-jetsam/input.ips", ["processes"]),
  json("stackshot (288)", "format-stackshot/input.ips", ["processByPid"]),
  json("panic (210)", "format-panic/input.ips", ["processByPid"]),
  text("hang (228)", "format-hang-ios/input.ips", /^ {2}Thread 0x/, /^ {2}Binary Images:/),
  text("disk writes (145)", "format-disk-writes/input.ips", /^Powerstats for/, /^ *Binary Images:/),
  text("sample", "format-sample-tool/input.txt", /^ {4}\d+ Thread_/, /^$/),
];
