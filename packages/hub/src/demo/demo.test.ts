/**
 * The demo in a whole hub: every number of its overview against what the generator made, added up here in plain JavaScript; that a
 * fill that was cut short goes on and a second start adds nothing; and that one click takes it away and leaves a user's own report as it was.
 */
import type { App, Overview, Rebuild, SignatureDetail, SignatureList, SymbolsList } from "@windfall/api";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { secureRandom } from "../clock.ts";
import { DEMO_SEED, type DemoListener, type DemoProgress } from "./demo.ts";
import { DEMO_APP } from "./demo-store.ts";
import {
  activeOf,
  between,
  buildsSeen,
  comparisonOf,
  crashesOf,
  daysOf,
  devicesOf,
  expectRate,
  expectSpared,
  kindsOf,
  rateOf,
  seen,
  sessionsOf,
  userDaysOf,
} from "../../test/demo-truth.ts";
import { expectLateCount, expectLateSpared, usualCrashes, usualUsers } from "../../test/demo-late-truth.ts";
import { type DemoDay, type DemoReport, generateDemo } from "./generate-demo.ts";
import { type OtherReport, otherReports } from "./other-reports.ts";
import { BUILDS } from "./story.ts";

const NOW = Date.UTC(2026, 10, 24, 15, 30);
const TODAY = "2026-11-24";
const FROM = "2026-10-26";
const CLOCK = { clock: () => NOW, random: secureRandom };
const LATER = { ...CLOCK, clock: () => NOW + 3_600_000 };
/** When the fill is cut short, to go on with the next start. */
const CUT_SHORT_AT = 20;
const OWN_DSYM = "dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor";
const OWN_UUID = "4c4c44ce-5555-3144-a1af-caee1217c80a";
const FILL_TIMEOUT_MS = 120_000;

const truth: readonly DemoDay[] = [...generateDemo(DEMO_SEED, NOW)];
const others = otherReports(DEMO_SEED, NOW);
const inWindow = truth.filter(({ day }) => day >= FROM);
const app = `/api/v1/apps/${DEMO_APP.id}`;

let t: TestHub;
let made: DemoProgress | undefined;
let ownReport: string;

beforeAll(async () => {
  const stopped = Promise.withResolvers<void>();
  const cutShort: DemoListener = {
    progress: ({ days }) => (days === CUT_SHORT_AT ? stopped.resolve() : undefined),
    done: () => undefined,
    failed: () => stopped.reject(new Error("the demo could not be filled")),
  };
  t = await startTestHub({ chance: CLOCK, demo: cutShort });
  // A user's own report and its dSYM arrive while the demo fills.
  await t.send("/ingest/symbols", await fixtureBytes(OWN_DSYM));
  ownReport =
    (await t.send("/ingest/reports", await fixtureText("reports/sample-nsexception/input.ips"))).body.id ?? "";
  await stopped.promise;
  await t.stop();
  const filled = waiting();
  t = await startTestHub({ dataFolder: t.folder, chance: LATER, demo: filled.listener });
  made = await filled.done;
}, FILL_TIMEOUT_MS);
afterAll(() => t.remove());

function waiting() {
  const done = Promise.withResolvers<DemoProgress | undefined>();
  const listener: DemoListener = {
    progress: () => undefined,
    done: (progress) => done.resolve(progress),
    failed: () => done.reject(new Error("the demo could not be filled")),
  };
  return { done: done.promise, listener };
}

describe("the overview says what the generator made", () => {
  let overview: Overview;
  beforeAll(async () => {
    overview = await t.json<Overview>(`${app}/overview`);
  });
  const reports = inWindow.flatMap((day) => day.reports);

  test("in its window of thirty days", () => {
    expect(overview.window).toEqual({ from: FROM, to: TODAY, days: 30 });
    expect(overview.waiting).toBe(0);
  });

  test("crashes, affected devices, crashes that name none", () => {
    expect(overview.crashes).toBe(reports.length);
    expect(overview.affectedDevices).toBe(devicesOf(reports));
    const withoutDevice = reports.filter(({ installId }) => installId === undefined).length;
    expect(withoutDevice).toBeGreaterThan(0);
    expect(overview.crashesWithoutDevice).toBe(withoutDevice);
    // Every template of the demo says so.
    expect(overview.ground).toEqual({ foreground: reports.length, background: 0, unknown: 0 });
  });

  test("crashes by day", () => {
    expect(overview.days.map(({ day, crashes }) => ({ day, crashes }))).toEqual(
      inWindow.map(({ day, reports }) => ({ day, crashes: reports.length })),
    );
  });

  test("versions, latest upload first", () => {
    const used = BUILDS.toReversed().filter(({ build }) => activeOf(inWindow, build).size > 0);
    expect(used.length).toBeGreaterThan(3);
    expect(overview.versions.map(({ version, build }) => ({ version, build }))).toEqual(
      used.map(({ version, build }) => ({ version, build })),
    );
    for (const row of overview.versions) {
      const of = reports.filter((report) => report.build.build === row.build);
      expect(row).toMatchObject({ crashes: of.length, affectedDevices: devicesOf(of), ...(of.length > 0 && seen(of)) });
    }
    for (const { build, signatures } of overview.versions) {
      // Without symbols two kinds may look alike, and one may look like two: only the builds that are held can be counted.
      if (!BUILDS.some((one) => one.build === build && one.hasSymbols)) continue;
      expect([build, signatures]).toEqual([build, kindsOf(reports.filter((report) => report.build.build === build))]);
    }
  });
});

