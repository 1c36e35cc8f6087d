import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../../test/files.ts";
import { summarizeMeasured } from "../../../test/measured-summary.ts";
import { METRICKIT_CORPUS, METRICKIT_FIXTURES } from "../../../test/metrickit-files.ts";
import { analyze } from "../../analyze.ts";
import { bytesSource } from "../../bytes/byte-source.ts";
import { FormatError } from "../../bytes/errors.ts";
import type { Report } from "../../report.ts";
import { createSymbolCollection } from "../../symbols/collection.ts";
import { openSymbolSlices } from "../../symbols/slice.ts";
import {
  MAX_FRAMES,
  MAX_IMAGES,
  MAX_REPORTS_IN_ARRAY,
  MAX_THREADS,
  MAX_TREE_DEPTH,
  MAX_TREE_JSON_DEPTH,
  MAX_TREE_NODES,
} from "../limits.ts";
import { type ParsedReport, parseReports } from "../parse.ts";
import { MAX_REASON_LINES } from "./cause.ts";
import { MAX_BLAMED } from "./diagnostic.ts";
import { MAX_TURNING_STEPS } from "./direction.ts";
import { MAX_BUCKETS } from "./histogram.ts";
import { MAX_MEASUREMENTS } from "./metrics.ts";
import { MAX_KEPT_DEPTH } from "./shallow.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (value: unknown) => parseReports(bytes(typeof value === "string" ? value : JSON.stringify(value)));
const one = (value: unknown): ParsedReport => {
  const reports = parse(value);
  expect(reports).toHaveLength(1);
  return reports[0] as ParsedReport;
};
const codes = ({ problems }: ParsedReport) => problems.map(({ code }) => code);

test.each(METRICKIT_FIXTURES)("%s gives what expected.json says", async (name, input) => {
  const reports = parseReports(await fixture(`reports/${name}/${input}`));
  const expected: unknown = JSON.parse(utf8(await fixture(`reports/${name}/expected.json`)));
  expect(reports.map(({ value, problems }) => summarizeMeasured(value, problems))).toEqual(expected);
});

interface Node {
  readonly binaryName?: string;
  readonly binaryUUID?: string;
  readonly offsetIntoBinaryTextSegment?: number;
  readonly address?: number;
  readonly sampleCount?: number;
  readonly subFrames?: readonly Node[];
}
const UUIDS: Readonly<Record<string, string>> = {
  Harbor: "4C4C44CE-5555-3144-A1AF-CAEE1217C80A",
  dyld: "1B5F8DC3-61FE-549E-9D19-F29728880CDC",
  Kit: "2282A16B-DDA6-56B9-BEBC-79A11EDEA8A8",
};
const BASES: Readonly<Record<string, number>> = { Harbor: 0x1_00ec_4000, dyld: 0x1_a696_a000, Kit: 0x1_9f48_0000 };
const node = (binaryName: string, offset: number, sampleCount: number, ...subFrames: readonly Node[]): Node => ({
  binaryName,
  binaryUUID: UUIDS[binaryName] ?? "",
  offsetIntoBinaryTextSegment: offset,
  address: (BASES[binaryName] ?? 0) + offset,
  sampleCount,
  subFrames,
});
const tree = (...roots: readonly Node[]) => ({
  callStackPerThread: true,
  callStacks: [{ threadAttributed: true, callStackRootFrames: roots }],
});
const hang = (...roots: readonly Node[]) => ({
  callStackTree: tree(...roots),
  diagnosticMetaData: { hangDuration: "1 sec" },
});
const treeLines = ({ threads, images }: Report) =>
  (threads[0]?.callTree ?? []).map(
    ({ depth, sampleCount, frames: [frame] }) =>
      `${"-".repeat(depth)}${images[frame?.image ?? -1]?.name}+${frame?.imageOffset} x${sampleCount}`,
  );

