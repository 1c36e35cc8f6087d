/** Users, sessions and crashes against the same numbers counted in plain JavaScript, whatever came twice, late or out of order. */
import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom, startEngine } from "../../../test/events.ts";
import { type EventRow, rawKey } from "./event-row.ts";
import type { EventScope } from "./event-scope.ts";
import { createEventsStore, type EventsStore } from "./events-store.ts";
import { MAX_CRASHES_PER_DEVICE_DAY, type UsageSum } from "./usage-questions.ts";
import type { StoredUsage } from "./usage-writes.ts";

const APP = "harbor";
const DAYS = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2026, 8, 20 + i)).toISOString().slice(0, 10));
const WINDOW = { appIds: [APP, "harbor-widget"], from: "2026-10-01", to: "2026-10-20", filters: {} };
const SCOPES: readonly [name: string, scope: EventScope][] = [
  ["twenty days", WINDOW],
  ["one day", { ...WINDOW, from: "2026-10-09", to: "2026-10-09" }],
  ["one version", { ...WINDOW, filters: { version: ["2.1"] } }],
  ["one build, one system, two devices", { ...WINDOW, filters: { build: ["100"], os: ["26.1"], device: ["a", "b"] } }],
  ["an app without usage", { ...WINDOW, appIds: ["harbor-widget"] }],
  ["days without usage", { ...WINDOW, from: "2025-01-01", to: "2025-02-01" }],
];
type Build = readonly [version: string, build: string];
const BUILDS: readonly [Build, ...Build[]] = [
  ["2.0", "100"],
  ["2.0", "101"],
  ["2.1", "200"],
];

const random = seededRandom(4);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];

const { sent, truth } = generateUsage();
const crashes = generateCrashes();
let store: EventsStore;

beforeAll(async () => {
  const { engine, stop } = await startEngine();
  store = createEventsStore(engine);
  // Shuffled, in small inserts, some of them twice: parts that the engine has not merged yet.
  for (const rows of batches(shuffled([...sent, ...sent.slice(0, 500)]), 700)) await store.insertUsage(rows);
  for (const [i, rows] of batches(crashes, 500).entries()) await store.insertEvents(`batch-${i}`, rows);
  return stop;
});

test("what was generated is worth counting", () => {
  expect(sent.length).toBeGreaterThan(truth.length * 1.2);
  const seen = new Set(truth.map(({ day, install }) => `${day} ${install}`));
  const ofInstalls = crashes.filter(({ deviceKind }) => deviceKind === "install");
  expect(ofInstalls.some((row) => !seen.has(`${dayOf(row)} ${row.deviceId}`))).toBe(true);
  expect(ofInstalls.some((row) => row.appVersion === "1.9")).toBe(true);
});

test.for(SCOPES)("users, sessions, crashes: %s", async ([, scope]) => {
  const answer = await store.usage(scope);
  const known = truth.filter(({ appId }) => scope.appIds.includes(appId));
  if (known.length === 0) {
    expect(answer).toBeUndefined();
    expect(await store.usageDays(scope)).toEqual([]);
    return;
  }
  expect(answer?.total).toEqual(sumOf(scope, () => true));
  expect(answer?.byDay).toEqual(groups(scope, ["day"]));
  expect(answer?.byBuild).toEqual(groups(scope, ["version", "build"]));
  expect(answer?.byBuildDay).toEqual(groups(scope, ["day", "version", "build"]));
  expect(answer?.namesInstalls).toBe(true);
  expect(await store.usageDays(scope)).toEqual(answer?.byDay);
  const ofScope = crashesIn(scope);
  expect(answer?.crashes.reduce((sum, row) => sum + row.withInstall + row.withoutInstall, 0)).toBe(ofScope.length);
  const unmeasured = ofScope.filter(({ appId, appVersion }) => appId !== APP || appVersion === "1.9");
  expect(answer?.crashes.reduce((sum, row) => sum + (row.measured ? 0 : row.withInstall + row.withoutInstall), 0)).toBe(
    unmeasured.length,
  );
});

