/** Reports about a whole system or a span of time, by fixtures that a person can check against their input. */
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, tsv, utf8 } from "../../test/files.ts";
import { summarizeMeasured } from "../../test/measured-summary.ts";
import { SYSTEM_FIXTURES } from "../../test/system-files.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { classify } from "../diagnose/classify.ts";
import { rawKeyText } from "../diagnose/raw-key.ts";
import { signatureOf } from "../diagnose/signature.ts";
import { reportJson } from "../report-json.ts";
import type { Report } from "../report.ts";
import { createSymbolCollection } from "../symbols/collection.ts";
import { openSymbolSlices } from "../symbols/slice.ts";
import { symbolicate } from "../symbolicate/symbolicate.ts";
import { BUG_TYPES } from "./bug-types.ts";
import { type ParsedReport, parseReports } from "./parse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function only(input: Uint8Array): ParsedReport {
  const reports = parseReports(input);
  expect(reports).toHaveLength(1);
  return reports[0] as ParsedReport;
}

const one = (text: string): ParsedReport => only(bytes(text));

describe.each(SYSTEM_FIXTURES)("%s", (name, input) => {
  test("gives what expected.json says", async () => {
    const reports = parseReports(await fixture(`reports/${name}/${input}`));
    const expected: unknown = JSON.parse(utf8(await fixture(`reports/${name}/expected.json`)));
    expect(reports.map(({ value, problems }) => summarizeMeasured(value, problems))).toEqual(expected);
  });

  test("is no crash: it has no hypothesis of one, and its signature says what it is", async () => {
    const own = ["hang", "jetsam-own-limit", "jetsam-system-pressure", "stackshot", "slow-launch"];
    for (const { value } of parseReports(await fixture(`reports/${name}/${input}`))) {
      const diagnosis = classify(value);
      const [first] = diagnosis.hypotheses;
      expect(diagnosis.inconclusive).toBe(false);
      expect(
        diagnosis.hypotheses.map(({ id }) => id).filter((id) => !own.includes(id) && !id.includes("-limit")),
      ).toEqual([]);
      expect(signatureOf(value, diagnosis).family).toBe(first?.id ?? value.kind);
      expect(rawKeyText(value, "app").split("\n")[1]).toBe(value.kind);
      expect(() => JSON.stringify(reportJson(value))).not.toThrow();
    }
  });
});

/** Innermost first. */
const names = (report: Report, thread = 0): readonly (string | undefined)[] =>
  report.threads[thread]?.frames.map(({ symbol }) => symbol?.function) ?? [];

test("the tree of a sample gets its names from a dSYM, and its heaviest path the same", async () => {
  const symbols = createSymbolCollection();
  const file = "dsyms/harbor-macos-fat64/Harbor.dSYM/Contents/Resources/DWARF/Harbor";
  symbols.add(file, await openSymbolSlices(bytesSource(await fixture(file))));
  const { value } = only(await fixture("reports/format-sample-tool/input.txt"));
  const { report } = await symbolicate(value, symbols);
  expect(names(report)).toEqual([
    "__psynch_mutexwait",
    "route_next_berth",
    "-[HarborDeck sailShip:]",
    "-[HarborController sailPressed:]",
    "-[NSApplication run]",
    "main",
    "start",
  ]);
  const tree = report.threads[0]?.callTree ?? [];
  expect(tree.map(({ frames }) => frames.at(-1)?.symbol?.line)).toEqual([
    undefined,
    68,
    undefined,
    33,
    32,
    95,
    undefined,
    905,
  ]);
  expect(tree.map(({ sampleCount }) => sampleCount)).toEqual([2397, 2397, 2397, 2300, 2300, 2300, 2300, 97]);
});

test.each([
  [
    "format-hang-ios",
    [
      undefined,
      undefined,
      "-[HarborDeck(Tides) waitForTide]",
      "-[HarborController applicationDidFinishLaunching:]",
      undefined,
    ],
  ],
  ["format-disk-writes", [undefined, "-[HarborController applicationDidFinishLaunching:]", undefined]],
  [
    "format-stackshot",
    [
      undefined,
      undefined,
      "-[HarborDeck(Tides) waitForTide]",
      "-[HarborController applicationDidFinishLaunching:]",
      undefined,
      undefined,
    ],
  ],
  ["format-panic", [undefined, undefined, "-[HarborController applicationDidFinishLaunching:]"]],
])("%s: images are found by their UUID, whatever is known of their names and ends", async (name, expected) => {
  const symbols = createSymbolCollection();
  const file = "dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor";
  symbols.add(file, await openSymbolSlices(bytesSource(await fixture(file))));
  const { report } = await symbolicate(only(await fixture(`reports/${name}/input.ips`)).value, symbols);
  expect(names(report)).toEqual(expected);
  const tree = report.threads[0]?.callTree;
  if (name === "format-hang-ios") {
    // A leaf is looked up where it was seen; as a return address it would be in the line before.
    expect(tree?.at(-1)?.frames[0]?.symbol).toMatchObject({ function: "engine_wait_for_pump", line: 50 });
  }
});

