/** Answers of App Store Connect, in parts and in lists. */
import { expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../../test/files.ts";
import { FormatError } from "../../bytes/errors.ts";
import { MAX_REPORTS_IN_ARRAY } from "../limits.ts";
import { parseReports } from "../parse.ts";

const parse = (value: unknown) => parseReports(new TextEncoder().encode(JSON.stringify(value)));
const text = "Incident Identifier: 6C5D4E3F-2A1B-4089-97C6-D5E4F3A2B1C0\nThread 0 Crashed:\n0   Harbor\t0x1004 f + 4\n";
const resource = (id: string, logText: string) => ({ type: "betaCrashLogs", id, attributes: { logText } });

test("a crash log of a tester is the crash text in it, and remembers its id", () => {
  const [report] = parse({ data: resource("A1", text) });
  expect(report?.value).toMatchObject({
    format: "crash",
    kind: "crash",
    incidentId: "6C5D4E3F-2A1B-4089-97C6-D5E4F3A2B1C0",
    metadata: { betaCrashLog: "A1" },
  });
  expect(report?.value.threads[0]?.frames).toHaveLength(1);
});

test("several come in a list, or included with what they belong to", async () => {
  const ips = utf8(await fixture("reports/sample-null-dereference/input.ips"));
  const reports = parse({ data: [resource("A1", text), resource("A2", ips)], included: [resource("A3", text)] });
  expect(reports.map(({ value }) => [value.format, value.metadata["betaCrashLog"]])).toEqual([
    ["crash", "A1"],
    ["ips", "A2"],
    ["crash", "A3"],
  ]);
});

test("a log that holds no report is none", () => {
  expect(() => parse({ data: resource("A1", "not found") })).toThrow(FormatError);
});

const log = (event: string) => ({
  callStackTree: [{ callStacks: [{ callStackRootFrames: [{ symbolName: "main", address: "0x10", subFrames: [] }] }] }],
  diagnosticMetaData: { event },
});
test.each([
  ["the whole answer", { productData: [{ signatureId: "S", diagnosticLogs: [log("Hang")] }] }],
  ["one product of it", { signatureId: "S", diagnosticLogs: [log("Hang")] }],
  ["one log", log("Hang")],
])("diagnostic logs are known as %s", (_, value) => {
  const reports = parse(value);
  expect(reports.map(({ value }) => [value.format, value.kind])).toEqual([["asc", "hang"]]);
  expect(reports[0]?.value.threads[0]?.frames[0]?.symbol?.function).toBe("main");
});

test.each([
  ["Disk Writes", "disk-writes"],
  ["HANGS", "hang"],
  ["Launches", "launch"],
  ["something new", "other"],
])("the event %s is of the kind %s", (event, kind) => {
  expect(parse(log(event))[0]?.value.kind).toBe(kind);
});

test("logs of one answer end at their limit", () => {
  const answer = (count: number) => ({ diagnosticLogs: Array.from({ length: count }, () => log("Hang")) });
  expect(parse(answer(MAX_REPORTS_IN_ARRAY)).at(-1)?.problems).toEqual([]);
  const over = parse(answer(MAX_REPORTS_IN_ARRAY + 1));
  expect(over).toHaveLength(MAX_REPORTS_IN_ARRAY);
  expect(over.at(-1)?.problems.map(({ code }) => code)).toEqual(["limit-reached"]);
});

test("an answer about metrics is named", () => {
  expect(() => parse({ productData: [{ platform: "IOS", metricCategories: [] }] })).toThrow(/App Store Connect/);
});

test.runIf(hasCorpus)("the frame that is blamed is kept", async () => {
  const [report] = parseReports(await corpus("corpus/asc-api/zelentsov-metrics_diagnostic_logs.json"));
  expect(report?.value.metadata["blameFrames"]).toMatchObject([{ symbolName: "CacheStore.flush()" }]);
  expect(report?.value.threads[0]?.frames.map(({ symbol }) => symbol?.function)).toEqual([
    "CacheStore.flush()",
    "Persistence.save()",
  ]);
});