test("builds that sent usage, by their first day", async () => {
  const answer = await store.usage(WINDOW);
  const first = (version: string, build: string) =>
    truth
      .filter((row) => row.version === version && row.build === build)
      .map(({ day }) => day)
      .sort()[0];
  expect(answer?.builds).toEqual(
    BUILDS.map(([version, build]) => ({ version, build, firstDay: first(version, build) })).sort((a, b) =>
      order(a.firstDay ?? "", b.firstDay ?? ""),
    ),
  );
});

describe("one device in a loop", () => {
  test("10,000 crashes in an hour are 10,000 crashes, one device, one crashed user", async () => {
    const loop = Array.from({ length: 10_000 }, (_, i): EventRow => ({
      ...crash("loop", "2026-11-05", i),
      appId: "loop",
      reportId: `loop-${i}`,
    }));
    const users = Array.from({ length: 200 }, (_, i): StoredUsage => ({
      ...usage(`calm-${i}`, "2026-11-05"),
      appId: "loop",
    }));
    await store.insertEvents("loop", loop);
    await store.insertUsage([...users, { ...usage("loop", "2026-11-05"), appId: "loop", sessions: 4 }]);
    const scope = { appIds: ["loop"], from: "2026-11-01", to: "2026-11-10", filters: {} };
    expect(await store.overview(scope)).toMatchObject({ crashes: 10_000, affectedDevices: 1 });
    expect((await store.usage(scope))?.total).toMatchObject({
      active: 201,
      crashed: 1,
      crashes: 10_000,
      cappedCrashes: MAX_CRASHES_PER_DEVICE_DAY,
    });
  });
});

function generateUsage() {
  const best = new Map<string, StoredUsage>();
  const sent: StoredUsage[] = [];
  for (let i = 0; i < 4_000; i++) {
    const [version, build] = pick(BUILDS);
    const row: StoredUsage = {
      ...usage(`install-${below(300)}`, pick(DAYS as [string, ...string[]])),
      version,
      build,
      sessions: 1 + below(5),
      crashedSessions: pick([undefined, 0, 0, 1]),
    };
    sent.push(row);
    const key = `${row.day} ${row.install} ${version} ${build}`;
    const known = best.get(key);
    best.set(key, {
      ...row,
      sessions: Math.max(row.sessions, known?.sessions ?? 0),
      crashedSessions: largest(row.crashedSessions, known?.crashedSessions),
    });
    // The same day again, later and further.
    if (below(3) === 0) {
      sent.push({ ...row, sessions: row.sessions + 2 });
      best.set(key, { ...(best.get(key) ?? row), sessions: Math.max(best.get(key)?.sessions ?? 0, row.sessions + 2) });
    }
  }
  return { sent, truth: [...best.values()] };
}

/** An install keeps its device and system, so that the filters have one answer. */
function usage(install: string, day: string): StoredUsage {
  const n = Number(install.replace(/\D/g, "")) || 0;
  return {
    appId: APP,
    day,
    install,
    version: "2.1",
    build: "200",
    platform: "iOS",
    os: n % 2 === 0 ? "26.1" : "26.2",
    osBuild: "23B85",
    device: "abc".charAt(n % 3),
    sessions: 1,
    crashedSessions: 0,
    foregroundSeconds: undefined,
  };
}

function generateCrashes(): EventRow[] {
  return Array.from({ length: 1_500 }, (_, i) => {
    // Some crash at launch, on a day their usage never came from; some belong to a build that sends none.
    const row = crash(`install-${below(320)}`, pick(DAYS as [string, ...string[]]), i);
    const [appVersion, appBuild] = pick<Build>([["1.9", "90"], ...BUILDS]);
    return {
      ...row,
      appVersion,
      appBuild,
      appId: below(12) === 0 ? "harbor-widget" : APP,
      deviceKind: below(5) === 0 ? "reporter-key" : "install",
      kind: below(6) === 0 ? "hang" : "crash",
    };
  });
}