describe.runIf(hasCorpus)("the corpus", () => {
  test.each(["multithread", "singlethread"])(
    "%s-sample.txt gives the functions its author's tool found",
    async (name) => {
      const path = `dsym/macsymb-samples/${name}-sample.txt`;
      const pairs = tsv(utf8(await corpus("corpus/PAIRS.tsv"))).filter((row) => row["report"] === path);
      const symbols = createSymbolCollection();
      for (const file of pairs.flatMap((row) => (row["debug_files"] ?? "").split(" "))) {
        symbols.add(file, await openSymbolSlices(bytesSource(await corpus(`corpus/${file}`))));
      }
      const { report } = await symbolicate(only(await corpus(`corpus/${path}`)).value, symbols);
      const known = only(await corpus(`corpus/dsym/macsymb-samples/${name}-sample_symbolicated.txt`)).value;
      expect(report.threads).toHaveLength(known.threads.length);
      for (const thread of known.threads.keys()) {
        expect(names(report, thread)).toEqual(names(known, thread));
        expect(names(report, thread)).not.toContain(undefined);
      }
      // The known text was looked up behind the call; one line before it is the call itself.
      const lines = (which: Report) => which.threads[0]?.frames.map(({ symbol }) => symbol?.line ?? 0) ?? [];
      for (const [i, line] of lines(known).entries()) expect(line - (lines(report)[i] ?? 0)).toBeOneOf([0, 1]);
    },
  );

  test("the names of log types are those of Apple's own table", async () => {
    const table = JSON.parse(utf8(await corpus("corpus/reference/apple-log_type-bug_types.json"))) as {
      readonly log_types: Readonly<Record<string, { readonly name: string }>>;
    };
    const rows = Object.entries(table.log_types);
    expect(rows).toHaveLength(180);
    expect(rows.map(([code, row]) => [code, row.name])).toEqual(
      rows.map(([code]) => [code, BUG_TYPES.get(code)?.name]),
    );
  });
});

test.each([
  ["Kernel trap at 0x1, type 14=page fault, registers:", "Kernel trap at 0x1, type 14=page fault"],
  [
    String.raw`"nvme: Unexpected link down (x=\"y\")\\n" @AppleT811xPCIePort.cpp:1644`,
    'nvme: Unexpected link down (x="y")',
  ],
  [
    String.raw`"thread_invoke: preemption_level 1"@/BuildRoot/xnu-1/sched_prim.c:2231`,
    "thread_invoke: preemption_level 1",
  ],
])("the first line of a panic %s", (line, message) => {
  const text = `panic(cpu 1 caller 0xfffffff02e156784): ${line.replaceAll('\\"', '"')}\nDebugger message: panic\n`;
  expect(one(text).value.panic?.message).toBe(message);
});

test.each([
  ["com.apple.CoreGraphics 1.600.0", undefined, "1.600.0"],
  ["com.apple.QuartzCore 1.8 (332.3)", undefined, "1.8"],
  ["libdyld.dylib (239.4)", undefined, "239.4"],
  ["Harbor 2", "Harbor 2", undefined],
  ["??? (???)", "???", undefined],
])("an image listed as %s", (listed, name, version) => {
  const path = name === undefined ? " /System/Library/x" : "";
  const { value } = one(
    `Powerstats for:   a [1]\n  1  b (a + 4) [0x9004]\n  Binary Images:\n   0x1000 - 0x1fff  ${listed} <4C4C4453-5555-3144-A1B9-0000000000FF>${path}\n`,
  );
  expect(value.images[0]).toMatchObject({ name: name ?? "x", base: 0x1000n, size: 4096 });
  expect(value.images[0]?.version).toBe(version);
});

test("a forced reset is told apart from a fault of the kernel", () => {
  const panic = (text: string) =>
    one(`{"bug_type":"151"}\n{"string":"panic(cpu 1 caller 0xfffffff02e156784): ${text}\\nDebugger message: panic"}`);
  expect(panic("btn_rst").value.panic?.cause).toContain("buttons");
  expect(panic("something new").value.panic).toEqual({ message: "something new" });
});

test.each([
  [
    "an .ips body saved alone",
    '{"memoryStatus":{"pageSize":16384},"largestProcess":"a","processes":[{"name":"a","reason":"x"}]}',
  ],
  ["a body cut before its processes", '{"bug_type":"298"}\n{"memoryStatus":{"pageSize":16384,"memoryPages":{"free":1}'],
  ["a body that is a crash's", '{"bug_type":"298"}\n{"procName":"a","threads":[]}'],
])("jetsam is told by %s", (_, text) => {
  expect(one(text).value.kind).toBe("jetsam");
});

test("a jetsam report in which nothing was killed says so", () => {
  const { value, problems } = one(
    '{"bug_type":"298"}\n{"memoryStatus":{"pageSize":4096},"processes":[{"name":"a","rpages":2}]}',
  );
  expect(value.memoryKill).toMatchObject({ victims: [], processCount: 1, residentBytes: 8192 });
  expect(problems.map(({ code }) => code)).toEqual(["missing-part"]);
});

