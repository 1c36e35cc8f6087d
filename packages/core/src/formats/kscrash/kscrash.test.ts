/** Reports of KSCrash: our own, those of its repository, hostile ones; and that one bug has one signature whoever tells it. */
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../../test/files.ts";
import { analyze } from "../../analyze.ts";
import { FormatError } from "../../bytes/errors.ts";
import type { Frame, Report } from "../../report.ts";
import { firstAddressKind } from "../../symbolicate/lookup-address.ts";
import { appleText } from "../apple-text.ts";
import { detect } from "../detect.ts";
import { MAX_FRAMES, MAX_IMAGES, MAX_REPORTS_IN_ARRAY, MAX_THREADS } from "../limits.ts";
import { type ParsedReport, parseReports } from "../parse.ts";

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const one = (value: unknown): ParsedReport => parseReports(bytes(value))[0] as ParsedReport;
const codes = ({ problems }: ParsedReport) => problems.map(({ code }) => code);

interface Source {
  readonly [key: string]: unknown;
  report?: Record<string, unknown>;
  system?: Record<string, unknown>;
  crash: { error: Record<string, unknown>; threads: unknown[] };
  binary_images: unknown[];
}
const source = async (name: string): Promise<Source> =>
  JSON.parse(utf8(await fixture(`reports/kscrash-${name}/input.json`))) as Source;

describe("the same crash told by Apple and by KSCrash", () => {
  test.each([
    ["nsexception", "sample-nsexception/input.ips"],
    ["null-dereference", "sample-null-dereference/input.ips"],
    ["swift-unwrap", "swift/01-ios17-unwrap-nil.ips"],
  ])("%s has one signature, and the same facts", async (name, ips) => {
    const [apple] = await analyze(await fixture(`reports/${ips}`));
    const [ours] = await analyze(await fixture(`reports/kscrash-${name}/input.json`));
    expect(ours?.problems).toEqual([]);
    expect(ours?.signature).toEqual(apple?.signature);
    const facts = (report: Report | undefined) => ({
      kind: report?.kind,
      incidentId: report?.incidentId,
      app: report?.app,
      os: report?.os,
      device: report?.device,
      type: report?.exception?.type,
      signal: report?.exception?.signal,
      codes: report?.exception?.codes,
      crashedThread: report?.crashedThread,
      crashedAt: report?.crashedAt?.slice(0, 19),
    });
    expect(facts(ours?.report)).toEqual(facts(apple?.report));
    expect(ours?.report).toMatchObject({
      format: "kscrash",
      process: { installId: "2f7c1d40b6a95e83c0d4f1728a6b3e59d7c84f10", role: "Foreground", cpuType: "ARM-64" },
    });
  });

  test("threads, images and addresses are those of the report", async () => {
    const raw = await source("null-dereference");
    const { value } = one(raw);
    expect(value.threads).toHaveLength(raw.crash.threads.length);
    expect(value.images).toHaveLength(raw.binary_images.length);
    const frame = value.threads[value.crashedThread ?? 0]?.frames[0];
    const image = value.images[frame?.image ?? -1];
    expect(image).toMatchObject({ name: "Harbor", arch: "arm64" });
    expect((image?.base ?? 0n) + BigInt(frame?.imageOffset ?? 0)).toBe(frame?.address);
    expect(value.threads[value.crashedThread ?? 0]?.registers?.["pc"]).toBe(frame?.address);
  });
});

describe("how it is sent", () => {
  test("as an array of objects, of JSON in strings, of Apple's text in strings", async () => {
    const raw = await source("nsexception");
    const text = utf8(await fixture("reports/sample-null-dereference/input.crash"));
    const reports = parseReports(bytes([raw, JSON.stringify(raw), text, "what is this?", 7, { report: 1 }]));
    expect(reports.map(({ value, part }) => [value.format, part])).toEqual([
      ["kscrash", "0"],
      ["kscrash", "1"],
      ["crash", "2"],
    ]);
  });

  test("arrays in strings in arrays are not followed", () => {
    let text = JSON.stringify([{ report: {}, crash: {} }]);
    for (let i = 0; i < 20; i++) text = JSON.stringify([text]);
    expect(detect(bytes(text))).toMatchObject({ kind: "refused" });
  });

  test("one report more than an array may hold is left, and said so", () => {
    const empty = { report: {}, crash: {} };
    const full = parseReports(bytes(Array.from({ length: MAX_REPORTS_IN_ARRAY }, () => empty)));
    expect(codes(full.at(-1) as ParsedReport)).not.toContain("limit-reached");
    const more = parseReports(bytes(Array.from({ length: MAX_REPORTS_IN_ARRAY + 1 }, () => empty)));
    expect(more).toHaveLength(MAX_REPORTS_IN_ARRAY);
    expect(codes(more.at(-1) as ParsedReport)).toContain("limit-reached");
  });
});

