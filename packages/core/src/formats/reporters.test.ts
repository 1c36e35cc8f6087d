/** Reports of crash reporters other than Apple's: our own of one crash told by all, those of their makers, and hostile ones. */
import { describe, expect, test } from "vitest";
import { type Field, measureOf, message, plCrashOf, sentryOf } from "../../../../fixtures/reporters.ts";
import { noise } from "../../../../fixtures/hostile/noise.ts";
import { corpus, fixture, hasCorpus, tsv, utf8 } from "../../test/files.ts";
import { analyze, type Analysis } from "../analyze.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { MAX_PROTOBUF_FIELDS, readProtobuf } from "../bytes/protobuf.ts";
import type { Frame, Report } from "../report.ts";
import { createSymbolCollection, type SymbolCollection } from "../symbols/collection.ts";
import { openSymbolSlices } from "../symbols/slice.ts";
import { appleText } from "./apple-text.ts";
import { detect } from "./detect.ts";
import { MAX_FRAMES, MAX_IMAGES, MAX_THREADS } from "./limits.ts";
import { type ParsedReport, parseReports } from "./parse.ts";

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const one = (value: Uint8Array): ParsedReport => parseReports(value)[0] as ParsedReport;
const codes = ({ problems }: ParsedReport) => problems.map(({ code }) => code);
const placeOf = (frame: Frame, report: Report | undefined) =>
  `${frame.address.toString(16)} ${report?.images[frame.image ?? -1]?.name} ${frame.imageOffset}`;
const places = (report: Report | undefined) =>
  report?.threads.map(({ frames }) => frames.map((frame) => placeOf(frame, report)));

const INPUTS = {
  sentry: "reports/format-sentry-event/input.json",
  measure: "reports/format-measure-exception/input.json",
  plcrash: "reports/format-plcrash-binary/input.plcrash",
} as const;

const plcrash = (...fields: readonly Field[]) =>
  Uint8Array.from([...new TextEncoder().encode("plcrash"), 1, ...message(...fields)]);

describe("the crash that Apple's report tells", () => {
  test.each(["sentry", "plcrash"] as const)("is the same one told by %s", async (format) => {
    const [apple] = await analyze(await fixture("reports/sample-null-dereference/input.ips"));
    const [ours] = await analyze(await fixture(INPUTS[format]));
    expect(ours?.problems).toEqual([]);
    expect(ours?.signature).toEqual(apple?.signature);
    expect(places(ours?.report)).toEqual(places(apple?.report));
    const facts = ({ report }: Analysis) => ({
      kind: report.kind,
      app: { ...report.app, name: report.process.name },
      os: report.os,
      device: report.device,
      type: report.exception?.type,
      signal: report.exception?.signal,
      codes: report.exception?.codes,
      crashedThread: report.crashedThread,
      crashedAt: report.crashedAt?.slice(0, 19),
      launchedAt: report.launchedAt?.slice(0, 19),
    });
    expect(ours && facts(ours)).toEqual(apple && facts(apple));
  });

  test("lies at the same places in Measure's, which says less of it", async () => {
    const [apple] = await analyze(await fixture("reports/sample-null-dereference/input.ips"));
    const [ours] = await analyze(await fixture(INPUTS.measure));
    expect(places(ours?.report)).toEqual(places(apple?.report));
    expect(ours?.report).toMatchObject({
      kind: "crash",
      crashedThread: 0,
      app: { name: "Harbor" },
      exception: { signal: "SIGSEGV" },
      process: { role: "Foreground" },
    });
  });

  test.each(Object.entries(INPUTS))("%s has no text form, and says so", async (format, path) => {
    const input = await fixture(path);
    expect(detect(input)).toMatchObject({ format });
    expect(() => appleText(input)).toThrow(/no text form/);
  });
});

test("the fixtures are what fixtures/reporters.ts makes of the sample", async () => {
  const ips = utf8(await fixture("reports/sample-null-dereference/input.ips"));
  expect(JSON.parse(utf8(await fixture(INPUTS.sentry)))).toEqual(JSON.parse(JSON.stringify(sentryOf(ips))));
  expect(JSON.parse(utf8(await fixture(INPUTS.measure)))).toEqual(JSON.parse(JSON.stringify(measureOf(ips))));
  expect(await fixture(INPUTS.plcrash)).toEqual(plCrashOf(ips));
});

