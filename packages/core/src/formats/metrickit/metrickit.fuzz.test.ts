/** Payloads that nobody wrote: cut, changed, and with the keys of MetricKit at any place. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus } from "../../../test/files.ts";
import { METRICKIT_CORPUS, METRICKIT_FIXTURES } from "../../../test/metrickit-files.ts";
import { FormatError } from "../../bytes/errors.ts";
import { classify } from "../../diagnose/classify.ts";
import { rawKeyText } from "../../diagnose/raw-key.ts";
import { signatureOf } from "../../diagnose/signature.ts";
import { reportJson } from "../../report-json.ts";
import type { CallTreeNode, Frame } from "../../report.ts";
import { parseReports } from "../parse.ts";

/** Nothing but `FormatError` leaves the parsers, and what they give can be diagnosed and written. */
function readsOrRefuses(input: Uint8Array): void {
  try {
    for (const { value } of parseReports(input)) {
      const soundFrame = ({ image, address }: Frame) =>
        (image === undefined || value.images[image] !== undefined) && address >= 0n && address < 2n ** 64n;
      for (const { frames, callTree = [] } of value.threads) {
        expect(frames.every(soundFrame)).toBe(true);
        expect(callTree.every(isSound(callTree))).toBe(true);
      }
      expect(value.crashedThread === undefined || value.threads[value.crashedThread] !== undefined).toBe(true);
      rawKeyText(value, "app");
      signatureOf(value, classify(value));
      JSON.stringify(reportJson(value));
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

/** A node is at most one deeper than the one before it, the first is a root. */
const isSound = (tree: readonly CallTreeNode[]) => (node: CallTreeNode, i: number) =>
  node.depth <= (tree[i - 1]?.depth ?? -1) + 1 && Number.isSafeInteger(node.sampleCount);

const SMALL = METRICKIT_FIXTURES.filter(([name]) =>
  ["format-metrickit-27-metrics", "format-metrickit-description", "format-meter-exception-log"].includes(name),
);

test.each(SMALL)("%s cut at every byte is read or refused", async (name, input) => {
  const bytes = await fixture(`reports/${name}/${input}`);
  for (let end = 0; end <= bytes.length; end++) readsOrRefuses(bytes.subarray(0, end));
});

const mutated = (bytes: Uint8Array, runs: number) => {
  const change = fc.record({
    at: fc.nat(Math.max(0, bytes.length - 1)),
    length: fc.nat(40),
    put: fc.uint8Array({ maxLength: 8 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      let text = bytes;
      for (const { at, length, put } of changes) {
        const start = Math.min(at, text.length);
        text = new Uint8Array([
          ...text.subarray(0, start),
          ...put,
          ...text.subarray(Math.min(start + length, text.length)),
        ]);
      }
      readsOrRefuses(text);
    }),
    { numRuns: runs },
  );
};

test.each(METRICKIT_FIXTURES)("%s cut or changed anywhere is read or refused", async (name, input) => {
  const bytes = await fixture(`reports/${name}/${input}`);
  fc.assert(
    fc.property(fc.nat(bytes.length), (end) => readsOrRefuses(bytes.subarray(0, end))),
    { numRuns: 12 },
  );
  mutated(bytes, 12);
});

describe.runIf(hasCorpus)("the corpus", () => {
  test.each(METRICKIT_CORPUS)("%s cut or changed anywhere is read or refused", async (path) => {
    const bytes = await corpus(path);
    fc.assert(
      fc.property(fc.nat(bytes.length), (end) => readsOrRefuses(bytes.subarray(0, end))),
      { numRuns: 6 },
    );
    mutated(bytes, 6);
  });
});

const KEYS = [
  "callStackTree",
  "callStacks",
  "callStackThreads",
  "callStackRootFrames",
  "rootFrames",
  "subFrames",
  "threadAttributed",
  "sampleCount",
  "address",
  "binaryUUID",
  "binaryName",
  "binaryInfo",
  "offsetIntoBinaryTextSegment",
  "diagnosticMetaData",
  "crashDiagnostics",
  "hangDiagnostics",
  "environment",
  "timeRange",
  "intervalEntries",
  "values",
  "value",
  "unit",
  "buckets",
  "histogramValue",
  "bucketStart",
  "bucketEnd",
  "bucketCount",
  "averageValue",
  "cpuMetrics",
  "signpostMetrics",
  "metaData",
  "timeStampBegin",
  "osVersion",
  "exceptionType",
  "terminationReason",
  "objectiveCexceptionReason",
  "productData",
  "diagnosticLogs",
  "isBlameFrame",
  "data",
  "attributes",
  "logText",
];

test("any document with the keys of a payload is read or refused", () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(null, true, 0, 1, -1, 1.5, 4096, 1e300, 4310450192, "", "12 ms", "1.234.567 kB", "0x10", "1"),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((big) => `BIG${big}`),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie("value"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...KEYS), value), (body) => {
      const text = JSON.stringify({ callStacks: [], ...body }).replaceAll(/"BIG(-?\d+)"/g, "$1");
      readsOrRefuses(new TextEncoder().encode(text));
    }),
    { numRuns: 300 },
  );
});

test("a value nested as deep as a tree is left out where nothing but a tree nests so deep", () => {
  const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const text = `{"callStackTree":{"callStacks":[]},"diagnosticMetaData":{"signal":11,"odd":${deep(3000)}},"other":${deep(3000)}}`;
  const [report] = parseReports(new TextEncoder().encode(text));
  expect(report?.problems.map(({ code }) => code)).toContain("limit-reached");
  expect(Object.keys(report?.value.metadata ?? {})).toEqual([]);
  readsOrRefuses(new TextEncoder().encode(text));
});

/** Megabytes each: what backtracks or copies per value does not come back from these. */
test.each([
  ["blanks of a measurement", `{"cpuMetrics":{"cumulativeCPUTime":"${"1 ".repeat(5_000_000)}x"}}`],
  ["the description of no payload", "cpuMetrics = {".repeat(700_000)],
  ["lines of an exception's log", `1 {"type": "x"}\n${'2 {"pc":1}\n'.repeat(300_000)}`],
  ["braces", `{"cpuMetrics":${"{".repeat(10_000_000)}`],
])("megabytes of %s are read or refused", (_, text) => {
  readsOrRefuses(new TextEncoder().encode(text));
});

test("a tree whose every stack must be turned and put together takes a bounded number of steps", () => {
  // 300 deep with a branch at every level: turned, it has a node for each of 45,000 steps.
  let tree = '{"address":7516192768,"offsetIntoBinaryTextSegment":0,"binaryName":"dyld"}';
  for (let i = 0; i < 300; i++) {
    const leaf = `{"address":${7516192768 + i},"offsetIntoBinaryTextSegment":${i},"binaryName":"dyld"}`;
    tree = `{"address":${4310450192 + i},"offsetIntoBinaryTextSegment":${i},"binaryName":"Harbor","sampleCount":2,"subFrames":[${leaf},${tree}]}`;
  }
  readsOrRefuses(
    new TextEncoder().encode(`{"callStacks":[{"callStackRootFrames":[${tree}]}],"callStackPerThread":false}`),
  );
});