describe("crash-free users", () => {
  let overview: Overview;
  beforeAll(async () => {
    overview = await t.json<Overview>(`${app}/overview`);
  });

  test("over the window are one minus crashed over active user-days, never summed devices", () => {
    const { users, usersOfWindow } = overview.crashFree ?? {};
    const days = userDaysOf(inWindow);
    expectSpared(users, days);
    const whole = { crashed: crashesOf(inWindow).installs.size, n: activeOf(inWindow).size };
    expectSpared(usersOfWindow, whole);
    expect(whole.n).toBeLessThan(days.n);
  });

  test("of each day, with the days that still fill", () => {
    expect(overview.crashFree?.days).toHaveLength(30);
    for (const [i, day] of inWindow.entries()) {
      const shown = overview.crashFree?.days[i];
      expect([shown?.day, shown?.open]).toEqual([day.day, day.day >= "2026-11-23"]);
      expectSpared(shown?.users, userDaysOf([day]));
      expectSpared(shown?.sessions, sessionsOf([day]));
    }
  });

  test("of the days that still fill are corrected by the delay of past days, and so are their crashes", () => {
    // The hub's clock stands an hour after the demo's last moment.
    const now = NOW + 3_600_000;
    expect(overview.late.map(({ day }) => day)).toEqual(["2026-11-23", TODAY]);
    for (const { day, crashes, users, crashesNotCorrected, usersNotCorrected } of overview.late) {
      const [made] = between(truth, day, day);
      if (!made) throw new Error(`no ${day}`);
      expect([crashesNotCorrected, usersNotCorrected]).toEqual([null, null]);
      expectLateCount(crashes, made.reports.length, usualCrashes(truth, day, now));
      expectLateSpared(users, userDaysOf([made]), usualUsers(truth, day, now));
      // What is still on the devices is known here: all of it together is within what was said.
      const all = made.reports.length + made.late.length;
      expect(all).toBeGreaterThanOrEqual(crashes?.low ?? Infinity);
      expect(all).toBeLessThanOrEqual(crashes?.high ?? 0);
    }
    expect(overview.late.at(-1)?.crashes?.value).toBeGreaterThan(truth.at(-1)?.reports.length ?? Infinity);
  });

  test("come with sessions, crashes per 1,000 of them, and what is not in them", () => {
    const { crashFree } = overview;
    expectSpared(crashFree?.sessions, sessionsOf(inWindow));
    expectRate(crashFree?.crashesPer1000Sessions, rateOf(inWindow));
    const reports = inWindow.flatMap((day) => day.reports);
    expect(crashFree?.notCounted).toEqual({
      withoutInstallId: reports.filter(({ installId }) => installId === undefined).length,
      withoutUsage: 0,
    });
  });

  test("of each version, with its adoption on the last day that is over", () => {
    for (const { build, adoption, crashFreeUsers, crashFreeSessions, crashesPer1000Sessions } of overview.versions) {
      const yesterday = between(truth, "2026-11-23", "2026-11-23");
      const [users, allUsers] = [activeOf(yesterday, build).size, activeOf(yesterday).size];
      expect(adoption).toMatchObject({ users, allUsers, day: "2026-11-23" });
      expect(adoption?.value).toBeCloseTo(users / allUsers, 9);
      expectSpared(crashFreeUsers, userDaysOf(inWindow, build));
      expectSpared(crashFreeSessions, sessionsOf(inWindow, build));
      expectRate(crashesPer1000Sessions, rateOf(inWindow, build));
    }
  });

  test("say whether the newest version is better than the one before", () => {
    const [newer, older] = [userDaysOf(inWindow, "437"), userDaysOf(inWindow, "431")];
    const { difference, verdict, ...needed } = comparisonOf(newer, older);
    expect(overview.comparison).toMatchObject({
      newer: { version: "2.1.1", build: "437" },
      older: { version: "2.1.0", build: "431" },
      verdict,
    });
    for (const key of ["value", "low", "high"] as const) {
      expect(overview.comparison?.difference?.[key]).toBeCloseTo(difference[key], 9);
    }
    expect(overview.comparison?.relevant).toBeCloseTo(needed.relevant, 9);
    expect(overview.comparison?.usersNeeded).toBe(needed.usersNeeded);
    expect(verdict).toBe("better");
  });

  test("of the last closed week stand beside the week before", () => {
    const [last, before] = [
      userDaysOf(between(truth, "2026-11-16", "2026-11-22")),
      userDaysOf(between(truth, "2026-11-09", "2026-11-15")),
    ];
    expect(overview.weeks).toMatchObject({
      from: "2026-11-16",
      to: "2026-11-22",
      verdict: comparisonOf(last, before).verdict,
    });
    expectSpared(overview.weeks?.users, last);
    expectSpared(overview.weeks?.usersBefore, before);
  });

  test("narrow to a version, a system and days as everything else does", async () => {
    const query = "version=2.1.1&os=26.1&from=2026-11-15&to=2026-11-20";
    const { crashFree } = await t.json<Overview>(`${app}/overview?${query}`);
    const some = between(truth, "2026-11-15", "2026-11-20").map(({ day, usage, reports }) => ({
      day,
      usage: usage.filter(({ build, os }) => build.version === "2.1.1" && os.version === "26.1"),
      reports: reports.filter(({ build, os }) => build.version === "2.1.1" && os.version === "26.1"),
      late: [],
    }));
    expectSpared(crashFree?.users, userDaysOf(some));
    expectSpared(crashFree?.sessions, sessionsOf(some));
  });
});

