/** What the generator promises to whoever looks at the demo, whatever the seed. */
import { describe, expect, test } from "vitest";
import { parseReports, parseUuid } from "@windfall/core";
import { imagesOf, loadDemoFiles } from "./demo-reports.ts";
import { type DemoDay, generateDemo } from "./generate-demo.ts";
import { otherReports } from "./other-reports.ts";
import { BUILDS, CRASHES, DEMO_BUNDLE_ID, DEMO_DAYS, OTHERS } from "./story.ts";

const NOW = Date.UTC(2026, 10, 24, 15, 30);
const days = [...generateDemo(7, NOW)];
const reports = days.flatMap((day) => day.reports);
const active = (day: DemoDay) => new Set(day.usage.map(({ installId }) => installId)).size;

test("the same seed and time give the same days, another seed others", () => {
  expect([...generateDemo(7, NOW)]).toEqual(days);
  expect([...generateDemo(8, NOW)]).not.toEqual(days);
});

test("ninety days end now, and nothing comes from the future or arrives before it happened", () => {
  expect(days.map(({ day }) => day)).toHaveLength(DEMO_DAYS);
  expect([days[0]?.day, days.at(-1)?.day]).toEqual(["2026-08-27", "2026-11-24"]);
  for (const { day, reports } of days) {
    for (const { crashedAt, receivedAt } of reports) {
      expect(new Date(crashedAt).toISOString().slice(0, 10)).toBe(day);
      expect(receivedAt).toBeGreaterThanOrEqual(crashedAt);
      expect(receivedAt).toBeLessThanOrEqual(NOW);
    }
  }
});

test("what crashed in the last hours is partly still on the devices, and what is older has arrived", () => {
  const late = days.filter(({ late }) => late.length > 0).map(({ day }) => day);
  expect(late.length).toBeGreaterThan(0);
  expect(Math.min(...late.map((day) => Date.parse(day)))).toBeGreaterThanOrEqual(Date.UTC(2026, 10, 23));
  for (const { crashedAt, receivedAt } of days.flatMap((day) => day.late)) {
    expect(crashedAt).toBeLessThanOrEqual(NOW);
    expect(receivedAt).toBeGreaterThan(NOW);
  }
});

test("a day that has just begun is an empty one", () => {
  const midnight = [...generateDemo(7, Date.UTC(2026, 10, 24))];
  expect(midnight.at(-1)).toEqual({ day: "2026-11-24", usage: [], reports: [], late: [] });
});

test("every crash is of an install that was in use on that day with that build", () => {
  for (const { usage, reports } of days) {
    const used = new Map(usage.map((row) => [`${row.installId} ${row.build.build}`, row]));
    expect(used.size).toBe(usage.length);
    const crashes = new Map<string, number>();
    for (const { installId, build } of reports) {
      const key = `${installId} ${build.build}`;
      if (installId !== undefined) crashes.set(key, (crashes.get(key) ?? 0) + 1);
    }
    for (const [key, count] of crashes) expect(used.get(key)?.crashedSessions).toBeGreaterThanOrEqual(count);
    for (const { sessions, crashedSessions } of usage) expect(sessions).toBeGreaterThanOrEqual(crashedSessions);
  }
});

test("no incident comes twice", () => {
  expect(new Set(reports.map(({ incident }) => incident)).size).toBe(reports.length);
});

describe("the story", () => {
  test("is of a size that fills a page: about 3,000 installs a day and 2,500 crashes", () => {
    const lastWeeks = days.slice(-15, -1).map(active);
    expect(Math.min(...lastWeeks)).toBeGreaterThan(2_400);
    expect(Math.max(...lastWeeks)).toBeLessThan(3_600);
    expect(reports.length).toBeGreaterThan(2_000);
    expect(reports.length).toBeLessThan(3_000);
  });

  test("the newest version takes over within its days", () => {
    const share = (day: DemoDay | undefined) =>
      day === undefined ? 0 : day.usage.filter(({ build }) => build.version === "2.1.1").length / active(day);
    expect(share(days.at(-13))).toBe(0);
    expect(share(days.at(-11))).toBeGreaterThan(0.2);
    expect(share(days.at(-2))).toBeGreaterThan(0.8);
  });

  test("a crash of the older versions is gone in the newest", () => {
    const of = (version: string) =>
      reports.filter(({ kind, build }) => kind === "cxx-out-of-range" && build.version === version).length;
    expect(of("2.1.0")).toBeGreaterThan(100);
    expect(of("2.1.1")).toBe(0);
  });

  test("one version had three bad days", () => {
    const range = (day: DemoDay) => day.reports.filter(({ kind }) => kind === "range-exception").length;
    const counts = days.map(range);
    const bad = counts.slice(-28, -25);
    expect(Math.min(...bad)).toBeGreaterThan(Math.max(...counts.slice(0, 60)));
  });
});

test("every kind of crash is read as the app's, with its images and its own facts", async () => {
  const files = await loadDemoFiles();
  for (const { kind } of CRASHES) {
    const report = reports.find((one) => one.kind === kind);
    if (!report) throw new Error(`no ${kind}`);
    const text = new TextDecoder().decode(files.reportBytes(report));
    expect(text).not.toMatch(/\{[a-zA-Z]+\}/);
    const [parsed] = parseReports(files.reportBytes(report));
    expect(parsed?.problems).toEqual([]);
    expect(parsed?.value).toMatchObject({
      kind: "crash",
      incidentId: report.incident,
      app: { name: "Harbor", bundleId: DEMO_BUNDLE_ID, version: report.build.version, build: report.build.build },
      os: { version: report.os.version, build: report.os.build },
      device: { model: report.model },
    });
    expect(Date.parse(parsed?.value.crashedAt ?? "")).toBe(report.crashedAt);
    const [harbor] = imagesOf(report.build);
    expect(text).toContain(harbor?.uuid);
  }
});

test("what is no crash is the same every time, has arrived, and is read as what it tells, of the app and the build", async () => {
  const files = await loadDemoFiles();
  const others = otherReports(7, NOW);
  expect(otherReports(7, NOW)).toEqual(others);
  expect(new Set(others.map(({ kind }) => kind)).size).toBe(OTHERS.length);
  for (const report of others) {
    expect(report.receivedAt).toBeLessThanOrEqual(NOW);
    const text = new TextDecoder().decode(files.reportBytes(report));
    expect(text).not.toMatch(/\{[a-zA-Z]+\}/);
    const parsed = parseReports(files.reportBytes(report));
    expect(parsed.map(({ value }) => value.kind)).toEqual(report.tells);
    expect(parsed.flatMap(({ problems }) => problems)).toEqual([]);
    for (const { value } of parsed) {
      expect(Date.parse(value.crashedAt ?? "")).toBe(report.crashedAt);
      expect(value).toMatchObject({
        app: { name: "Harbor" },
        os: { build: report.os.build },
        device: { model: report.model },
      });
    }
    expect(text).toContain(imagesOf(report.build)[0]?.uuid);
  }
});

test("each build has images of its own", () => {
  const uuids = BUILDS.flatMap((build) => imagesOf(build).map(({ uuid }) => uuid));
  expect(new Set(uuids).size).toBe(uuids.length);
  for (const uuid of uuids) expect(parseUuid(uuid)).toBe(uuid);
});