describe("the causes", () => {
  const withError = async (error: Record<string, unknown>) => {
    const raw = await source("null-dereference");
    return one({ ...raw, crash: { ...raw.crash, error } });
  };
  const none = { mach: { exception: 0, code: 0 }, signal: { signal: 0 } };

  test("a C++ exception's backtrace begins with a return address", async () => {
    const { value } = await withError({
      type: "cpp_exception",
      signal: { name: "SIGABRT" },
      mach: { exception_name: "EXC_CRASH", code: 0, subcode: 0 },
      cpp_exception: { name: "St12out_of_range" },
      reason: "vector",
    });
    const thread = value.threads[value.crashedThread ?? 0];
    expect(thread && firstAddressKind(thread, value)).toBe("return-address");
    expect(value.metadata["cppException"]).toEqual({ name: "St12out_of_range", reason: "vector" });
    const [analysis] = await analyze(
      bytes({ ...(await source("null-dereference")), crash: { error: { type: "cpp_exception" }, threads: [] } }),
    );
    expect(analysis?.signature.family).toBe("cpp-exception");
  });

  test("a deadlock of the main thread is a crash without an exception", async () => {
    const { value } = await withError({ type: "deadlock", address: 0, ...none });
    expect(value).toMatchObject({ kind: "crash", metadata: { mainThreadDeadlock: true } });
    expect(value.exception).toBeUndefined();
  });

  test("what the app reported itself is no crash", async () => {
    const { value } = await withError({
      type: "user",
      reason: "cart was empty",
      user_reported: { name: "CartError" },
      ...none,
    });
    expect(value).toMatchObject({
      kind: "fault",
      process: { isNonFatal: true },
      applicationSpecificInformation: { CartError: ["cart was empty"] },
    });
  });

  test("an end for want of memory has no threads, and misses none", async () => {
    const raw = await source("null-dereference");
    const error = {
      type: "memory_termination",
      signal: { name: "SIGKILL" },
      memory_termination: { memory_level: "terminal" },
    };
    const report = one({ ...raw, crash: { error, threads: [] } });
    expect(report.value.kind).toBe("memory");
    expect(report.problems).toEqual([]);
  });

  test.each([
    ["seconds", 1478560643],
    ["milliseconds", 1478560643000],
    ["microseconds", 1478560643000000],
    ["text", "2016-11-07T23:17:23Z"],
  ])("the time in %s", async (_, timestamp) => {
    const raw = await source("null-dereference");
    expect(one({ ...raw, report: { ...raw.report, timestamp } }).value.crashedAt).toBe("2016-11-07T23:17:23.000Z");
  });

  test("a crash in the crash handler shows the crash that came first", async () => {
    const raw = await source("null-dereference");
    const report = one({ report: { type: "recrash" }, crash: { error: {} }, recrash_report: raw });
    expect(report.value.app.bundleId).toBe(one(raw).value.app.bundleId);
    expect(codes(report)).toContain("missing-part");
  });
});

