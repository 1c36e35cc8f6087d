/** Reports about a whole system as an attacker or a broken disk would send them: limits, cuts, noise. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { SYSTEM_FIXTURES } from "../../test/system-files.ts";
import { FormatError } from "../bytes/errors.ts";
import {
  MAX_FRAMES,
  MAX_IMAGES,
  MAX_PROCESSES,
  MAX_THREADS,
  MAX_TREE_DEPTH,
  MAX_TREE_NODES,
  MAX_VICTIMS,
} from "./limits.ts";
import { type ParsedReport, parseReports } from "./parse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const many = (count: number, item: (i: number) => string, between = "\n") =>
  Array.from({ length: count }, (_, i) => item(i)).join(between);
const one = (text: string): ParsedReport => parseReports(bytes(text))[0] as ParsedReport;
const codes = (report: ParsedReport) => report.problems.map((problem) => problem.code);
const threadCount = ({ value }: ParsedReport) => value.threads.length;
const frameCount = ({ value }: ParsedReport) => value.threads[0]?.frames.length ?? 0;
const nodeCount = ({ value }: ParsedReport) => value.threads[0]?.callTree?.length ?? 0;
const imageCount = ({ value }: ParsedReport) => value.images.length;

interface Limit {
  readonly what: string;
  readonly limit: number;
  readonly report: (count: number) => string;
  readonly kept: (report: ParsedReport) => number;
}

const JETSAM = '{"bug_type":"298"}\n{"memoryStatus":{"pageSize":4096},"processes":[';
const JETSAM_TEXT = "Largest process:   a\n\nProcesses\n     Name   <UUID>   rpages   [reason]   (state)\n\n";
const jetsamRow = (i: number) => `  p <${i.toString(16).padStart(32, "1")}>   1   [vm]   (daemon)`;
const shot = (processes: string, images = '["1",4096,"P"]') =>
  `{"bug_type":"288"}\n{"processByPid":{${processes}},"binaryImages":[${images}]}`;
const shotThreads = (threads: string) => shot(`"1":{"pid":1,"procname":"a","threadById":{${threads}}}`);
const NODE = "b (a + 4) [0x1004]";
const SAMPLE = "Analysis of sampling a (pid 1) every 1 millisecond\nCall graph:\n";

const LIMITS: readonly Limit[] = [
  {
    what: "processes of jetsam",
    limit: MAX_PROCESSES,
    report: (count) => `${JETSAM}{"name":"v","reason":"r"},${many(count - 1, () => '{"name":"p"}', ",")}]}`,
    kept: ({ value }) => value.memoryKill?.processCount ?? 0,
  },
  {
    what: "killed processes",
    limit: MAX_VICTIMS,
    report: (count) => `${JETSAM}${many(count, () => '{"name":"p","reason":"r"}', ",")}]}`,
    kept: ({ value }) => value.memoryKill?.victims.length ?? 0,
  },
  {
    what: "processes of old jetsam",
    limit: MAX_PROCESSES,
    report: (count) => `${JETSAM_TEXT}${jetsamRow(0)}\n${many(count - 1, (i) => jetsamRow(i).replace("[vm]", ""))}`,
    kept: ({ value }) => value.memoryKill?.processCount ?? 0,
  },
  {
    what: "processes of a stackshot",
    limit: MAX_PROCESSES,
    report: (count) =>
      shot(many(count, (i) => `"${i}":${i < MAX_PROCESSES - 1 ? "{}" : '{"threadById":{"1":{}}}'}`, ",")),
    // The last one allowed has a thread, and the one past it.
    kept: (report) => MAX_PROCESSES - 1 + threadCount(report),
  },
  {
    what: "threads of a stackshot",
    limit: MAX_THREADS,
    report: (count) => shotThreads(many(count, (i) => `"${i}":{"id":${i}}`, ",")),
    kept: threadCount,
  },
  {
    what: "frames of a stackshot",
    limit: MAX_FRAMES,
    report: (count) => shotThreads(`"1":{"userFrames":[${many(count, () => "[0,4]", ",")}]}`),
    kept: frameCount,
  },
  {
    what: "images of a stackshot",
    limit: MAX_IMAGES,
    report: (count) =>
      shot(
        '"1":{}',
        many(count, (i) => `["x",${4096 * (i + 1)},"P"]`, ","),
      ),
    kept: imageCount,
  },
  {
    what: "threads of an old stackshot",
    limit: MAX_THREADS,
    report: (count) => `Process 1 a threads:\n${many(count, (i) => `\tthread 0x${i.toString(16)} TH_WAIT`)}\n`,
    kept: threadCount,
  },
  {
    what: "lines of trees",
    limit: MAX_TREE_NODES,
    report: (count) => `Powerstats for:   a [1]\n${many(count, () => `  1  ${NODE}`)}\n`,
    kept: nodeCount,
  },
  {
    what: "levels of a tree",
    limit: MAX_TREE_DEPTH,
    report: (count) => `Powerstats for:   a [1]\n${many(count, (i) => `${" ".repeat(2 * i)}1  ${NODE}`)}\n`,
    kept: nodeCount,
  },
  {
    what: "threads of a spindump",
    limit: MAX_THREADS,
    report: (count) =>
      `Process:          a [1]\n${many(count, (i) => `  Thread 0x${i.toString(16)}    1 samples (1-1)`)}\n`,
    kept: threadCount,
  },
  {
    what: "processes of a spindump",
    limit: MAX_PROCESSES,
    report: (count) =>
      `Event:            hang\n${many(count, (i) => `Process:          a [${i}]${i < MAX_PROCESSES - 1 ? "" : `\n  1  ${NODE}`}`)}\n`,
    kept: (report) => MAX_PROCESSES - 1 + threadCount(report),
  },
  {
    what: "images of a spindump",
    limit: MAX_IMAGES,
    report: (count) =>
      `Powerstats for:   a [1]\n  1  ${NODE}\n  Binary Images:\n${many(count - 1, (i) => `   0x${(i + 8).toString(16)}000 - ???  i${i}`)}\n`,
    // The frame's own is told by the frame alone, and comes last.
    kept: imageCount,
  },
  {
    what: "threads of a sample",
    limit: MAX_THREADS,
    report: (count) => `${SAMPLE}${many(count, (i) => `    1 Thread_${i}`)}\n`,
    kept: threadCount,
  },
];

describe.each(LIMITS)("$what", ({ limit, report, kept }) => {
  test("as many as allowed are kept, one more is dropped and told", () => {
    const full = one(report(limit));
    expect(kept(full)).toBe(limit);
    expect(codes(full)).not.toContain("limit-reached");
    const over = one(report(limit + 1));
    expect(kept(over)).toBe(limit);
    expect(codes(over)).toContain("limit-reached");
  });
});

test("a path deeper than a thread may be is cut to its innermost frames", () => {
  const lines = many(MAX_FRAMES + 1, (i) => `${" ".repeat(2 * i)}1  f${i} (a + 4) [0x1004]`);
  const { value } = one(`Powerstats for:   a [1]\n${lines}\n`);
  expect(value.threads[0]?.frames).toHaveLength(MAX_FRAMES);
  expect(value.threads[0]?.frames[0]?.symbol?.function).toBe(`f${MAX_FRAMES}`);
});

/** Eight megabytes each: what backtracks or copies per line does not come back from these. */
const MEGABYTES = 8 * 1024 * 1024;
const fill = (unit: string) => unit.repeat(Math.floor(MEGABYTES / unit.length));
const TREE = "Powerstats for:   a [1]\n";
test.each([
  ["blanks before a tree", `${TREE}${fill(" ")}`],
  ["lines of blanks", fill(`${" ".repeat(600)}\n`)],
  ["brackets of a node", `${TREE}${fill(`  1  ${" (".repeat(2000)} + 4) [0x1004]\n`)}`],
  ["closing brackets of a node", `${TREE}${fill(`  1  ${"a) ".repeat(2000)} + 4) [0x1004]\n`)}`],
  ["addresses of a node", `${TREE}${fill(`  1  a${" [0x1004]".repeat(1000)}\n`)}`],
  ["places of a node", `${TREE}${fill(`  1  a (${":1 in ".repeat(1000)}b + 4) [0x1004]\n`)}`],
  ["digits", fill("1 1 1 1 1 1 1 1 1 1\n")],
  ["heads of threads", fill(`  Thread 0x1${",0x1".repeat(500)}    \n`)],
  ["names of threads", fill(`  Thread 0x1    Thread name "${'" '.repeat(1000)}\n`)],
  ["places of a sample", `${SAMPLE}    1 Thread_1\n${fill(`    + 1 a  (in ${") (".repeat(1000)}b:1) [0x1004]\n`)}`],
  ["guides of a sample", `${SAMPLE}    1 Thread_1\n${fill(`    ${"+ ".repeat(2000)}1 a [0x1]\n`)}`],
  ["queues of a sample", `${SAMPLE}${fill(`    1 Thread_1${"   DispatchQueue_1: a".repeat(100)}\n`)}`],
  ["images", `${TREE}  Binary Images:\n${fill(`   0x1000 - ???  ${"(a) ".repeat(500)}<x> /p\n`)}`],
  [
    "a table of memory",
    `Largest process: a\n     Name   <UUID>   rpages\n${fill(`  ${"a ".repeat(100)}<11111111111111111111111111111111> 1 1 1\n`)}`,
  ],
  [
    "blanks in a table of memory",
    `Largest process: a\n     Name   <UUID>   rpages\n${fill(`  a${" ".repeat(2000)}\n`)}`,
  ],
  ["a panic", `panic(cpu 0 caller 0x1): a\n${fill("0x1 : 0x2 a : b + 0x1\n")}`],
  ["a panic of one line", `panic(cpu 0 caller 0x1): ${fill("a ")}`],
  ["processes of an old stackshot", fill("Process 1 a threads:\n\tthread 0x1 TH_WAIT\n")],
])("eight megabytes of %s are read or refused", (_, text) => {
  expect(readsOrRefuses(bytes(text))).toBe(true);
});