describe("the causes of Sentry", () => {
  const event = (exception: object, more: object = {}) =>
    one(
      bytes({
        event_id: "77b0615859c55c9a9cf217cf7ae846b6",
        platform: "cocoa",
        level: "fatal",
        exception: { values: [exception] },
        threads: { values: [{ id: 0, crashed: true, stacktrace: { frames: [{ instruction_addr: "0x1000" }] } }] },
        debug_meta: { images: [{ image_addr: "0x1000", image_size: 4096, code_file: "/x/Harbor.app/Harbor" }] },
        ...more,
      }),
    ).value;

  test("an Objective-C exception has its backtrace as the last exception's, and its reason without the SDK's words", () => {
    const value = "Application threw exception NSRangeException: index 9 beyond bounds";
    const report = event({ type: "NSRangeException", value, mechanism: { handled: false } });
    expect(report).toMatchObject({
      kind: "crash",
      lastExceptionBacktrace: [{ address: 0x1000n }],
      metadata: { exceptionReason: { name: "NSRangeException", composed_message: "index 9 beyond bounds" } },
    });
    expect(report.threads[0]?.startsAtCall).toBe(true);
  });

  test.each<[string, object, object, Partial<Report>]>([
    [
      "handled by the app",
      { type: "CartError", value: "empty", mechanism: { handled: true } },
      { level: "error" },
      { kind: "fault" },
    ],
    ["a hang", { type: "App Hanging", mechanism: { type: "AppHang" } }, { level: "error" }, { kind: "hang" }],
    ["a C++ exception", { type: "cpp_exception", value: "std::out_of_range" }, {}, { kind: "crash" }],
  ])("%s", (_, exception, more, expected) => {
    expect(event(exception, more)).toMatchObject(expected);
  });

  test("frames of a server that named them keep file and line", () => {
    const frames = [{ instruction_addr: "0x1010", function: "open(_:)", filename: "Harbor.swift", lineno: 12 }];
    const threads = { values: [{ id: 0, crashed: true, stacktrace: { frames } }] };
    expect(event({ type: "EXC_BREAKPOINT" }, { threads }).threads[0]?.frames[0]).toMatchObject({
      imageOffset: 16,
      symbol: { function: "open(_:)", file: "Harbor.swift", line: 12 },
    });
  });
});