describe("signatures", () => {
  const kinds = (reports: readonly DemoReport[]) => Map.groupBy(reports, ({ kind }) => kind);
  const named = (report: DemoReport) => report.build.hasSymbols;

  test("have the counts, devices, shares, days and builds of the crash they stand for", async () => {
    const list = await t.json<SignatureList>(`${app}/signatures?limit=100`);
    const reports = inWindow.flatMap((day) => day.reports);
    expect(list.crashes).toBe(reports.length);
    const ever = kinds(truth.flatMap((day) => day.reports).filter(named));
    const rows = [...kinds(reports.filter(named)).entries()].map(([kind, of]) => {
      const [first, last] = buildsSeen(ever.get(kind) ?? []);
      return {
        crashes: of.length,
        affectedDevices: devicesOf(of),
        ...seen(ever.get(kind) ?? []),
        firstBuild: first,
        lastBuild: last,
        days: daysOf(of),
        share: of.length / reports.length,
      };
    });
    // Those of the build without symbols group among themselves.
    const other = new Set(
      reports.filter((report) => !named(report)).map(({ crashedAt }) => new Date(crashedAt).toISOString()),
    );
    const ofNamed = list.signatures.filter(({ firstBuild }) => firstBuild.build !== "429");
    expect(other.size).toBeGreaterThan(0);
    expect(ofNamed).toHaveLength(rows.length);
    const key = (row: { readonly firstSeen: string; readonly lastSeen: string }) => `${row.firstSeen} ${row.lastSeen}`;
    for (const row of rows) {
      const shown = ofNamed.find((one) => key(one) === key(row));
      const { share, days, ...exact } = row;
      expect(shown).toMatchObject(exact);
      expect(shown?.share).toBeCloseTo(share, 9);
      expect(shown?.days.filter(({ crashes }) => crashes > 0)).toEqual(days);
    }
    expect(list.signatures.reduce((sum, { crashes }) => sum + crashes, 0)).toBe(reports.length);
  });

  test("distribute over systems, devices and versions as they were made", async () => {
    const list = await t.json<SignatureList>(`${app}/signatures?limit=100`);
    const [top] = list.signatures;
    const detail = await t.json<SignatureDetail>(`/api/v1/signatures/${top?.id}`);
    const of = [...kinds(inWindow.flatMap((day) => day.reports).filter(named)).values()].find(
      (reports) => reports.length === top?.crashes,
    );
    if (!of) throw new Error("no such kind");
    const distribution = (value: (report: DemoReport) => string) =>
      [...Map.groupBy(of, value)]
        .map(([value, some]) => ({
          value,
          crashes: some.length,
          affectedDevices: devicesOf(some),
          share: some.length / of.length,
        }))
        .sort((a, b) => b.crashes - a.crashes || (a.value < b.value ? -1 : 1));
    for (const [shown, made] of [
      [detail.byOs, distribution(({ os }) => os.version)],
      [detail.byDevice, distribution(({ model }) => model)],
    ] as const) {
      expect(shown.map(({ value, crashes, affectedDevices }) => ({ value, crashes, affectedDevices }))).toEqual(
        made.map(({ share: _share, ...row }) => row),
      );
      for (const [i, { share }] of made.entries()) expect(shown[i]?.share).toBeCloseTo(share, 9);
    }
    for (const { version, build, crashes, affectedDevices } of detail.byVersion) {
      const some = of.filter((report) => report.build.version === version && report.build.build === build);
      expect({ crashes, affectedDevices }).toEqual({ crashes: some.length, affectedDevices: devicesOf(some) });
    }
  });
});

