import { expect, test } from "vitest";
import { isWorthReading, mayHoldReports, reportName } from "./report-files.ts";
import { parseReports } from "./parse.ts";

test.each([
  ["Harbor-2026-11-24-114207.ips", "report"],
  ["Harbor.ips.ca.synced", "report"],
  ["Harbor.CRASH", "report"],
  ["crashlog.crash.beta", "report"],
  ["notes.txt", "perhaps"],
  ["payload.json", "perhaps"],
  ["Harbor", "other"],
  ["Info.plist", "other"],
] as const)("%s promises: %s", (name, promised) => {
  expect(reportName(name)).toBe(promised);
});

test("bundles of code and symbols are not searched for reports", () => {
  expect(["Harbor.app.dSYM", "Harbor.app", "Kit.framework"].filter(mayHoldReports)).toEqual([]);
  expect(["Logs", "Harbor.xccrashpoint", "Harbor.xcarchive"].every(mayHoldReports)).toBe(true);
});

test("a note that mentions an exception type is not worth a word, a report with a backtrace is", () => {
  const worth = (text: string) =>
    parseReports(new TextEncoder().encode(text)).map(({ value }) => isWorthReading(value));
  expect(worth("Exception Type: EXC_CRASH (SIGABRT)\n")).toEqual([false]);
  expect(worth("Thread 0 Crashed:\n0   Harbor   0x0000000104e08a44 0x104e00000 + 35396\n")).toEqual([true]);
});

test("a payload of metrics is worth a word, other JSON of that name is not", () => {
  const worth = (text: string) =>
    parseReports(new TextEncoder().encode(text)).map(({ value }) => isWorthReading(value));
  expect(worth('{"cpuMetrics":{"cumulativeCPUTime":"3 sec"}}')).toEqual([true]);
  expect(worth('{"cpuMetrics":{}}')).toEqual([false]);
});