describe("bad input", () => {
  const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const sentry = (more: object) => bytes({ event_id: "x", platform: "cocoa", threads: { values: [{}] }, ...more });
  const measure = (more: object) => bytes({ exceptions: [{}], binary_images: [], ...more });

  test.each<[string, number, (count: number) => Uint8Array, (report: Report) => number | undefined]>([
    [
      "threads of Sentry",
      MAX_THREADS,
      (n) => sentry({ threads: { values: many(n, () => ({})) } }),
      (r) => r.threads.length,
    ],
    [
      "frames of Sentry",
      MAX_FRAMES,
      (n) =>
        sentry({ threads: { values: [{ stacktrace: { frames: many(n, () => ({ instruction_addr: "0x1" })) } }] } }),
      (r) => r.threads[0]?.frames.length,
    ],
    [
      "images of Sentry",
      MAX_IMAGES,
      (n) => sentry({ debug_meta: { images: many(n, (i) => ({ image_addr: i + 1 })) } }),
      (r) => r.images.length,
    ],
    [
      "threads of Measure",
      MAX_THREADS,
      (n) => measure({ threads: many(n - 1, (i) => ({ sequence: i + 1 })) }),
      (r) => r.threads.length,
    ],
    [
      "frames of Measure",
      MAX_FRAMES,
      (n) => measure({ exceptions: [{ frames: many(n, () => ({ symbol_address: "1000" })) }] }),
      (r) => r.threads[0]?.frames.length,
    ],
    [
      "images of Measure",
      MAX_IMAGES,
      (n) => measure({ binary_images: many(n, () => ({ start_addr: "1" })) }),
      (r) => r.images.length,
    ],
    [
      "threads of PLCrashReporter",
      MAX_THREADS,
      (n) => plcrash(...many(n, (): Field => [3, message([1, 1])])),
      (r) => r.threads.length,
    ],
    [
      "frames of PLCrashReporter",
      MAX_FRAMES,
      (n) => plcrash([3, message(...many(n, (): Field => [2, message([3, 4096])]))]),
      (r) => r.threads[0]?.frames.length,
    ],
    [
      "images of PLCrashReporter",
      MAX_IMAGES,
      (n) => plcrash([3, message([1, 0])], ...many(n, (): Field => [4, message([1, 4096])])),
      (r) => r.images.length,
    ],
  ])("%s: one more than the limit is left out and told", (_, limit, make, kept) => {
    const full = one(make(limit));
    expect(codes(full)).not.toContain("limit-reached");
    expect(kept(full.value)).toBe(limit);
    const over = one(make(limit + 1));
    expect(kept(over.value)).toBe(limit);
    expect(codes(over)).toContain("limit-reached");
  });

  test("fields of a message end at their limit", () => {
    const field = message([1, 1]);
    const all = (count: number) => new Uint8Array(count * field.length).map((_, i) => field[i % field.length] ?? 0);
    expect(readProtobuf(all(MAX_PROTOBUF_FIELDS))).toMatchObject({ cut: false });
    const over = readProtobuf(all(MAX_PROTOBUF_FIELDS + 1));
    expect([over.fields.length, over.cut]).toEqual([MAX_PROTOBUF_FIELDS, true]);
  });

  test.each<[string, Uint8Array, string]>([
    ["a later version of PLCrashReporter", Uint8Array.from([...bytes("plcrash"), 2, 0]), "unsupported"],
    ["its magic alone", bytes("plcrash"), "unsupported"],
    [
      "an event of another platform",
      bytes({ event_id: "x", platform: "python", sdk: {}, threads: { values: [] } }),
      "unsupported",
    ],
  ])("%s is refused with a reason", (_, input, code) => {
    expect(() => parseReports(input)).toThrow(expect.objectContaining({ code }));
  });

  const FUZZED = { ...INPUTS, feedback: "reports/format-testflight-feedback/input.json" };
  test.each(Object.entries(FUZZED))(
    "%s: cut anywhere or changed, it is read or refused, never anything else",
    async (format, path) => {
      const whole = await fixture(path);
      const random = noise(whole.length);
      let read = 0;
      const step = whole.length < 4_096 ? 2 : 47;
      for (let at = 1; at < whole.length; at += step) {
        const changed = whole.with(at, random[at] ?? 0);
        for (const input of [
          whole.subarray(0, at),
          changed,
          new Uint8Array([...whole.subarray(0, at), ...random.subarray(at, at + 64)]),
        ]) {
          try {
            for (const { value } of parseReports(input)) if (value.format === format) read++;
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        }
      }
      expect(read).toBeGreaterThan(20);
    },
  );

  test("values of the wrong type leave the rest", () => {
    for (const odd of [null, 0, -1, "x", [], {}, true, 1e300]) {
      const inputs = [
        sentry({
          exception: { values: [odd, { mechanism: odd, stacktrace: odd }] },
          contexts: odd,
          debug_meta: { images: [odd] },
        }),
        sentry({
          threads: { values: [odd, { stacktrace: { frames: [odd], registers: odd }, id: odd }] },
          release: odd,
        }),
        measure({ exceptions: [odd, { frames: [odd] }], threads: odd, binary_images: [odd], handled: odd }),
      ];
      for (const input of inputs) expect(parseReports(input)).toHaveLength(1);
    }
  });
});

const rows = hasCorpus ? tsv(utf8(await corpus("corpus/MANIFEST.tsv"))).map((row) => row["saved_path"] ?? "") : [];
const symbols: SymbolCollection = createSymbolCollection();
for (const path of rows.filter((row) => /^dsym\/crashprobe-release\/dSYMs\/.*\/DWARF\/Crash\w+$/.test(row))) {
  symbols.add(path, await openSymbolSlices(bytesSource(await corpus(`corpus/${path}`))));
}

describe.runIf(hasCorpus)("reports of their own makers", () => {
  const files = rows.filter((path) => /^dsym\/crashprobe-release\/(arm64|armv7|x86_64)\/.*\.json$/.test(path));
  type Answer = readonly [file: string | undefined, line: number | undefined];
  /** What `test_crashprobe.py` asserts of the first two frames of the app. */
  const ANSWERS: Readonly<Record<string, () => readonly Answer[]>> = {
    "Access a non-object as an object": () => [["CRLCrashNSLog.m", 41], DO_CRASH],
    "Call abort()": () => [["CRLCrashAbort.m", 37], DO_CRASH],
    "Dereference a NULL pointer": () => [["CRLCrashNULL.m", 37], DO_CRASH],
    "Jump into an NX page": () => [[undefined, undefined], DO_CRASH],
    "Stack overflow": () => [["CRLCrashStackGuard.m", 38]],
    "Throw Objective-C exception": () => [["CRLCrashObjCException.m", 41], DO_CRASH],
  };
  const DO_CRASH: Answer = ["CRLDetailViewController.m", 53];

  test("all of them are read, and every thread and image is there", async () => {
    expect(files).toHaveLength(25);
    for (const path of files) {
      const input = await corpus(`corpus/${path}`);
      const raw = JSON.parse(utf8(input)) as {
        threads: { values: { stacktrace: { frames: unknown[] } }[] };
        debug_meta: { images: unknown[] };
      };
      const { value, problems } = one(input);
      expect([path, value.threads.map(({ frames }) => frames.length), value.images.length, problems]).toEqual([
        path,
        raw.threads.values.map(({ stacktrace }) => stacktrace.frames.length),
        raw.debug_meta.images.length,
        [],
      ]);
    }
  });

  test.each(files.filter((path) => nameOf(path) in ANSWERS))("%s says what crashprobe knows", async (path) => {
    const [, , arch = ""] = path.split("/");
    const [analysis] = await analyze(await corpus(`corpus/${path}`), symbols);
    const report = analysis?.report as Report;
    const frames = report.threads[report.crashedThread ?? -1]?.frames ?? [];
    const own = frames.filter(({ image, symbol }) => {
      const name = report.images[image ?? -1]?.name ?? "";
      const isOwn = name === "CrashProbeiOS" || (name === "CrashLibiOS" && arch !== "x86_64");
      return isOwn && !(symbol?.file ?? "").endsWith("main.m");
    });
    const answers = ANSWERS[nameOf(path)]?.() ?? [];
    // Of the library for the simulator no debug file is there: only what its caller was doing is known.
    const expected = arch === "x86_64" ? answers.filter((answer) => answer === DO_CRASH) : answers;
    expect(own.slice(0, expected.length).map(({ symbol }) => [symbol?.file?.split("/").at(-1), symbol?.line])).toEqual(
      expected,
    );
  });

  function nameOf(path: string): string {
    return (
      path
        .split("/")
        .at(-1)
        ?.replace(/\.json$/, "") ?? ""
    );
  }

  test("the text that PLCrashReporter makes of its file says the same", async () => {
    const binary = one(await corpus("corpus/sdk-native/plcrash/hockey-live_report_xamarin.plcrash")).value;
    const text = one(await corpus("corpus/crash-text/hockey-log_report_xamarin.crash")).value;
    const addresses = (report: Report) => report.threads.map(({ frames }) => frames.map(({ address }) => address));
    expect(addresses(binary)).toEqual(addresses(text));
    // The text is sorted.
    const images = (report: Report) => report.images.map(({ uuid, base }) => `${base} ${uuid}`).sort();
    expect(images(binary)).toEqual(images(text));
    expect(binary).toMatchObject({
      app: { bundleId: text.app.bundleId, build: text.app.build },
      crashedThread: text.crashedThread,
      exception: { signal: "SIGABRT" },
    });
  });

  test.each([
    ["hockey-live_report_exception_marketing", "crash", "net.hockeyapp.sdk.ios.demo", 5],
    ["plcr-fuzz_report", "crash", "com.yourcompany.DemoCrash", 1],
    ["splunk-sample_v1", "crash", "com.splunk.opentelemetry.TestApp", 1],
    ["splunk-sample_v3", "crash", "com.AppDynamics.CrashTest", 1],
  ])("%s is read", async (name, kind, bundleId, threads) => {
    const { value } = one(await corpus(`corpus/sdk-native/plcrash/${name}.plcrash`));
    expect(value).toMatchObject({ format: "plcrash", kind, app: { bundleId } });
    expect(value.threads.length).toBeGreaterThanOrEqual(threads);
    expect(value.images.length).toBeGreaterThan(0);
  });
});