const EVENTS: readonly (readonly [head: string, kind: string])[] = [
  [
    "Event:            wakeups\nWakeups:          45014 wakeups over the last 79 seconds (573 wakeups per second average)",
    "wakeups",
  ],
  ["Event:            disk writes", "disk-writes"],
  ["Event:            cpu usage", "cpu"],
  ["Event:            hang", "hang"],
  ["Event:            spin", "hang"],
  ["Event:            shutdown stall", "hang"],
  ["Event:            extended launch", "launch"],
  ["Data Source:      Microstackshots", "cpu"],
  ["Data Source:      Stackshots", "hang"],
];
test.each(EVENTS)("%s", (head, kind) => {
  const thread = kind === "hang" ? "  Thread 0x1    1 samples (1-1)\n" : "";
  const { value } = one(
    `OS Version:       macOS 14.0 (Build 23A344)\n${head}\n\nProcess:  a [1]\n${thread}  1  b (a + 4) [0x1004]\n`,
  );
  expect(value.kind).toBe(kind);
  expect(value.threads[0]?.callTree).toHaveLength(1);
});

test("wakeups over the last seconds are the span that was looked at", () => {
  const { value } = one(`${EVENTS[0]?.[0]}\nData Source:      Microstackshots\n`);
  expect(value.sampling).toMatchObject({ event: "wakeups", durationSeconds: 79 });
});

test("of a spindump whose own process was cut away, the others are shown", () => {
  const { value } = one(
    "Command:          Harbor\nPID:              7\nEvent:            hang\n\nProcess:          tidesd [8]\n  Thread 0x1    1 samples (1-1)\n  1  a (b + 4) [0x1004]\n",
  );
  expect(value.process).toEqual({ name: "Harbor", pid: 7 });
  expect(value.threads).toHaveLength(1);
});

test("lines about the samples are no frames, and what is under them belongs to the frame above", () => {
  const tree = one(
    "Powerstats for:   a [1]\n  3  b (a + 4) [0x1004]\n    2  <patched truncated backtrace>\n      2  c (a + 8) [0x1008]\n    1  d (a + 12) [0x100c]\n",
  ).value.threads[0]?.callTree;
  expect(tree?.map(({ depth, sampleCount, frames }) => [depth, sampleCount, frames[0]?.symbol?.function])).toEqual([
    [0, 3, "b"],
    [1, 2, "c"],
    [1, 1, "d"],
  ]);
});

test.each([
  ["image", "main + 4 (Harbor + 12) [0x100c]", "Harbor", "main"],
  ["image with brackets", "main + 4 (Harbor (beta) + 12) [0x100c]", "Harbor (beta)", "main"],
  ["symbol with brackets", "a(b, (c)) const + 4 (Harbor + 12) [0x100c]", "Harbor", "a(b, (c)) const"],
  ["file", "main + 4 (main.m:3 in Harbor + 12) [0x100c]", "Harbor", "main"],
  ["image with a word like a file's", "main + 4 (Made in Harbor + 12) [0x100c]", "Made in Harbor", "main"],
  ["no symbol", "??? (Harbor + 12) [0x100c]", "Harbor", undefined],
])("a sampled line with %s", (_, line, image, name) => {
  const { value } = one(`Powerstats for:   a [1]\n  1  ${line}\n`);
  const frame = value.threads[0]?.frames[0];
  expect(value.images[frame?.image ?? -1]).toMatchObject({ name: image, base: 0x1000n, size: 0 });
  expect(frame).toMatchObject({ imageOffset: 12, address: 0x100cn });
  expect(frame?.symbol?.function).toBe(name);
});

test.each([
  ["33", "telemetry", "CoreAnalytics"],
  ["211", "telemetry", "CoreAnalytics"],
  ["225", "telemetry", "AppStoreTransparency"],
  ["118", "other", "Bluetooth"],
  ["141", "other", "IOPowerSources"],
])("bug_type %s is named as no report, whatever its body", (bugType, kind, name) => {
  for (const body of ['{"a":{"b":1}}', "some text of it\n"]) {
    const { value, problems } = one(`{"bug_type":"${bugType}","os_version":"iPhone OS 17.0 (21A329)"}\n${body}`);
    expect(value).toMatchObject({ kind, bugType, threads: [], metadata: {} });
    expect(problems).toEqual([
      { code: "unknown-format", message: expect.stringContaining(`Apple calls bug_type ${bugType} ${name}`) },
    ]);
  }
});

test("an update log is kept, and told by Apple's name for it", () => {
  const { value, problems } = one('{"bug_type":"183","os_version":"23A5297m"}\n1 : failed\n');
  expect(value).toMatchObject({ kind: "other", metadata: { text: "1 : failed\n" } });
  expect(problems[0]?.message).toContain("OTASUpdate");
});

test("a crash is read as one, though its number is that of a log", () => {
  expect(one('{"bug_type":"119"}\nThread 0:\n0   a\t0x1004 f + 4\n\nBinary Images:\n').value.threads).toHaveLength(1);
});
