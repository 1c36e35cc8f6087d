/** Limits that keep the first of many without a word: nobody misses the rest, and a hostile report must not fill the memory. */
import { expect, test } from "vitest";
import { MAX_IMAGE_SIZE } from "./crash-text/image-map.ts";
import { arrayOf, objectOf } from "./json-fields.ts";
import { MAX_LABELS, MAX_REGISTERS } from "./limits.ts";
import { MAX_IMAGE_SPAN } from "./metrickit/exception-log.ts";
import { MAX_GROUP_DEPTH } from "./metrickit/metrics.ts";
import { MAX_DEPTH, MAX_LOOKED_AT, MAX_MEMBERS, MAX_STATES as MAX_SCOPES } from "./metrickit/report-27.ts";
import { type ParsedReport, parseReports } from "./parse.ts";
import { MAX_STATES } from "./spindump/reader.ts";

const parse = (text: string) => parseReports(new TextEncoder().encode(text));
const one = (text: string): ParsedReport => parse(text)[0] as ParsedReport;
const many = (count: number, item: (i: number) => string, between = "\n") =>
  Array.from({ length: count }, (_, i) => item(i)).join(between);

const registers = ({ value }: ParsedReport) => Object.keys(value.threads[0]?.registers ?? {}).length;
const labels = ({ value }: ParsedReport) => Object.keys(value.metadata).filter((key) => key.startsWith("Label")).length;
const STACK = '{"callStackTree":{"callStacks":[{"callStackRootFrames":[]}]}}';
const interval = (entry: string) =>
  `{"environment":{},"timeRange":{},"intervalEntries":[{"duration":{"value":1,"unit":"s"},${entry}}],"stateEntries":[]}`;

test.each<[what: string, limit: number, report: (count: number) => string, kept: (report: ParsedReport) => number]>([
  [
    "registers of an .ips",
    MAX_REGISTERS,
    (count) =>
      `{"bug_type":"309"}\n{"threads":[{"threadState":{${many(count, (i) => `"a${i}":{"value":1}`, ",")}},"frames":[]}]}`,
    registers,
  ],
  [
    "registers in a list of an .ips",
    MAX_REGISTERS,
    (count) =>
      `{"bug_type":"309"}\n{"threads":[{"threadState":{"x":[${many(count, () => '{"value":1}', ",")}]},"frames":[]}]}`,
    registers,
  ],
  [
    "registers of a text",
    MAX_REGISTERS,
    (count) =>
      `Exception Type:  EXC_CRASH\n\nThread 0 Crashed:\n0   a\t0x1004 f + 4\n\nThread 0 crashed with ARM Thread State (64-bit):\n${many(count, (i) => ` x${i}: 0x1`)}\n\nBinary Images:\n`,
    registers,
  ],
  [
    "registers of KSCrash",
    MAX_REGISTERS,
    (count) =>
      `{"report":{"id":"a","version":"3.3.0"},"system":{},"binary_images":[],"crash":{"error":{"type":"signal","signal":{"signal":11}},"threads":[{"index":0,"crashed":true,"registers":{"basic":{${many(count, (i) => `"a${i}":1`, ",")}}},"backtrace":{"contents":[]}}]}}`,
    registers,
  ],
  [
    "labels of a spindump",
    MAX_LABELS,
    (count) =>
      `Event:   hang\n${many(count - 1, (i) => `Label ${i}:   x`)}\nProcess:   a [1]\n  Thread 0x1    1 samples (1-1)\n`,
    (report) => labels(report) + 1,
  ],
  [
    "labels of a sample",
    MAX_LABELS,
    (count) =>
      `Analysis of sampling a (pid 1) every 1 millisecond\n${many(count, (i) => `Label ${i}:   x`)}\nCall graph:\n    1 Thread_1\n`,
    labels,
  ],
  [
    "labels of an old stackshot",
    MAX_LABELS,
    (count) => `${many(count, (i) => `Label ${i}:   x`)}\nProcess 1 a threads:\n\tthread 0x1 TH_WAIT\n`,
    labels,
  ],
  [
    "labels of old jetsam",
    MAX_LABELS,
    (count) =>
      `Largest process:   a\n${many(count - 1, (i) => `Label ${i}:   x`)}\n\nProcesses\n     Name   <UUID>   rpages   [reason]   (state)\n\n  p <${"1".repeat(32)}>   1   [vm]   (daemon)\n`,
    (report) => labels(report) + 1,
  ],
  [
    "states of a sampled thread",
    MAX_STATES,
    (count) =>
      `Process:   a [1]\n  Thread 0x1    1 samples (1-1)\n${many(count, (i) => `  1  b (a + 4) [0x1004] (blocked by turnstile ${i})`)}\n`,
    ({ value }) => Object.keys(objectOf(objectOf(arrayOf(value.metadata["threads"])?.[0])?.["states"]) ?? {}).length,
  ],
  [
    "members of one result of MetricKit 27",
    MAX_MEMBERS,
    (count) => interval(`"values":[{${many(count, (i) => `"a${i}":{"value":1,"unit":"s"}`, ",")}}]`),
    ({ value }) => value.measured?.values.length ?? 0,
  ],
  [
    "states of one entry of MetricKit 27",
    MAX_SCOPES,
    (count) =>
      interval(`"states":[${many(count, () => '{"label":"x"}', ",")}],"values":[{"a":{"value":1,"unit":"s"}}]`),
    ({ value }) => value.measured?.values[0]?.scope?.["state"]?.split(", ").length ?? 0,
  ],
])("%s end at their limit", (_, limit, report, kept) => {
  expect(kept(one(report(limit)))).toBe(limit);
  expect(kept(one(report(limit + 1)))).toBe(limit);
});

