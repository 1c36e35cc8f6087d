/** What Xcode and TestFlight hand over, as zips and as folders. */
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, utf8 } from "../../test/files.ts";
import { zipOf } from "../../test/zip-writer.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { MAX_NESTED_BYTES, MAX_ZIP_NESTING, MAX_ZIPS } from "../bytes/zip-limits.ts";
import { FormatError } from "../bytes/errors.ts";
import { sourceFile } from "../bytes/tree-file.ts";
import type { ParsedReport } from "../formats/parse.ts";
import { parseReports } from "../formats/parse.ts";
import type { Problem, Report } from "../report.ts";
import { type FoundReport, reportsInFolder, reportsInZip } from "./find-reports.ts";
import { MAX_SIDECAR_BYTES, readFound } from "./read-found.ts";
import { planReports } from "./report-plan.ts";

const crash = await fixture("reports/format-app-store-connect/input.crash");
const other = await fixture("reports/sample-null-dereference/input.crash");
const feedback = await fixture("reports/format-testflight-feedback/input.json");
const pointFeedback = await fixture("reports/format-organizer-feedback/input.json");
const incident = parseReports(crash)[0]?.value.incidentId;

type Files = Readonly<Record<string, Uint8Array | string>>;
const encode = (content: Uint8Array | string) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;
const zip = (files: Files) => zipOf(Object.entries(files).map(([path, bytes]) => ({ path, bytes, method: "deflate" })));

async function inZip(bytes: Uint8Array, problems: Problem[] = []): Promise<FoundReport[]> {
  const found: FoundReport[] = [];
  for await (const report of reportsInZip(bytesSource(bytes), { onProblem: (problem) => problems.push(problem) }))
    found.push(report);
  return found;
}

async function inFolder(files: Files): Promise<FoundReport[]> {
  const list = Object.entries(files).map(([path, content]) => sourceFile(path, bytesSource(encode(content))));
  const found: FoundReport[] = [];
  for await (const report of reportsInFolder(list)) found.push(report);
  return found;
}

const paths = (found: readonly FoundReport[]) => found.map(({ path }) => path);
async function read(found: readonly FoundReport[]): Promise<Report[]> {
  const reports: ParsedReport[] = [];
  for (const item of found) reports.push(...(await readFound(item)));
  return reports.map(({ value }) => value);
}

const POINT = "Library/Developer/Xcode/Products/org.example.harbor/Crashes/Points/B7bekG5z.xccrashpoint/Filters";
const LOG = "2026-04-12_18-04-38.000_+0000-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.crash";

describe("an .xccrashpoint", () => {
  const files = {
    [`${POINT}/Filter_harbor-2.1.0-Any/DistributionInfo.json`]: '{"header":{"lastRefresh":"2026-04-20T10:00:00Z"}}',
    [`${POINT}/Filter_harbor-2.1.0-Any/PointInfo.json`]:
      '{"analyticsPointName":"Harbor: open(_:) + 12","testerInfo":{"emailAddress":"mara@example.invalid"}}',
    [`${POINT}/Filter_harbor-2.1.0-Any/Logs/${LOG}`]: other,
    [`${POINT}/Filter_harbor-2.1.0-Any/Logs/LocallySymbolicated/${LOG}`]: crash,
    [`${POINT}/Filter_harbor-2.1.0-Any/Logs/second.crash`]: other,
    [`${POINT}/Filter_All-Any/Logs/${LOG}`]: other,
    [`${POINT}/Filter_Before-Any/Logs/second.crash`]: other,
  };

  test.each([
    ["folder", () => inFolder(files)],
    ["zip", async () => inZip(await zip(files))],
  ])("as a %s gives each report once, with the names Xcode had, and Organizer's name of the crash", async (_, find) => {
    const found = await find();
    expect(paths(found)).toEqual([
      `${POINT}/Filter_harbor-2.1.0-Any/Logs/LocallySymbolicated/${LOG}`,
      `${POINT}/Filter_harbor-2.1.0-Any/Logs/second.crash`,
    ]);
    const [first] = await read(found);
    expect(first?.incidentId).toBe(incident);
    expect(first?.metadata["organizer"]).toEqual({
      name: "Harbor: open(_:) + 12",
      refreshedAt: "2026-04-20T10:00:00Z",
    });
    expect(JSON.stringify(first?.metadata)).not.toContain("mara@");
  });

  test("a copy with names wins wherever it comes", () => {
    const plain = "a.xccrashpoint/Filters/A/Logs/x.crash";
    const named = "a.xccrashpoint/Filters/B/Logs/LocallySymbolicated/x.crash";
    for (const order of [
      [plain, named],
      [named, plain],
    ]) {
      expect(planReports(order).map(({ path }) => path)).toEqual([named]);
    }
    expect(
      planReports(["a.xccrashpoint/Filters/A/Logs/x.crash", "b.xccrashpoint/Filters/A/Logs/x.crash"]),
    ).toHaveLength(2);
  });

  test("a damaged or huge sidecar takes nothing from the report", async () => {
    for (const sidecar of ["{", "[]", "", new Uint8Array(MAX_SIDECAR_BYTES + 1)]) {
      const found = await inFolder({
        "a.xccrashpoint/Filters/A/Logs/x.crash": crash,
        "a.xccrashpoint/Filters/A/PointInfo.json": sidecar,
      });
      expect((await read(found))[0]?.incidentId).toBe(incident);
    }
  });
});

