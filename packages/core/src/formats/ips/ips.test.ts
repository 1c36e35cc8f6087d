/** What an `.ips` of a crash and its kin says, key by key; whole files are in `parse.test.ts`. */
import { describe, expect, test } from "vitest";
import type { JsonValue, Report } from "../../report.ts";
import { MAX_FRAMES } from "../limits.ts";
import { parseReports } from "../parse.ts";
import { MAX_GAPS } from "./recursion.ts";

type Json = { readonly [key: string]: JsonValue };

function parse(header: Json, body: Json): Report {
  const [report] = parseReports(new TextEncoder().encode(`${JSON.stringify(header)}\n${JSON.stringify(body)}`));
  if (report === undefined) throw new Error("no report");
  return report.value;
}

const HEADER = { bug_type: "309", os_version: "iPhone OS 18.2 (22C152)" };
const IMAGE = { name: "Harbor", base: 0x1_0000_0000, size: 0x10_0000, arch: "arm64" };
const frame = (imageOffset: number, more: Json = {}) => ({ imageOffset, imageIndex: 0, ...more });

test.each<[bugType: string, body: Json, kind: string]>([
  ["309", {}, "crash"],
  ["109", {}, "crash"],
  ["309", { os_fault: { process: "Harbor" } }, "crash"],
  ["309", { isSimulated: 1 }, "fault"],
  ["309", { isNonFatal: true }, "fault"],
  ["308", { isSimulated: true, os_fault: { process: "Harbor" } }, "fault"],
  ["385", { exception: { type: "EXC_RESOURCE", subtype: "CPU" } }, "cpu"],
  ["385", { exception: { type: "EXC_RESOURCE", subtype: "WAKEUPS" } }, "wakeups"],
  ["385", { exception: { type: "EXC_RESOURCE", subtype: "IO" } }, "disk-writes"],
  ["385", { exception: { type: "EXC_RESOURCE", subtype: "MEMORY" } }, "memory"],
  ["327", { exception: { type: "EXC_RESOURCE", subtype: "THREADS" } }, "threads"],
])("bug_type %s with %j is a %s", (bug_type, body, kind) => {
  expect(parse({ ...HEADER, bug_type }, { threads: [], ...body }).kind).toBe(kind);
});

test.each<[header: Json, body: Json, platform: string, version: string]>([
  [{ platform: 2, os_version: "iPhone OS 18.2 (22C152)" }, { modelCode: "iPhone16,2" }, "iOS", "18.2"],
  [{ platform: 2, os_version: "iPhone OS 18.2 (22C152)" }, { modelCode: "iPad14,2" }, "iPadOS", "18.2"],
  [{ platform: 2, os_version: "macOS 15.2 (24C101)" }, { modelCode: "Mac15,6" }, "iOS App on Mac", "15.2"],
  [{ platform: 1, os_version: "macOS 15.2 (24C101)" }, { modelCode: "Mac15,6" }, "macOS", "15.2"],
  [{ platform: 6, os_version: "macOS 15.2 (24C101)" }, {}, "Mac Catalyst", "15.2"],
  [{ platform: 3, os_version: "Apple TVOS 18.2 (22K154)" }, { modelCode: "AppleTV14,1" }, "tvOS", "18.2"],
  [{ platform: 4, os_version: "Watch OS 11.2 (22S99)" }, { modelCode: "Watch7,1" }, "watchOS", "11.2"],
  [{ platform: 11, os_version: "xrOS 2.2 (22N840)" }, { modelCode: "RealityDevice14,1" }, "visionOS", "2.2"],
  [{ platform: 5, os_version: "Bridge OS 7.5 (20P5058)" }, { modelCode: "iBridge2,1" }, "bridgeOS", "7.5"],
  [{ platform: 7, os_version: "macOS 15.2 (24C101)" }, { modelCode: "Mac15,6" }, "iOS Simulator", "15.2"],
  [{ platform: 8, os_version: "macOS 15.2 (24C101)" }, {}, "tvOS Simulator", "15.2"],
  [{ platform: 9, os_version: "macOS 15.2 (24C101)" }, {}, "watchOS Simulator", "15.2"],
  [{ platform: 12, os_version: "macOS 15.2 (24C101)" }, {}, "visionOS Simulator", "15.2"],
  [{}, { osVersion: { train: "macOS 15.2", build: "24C101" }, parentProc: "launchd_sim" }, "iOS Simulator", "15.2"],
  [{}, { osVersion: { train: "iPhone OS 17.1", build: "21B74" }, modelCode: "iPad8,1" }, "iPadOS", "17.1"],
])("%j with %j ran on %s", (header, body, platform, version) => {
  expect(parse({ bug_type: "309", ...header }, { threads: [], ...body }).os).toMatchObject({ platform, version });
});

test("Rosetta is told, a native process says nothing of it", () => {
  expect(parse(HEADER, { threads: [], translated: true, cpuType: "X86-64" }).process).toMatchObject({
    cpuType: "X86-64",
    isTranslated: true,
  });
  expect(parse(HEADER, { threads: [], translated: false }).process).not.toHaveProperty("isTranslated");
});

test("the thread that a kill highlights is the one to look at, where none is triggered", () => {
  const body = {
    threads: [{ frames: [] }, { frames: [] }],
    legacyInfo: { threadHighlighted: { index: 1, queue: "q" } },
  };
  expect(parse(HEADER, body)).toMatchObject({
    crashedThread: 1,
    threads: [{ crashed: false }, { crashed: true, queue: "q" }],
  });
});