/** Nothing but `FormatError` leaves the parsers, and every frame points into the list of images. */
function readsOrRefuses(input: Uint8Array): boolean {
  try {
    for (const { value } of parseReports(input)) {
      for (const { callTree = [], frames } of value.threads) {
        let last = -1;
        for (const { depth } of callTree) {
          if (depth > last + 1) throw new Error(`a node of level ${depth} below one of ${last}`);
          last = depth;
        }
        for (const { image, address } of [...frames, ...callTree.flatMap((node) => node.frames)]) {
          if (image !== undefined && value.images[image] === undefined) throw new Error(`no image ${image}`);
          if (address < 0n || address >= 2n ** 64n) throw new Error(`address ${address}`);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  return true;
}

const inputs = await Promise.all(
  SYSTEM_FIXTURES.map(async ([name, input]) => [name, await fixture(`reports/${name}/${input}`)] as const),
);

/** Reading a file at every length costs the square of it: of a larger one every fifth byte has to do. */
const SMALL = 2500;
test.each(inputs)("%s cut behind any byte gives what was whole, or is refused", (_, input) => {
  const step = input.length > SMALL ? 5 : 1;
  for (let length = 0; length < input.length; length += step) readsOrRefuses(input.subarray(0, length));
});

test("any lines of these reports, in any order, are read or refused", () => {
  const lines = inputs.flatMap(([, input]) => utf8(input).split("\n"));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (picked) =>
      readsOrRefuses(bytes(picked.join("\n"))),
    ),
    { numRuns: 300 },
  );
});

/** Bytes put over others, which makes quotes, digits and brackets where none were. */
const damage = fc.array(fc.tuple(fc.nat({ max: 1_000_000 }), fc.constantFrom(...bytes('0"[]{}():,<>- \n+9a'))), {
  minLength: 1,
  maxLength: 12,
});
function damaged(input: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const copy = input.slice();
  for (const [at, byte] of changes) copy[at % copy.length] = byte;
  return copy;
}

test("damaged fixtures are read or refused", () => {
  fc.assert(
    fc.property(fc.constantFrom(...inputs), damage, ([, input], changes) => readsOrRefuses(damaged(input, changes))),
    { numRuns: 600 },
  );
});

test.runIf(hasCorpus)("damaged files of the corpus are read or refused", async () => {
  const files = await Promise.all(
    [
      "jetsam/ipsw-jetsam-ios27.ips",
      "resource/ipsw-145-diskwrites-ios26.ips",
      "hang-sample/macsymb-raw-processes.txt",
      "other-ips/ipsw-409-systemwatchdog-macos26.5.ips",
      "dsym/macsymb-samples/multithread-sample.txt",
    ].map((path) => corpus(`corpus/${path}`)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...files), damage, (input, changes) => readsOrRefuses(damaged(input, changes))),
    { numRuns: 200 },
  );
});
