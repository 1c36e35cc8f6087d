import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { FORMAT_FIXTURES, REPORTS, SAMPLE_REPORTS } from "../../test/report-files.ts";
import { parseReports } from "../formats/parse.ts";
import { PLATFORMS, type Report } from "../report.ts";
import { report } from "../../test/reports.ts";
import { ipsText } from "./apple-json.ts";
import { convertReports, reportText } from "./convert.ts";
import { documentOf } from "./document-of.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const one = (input: Uint8Array, to: "ips" | "crash" | "json", as?: "app-store-connect"): string =>
  convertReports(input, { to, ...(as && { as }) })[0]?.text ?? "";

/** What grouping and symbolication read. */
const essence = ({ app, os, exception, crashedThread, threads, images, lastExceptionBacktrace }: Report) => ({
  app,
  os: { ...os, platform: undefined },
  exception,
  crashedThread,
  threads: threads.map(({ frames, crashed }) => ({ frames, crashed })),
  images: images.map(({ uuid, base, size, name, path }) => ({ uuid, base, size, name, path })),
  lastExceptionBacktrace,
});

/** iOS 13 had no JSON; the cut one has lost its images. */
const SAMPLES = SAMPLE_REPORTS.filter((name) => !["sample-ios13-text", "sample-truncated"].includes(name));

describe("Apple's text becomes an .ips that gives the same text again", () => {
  test.each(SAMPLES)("%s", async (name) => {
    const text = await fixture(`reports/${name}/input.crash`);
    const ips = one(text, "ips");
    expect(one(bytes(ips), "crash").trimEnd()).toBe(utf8(text).trimEnd());
    const [again] = parseReports(bytes(ips));
    expect(again?.problems).toEqual([]);
    expect(essence(again?.value as Report)).toEqual(essence(parseReports(text)[0]?.value as Report));
  });

  test
    .runIf(hasCorpus)
    .each([
      "dsym/macsymb-ios-crash/ios-crash.crash",
      "crash-text/macsymb-ios-crash-without-json-header.crash",
      "dsym/macsymb-single-target/single-target-crash.crash",
    ])("%s", async (path) => {
    const text = await corpus(`corpus/${path}`);
    expect(one(bytes(one(text, "ips")), "crash").trim()).toBe(utf8(text).trim());
  });
});

describe("any text report becomes an .ips whose text is stable from then on", () => {
  const stable = (input: Uint8Array) => {
    const text = one(bytes(one(input, "ips")), "crash");
    expect(one(bytes(one(bytes(text), "ips")), "crash")).toBe(text);
  };
  test.each(
    FORMAT_FIXTURES.filter(([name]) => !["format-header-and-other-text", "format-header-without-body"].includes(name)),
  )("%s", async (name, input) => {
    const source = await fixture(`reports/${name}/${input}`);
    const isText = parseReports(source).every(({ value }) => value.format === "crash" && value.threads.length > 0);
    if (isText) stable(source);
  });

  test
    .runIf(hasCorpus)
    .each(
      REPORTS.filter(([path, kind, threads]) => kind === "crash" && threads > 0 && !path.endsWith(".ips")).map(
        ([path]) => path,
      ),
    )("%s", async (path) => stable(await corpus(path)));
});

test("a report of KSCrash becomes text and .ips with the same backtraces", async () => {
  const input = await fixture("reports/kscrash-nsexception/input.json");
  const [original] = parseReports(input);
  for (const to of ["ips", "crash"] as const) {
    const [again] = parseReports(bytes(one(input, to)));
    expect(again?.value.kind).toBe("crash");
    expect(again?.value.app).toEqual(original?.value.app);
    expect(again?.value.threads.map(({ frames }) => frames.map(({ address }) => address))).toEqual(
      original?.value.threads.map(({ frames }) => frames.map(({ address }) => address)),
    );
  }
});

test("what has the wanted form already is given back as it came", async () => {
  const ips = await fixture("reports/sample-nsexception/input.ips");
  expect(one(ips, "ips")).toBe(utf8(ips));
  const text = await fixture("reports/format-quoted-in-mail/input.crash");
  expect(bytes(one(text, "crash"))).toEqual(text);
  const console = await fixture("reports/format-console-translated/input.crash");
  expect(utf8(console).endsWith(one(console, "ips"))).toBe(true);
});

test("several reports in one file are converted one by one", async () => {
  const a = utf8(await fixture("reports/sample-nsexception/input.ips"));
  const b = utf8(await fixture("reports/sample-noreturn/input.ips"));
  const converted = convertReports(bytes(`${a}\n${b}`), { to: "crash" });
  expect(converted.map(({ part }) => part)).toEqual(["0", "1"]);
  expect(converted[1]?.text.trimEnd()).toBe(utf8(await fixture("reports/sample-noreturn/input.crash")).trimEnd());
});