function crash(install: string, day: string, i: number): EventRow {
  const { os, device } = usage(install, day);
  const crashedAt = new Date(Date.parse(`${day}T00:00:00Z`) + (i % 86_400) * 1000).toISOString();
  return {
    reportId: `crash-${i}`,
    appId: APP,
    rawKey: rawKey(BigInt(i % 7)),
    kind: "crash",
    crashedAt,
    receivedAt: "2026-11-24T00:00:00.000Z",
    platform: "iOS",
    osVersion: os,
    osBuild: "23B85",
    deviceModel: device,
    appVersion: "2.1",
    appBuild: "200",
    deviceId: install,
    deviceKind: "install",
    incidentId: "",
  };
}

const dayOf = (row: EventRow): string => row.crashedAt?.slice(0, 10) ?? "";
const accepts = (values: readonly string[] | undefined, value: string): boolean =>
  values === undefined || values.includes(value);

function crashesIn({ appIds, from, to, filters }: EventScope): EventRow[] {
  return crashes.filter(
    (row) =>
      row.kind === "crash" &&
      appIds.includes(row.appId) &&
      dayOf(row) >= from &&
      dayOf(row) <= to &&
      accepts(filters.version, row.appVersion) &&
      accepts(filters.build, row.appBuild) &&
      accepts(filters.os, row.osVersion) &&
      accepts(filters.device, row.deviceModel),
  );
}

interface Cell {
  readonly day: string;
  readonly version: string;
  readonly build: string;
}

function sumOf(scope: EventScope, isIn: (cell: Cell) => boolean): UsageSum {
  const rows = truth.filter(
    (row) =>
      isIn(row) &&
      row.day >= scope.from &&
      row.day <= scope.to &&
      accepts(scope.filters.version, row.version) &&
      accepts(scope.filters.build, row.build) &&
      accepts(scope.filters.os, row.os) &&
      accepts(scope.filters.device, row.device),
  );
  const counted = crashesIn(scope).filter(
    (row) =>
      row.deviceKind === "install" &&
      row.appId === APP &&
      BUILDS.some(([version, build]) => version === row.appVersion && build === row.appBuild) &&
      isIn({ day: dayOf(row), version: row.appVersion, build: row.appBuild }),
  );
  const told = rows.filter(({ crashedSessions }) => crashedSessions !== undefined);
  const loops = [
    ...Map.groupBy(counted, (row) => `${dayOf(row)} ${row.deviceId} ${row.appVersion} ${row.appBuild}`).values(),
  ].map(({ length }) => Math.min(length, MAX_CRASHES_PER_DEVICE_DAY));
  const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
  return {
    active: new Set([...rows.map(({ install }) => install), ...counted.map(({ deviceId }) => deviceId)]).size,
    crashed: new Set(counted.map(({ deviceId }) => deviceId)).size,
    sessions: total(rows.map(({ sessions }) => sessions)),
    sessionsTold: total(told.map(({ sessions }) => sessions)),
    crashedSessions: total(told.map(({ crashedSessions }) => crashedSessions ?? 0)),
    crashes: counted.length,
    cappedCrashes: total(loops),
    squaredCrashes: total(loops.map((n) => n * n)),
  };
}

function groups(scope: EventScope, by: readonly (keyof Cell)[]) {
  const keyOf = (cell: Cell) => JSON.stringify(by.map((field) => cell[field]));
  const cells = [
    ...truth.map(({ day, version, build }) => ({ day, version, build })),
    ...crashes.map((row) => ({ day: dayOf(row), version: row.appVersion, build: row.appBuild })),
  ];
  return [...Map.groupBy(cells, keyOf)]
    .map(([key, [cell]]) => ({
      ...Object.fromEntries(by.map((field) => [field, cell?.[field]])),
      ...sumOf(scope, (other) => keyOf(other) === key),
      key,
    }))
    .filter(({ active }) => active > 0)
    .sort((a, b) => order(a.key, b.key))
    .map(({ key, ...row }) => (key === "" ? row : row));
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : Math.max(a, b ?? 0);
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
