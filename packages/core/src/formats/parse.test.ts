import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { FORMAT_FIXTURES, REPORTS, SAMPLE_REPORTS, SWIFT_REPORTS, TWINS } from "../../test/report-files.ts";
import { summarize } from "../../test/report-summary.ts";
import type { Frame, Image, Report } from "../report.ts";
import { type ParsedReport, parseReports } from "./parse.ts";

function only(reports: readonly ParsedReport[]): ParsedReport {
  expect(reports).toHaveLength(1);
  return reports[0] as ParsedReport;
}

describe.each(FORMAT_FIXTURES)("%s", (name, input) => {
  test("gives what expected.json says", async () => {
    const reports = parseReports(await fixture(`reports/${name}/${input}`));
    const expected: unknown = JSON.parse(utf8(await fixture(`reports/${name}/expected.json`)));
    expect(reports.map(({ value, problems }) => summarize(value, problems))).toEqual(expected);
  });
});

interface SampleExpectation {
  readonly kind: string;
  readonly app: object;
  readonly os: object;
  readonly device?: string;
  readonly exception: object;
  readonly crashedThread: number;
  readonly frames: readonly { readonly image?: string; readonly imageOffset: number; readonly inlined?: boolean }[];
  readonly lastExceptionBacktrace?: SampleExpectation["frames"];
  readonly truncated?: boolean;
}

describe.each(SAMPLE_REPORTS)("%s", (name) => {
  test.each(["input.ips", "input.crash"])("%s gives the facts of expected.json", async (input) => {
    const { value } = only(parseReports(await fixture(`reports/${name}/${input}`)));
    const expected = JSON.parse(utf8(await fixture(`reports/${name}/expected.json`))) as SampleExpectation;
    expect(value.kind).toBe(expected.kind);
    expect(value.app).toEqual(expected.app);
    expect(value.os).toEqual(expected.os);
    // The macOS form does not print the model.
    expect(value.device.model).toBe(
      input === "input.crash" && value.os.platform === "macOS" ? undefined : expected.device,
    );
    expect(value.exception).toMatchObject(expected.exception);
    expect(value.crashedThread).toBe(expected.crashedThread);
    const physical = (list: SampleExpectation["frames"]) => list.filter((frame) => frame.inlined !== true);
    const crashed = value.threads[expected.crashedThread]?.frames ?? [];
    const wanted = physical(expected.frames);
    if (expected.truncated === true) {
      expect(crashed.slice(0, 4).map((frame) => frame.imageOffset)).toEqual(
        wanted.slice(0, 4).map((frame) => frame.imageOffset),
      );
    } else expect(placesOf(crashed, value.images)).toEqual(wanted.map(placeText));
    if (expected.lastExceptionBacktrace !== undefined) {
      expect(placesOf(value.lastExceptionBacktrace ?? [], value.images)).toEqual(
        physical(expected.lastExceptionBacktrace).map(placeText),
      );
    }
  });
});

const placeText = (frame: { readonly image?: string; readonly imageOffset: number }) =>
  `${frame.image} + ${frame.imageOffset}`;
const placesOf = (frames: readonly Frame[], images: readonly Image[]) =>
  frames.map((frame) =>
    frame.image === undefined ? `${frame.address}` : `${images[frame.image]?.name} + ${frame.imageOffset}`,
  );

test.each(SWIFT_REPORTS)("%s gives the places of its crashed thread", async (name) => {
  const { value, problems } = only(parseReports(await fixture(`reports/swift/${name}.ips`)));
  const expected = JSON.parse(utf8(await fixture(`reports/swift/${name}.expected.json`))) as {
    readonly crashed_thread: number;
    readonly frames: readonly { readonly index: number; readonly image: string; readonly imageOffset?: number }[];
  };
  expect(problems).toEqual([]);
  expect(value.crashedThread).toBe(expected.crashed_thread);
  const places = placesOf(value.threads[expected.crashed_thread]?.frames ?? [], value.images);
  for (const { index, image, imageOffset } of expected.frames) {
    expect(places[index]).toMatch(imageOffset === undefined ? `${image} + ` : `${image} + ${imageOffset}`);
  }
});

const bytes = (text: string) => new TextEncoder().encode(text);

test("a compressed body leaves the facts of the header", () => {
  const header = bytes('{"bug_type":"241","os_version":"iPhone OS 17.0 (21A329)"}\n');
  const { value, problems } = only(parseReports(new Uint8Array([...header, 0x4b, 0x4c, 0x02, 0x00, 0xff, 0xfe])));
  expect(value).toMatchObject({ format: "text", kind: "other", os: { version: "17.0" }, metadata: {} });
  expect(problems.map((problem) => problem.code)).toEqual(["unknown-format"]);
});

