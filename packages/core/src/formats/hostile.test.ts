/** Reports as an attacker or a broken disk would send them: limits, cuts, noise. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixture, utf8 } from "../../test/files.ts";
import { FormatError } from "../bytes/errors.ts";
import { appleText } from "./apple-text.ts";
import { textOf } from "./json-fields.ts";
import {
  MAX_FRAMES,
  MAX_IMAGES,
  MAX_JSON_DEPTH,
  MAX_LABELS,
  MAX_LINE_LENGTH,
  MAX_PROBLEMS,
  MAX_REPORT_BYTES,
  MAX_SECTION_LINES,
  MAX_STRING_LENGTH,
  MAX_THREADS,
} from "./limits.ts";
import { MAX_REPORTS_IN_TEXT } from "./crash-text/report.ts";
import { type ParsedReport, parseReports } from "./parse.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const many = (count: number, item: (i: number) => string, between = "\n") =>
  Array.from({ length: count }, (_, i) => item(i)).join(between);
const HEADER = '{"bug_type":"309"}\n';
const one = (text: string): ParsedReport => parseReports(bytes(text))[0] as ParsedReport;
const codes = (report: ParsedReport) => report.problems.map((problem) => problem.code);

interface Limit {
  readonly what: string;
  readonly limit: number;
  readonly report: (count: number) => string;
  readonly kept: (report: ParsedReport) => number;
}

const frame = '{"imageOffset":4,"imageIndex":0}';
const image = '{"base":4096,"size":4096,"name":"a"}';
const LIMITS: readonly Limit[] = [
  {
    what: "threads of an .ips",
    limit: MAX_THREADS,
    report: (count) => `${HEADER}{"threads":[${many(count, () => "{}", ",")}]}`,
    kept: ({ value }) => value.threads.length,
  },
  {
    what: "frames of an .ips",
    limit: MAX_FRAMES,
    report: (count) => `${HEADER}{"threads":[{"frames":[${many(count, () => frame, ",")}]}],"usedImages":[${image}]}`,
    kept: ({ value }) => value.threads[0]?.frames.length ?? 0,
  },
  {
    what: "images of an .ips",
    limit: MAX_IMAGES,
    report: (count) => `${HEADER}{"threads":[],"usedImages":[${many(count, () => image, ",")}]}`,
    kept: ({ value }) => value.images.length,
  },
  {
    what: "characters of a string",
    limit: MAX_STRING_LENGTH,
    report: (count) => `${HEADER}{"threads":[],"vmSummary":"${"x".repeat(count)}"}`,
    kept: ({ value }) => textOf(value.metadata["vmSummary"])?.length ?? 0,
  },
  {
    what: "levels of JSON",
    limit: MAX_JSON_DEPTH,
    // The body itself is the first level.
    report: (count) => `${HEADER}{"threads":[],"deep":${"[".repeat(count - 1)}${"]".repeat(count - 1)}}`,
    kept: ({ value }) => {
      let levels = 1;
      for (let at: unknown = value.metadata["deep"]; Array.isArray(at); at = at[0]) levels++;
      return levels;
    },
  },
  {
    what: "threads of a text",
    limit: MAX_THREADS,
    report: (count) =>
      `Exception Type:  EXC_CRASH (SIGABRT)\n\n${many(count, (i) => `Thread ${i}:`)}\nBinary Images:\n`,
    kept: ({ value }) => value.threads.length,
  },
  {
    what: "frames of a text",
    limit: MAX_FRAMES,
    report: (count) => `Thread 0:\n${many(count, (i) => `${i}   a\t0x1004 f + 4`)}\n\nBinary Images:\n`,
    kept: ({ value }) => value.threads[0]?.frames.length ?? 0,
  },
  {
    what: "addresses of an exception backtrace",
    limit: MAX_FRAMES,
    report: (count) =>
      `Exception Type:  EXC_CRASH\n\nLast Exception Backtrace:\n(${many(count, () => "0x1004", " ")})\n\nThread 0:\n0   a\t0x1004 f + 4\n\nBinary Images:\n`,
    kept: ({ value }) => value.lastExceptionBacktrace?.length ?? 0,
  },
  {
    what: "images of a text",
    limit: MAX_IMAGES,
    report: (count) =>
      `Thread 0:\n0   a\t0x1004 f + 4\n\nBinary Images:\n${many(count, (i) => `0x${(i + 1).toString(16)}000 - 0x${(i + 1).toString(16)}fff a arm64`)}\n`,
    kept: ({ value }) => value.images.length,
  },
  {
    what: "labels of a head",
    limit: MAX_LABELS,
    report: (count) =>
      `Incident Identifier: A\n${many(count - 1, (i) => `Label L${i}: x`)}\n\nThread 0:\n0   a\t0x1004 f + 4\n\nBinary Images:\n`,
    kept: ({ value }) => Object.keys(value.metadata).length + 1,
  },
  {
    what: "characters of a line",
    limit: MAX_LINE_LENGTH,
    report: (count) =>
      `Exception Type:  EXC_CRASH\nTermination Reason: ${"x".repeat(count - 20)}\n\nThread 0:\n0   a\t0x1004 f + 4\n\nBinary Images:\n`,
    kept: ({ value }) => (value.termination?.reasons[0]?.length ?? 0) + 20,
  },
  {
    what: "lines of a section",
    limit: MAX_SECTION_LINES,
    report: (count) =>
      `Exception Type:  EXC_CRASH\n\nThread 0:\n0   a\t0x1004 f + 4\n\nBinary Images:\n\nVM Region Summary:\n${many(count, () => "x")}`,
    kept: ({ value }) => textOf(value.metadata["VM Region Summary"])?.split("\n").length ?? 0,
  },
];

describe.each(LIMITS)("$what", ({ limit, report, kept }) => {
  test("as many as allowed are kept without a word, one more is dropped and told", () => {
    const full = one(report(limit));
    expect(kept(full)).toBe(limit);
    expect(codes(full)).toEqual([]);
    const over = one(report(limit + 1));
    expect(kept(over)).toBe(limit);
    expect(codes(over)).toContain("limit-reached");
  });
});

test("one byte more than a report may have is refused", () => {
  expect(() => parseReports(new Uint8Array(MAX_REPORT_BYTES + 1))).toThrow(
    expect.objectContaining({ code: "too-large" }),
  );
});

test("reports of one text end at their limit", () => {
  const report = "Incident Identifier: A\nThread 0:\n0   a\t0x1004 f + 4\n";
  expect(parseReports(bytes(report.repeat(MAX_REPORTS_IN_TEXT)))).toHaveLength(MAX_REPORTS_IN_TEXT);
  const over = parseReports(bytes(report.repeat(MAX_REPORTS_IN_TEXT + 1)));
  expect(over).toHaveLength(MAX_REPORTS_IN_TEXT);
  expect(codes(over.at(-1) as ParsedReport)).toContain("limit-reached");
});

test("problems end at their limit", () => {
  const report = (count: number) =>
    one(`Thread 0:\n0   a\t0x1004 f + 4\n${many(count, () => "1   no address")}\n\nBinary Images:\n`);
  expect(codes(report(MAX_PROBLEMS - 1)).every((code) => code === "unreadable-frame")).toBe(true);
  const over = codes(report(MAX_PROBLEMS + 1));
  expect(over).toHaveLength(MAX_PROBLEMS);
  expect(over.at(-1)).toBe("limit-reached");
});

test("a key __proto__ in a body changes no prototype", () => {
  const { value } = one(`${HEADER}{"threads":[],"__proto__":{"x":1},"asi":{"__proto__":["m"]},"usedImages":[]}`);
  expect(Object.keys(value.metadata)).toContain("__proto__");
  expect(Object.getPrototypeOf(value.metadata)).toBe(Object.prototype);
  expect(Object.keys(value.applicationSpecificInformation)).toEqual(["__proto__"]);
});

/** Ten megabytes each: what backtracks or copies per line does not come back from these. */
const TEN_MEGABYTES = 10 * 1024 * 1024;
const fill = (unit: string) => unit.repeat(Math.floor(TEN_MEGABYTES / unit.length));
test.each([
  ["one line of blanks", `Exception Type: x\n${fill(" ")}`],
  ["one line of brackets", `Thread 0:\n0   a\t0x1 ${fill(" (")}`],
  ["dashes", `${fill("-")}\nFull Report\n${fill("-")}`],
  ["empty lines", `Exception Type: x\n${fill("\n")}`],
  ["continuations of a symbol", `Thread 0:\n0   a\t0x1 f\n${fill("more\n")}`],
  ["continuations of a region table", `Exception Type: x\nVM Region Info: x\n${fill("      more\n")}`],
  ["reasons", `Exception Type: x\nTermination Reason: x\n${fill("more\n")}`],
  ["thread names", `Exception Type: x\n${fill("Thread 1 name: x\n")}`],
  ["colons", `${HEADER}{"threads":[],"x":${fill(":")}`],
  ["escapes", `${HEADER}{"threads":[],"x":"${fill("\\n")}"}`],
  ["keys", `${HEADER}{"threads":[],${many(300_000, (i) => `"key number ${i}":"xxxxxxxxxx"`, ",")}}`],
  ["keys of a header on one line", fill('"bug_type" ')],
  ["keys of a header", fill('"bug_type"\n')],
  ["line feeds before a header", `x${fill("\n")}${HEADER}{"threads":[]}`],
  ["entities", `x\n{&quot;bug_type&quot;:1}${fill("&quot;")}`],
  ["entities in lines", `Exception Type: x\n${fill("&lt;\n")}`],
  ["a property list", `<plist><key>description</key><string>Exception Type: x\n${fill("x\n")}`],
  ["elided recursion", `Thread 0:\n0   a\t0x1 f\n${fill("-------- ELIDED 9 LEVELS OF RECURSION\n1   a\t0x1 f\n")}`],
  ["samples", `Thread 0 Attributed:\nMicrostackshots: 1\n${fill("  1 a 0x1 + 1 [0x1]\n")}`],
  ["labels nobody knows", `Exception Type: x\n${fill("Some Label: x\n")}`],
  ["quoted lines", fill("> > > Exception\n") + "> > > Exception Type: x\n"],
])("ten megabytes of %s are read or refused", (_, text) => {
  const input = bytes(text);
  let result: unknown;
  try {
    result = parseReports(input);
  } catch (error) {
    result = error;
  }
  expect(Array.isArray(result) || result instanceof FormatError).toBe(true);
});