test("the highlighted thread may be a bare number", () => {
  const body = { threads: [{ frames: [] }, { frames: [] }], legacyInfo: { threadHighlighted: 1 } };
  expect(parse(HEADER, body).crashedThread).toBe(1);
});

test("keys that are not known are kept where they stood", () => {
  const { metadata } = parse(
    { ...HEADER, header_to_come: 1 },
    {
      body_to_come: { a: [1] },
      exception: { type: "EXC_CRASH", exception_to_come: 2 },
      termination: { namespace: "SIGNAL", code: 6, termination_to_come: 3 },
      osVersion: { train: "iPhone OS 18.2", os_to_come: 4 },
      bundleInfo: { CFBundleIdentifier: "a.b", bundle_to_come: 5 },
      threads: [{ frames: [], thread_to_come: 6 }],
      usedImages: [{ ...IMAGE, image_to_come: 7 }],
    },
  );
  expect(metadata).toEqual({
    body_to_come: { a: [1] },
    exception: { exception_to_come: 2 },
    termination: { termination_to_come: 3 },
    osVersion: { os_to_come: 4 },
    bundleInfo: { bundle_to_come: 5 },
    threads: [{ index: 0, thread_to_come: 6 }],
    usedImages: [{ index: 0, image_to_come: 7 }],
    header: { header_to_come: 1 },
  });
});

describe("recursion that was left out", () => {
  const thread = (frames: readonly Json[], more: Json) =>
    parse(HEADER, { threads: [{ frames: [...frames], ...more }], usedImages: [IMAGE] }).threads[0]?.elided;
  const round = frame(64);

  test("stands between the frames, with how many are missing and how often it went round", () => {
    const frames = [frame(4), round, round, round, frame(8)];
    const recursionInfoArray = [
      { hottestElided: 3, coldestElided: 1002, depth: 1003, keyFrame: { ...round, symbol: "f" } },
    ];
    expect(thread(frames, { originalLength: 1005, recursionInfoArray })).toEqual([
      { after: 3, count: 1000, levels: 1000 },
    ]);
  });

  test("is counted without the functions inlined into the frames before it", () => {
    const frames = [frame(4, { inline: true }), frame(4), round, round, frame(8)];
    expect(thread(frames, { recursionInfoArray: [{ hottestElided: 2, coldestElided: 11 }] })).toEqual([
      { after: 2, count: 10 },
    ]);
  });

  test("twice in a thread", () => {
    const frames = Array.from({ length: 9 }, (_, i) => frame(i * 4));
    const recursionInfoArray = [
      { hottestElided: 2, coldestElided: 11 },
      { hottestElided: 15, coldestElided: 24 },
    ];
    expect(thread(frames, { recursionInfoArray })).toEqual([
      { after: 2, count: 10 },
      { after: 5, count: 10 },
    ]);
  });

  test("a thread that was only cut lacks its outermost frames", () => {
    expect(thread([frame(4), frame(8)], { originalLength: 513 })).toEqual([{ after: 2, count: 511 }]);
    expect(thread([frame(4), frame(8)], { originalLength: 2 })).toBeUndefined();
  });

  test.each<[what: string, info: JsonValue]>([
    ["numbers the wrong way round", { hottestElided: 9, coldestElided: 3 }],
    ["negative numbers", { hottestElided: -1, coldestElided: 3 }],
    ["no numbers", { hottestElided: "first", coldestElided: null }],
    ["no object", 7],
  ])("nothing is told of %s", (_, info) => {
    expect(thread([frame(4)], { recursionInfoArray: [info] })).toBeUndefined();
  });

  test("ends at its limit", () => {
    const recursionInfoArray = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ hottestElided: i * 2, coldestElided: i * 2 }));
    expect(thread([frame(4)], { recursionInfoArray: recursionInfoArray(MAX_GAPS) })).toHaveLength(MAX_GAPS);
    expect(thread([frame(4)], { recursionInfoArray: recursionInfoArray(MAX_GAPS + 1) })).toHaveLength(MAX_GAPS);
  });
});

describe("a backtrace that the app printed", () => {
  const printed = (lines: readonly string[]) =>
    parse(HEADER, { threads: [], usedImages: [IMAGE], asiBacktraces: [lines.join("\n")] }).lastExceptionBacktrace;
  const line = (i: number, name: string) => `${i}   Harbor                      0x0000000100000${100 + i} ${name} + 4`;

  test("is where the exception was thrown, when it begins as one", () => {
    expect(
      printed([line(0, "__exceptionPreprocess"), line(1, "objc_exception_throw"), line(2, "-[Dock moor]")]),
    ).toMatchObject([{}, {}, { image: 0, imageOffset: 0x102, symbol: { function: "-[Dock moor]" } }]);
  });

  test("is none of an exception when it begins otherwise", () => {
    expect(printed([line(0, "main")])).toBeUndefined();
    expect(printed(["nothing of a frame"])).toBeUndefined();
  });

  test("ends at its limit", () => {
    const lines = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `${i}   Harbor   0x100000100 ${i === 0 ? "__exceptionPreprocess" : "f"} + 4`,
      );
    expect(printed(lines(MAX_FRAMES))).toHaveLength(MAX_FRAMES);
    expect(printed(lines(MAX_FRAMES + 1))).toHaveLength(MAX_FRAMES);
  });
});