describe("the field offsetIntoBinaryTextSegment", () => {
  const place = (address: number | undefined, field: number) => {
    const { value } = one(
      tree({
        binaryName: "Harbor",
        binaryUUID: UUIDS["Harbor"] ?? "",
        offsetIntoBinaryTextSegment: field,
        ...(address !== undefined && { address }),
      }),
    );
    const [image] = value.images;
    const [frame] = value.threads[0]?.frames ?? [];
    return [image?.base, frame?.imageOffset, frame?.address];
  };
  test.each<[what: string, address: number | undefined, field: number, expected: unknown]>([
    ["an offset", 0x1_00ec_8350, 0x4350, [0x1_00ec_4000n, 0x4350, 0x1_00ec_8350n]],
    ["a load address of iOS 14", 0x1_00ec_8350, 0x1_00ec_4000, [0x1_00ec_4000n, 0x4350, 0x1_00ec_8350n]],
    [
      "an offset in an image of the shared cache, aligned to 4 KiB",
      0x1_a61f_6400,
      0x1400,
      [0x1_a61f_5000n, 0x1400, 0x1_a61f_6400n],
    ],
    ["the first byte of an image", 0x1_00ec_4000, 0x1_00ec_4000, [0x1_00ec_4000n, 0, 0x1_00ec_4000n]],
    ["an offset without an address", undefined, 0x4350, [0n, 0x4350, 0x4350n]],
    ["what Xcode simulates", 74_565, 123, [74_442n, 123, 74_565n]],
    ["a load address above the address", 0x1_00ec_0000, 0x1_00ec_4000, [0n, undefined, 0x1_00ec_0000n]],
  ])("%s", (_, address, field, expected) => {
    expect(place(address, field)).toEqual(expected);
  });

  test("is decided frame by frame, and an image has one load address", () => {
    const { value } = one(
      tree({
        ...node("Harbor", 0x4350, 1, {
          ...node("Harbor", 0x5000, 1),
          offsetIntoBinaryTextSegment: BASES["Harbor"] ?? 0,
        }),
      }),
    );
    expect(value.images.map(({ base }) => base)).toEqual([0x1_00ec_4000n]);
    expect(value.threads[0]?.frames.map(({ imageOffset }) => imageOffset)).toEqual([0x4350, 0x5000]);
  });
});

describe("the direction of a sampled tree", () => {
  test("a tree that begins in the loader is told as it is", () => {
    const { value } = one(hang(node("dyld", 1, 5, node("Harbor", 2, 5, node("Kit", 3, 3), node("Kit", 4, 2)))));
    expect(treeLines(value)).toEqual(["dyld+1 x5", "-Harbor+2 x5", "--Kit+3 x3", "--Kit+4 x2"]);
    expect(value.threads[0]?.frames.map(({ imageOffset }) => imageOffset)).toEqual([3, 2, 1]);
  });

  test("a tree that ends in the loader is turned, and stacks that begin alike are put together", () => {
    const { value } = one(
      hang(
        node("Kit", 3, 3, node("Harbor", 2, 3, node("dyld", 1, 3))),
        node("Kit", 4, 2, node("Harbor", 2, 2, node("dyld", 1, 2))),
      ),
    );
    expect(treeLines(value)).toEqual(["dyld+1 x5", "-Harbor+2 x5", "--Kit+3 x3", "--Kit+4 x2"]);
    expect(value.threads[0]?.sampleCount).toBe(5);
  });

  test("without either, a tree that branches has its root outermost, and a chain is read like a crash's", () => {
    const branching = one(hang(node("Harbor", 2, 3, node("Kit", 3, 2), node("Kit", 4, 1)))).value;
    expect(treeLines(branching)).toEqual(["Harbor+2 x3", "-Kit+3 x2", "-Kit+4 x1"]);
    const chain = one(hang(node("Kit", 3, 1, node("Harbor", 2, 1)))).value;
    expect(treeLines(chain)).toEqual(["Harbor+2 x1", "-Kit+3 x1"]);
    expect(chain.threads[0]?.frames.map(({ imageOffset }) => imageOffset)).toEqual([3, 2]);
  });

  test("a stack that turns out to begin at its leaf once it has names is turned", async () => {
    // `main` and a function it calls: the dSYM of the fixtures has these offsets.
    const upsideDown = hang(
      node("Harbor", 16_516, 7, node("Harbor", 17_804, 4, node("Harbor", 18_316, 4)), node("Harbor", 18_316, 3)),
    );
    const [raw] = parse(upsideDown);
    expect(treeLines(raw?.value as Report)[0]).toBe("Harbor+16516 x7");
    const [analysis] = await analyze(bytes(JSON.stringify(upsideDown)), await harborSymbols());
    const names = analysis?.report.threads[0]?.frames.map(({ symbol }) => symbol?.function);
    expect(names).toEqual(["-[HarborDeck startEngine:]", "-[HarborController startPressed:]", "main"]);
    expect(treeLines(analysis?.report as Report)[0]).toBe("Harbor+18316 x7");
  });
});