/** Nothing but `FormatError` leaves the parsers, and what they give can be walked and written. */
function readsOrRefuses(input: Uint8Array): void {
  try {
    for (const { value } of parseReports(input)) {
      for (const thread of value.threads) {
        for (const { image, address } of thread.frames) {
          expect(image === undefined || value.images[image] !== undefined).toBe(true);
          expect(address >= 0n && address < 2n ** 64n).toBe(true);
        }
      }
      expect(value.crashedThread === undefined || value.threads[value.crashedThread] !== undefined).toBe(true);
    }
    appleText(input);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

test("any bytes are read or refused", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4096 }), readsOrRefuses));
});

test("any lines of reports, in any order, are read or refused", async () => {
  const inputs = ["format-mac11-native", "format-kscrash-text", "format-app-store-connect", "format-starts-at-thread"];
  const lines = (await Promise.all(inputs.map((name) => fixture(`reports/${name}/input.crash`)))).flatMap((input) =>
    utf8(input).split("\n"),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 200 }), (some) =>
      readsOrRefuses(bytes(some.join("\n"))),
    ),
  );
});

test("any document with the keys of a report is read or refused", () => {
  const keys = [
    "threads",
    "usedImages",
    "exception",
    "termination",
    "frames",
    "imageIndex",
    "imageOffset",
    "base",
    "size",
    "name",
    "asi",
    "threadState",
    "x",
    "value",
    "faultingThread",
    "lastExceptionBacktrace",
    "osVersion",
    "train",
    "legacyInfo",
    "threadTriggered",
    "triggered",
    "code",
    "reasons",
    "rawCodes",
    "uuid",
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(null, true, 0, 1, -1, 1.5, 4096, 1e300, "", "0x10", "text"),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((big) => `BIG${big}`),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), value), (body) => {
      readsOrRefuses(bytes(HEADER + JSON.stringify({ threads: [], ...body }).replaceAll(/"BIG(-?\d+)"/g, "$1")));
    }),
  );
});