test("groups of measurements nest to their limit, and one deeper is told", () => {
  const report = (groups: number) => one(`{"cpuMetrics":${'{"g":'.repeat(groups)}{"k":"1 sec"}${"}".repeat(groups)}}`);
  expect(report(MAX_GROUP_DEPTH - 1)).toMatchObject({ value: { measured: { values: [{}] } }, problems: [] });
  expect(report(MAX_GROUP_DEPTH).problems.map(({ code }) => code)).toContain("limit-reached");
});

test("MetricKit 27 is looked through up to its limit for diagnostics", () => {
  // The report itself, its environment, its time and its list are looked at first.
  const report = (entries: number) =>
    `{"environment":{},"timeRange":{},"intervalEntries":[${many(entries - 1, () => "{}", ",")},${STACK}]}`;
  expect(parse(report(MAX_LOOKED_AT - 4))).toHaveLength(2);
  expect(parse(report(MAX_LOOKED_AT - 3))).toHaveLength(1);
});

test("diagnostics of MetricKit 27 are found as deep as they are looked for", () => {
  // The keys of a report are there in any case: without a diagnostic it is one of metrics.
  const report = (depth: number) =>
    `{"environment":{},"timeRange":{},"intervalEntries":[],"in":${'{"in":'.repeat(depth - 1)}${STACK}${"}".repeat(depth - 1)}}`;
  expect(parse(report(MAX_DEPTH))).toHaveLength(2);
  expect(parse(report(MAX_DEPTH + 1))).toHaveLength(1);
});

test("an address is in an image of unknown size up to the largest size there is", () => {
  const report = (distance: bigint) =>
    one(
      `Exception Type:  EXC_CRASH\n\nThread 0 Crashed:\n0   a\t0x${(0x1000n + distance).toString(16)} f + 4\n\nBinary Images:\n0x1000 - ??? a arm64\n`,
    ).value.threads[0]?.frames[0]?.image;
  expect([report(MAX_IMAGE_SIZE - 1n), report(MAX_IMAGE_SIZE)]).toEqual([0, undefined]);
  expect(MAX_IMAGE_SPAN).toBeLessThan(MAX_IMAGE_SIZE);
});

test("a frame before its image has no offset in it", () => {
  const { value } = one(
    "Exception Type:  EXC_CRASH\n\nThread 0 Crashed:\n0   a\t0x1004 0x2000 + 4\n\nBinary Images:\n0x2000 - 0x2fff a arm64\n",
  );
  expect(value.threads[0]?.frames[0]).toEqual({ address: 0x1004n });
});