async function harborSymbols() {
  const collection = createSymbolCollection();
  const dsym = await fixture("dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
  collection.add("Harbor", await openSymbolSlices(bytesSource(dsym)));
  return collection;
}

describe("a deep tree", () => {
  const deep = (depth: number) => {
    const open = `{"binaryName":"Harbor","binaryUUID":"${UUIDS["Harbor"]}","offsetIntoBinaryTextSegment":16,"address":4310450192,"sampleCount":1,"subFrames":[`;
    return `${open.repeat(depth)}${"]}".repeat(depth)}`;
  };
  const payload = (depth: number) =>
    `{"callStackTree":{"callStackPerThread":true,"callStacks":[{"threadAttributed":true,"callStackRootFrames":[${deep(depth)}]}]},"diagnosticMetaData":{"signal":11,"appVersion":"9"}}`;

  test.each([1000, MAX_FRAMES])("of %i frames is read whole", (depth) => {
    const report = one(payload(depth));
    expect(report.value.threads[0]?.frames).toHaveLength(depth);
    expect(report.value.app.version).toBe("9");
    expect(report.problems).toEqual([]);
  });

  test("ends at its limits, and what stands behind it is still read", () => {
    const longer = one(payload(MAX_FRAMES + 1));
    expect(longer.value.threads[0]?.frames).toHaveLength(MAX_FRAMES);
    expect(codes(longer)).toEqual(["limit-reached"]);
    const deeper = one(payload(MAX_TREE_DEPTH + 1));
    expect(deeper.value.app.version).toBe("9");
    expect(codes(deeper)).toContain("limit-reached");
    const deepest = one(payload(MAX_TREE_JSON_DEPTH));
    expect(deepest.value.threads[0]?.frames).toHaveLength(MAX_FRAMES);
    expect(codes(deepest)).toContain("limit-reached");
  });

  test("is read in a list of payloads, and in the logs of App Store Connect", () => {
    expect(parse(`[${payload(700)},${payload(2)}]`).map(({ value }) => value.threads[0]?.frames.length)).toEqual([
      700, 2,
    ]);
    const log = `{"productData":[{"diagnosticLogs":[{"callStackTree":[{"callStacks":[{"callStackRootFrames":[${deep(900)}]}]}],"diagnosticMetaData":{"event":"Hang"}}]}]}`;
    expect(one(log).value.threads[0]?.frames).toHaveLength(900);
  });

  test("as deep as a sampled one, it is kept as a list", () => {
    const sampled = payload(1500).replace('"signal":11', '"hangDuration":"2 sec"');
    const { threads, metadata } = one(sampled).value;
    expect(threads[0]?.callTree?.at(-1)?.depth).toBe(1499);
    expect(JSON.stringify(metadata).length).toBeLessThan(200);
  });

  test("other JSON of that depth is refused as before", () => {
    expect(() => parse(`{"x":${"[".repeat(2000)}`)).toThrow(expect.objectContaining({ code: "too-deep" }));
  });
});

describe("limits", () => {
  const frame = '{"address":4310450192,"offsetIntoBinaryTextSegment":16}';
  const many = (count: number, text: string) => Array.from({ length: count }, () => text).join();
  test.each<[what: string, limit: number, input: (count: number) => string, kept: (report: ParsedReport) => number]>([
    [
      "threads",
      MAX_THREADS,
      (count) => `{"callStacks":[${many(count, '{"callStackRootFrames":[]}')}]}`,
      ({ value }) => value.threads.length,
    ],
    [
      "frames of a tree",
      MAX_TREE_NODES,
      (count) => `{"callStacks":[{"callStackRootFrames":[${many(count, frame)}]}],"callStackPerThread":false}`,
      ({ value }) => value.threads[0]?.callTree?.length ?? 0,
    ],
    [
      "images",
      MAX_IMAGES,
      (count) =>
        `{"callStacks":[{"callStackRootFrames":[${Array.from({ length: count }, (_, i) => `{"address":4310450192,"offsetIntoBinaryTextSegment":16,"binaryName":"${i}"}`).join()}]}]}`,
      ({ value }) => value.images.length,
    ],
    [
      "buckets",
      MAX_BUCKETS,
      (count) =>
        `{"cpuMetrics":{"h":{"histogramValue":{${Array.from({ length: count }, (_, i) => `"${i}":{"bucketCount":1,"bucketStart":"${i} ms","bucketEnd":"${i} ms"}`).join()}}}}}`,
      ({ value }) => value.measured?.histograms[0]?.buckets.length ?? 0,
    ],
    [
      "measurements",
      MAX_MEASUREMENTS,
      (count) => `{"cpuMetrics":{${Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join()}}}`,
      ({ value }) => value.measured?.values.length ?? 0,
    ],
  ])("%s end at their limit, and one more is told", (_, limit, input, kept) => {
    const full = one(input(limit));
    expect(kept(full)).toBe(limit);
    expect(codes(full)).toEqual([]);
    const over = one(input(limit + 1));
    expect(kept(over)).toBe(limit);
    expect(codes(over)).toContain("limit-reached");
  });

  test("diagnostics of one payload end at their limit", () => {
    const diagnostic = '{"callStackTree":{"callStacks":[{"callStackRootFrames":[]}]},"diagnosticMetaData":{}}';
    const payload = (count: number) => `{"hangDiagnostics":[${many(count, diagnostic)}]}`;
    expect(parse(payload(MAX_REPORTS_IN_ARRAY)).at(-1)?.problems).toEqual([]);
    const over = parse(payload(MAX_REPORTS_IN_ARRAY + 1));
    expect(over).toHaveLength(MAX_REPORTS_IN_ARRAY);
    expect(codes(over.at(-1) as ParsedReport)).toEqual(["limit-reached"]);
  });
});

test("what is kept nests to its limit", () => {
  const kept = (depth: number) =>
    one(`{"callStackTree":{"callStacks":[]},"odd":${"[".repeat(depth)}${"]".repeat(depth)}}`);
  expect(Object.keys(kept(MAX_KEPT_DEPTH).value.metadata)).toEqual(["odd"]);
  const over = kept(MAX_KEPT_DEPTH + 1);
  expect([Object.keys(over.value.metadata), codes(over)]).toEqual([[], ["missing-part", "limit-reached"]]);
});

test("lines of a reason and frames that are blamed end at their limits", () => {
  const reason = (lines: number) =>
    one({ callStackTree: tree(), diagnosticMetaData: { terminationReason: Array(lines).fill("x").join("\n") } }).value
      .termination?.reasons.length;
  expect([reason(MAX_REASON_LINES), reason(MAX_REASON_LINES + 1)]).toEqual([MAX_REASON_LINES, MAX_REASON_LINES]);
  const blamed = (frames: number) => {
    const blame = Array.from({ length: frames }, (_, i) => ({ ...node("Harbor", i, 1), isBlameFrame: true }));
    const list = one({ callStackTree: [tree(...blame)], diagnosticMetaData: { event: "Hang" } }).value.metadata[
      "blameFrames"
    ];
    return Array.isArray(list) ? list.length : 0;
  };
  expect([blamed(MAX_BLAMED), blamed(MAX_BLAMED + 1)]).toEqual([MAX_BLAMED, MAX_BLAMED]);
});

test("a tree that would take more steps to turn than allowed is told as it is, with a problem", () => {
  // Each of the leaves ends a stack as deep as the chain before it.
  const report = (leaves: number) => {
    const ends = Array.from({ length: leaves }, (_, i) => node("dyld", i, 1));
    let deep: Node = { ...node("Harbor", 0, leaves), subFrames: ends };
    for (let i = 1; i < 99; i++) deep = node("Harbor", i, leaves, deep);
    return one(hang(deep));
  };
  const most = MAX_TURNING_STEPS / 100;
  expect(codes(report(most))).toEqual([]);
  expect(codes(report(most + 1))).toEqual(["limit-reached"]);
});

describe("what happened", () => {
  const cause = (meta: object) => one({ callStackTree: tree(), diagnosticMetaData: { signal: 9, ...meta } }).value;
  test.each<[string, string | undefined, bigint | undefined, string | undefined]>([
    ["Namespace SIGNAL, Code 0xb", "SIGNAL", 0xbn, undefined],
    ["Namespace SIGNAL, Code 11 Segmentation fault: 11", "SIGNAL", 11n, "Segmentation fault: 11"],
    ["Namespace FRONTBOARD, Code 0x8BADF00D", "FRONTBOARD", 0x8badf00dn, undefined],
    [
      "<RBSTerminateContext| domain:10 code:0x8BADF00D explanation:x\nProcessVisibility: Background",
      "FRONTBOARD",
      0x8badf00dn,
      undefined,
    ],
    ["<RBSTerminateContext| domain:15 code:0xDEAD10CC explanation:x", "RUNNINGBOARD", 0xdead10ccn, undefined],
    ["<RBSTerminateContext| domain:99 code:1 explanation:x", "99", 1n, undefined],
    ["something else", undefined, undefined, undefined],
  ])("%s", (terminationReason, namespace, code, indicator) => {
    const { termination } = cause({ terminationReason });
    expect([termination?.namespace, termination?.code, termination?.indicator]).toEqual([namespace, code, indicator]);
    if (namespace === undefined) expect(termination?.reasons).toEqual([terminationReason]);
  });

  test("the process was in the background when a watchdog ended it, if the reason says so", () => {
    const { process } = cause({
      terminationReason: "<RBSTerminateContext| domain:10 code:1 x\nProcessVisibility: Background",
    });
    expect(process.role).toBe("Background");
  });

  test.each<[number, number, number, string | undefined, object]>([
    [
      1,
      1,
      11,
      "0x58 is not in any region.",
      {
        type: "EXC_BAD_ACCESS",
        signal: "SIGSEGV",
        codes: "0x0000000000000001, 0x0000000000000058",
        subtype: "KERN_INVALID_ADDRESS at 0x0000000000000058",
      },
    ],
    [
      1,
      2,
      10,
      "0x1000 is in 0x1000-0x2000;",
      {
        type: "EXC_BAD_ACCESS",
        signal: "SIGBUS",
        codes: "0x0000000000000002, 0x0000000000001000",
        subtype: "KERN_PROTECTION_FAILURE at 0x0000000000001000",
      },
    ],
    [6, 1, 5, undefined, { type: "EXC_BREAKPOINT", signal: "SIGTRAP", codes: "0x0000000000000001" }],
    [12, 4_611_686_018_427_387_904, 9, undefined, { type: "EXC_GUARD", signal: "SIGKILL" }],
    [99, 0, 99, undefined, { type: "EXC_99", signal: "SIG99", codes: "0x0000000000000000" }],
  ])("exception %i, code %i, signal %i", (exceptionType, exceptionCode, signal, virtualMemoryRegionInfo, expected) => {
    expect(cause({ exceptionType, exceptionCode, signal, virtualMemoryRegionInfo }).exception).toMatchObject(expected);
  });

  test("the app's binary is what the loader called, not a framework below it in memory", () => {
    const { value } = one({
      callStackTree: tree(node("Kit", 1, 1, node("Harbor", 2, 1, node("dyld", 3, 1)))),
      diagnosticMetaData: { signal: 6, bundleIdentifier: "org.windfall.fixtures.Port" },
    });
    expect(value.process.name).toBe("Harbor");
  });
});

describe.runIf(hasCorpus)("the corpus", () => {
  test.each(METRICKIT_CORPUS)("%s", async (path, kinds, problems) => {
    const reports = parseReports(await corpus(path));
    expect(reports.map(({ value }) => value.kind)).toEqual(kinds);
    expect(reports.flatMap(codes)).toEqual(problems);
  });

  test("an offset of iOS 26 and a load address of iOS 14 lead to images on a page", async () => {
    for (const file of [
      "embrace-crash_diagnostic_01",
      "meter-ios_uncaugh_exception_payload",
      "sentrycocoa-tree-real",
    ]) {
      const { value } = one(utf8(await corpus(`corpus/metrickit/${file}.json`)));
      for (const { frames } of value.threads) {
        for (const { address, image, imageOffset } of frames) {
          const base = value.images[image ?? -1]?.base ?? -1n;
          expect([base % 4096n, address - base]).toEqual([0n, BigInt(imageOffset ?? -1)]);
        }
      }
    }
  });
});

test("an unreadable tree of calls is told, not thrown", () => {
  const report = one({ callStackTree: { callStacks: [7, { callStackRootFrames: [null, {}, { address: "x" }] }] } });
  expect(codes(report)).toEqual(["unreadable-thread", "unreadable-frame", "unreadable-frame", "unreadable-frame"]);
});

test("a payload with nothing in it is a report that says so", () => {
  const report = one({ timeStampBegin: "2025-01-01 00:00:00", timeStampEnd: "2025-01-02 00:00:00" });
  expect(report.value.kind).toBe("metrics");
  expect(codes(report)).toEqual(["missing-part"]);
});

test("an empty list of diagnostics beside another list is none", () => {
  expect(
    parse({ crashDiagnostics: [], hangDiagnostics: [hang(node("Harbor", 1, 1))] }).map(({ value }) => value.kind),
  ).toEqual(["hang"]);
});

test("other JSON with groups of its own is no payload", () => {
  expect(() => parse({ serverMetrics: { x: 1 } })).toThrow(FormatError);
});