test("what is left out is told", async () => {
  const [text] = convertReports(await fixture("reports/format-ips-everything/input.ips"), { to: "crash" });
  expect(text?.notes.join("\n")).toMatch(/^text has no line for codeSigningAuxiliaryInfo: left out$/m);
  const [ips] = convertReports(await fixture("reports/sample-nsexception/input.crash"), { to: "ips" });
  expect(ips?.notes.join("\n")).toContain("thread ids and register symbols are not in the source");
});

test("what has no threads has no form as crash report", () => {
  const jetsam = bytes('{"bug_type":"298"}\n{"processes":[],"memoryStatus":{}}');
  for (const to of ["ips", "crash"] as const) {
    const attempt = () => convertReports(bytes('{"bug_type":"211"}\nnothing of a report'), { to });
    expect(attempt).toThrow(expect.objectContaining({ name: "FormatError" }));
  }
  expect(() => convertReports(jetsam, { to: "crash" })).toThrow(expect.objectContaining({ code: "unsupported" }));
});

test("as App Store Connect writes it: no key of the device, addresses in full, images by address", async () => {
  const text = one(await fixture("reports/sample-nsexception/input.ips"), "crash", "app-store-connect");
  const lines = text.split("\n");
  expect(text).not.toContain("CrashReporter Key");
  expect(lines.find((line) => line.startsWith("Thread 0 name:"))).toBe("Thread 0 name:");
  expect(text).toMatch(/\t0x[0-9a-f]{16} /);
  expect(text).not.toMatch(/^ +far:/m);
  expect(text).toMatch(/\n\n\nThread \d+ crashed with ARM[^]*\n\n\nBinary Images:\n/);
  const bases = lines.flatMap((line) => /^ +0x([0-9a-f]+) - /.exec(line)?.[1] ?? []).map((hex) => BigInt(`0x${hex}`));
  expect(bases).toEqual(bases.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(bases.length).toBeGreaterThan(1);
});

test("macOS 26 has a head of its own", async () => {
  const body = {
    procName: "Lantern",
    pid: 41,
    procPath: "/Applications/Lantern.app/Contents/MacOS/Lantern",
    bundleInfo: {
      CFBundleIdentifier: "org.windfall.fixtures.Lantern",
      CFBundleShortVersionString: "3.1",
      CFBundleVersion: "310",
    },
    cpuType: "ARM-64",
    procRole: "Foreground",
    parentProc: "launchd",
    parentPid: 1,
    coalitionName: "org.windfall.fixtures.Lantern",
    coalitionID: 733,
    userID: 501,
    captureTime: "2026-03-01 10:00:00.1234 +0100",
    procLaunch: "2026-03-01 09:59:00.0000 +0100",
    modelCode: "Mac16,5",
    osVersion: { train: "macOS 26.3", build: "25D125", releaseType: "User" },
    crashReporterKey: "0B9C0F2E-1111-4222-8333-444455556666",
    incident: "7C2E9A10-4B3D-4E5F-8A90-1B2C3D4E5F60",
    uptime: 1400,
    sip: "enabled",
    faultingThread: 0,
    exception: { type: "EXC_BAD_ACCESS", signal: "SIGSEGV", subtype: "KERN_INVALID_ADDRESS at 0x8", rawCodes: [1, 8] },
    termination: {
      namespace: "SIGNAL",
      code: 11,
      indicator: "Segmentation fault: 11",
      byProc: "exc handler",
      byPid: 41,
    },
    threads: [{ triggered: true, queue: "com.apple.main-thread", frames: [] }],
    usedImages: [],
  };
  const text = one(bytes(`{"bug_type":"309","platform":1}\n${JSON.stringify(body)}`), "crash");
  expect(text.slice(0, text.indexOf("Thread 0 Crashed"))).toBe(
    [
      "Process:             Lantern [41]",
      "Path:                /Applications/Lantern.app/Contents/MacOS/Lantern",
      "Identifier:          org.windfall.fixtures.Lantern",
      "Version:             3.1 (310)",
      "Code Type:           ARM-64 (Native)",
      "Role:                Foreground",
      "Parent Process:      launchd [1]",
      "Coalition:           org.windfall.fixtures.Lantern [733]",
      "User ID:             501",
      "",
      "Date/Time:           2026-03-01 10:00:00.1234 +0100",
      "Launch Time:         2026-03-01 09:59:00.0000 +0100",
      "Hardware Model:      Mac16,5",
      "OS Version:          macOS 26.3 (25D125)",
      "Release Type:        User",
      "",
      "Crash Reporter Key:  0B9C0F2E-1111-4222-8333-444455556666",
      "Incident Identifier: 7C2E9A10-4B3D-4E5F-8A90-1B2C3D4E5F60",
      "",
      "Time Awake Since Boot: 1400 seconds",
      "",
      "System Integrity Protection: enabled",
      "",
      "Triggered by Thread: 0, Dispatch Queue: com.apple.main-thread",
      "",
      "Exception Type:    EXC_BAD_ACCESS (SIGSEGV)",
      "Exception Subtype: KERN_INVALID_ADDRESS at 0x8",
      "Exception Codes:   0x0000000000000001, 0x0000000000000008",
      "",
      "Termination Reason:  Namespace SIGNAL, Code 11, Segmentation fault: 11",
      "Terminating Process: exc handler [41]",
      "",
      "",
      "",
    ].join("\n"),
  );
  expect(one(bytes(one(bytes(text), "ips")), "crash")).toBe(text);
});

describe("MetricKit's diagnostics become both", () => {
  const diagnostics = ["crash", "exception", "ios14", "sampled", "27-diagnostics"];
  test.each(diagnostics)("%s", async (name) => {
    const input = await fixture(`reports/format-metrickit-${name}/input.json`);
    const originals = parseReports(input).filter(({ value }) => value.threads.length > 0);
    expect(originals.length).toBeGreaterThan(0);
    const ips = convertReports(input, { to: "ips" });
    const texts = convertReports(input, { to: "crash" });
    expect([ips.length, texts.length]).toEqual([originals.length, originals.length]);
    for (const [i, original] of originals.entries()) {
      const [again] = parseReports(bytes(ips[i]?.text ?? ""));
      expect(again?.value.kind).toBe(original.value.kind);
      expect(again?.value.app).toEqual(original.value.app);
      expect(again?.value.os.platform).toBe(original.value.os.platform);
      const places = ({ threads, images }: Report) =>
        threads.map(({ frames }) =>
          frames.map(({ address, image }) => [address, image === undefined ? undefined : images[image]?.uuid]),
        );
      expect(places(again?.value as Report)).toEqual(places(original.value));
      const [fromText] = parseReports(bytes(texts[i]?.text ?? ""));
      expect(places(fromText?.value as Report).flat()).toHaveLength(places(original.value).flat().length);
    }
  });
});

test.each(PLATFORMS)("a report of %s stays one", (platform) => {
  // Where an app lies tells an iOS app on a Mac.
  const path = "/Applications/Harbor.app/Contents/MacOS/Harbor";
  const { process, images } = report();
  const original = report({
    os: { platform, version: "17.6.1", build: "21G93" },
    device: { model: platform === "iPadOS" ? "iPad13,16" : "iPhone14,5" },
    ...(platform === "macOS" && {
      process: { ...process, path },
      images: images.map((image, i) => (i === 0 ? { ...image, path } : image)),
    }),
  });
  const { header, body } = documentOf(original);
  const [again] = parseReports(bytes(ipsText(header, body)));
  expect(again?.value.os).toEqual(original.os);
  expect(again?.value.threads).toEqual(original.threads);
});

test("the text of one of several reports is that one's, with its names", async () => {
  const a = utf8(await fixture("reports/sample-nsexception/input.ips"));
  const b = utf8(await fixture("reports/sample-noreturn/input.ips"));
  const joined = bytes(`${a}\n${b}`);
  expect(reportText(joined, 1)).toBe(one(bytes(b), "crash"));
  const named = parseReports(joined)[1]?.value as Report;
  expect(reportText(joined, 1, named)).toBe(one(bytes(b), "crash"));
  const payload = await fixture("reports/format-metrickit-crash/input.json");
  expect(reportText(payload, 0)).toContain("\nThread 0 Crashed:\n");
  expect(() => reportText(joined, 2)).toThrow(expect.objectContaining({ code: "not-a-report" }));
});

test("names of the linker, as other reporters have them, are written as Apple shows them", async () => {
  const original = utf8(await fixture("reports/kscrash-nsexception/input.json"));
  const mangled = original.replaceAll(
    /"symbol_name":\s*"-\[UIButton [^"]*"/g,
    '"symbol_name": "$s7harbour4BoatC3rowyyF"',
  );
  expect(mangled).not.toBe(original);
  for (const to of ["ips", "crash"] as const) {
    const [converted] = convertReports(bytes(mangled), { to });
    expect(converted?.text).toContain("Boat.row()");
    expect(converted?.text).not.toContain("$s7harbour");
  }
});