test("the bodies of a list are reports with a part each", () => {
  const reports = parseReports(bytes('[{"procName":"a"},7,{"procName":"b"}]'));
  expect(reports.map(({ part, value }) => [part, value.process.name])).toEqual([
    ["0", "a"],
    ["1", "b"],
  ]);
});

test.each([
  ["an .ips of iOS 26", '{"bug_type":"309"}\n{"threads":[],"isBeta":1}'],
  ["an .ips before", '{"bug_type":"309"}\n{"threads":[],"storeInfo":{"distributorID":"com.apple.TestFlight"}}'],
  ["text of App Store Connect", "Incident Identifier: A\nBeta:                YES\n"],
  ["text of iOS 11", "Incident Identifier: A\nBeta Identifier:     4C1D-2\n"],
])("a TestFlight build is told by %s", (_, text) => {
  expect(only(parseReports(bytes(text))).value.process.isBeta).toBe(true);
});

/** What both forms of one report tell. */
function common(report: Report): unknown {
  const { app, os, exception, termination, crashedThread, crashedAt, launchedAt, process } = report;
  const frames = (list: readonly Frame[]) =>
    list.map(({ image, imageOffset, address, symbol, inlined }) => ({
      image: image === undefined ? undefined : report.images[image]?.name,
      imageOffset,
      address,
      function: symbol?.function,
      functionOffset: symbol?.functionOffset,
      line: symbol?.line,
      inlined,
    }));
  return {
    app,
    os,
    exception,
    termination: termination && { ...termination, details: termination.details ?? [] },
    crashedThread,
    crashedAt,
    launchedAt,
    process: { ...process, role: undefined },
    threads: report.threads.map((thread) => ({ ...thread, frames: frames(thread.frames), registers: undefined })),
    crashedRegisters: report.threads[crashedThread ?? -1]?.registers,
    lastExceptionBacktrace: report.lastExceptionBacktrace && frames(report.lastExceptionBacktrace),
    // The macOS form has no architecture.
    images: report.images.map(({ name, uuid, base, size, path }) => ({ name, uuid, base, size, path })),
  };
}

/** macOS text has neither launch time nor model. */
const forText = (report: Report, text: Report): Report =>
  ({
    ...report,
    ...(text.launchedAt === undefined && { launchedAt: undefined }),
    // Registers the text does not print.
    threads: report.threads.map((thread, i) => ({
      ...thread,
      ...(thread.registers && {
        registers: Object.fromEntries(
          Object.entries(thread.registers).filter(([name]) => Object.hasOwn(text.threads[i]?.registers ?? {}, name)),
        ),
      }),
    })),
  }) as Report;

async function expectTwins(ips: Uint8Array, crash: Uint8Array): Promise<void> {
  const json = only(parseReports(ips)).value;
  const text = only(parseReports(crash)).value;
  expect(common(text)).toEqual(common(forText(json, text)));
}

test.each(SAMPLE_REPORTS.filter((name) => name !== "sample-truncated"))(
  "both forms of %s are one report",
  async (name) => {
    await expectTwins(await fixture(`reports/${name}/input.ips`), await fixture(`reports/${name}/input.crash`));
  },
);

describe.runIf(hasCorpus)("the corpus", () => {
  test.each(REPORTS)("%s is read: %s, %i threads, %i images", async (path, kind, threads, images, problems) => {
    const reports = parseReports(await corpus(path));
    const { value, problems: found } = reports[0] as ParsedReport;
    expect(value.kind).toBe(kind);
    expect(value.threads).toHaveLength(threads);
    expect(value.images).toHaveLength(images);
    expect(found.map((problem) => problem.code)).toEqual(problems);
    if (value.kind === "crash" && threads > 0) {
      const frames = value.threads.flatMap((thread) => thread.frames);
      const placed = frames.filter((frame) => frame.image !== undefined);
      // The rest is compiled at run time or in images that were not listed.
      expect(frames.length - placed.length).toBeLessThanOrEqual(Math.max(1, frames.length * 0.2));
    }
  });

  test.each(TWINS)("%s and %s are one report", async (ips, crash) => {
    await expectTwins(await corpus(ips), await corpus(crash));
  });

  test.each(SWIFT_REPORTS)("the Swift report %s has no problems", async (name) => {
    const { problems } = only(parseReports(await corpus(`swift/reports/${name}.ips`)));
    expect(problems).toEqual([]);
  });
});