test("filters narrow to what was made", async () => {
  const facets = await t.json<Record<"os" | "device" | "version" | "build", { value: string; crashes: number }[]>>(
    `${app}/facets`,
  );
  const reports = inWindow.flatMap((day) => day.reports);
  const counts = (value: (report: DemoReport) => string) =>
    Object.fromEntries([...Map.groupBy(reports, value)].map(([value, some]) => [value, some.length]));
  const shown = (values: readonly { value: string; crashes: number }[]) =>
    Object.fromEntries(values.map(({ value, crashes }) => [value, crashes]));
  expect(shown(facets.os)).toEqual(counts(({ os }) => os.version));
  expect(shown(facets.device)).toEqual(counts(({ model }) => model));
  expect(shown(facets.version)).toEqual(counts(({ build }) => build.version));
  expect(shown(facets.build)).toEqual(counts(({ build }) => build.build));
  const some = await t.json<Overview>(`${app}/overview?version=2.1.1&os=26.1&from=2026-11-15&to=2026-11-20`);
  expect(some.crashes).toBe(
    truth
      .filter(({ day }) => day >= "2026-11-15" && day <= "2026-11-20")
      .flatMap((day) => day.reports)
      .filter(({ build, os }) => build.version === "2.1.1" && os.version === "26.1").length,
  );
});

describe("what is no crash", () => {
  const of = (from: string, to: string) =>
    others.filter(({ crashedAt }) => crashedAt >= Date.parse(from) && crashedAt < Date.parse(to));
  const kindsOfOthers = (some: readonly OtherReport[]) =>
    Object.fromEntries(
      [
        ...Map.groupBy(
          some.flatMap(({ tells }) => tells),
          (kind) => kind,
        ),
      ].map(([kind, all]) => [kind, all.length]),
    );

  test("is counted by its kind, beside the crashes and in none of their numbers", async () => {
    const { kinds, crashes } = await t.json<Overview>(`${app}/overview`);
    const shown = of(FROM, "2026-11-25");
    expect(Object.fromEntries(kinds.map(({ kind, reports }) => [kind, reports]))).toEqual(kindsOfOthers(shown));
    expect(Object.keys(kindsOfOthers(shown)).toSorted()).toEqual(["cpu", "disk-writes", "hang", "jetsam"]);
    expect(crashes).toBe(inWindow.flatMap((day) => day.reports).length);
  });

  test("narrows to a version: the kill for memory too, whose report names none", async () => {
    const jetsam = others.find(({ kind }) => kind === "jetsam");
    if (!jetsam) throw new Error("no jetsam");
    const { version, build } = jetsam.build;
    const { kinds } = await t.json<Overview>(`${app}/overview?version=${version}&build=${build}`);
    const shown = of(FROM, "2026-11-25").filter((report) => report.build.build === build);
    expect(Object.fromEntries(kinds.map(({ kind, reports }) => [kind, reports]))).toEqual(kindsOfOthers(shown));
  });

  test.each(["hang", "disk-writes", "cpu", "jetsam"] as const)(
    "%s has its own signatures, days and devices",
    async (kind) => {
      const list = await t.json<SignatureList>(`${app}/signatures?kind=${kind}`);
      const shown = of(FROM, "2026-11-25").filter(({ tells }) => tells.includes(kind));
      expect(list.signatures).toHaveLength(1);
      const [row] = list.signatures;
      expect(row).toMatchObject({ kind, crashes: shown.length, affectedDevices: devicesOf(shown), share: 1 });
      expect(row?.days.filter(({ crashes }) => crashes > 0)).toEqual(daysOf(shown));
      expect(row).toMatchObject(seen(others.filter(({ tells }) => tells.includes(kind))));
      expect(row?.title).not.toContain("Harbor +");
    },
  );
});