describe("feedback", () => {
  const files = {
    "feedback.json": feedback,
    "crashlog.crash": crash,
    "screenshot-1.png": "png",
    "screenshot-2.jpg": "jpg",
  };

  test("of TestFlight's zip is joined with its crash and its pictures", async () => {
    const found = await inZip(await zip(files));
    expect(paths(found)).toEqual(["crashlog.crash", "feedback.json"]);
    const [first, second] = await read(found);
    expect(first?.kind).toBe("crash");
    expect(second).toMatchObject({
      format: "feedback",
      kind: "feedback",
      crashedAt: "2026-05-03T07:14:09.120Z",
      app: { bundleId: first?.app.bundleId, version: "2.1.0", build: "431" },
      os: { platform: "iOS", version: "26.3.1" },
      feedback: {
        crashIncidentId: incident,
        screenshots: ["screenshot-1.png", "screenshot-2.jpg"],
        connection: "WIFI",
      },
    });
  });

  test("alone keeps what it says", async () => {
    const [only] = await read(await inFolder({ "testflight_feedback/feedback.json": feedback }));
    expect(only?.feedback).toMatchObject({
      comment: "Tapped the ferry, then it was gone",
      email: "mara@example.invalid",
    });
    expect(only?.feedback?.crashIncidentId).toBeUndefined();
  });

  test("beside reports of other people is joined with none of them", async () => {
    const found = await inFolder({ "feedback.json": feedback, "1.crash": crash, "2.crash": other });
    expect(found.find(({ feedback }) => feedback)?.feedback?.crash).toBeUndefined();
  });

  test("of Organizer knows its app by where it lies, and the picture as it was taken", async () => {
    const root = "Xcode/Products/org.example.harbor/Feedback/Points/AB.xcfeedbackpoint/Filters/Filter_harbor-2.1.0-431";
    const found = await inFolder({
      [`${root}/PointInfo.json`]: pointFeedback,
      [`${root}/Images/Original-1.jpg`]: "jpg",
      [`${root}/Images/Thumbnail.jpg`]: "jpg",
      [`${root}/Logs/LocallySymbolicated/x.crash`]: crash,
    });
    const reports = await read(found);
    expect(reports[1]).toMatchObject({
      kind: "feedback",
      app: { version: "2.1.0", build: "431" },
      device: { model: "iPhone18,2" },
      feedback: { personName: "Mara Lind", screenshots: ["Original-1.jpg"], crashIncidentId: incident },
    });
  });

  test("that is a file of another tool is passed over by whoever reads it", async () => {
    const [only] = await inFolder({ "feedback.json": '{"stars":5}' });
    expect(only?.mustBeReport).toBe(false);
    await expect(readFound(only as FoundReport)).rejects.toMatchObject({ code: "not-a-report" });
  });
});

describe("zips in zips", () => {
  const nested = async (depth: number): Promise<Uint8Array> =>
    depth === 0 ? zip({ "x.crash": crash }) : zip({ "inner.zip": await nested(depth - 1) });

  test("are looked into as deep as allowed, one deeper is told", async () => {
    const problems: Problem[] = [];
    expect(paths(await inZip(await nested(MAX_ZIP_NESTING - 1), problems))).toEqual(["inner.zip!/inner.zip!/x.crash"]);
    expect(problems).toEqual([]);
    expect(await inZip(await nested(MAX_ZIP_NESTING), problems)).toEqual([]);
    expect(problems).toMatchObject([{ code: "limit-reached" }]);
  });

  test("a broken one takes nothing from the others", async () => {
    const problems: Problem[] = [];
    const whole = await zip({ "x.crash": crash });
    const bytes = await zip({ "a.zip": whole.subarray(0, 100), "b.zip": whole, "y.crash": other });
    expect(paths(await inZip(bytes, problems))).toEqual(["y.crash", "b.zip!/x.crash"]);
    expect(problems).toMatchObject([{ code: "missing-part", where: "zip:a.zip" }]);
  });

  test("one more than the limit is told", async () => {
    const inner = await zip({ "x.crash": "Incident Identifier: A" });
    const many = (count: number) =>
      zipOf(Array.from({ length: count }, (_, i) => ({ path: `${i}.zip`, bytes: inner })));
    const problems: Problem[] = [];
    expect(await inZip(await many(MAX_ZIPS - 1), problems)).toHaveLength(MAX_ZIPS - 1);
    expect(problems).toEqual([]);
    expect(await inZip(await many(MAX_ZIPS), problems)).toHaveLength(MAX_ZIPS - 1);
    expect(problems).toMatchObject([{ code: "limit-reached" }]);
  });

  test("one that would not fit in memory is not unpacked", async () => {
    const problems: Problem[] = [];
    const bytes = await zipOf([
      { path: "a.zip", bytes: new Uint8Array(2 * 1024 * 1024), size: MAX_NESTED_BYTES + 1 },
      { path: "b.zip", bytes: new Uint8Array(2 * 1024 * 1024), method: "deflate", size: MAX_NESTED_BYTES + 1 },
    ]).catch(() => new Uint8Array());
    await inZip(bytes, problems).catch((error: unknown) =>
      problems.push({ code: "limit-reached", message: String(error) }),
    );
    expect(problems.length).toBeGreaterThan(0);
  });

  test("an unsafe path in any of them is refused there", async () => {
    const problems: Problem[] = [];
    const evil = await zipOf([{ path: "../../x.crash", bytes: crash }]);
    expect(await inZip(await zip({ "evil.zip": evil }), problems)).toEqual([]);
    expect(problems[0]?.message).toContain("../../x.crash");
  });
});