describe.each([
  "format-ips-everything/input.ips",
  "format-mac11-native/input.crash",
  "sample-nsexception/input.ips",
  "sample-nsexception/input.crash",
  "sample-ios13-text/input.ips",
])("%s", (path) => {
  test("cut anywhere, it is read or refused", async () => {
    const input = await fixture(`reports/${path}`);
    fc.assert(fc.property(fc.nat(input.length), (end) => readsOrRefuses(input.subarray(0, end))));
  });

  test("with bytes changed, removed and doubled, it is read or refused", async () => {
    const input = await fixture(`reports/${path}`);
    const change = fc.record({
      at: fc.nat(input.length - 1),
      length: fc.nat(40),
      bytes: fc.uint8Array({ maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        let mutated = input;
        for (const { at, length, bytes: put } of changes) {
          const start = Math.min(at, mutated.length);
          const end = Math.min(start + length, mutated.length);
          mutated = new Uint8Array([...mutated.subarray(0, start), ...put, ...mutated.subarray(end)]);
        }
        readsOrRefuses(mutated);
      }),
    );
  });
});

test("a cut .ips keeps every thread that stood complete before the cut", async () => {
  const text = utf8(await fixture("reports/sample-nsexception/input.ips"));
  const whole = one(text).value.threads;
  for (let end = text.indexOf('"threads"'); end < text.indexOf('"usedImages"'); end += 997) {
    const { value, problems } = one(text.slice(0, end));
    expect(problems[0]?.code).toBe("truncated");
    for (const [i, thread] of value.threads.slice(0, -1).entries()) {
      expect(thread.frames.map((frame) => frame.symbol)).toEqual(whole[i]?.frames.map((frame) => frame.symbol));
    }
  }
});