test("the symbols of one build are missing, by name", async () => {
  const { missing } = await t.json<SymbolsList>("/api/v1/symbols");
  const ofDemo = missing.filter(({ appId }) => appId === DEMO_APP.id);
  expect(ofDemo).not.toEqual([]);
  for (const { version, build } of ofDemo) expect([version, build]).toEqual(["2.1.0", "429"]);
});

describe("started again", () => {
  test("it adds nothing", async () => {
    const before = await t.json<Overview>(`${app}/overview?from=2026-08-01&to=${TODAY}`);
    expect(made).toMatchObject({ days: 90, reports: truth.flatMap((day) => day.reports).length });
    expect(before.crashes).toBe(made?.reports);
    await t.stop();
    const again = waiting();
    t = await startTestHub({
      dataFolder: t.folder,
      chance: LATER,
      demo: again.listener,
    });
    expect(await again.done).toBeUndefined();
    expect(await t.json<Overview>(`${app}/overview?from=2026-08-01&to=${TODAY}`)).toEqual(before);
  });

  test("a rebuild from blobs and state gives every number again; until it has ended nothing is removed", async () => {
    const path = `${app}/overview?from=2026-08-01&to=${TODAY}`;
    const before = await t.json<Overview>(path);
    const rebuild = "/api/v1/operations/rebuild";
    expect((await t.ask(rebuild, { method: "POST" })).status).toBe(202);
    expect((await t.ask("/api/v1/demo", { method: "DELETE" })).status).toBe(400);
    await expect.poll(async () => (await t.json<Rebuild>(rebuild)).state, { timeout: FILL_TIMEOUT_MS }).toBe("done");
    await t.hub.settled();
    expect(await t.json<Overview>(path)).toEqual(before);
  });
});

describe("removed", () => {
  const remove = () => t.ask("/api/v1/demo", { method: "DELETE" });
  const apps = async () => (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;

  test("it is marked before, and an ingest key may not touch it", async () => {
    expect(Object.fromEntries((await apps()).map(({ bundleId, demo }) => [bundleId, demo]))).toEqual({
      "org.windfall.demo.Harbor": true,
      "org.windfall.fixtures.Harbor": false,
    });
    const headers = { authorization: `Bearer ${t.ingestKey}` };
    expect((await t.ask("/api/v1/demo", { method: "DELETE", headers })).status).toBe(403);
  });

  test("nothing of it is left, and a user's own report is as it was", async () => {
    const download = async () => (await t.ask(`/api/v1/reports/${ownReport}/download`)).text();
    const before = await download();
    const detail = await t.json(`/api/v1/reports/${ownReport}`);
    expect((await remove()).status).toBe(200);
    const [own, ...others] = await apps();
    expect(others).toEqual([]);
    expect(own).toMatchObject({ bundleId: "org.windfall.fixtures.Harbor", crashes: 1, demo: false });
    expect((await t.ask(`${app}/overview`)).status).toBe(404);
    const { held, missing } = await t.json<SymbolsList>("/api/v1/symbols");
    expect(held.map(({ uuid }) => uuid)).toEqual([OWN_UUID]);
    expect(missing).toEqual([]);
    expect(await download()).toBe(before);
    expect(await t.json(`/api/v1/reports/${ownReport}`)).toEqual(detail);
    // The report and its dSYM.
    expect(blobsOf(t.folder)).toBe(2);
  });

  test("there is nothing to remove a second time", async () => {
    expect((await remove()).status).toBe(404);
  });

  test("it may be filled again, and removed in the middle of that", async () => {
    await t.stop();
    let isDone = false;
    const begun = Promise.withResolvers<void>();
    const listener: DemoListener = {
      progress: ({ days }) => (days === 5 ? begun.resolve() : undefined),
      done: () => void (isDone = true),
      failed: () => begun.reject(new Error("the demo could not be filled")),
    };
    t = await startTestHub({ dataFolder: t.folder, chance: LATER, demo: listener });
    await begun.promise;
    expect((await apps()).map(({ demo }) => demo)).toContain(true);
    expect((await remove()).status).toBe(200);
    expect(isDone).toBe(false);
    expect((await apps()).map(({ bundleId }) => bundleId)).toEqual(["org.windfall.fixtures.Harbor"]);
    expect(blobsOf(t.folder)).toBe(2);
  });
});

function blobsOf(folder: string): number {
  const entries = readdirSync(join(folder, "blobs"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