test("bundles of code, pictures and what Organizer lists hold no reports", async () => {
  const found = await inFolder({
    "Harbor.app/x.crash": crash,
    "Harbor.app.dSYM/Contents/x.json": crash,
    "Crashes/ListablePoints.json": "{}",
    "a.png": "png",
    "note.txt": "hello",
    "Harbor-2026-11-24-114207.ips.ca.synced": crash,
  });
  expect(found.map(({ path, mustBeReport }) => [path, mustBeReport])).toEqual([
    ["note.txt", false],
    ["Harbor-2026-11-24-114207.ips.ca.synced", true],
  ]);
});

test("a zip that is cut or changed anywhere gives what is whole, or FormatError", async () => {
  const whole = await zip({
    "a.xccrashpoint/Filters/F/Logs/x.crash": crash.subarray(0, 400),
    "a.xccrashpoint/Filters/F/PointInfo.json": "{}",
    "feedback.json": feedback,
    "inner.zip": await zip({ "y.crash": other.subarray(0, 200) }),
  });
  let read = 0;
  for (let at = 1; at < whole.length; at += 3) {
    for (const bytes of [whole.subarray(0, at), whole.with(at, 0xff), whole.with(at, 0)]) {
      try {
        for (const found of await inZip(bytes)) read += (await readFound(found)).length;
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }
  }
  expect(read).toBeGreaterThan(100);
});

test("any paths make a plan, each path once at most", () => {
  const parts = [
    "",
    "..",
    "Filters",
    "Filter_x",
    "Logs",
    "LocallySymbolicated",
    "a.xccrashpoint",
    "b.xcfeedbackpoint",
    "Images",
  ];
  const names = ["x.crash", "PointInfo.json", "feedback.json", "crashlog.crash", "Original.png", "y.ips", "Logs"];
  let state = 1;
  const next = (count: number) => (state = (state * 48271) % 2147483647) % count;
  for (let round = 0; round < 300; round++) {
    const paths = Array.from({ length: next(40) }, () =>
      [...Array.from({ length: next(6) }, () => parts[next(parts.length)]), names[next(names.length)]].join("/"),
    );
    const planned = planReports(paths).map(({ path }) => path);
    expect(planned.every((path) => paths.includes(path))).toBe(true);
    expect(new Set(planned).size).toBe(new Set(paths.filter((path) => planned.includes(path))).size);
  }
});

describe.runIf(hasCorpus)("real ones", () => {
  test("an .xccrashpoint with the same bytes twice", async () => {
    const filter = "sample.xccrashpoint/Filters/Filter_sample-1.0.0-com.apple.platform.iphoneos-Any";
    const bytes = await corpus(`corpus/xccrashpoint/${filter}/Logs/${LOG}`);
    const found = await inFolder({
      [`${filter}/Logs/${LOG}`]: bytes,
      [`${filter}/Logs/LocallySymbolicated/${LOG}`]: bytes,
    });
    expect(paths(found)).toEqual([`${filter}/Logs/LocallySymbolicated/${LOG}`]);
    const [report] = await read(found);
    expect([report?.threads.length, report?.images.length]).toEqual([10, 26]);
  });

  test("a TestFlight zip", async () => {
    const json = await corpus("corpus/testflight-feedback/comms-fb2-feedback.redacted.json");
    const log = await corpus("corpus/crash-text/comms-fb2-ios26.3.1.crash");
    const [first, second] = await read(await inZip(await zip({ "feedback.json": json, "crashlog.crash": log })));
    const raw = JSON.parse(utf8(json)) as Record<string, unknown>;
    expect(second).toMatchObject({
      crashedAt: "2026-04-30T15:34:54.739Z",
      app: { bundleId: first?.app.bundleId, version: raw["cfBundleShortVersion"], build: raw["cfBundleVersion"] },
      device: { model: first?.device.model },
      feedback: {
        id: raw["id"],
        comment: raw["comment"],
        appAppleId: String(raw["appAppleId"]),
        diskTotalBytes: raw["totalDiskBytes"],
        crashIncidentId: first?.incidentId,
      },
    });
  });
});