describe("bad input", () => {
  test.each([
    [
      "threads",
      MAX_THREADS,
      (n: number) => ({ crash: { threads: Array.from({ length: n }, () => ({})) } }),
      (r: Report) => r.threads.length,
    ],
    [
      "frames",
      MAX_FRAMES,
      (n: number) => ({
        crash: {
          threads: [{ backtrace: { contents: Array.from({ length: n }, () => ({ instruction_addr: 4096 })) } }],
        },
      }),
      (r: Report) => r.threads[0]?.frames.length,
    ],
    [
      "images",
      MAX_IMAGES,
      (n: number) => ({ crash: {}, binary_images: Array.from({ length: n }, (_, i) => ({ image_addr: i + 1 })) }),
      (r: Report) => r.images.length,
    ],
  ] as const)("one more of %s than the limit is left out and told", (_, limit, make, kept) => {
    const full = one({ report: {}, ...make(limit) });
    expect(codes(full)).not.toContain("limit-reached");
    const over = one({ report: {}, ...make(limit + 1) });
    expect(kept(over.value)).toBe(limit);
    expect(codes(over)).toContain("limit-reached");
  });

  test("cut anywhere it throws nothing but FormatError, and keeps what was complete", async () => {
    const text = utf8(await fixture("reports/kscrash-swift-unwrap/input.json"));
    let read = 0;
    for (let end = 1; end < text.length; end += 37) {
      try {
        for (const { value, problems } of parseReports(bytes(text.slice(0, end)))) {
          read++;
          expect(problems.length).toBeGreaterThan(0);
          expect(value.format).toBe("kscrash");
        }
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
    expect(read).toBeGreaterThan(5);
  });

  test("values of the wrong type leave the rest", () => {
    const odd = [null, 0, -1, "x", [], {}, true, 1e300];
    for (const report of odd) {
      for (const value of odd) {
        const parsed = parseReports(
          bytes([
            {
              report: {},
              crash: { error: value, threads: [value, { backtrace: value, registers: { basic: value } }] },
              binary_images: [value],
              system: value,
              user: value,
            },
            {
              report: {},
              crash: {},
              system: { machine: value, device_app_hash: report, app_start_time: value },
              binary_images: report,
            },
          ]),
        );
        expect(parsed).toHaveLength(2);
      }
    }
  });

  test("it has no text form, and says so", async () => {
    const input = await fixture("reports/kscrash-nsexception/input.json");
    expect(() => appleText(input)).toThrow(/no text form/);
  });
});

describe.runIf(hasCorpus)("the reports of KSCrash's own repository", () => {
  test.each([
    ["Abort", "abort-assert"],
    ["BadPointer", "wild-pointer"],
    ["CorruptMemory", "malloc-corruption"],
    ["CorruptObject", "wild-pointer"],
    ["NSException", "objc-exception"],
    ["Zombie", "wild-pointer"],
  ])("%s says what its Apple-style text says", async (name, category) => {
    const [json] = await analyze(await corpus(`corpus/sdk-native/kscrash/kscrash-${name}.json`));
    const [text] = await analyze(await corpus(`corpus/crash-text/kscrash-${name}.txt`));
    const ours = json?.report;
    const twin = text?.report;
    // The clock of the device they were made on was not set.
    expect(json?.problems.map(({ code }) => code)).toEqual(["unreadable-value"]);
    expect([ours?.crashedAt, twin?.crashedAt]).toEqual([undefined, undefined]);
    expect(json?.diagnosis.hypotheses[0]?.id).toBe(category);
    expect(json?.signature.why.slice(2)).toEqual(text?.signature.why.slice(2));
    expect(ours?.exception).toMatchObject({ type: twin?.exception?.type, signal: twin?.exception?.signal });
    expect(ours?.app).toMatchObject({
      bundleId: twin?.app.bundleId,
      version: twin?.app.version,
      build: twin?.app.build,
    });
    expect(ours?.device.model).toBe(twin?.device.model);
    const places = (report: Report | undefined) =>
      report?.threads.map(({ frames }) => frames.map((frame) => placeOf(frame, report)));
    expect(places(ours)).toEqual(places(twin));
    expect(new Set(ours?.images.map(({ uuid }) => uuid))).toEqual(new Set(twin?.images.map(({ uuid }) => uuid)));
  });

  const placeOf = (frame: Frame, report: Report) =>
    `${frame.address.toString(16)} ${report.images[frame.image ?? -1]?.name} ${frame.symbol?.function ?? ""} ${frame.symbol?.functionOffset ?? ""}`;

  test.each([
    ["sdk-native/kscrash/kscrash-MainThreadDeadlock.json", "crash", 7, 123],
    ["sdk-native/kscrash/kscrash-ZombieNSException.json", "crash", 7, 123],
    ["sdk-native/kscrash/kscrash-test-oom.json", "memory", 0, 0],
    ["sdk-native/kscrash/kscrash-test-processed.json", "crash", 6, 220],
    ["sdk-native/kscrash/kscrash-test-raw.json", "crash", 6, 220],
    ["sdk-native/kscrash/kscrash-test-sigterm.json", "crash", 6, 220],
    ["sdk-native/rollbar/rollbar-crash.json", "crash", 13, 602],
    ["sdk-native/rollbar/rollbar-diagnosed.json", "crash", 13, 528],
    ["sdk-native/bugsnag/bugsnag-KSCrashReport1.json", "crash", 20, 377],
  ])("%s is read whole", async (path, kind, threads, images) => {
    const [report] = parseReports(await corpus(`corpus/${path}`));
    expect(report?.value).toMatchObject({ format: "kscrash", kind });
    expect([report?.value.threads.length, report?.value.images.length]).toEqual([threads, images]);
  });
});
