/** Every question of the events store against the same numbers counted in plain JavaScript, whatever the engine. */
import { beforeAll, describe, expect, test } from "vitest";
import { generateEvents, startEngine } from "../../../test/events.ts";
import { type EventRow, type RawKey, type SignatureId, signatureId, UNMAPPED } from "./event-row.ts";
import type { EventScope } from "./event-scope.ts";
import { eventTime } from "./event-time.ts";
import { createEventsStore, type EventsStore } from "./events-store.ts";

const EVERY_FILTER: EventScope["filters"] = {
  platform: ["iOS", "macOS"],
  version: ["2.0", "2.1", "2.2"],
  build: ["", "100", "110", "121"],
  os: ["26.1", "26.2"],
  device: ["iPhone18,1", "Mac16,1", "iPad16,3"],
  process: ["harbor"],
};
const OCTOBER = { appIds: ["harbor"], from: "2026-10-01", to: "2026-10-31", filters: {} };
/** Neither the order of the names nor that of the first crashes; some builds are not in it. */
const UPLOADS = ["2.3 130", "2.0 102", "2.2 121", "2.2 ", "2.1 110"].map((name) => {
  const [version = "", build = ""] = name.split(" ");
  return { version, build };
});
const SCOPES: readonly [name: string, scope: EventScope][] = [
  ["a month of one app", OCTOBER],
  ["everything of the other app", { ...OCTOBER, appIds: ["teebude"], from: "2000-01-01", to: "2999-12-31" }],
  ["an app with its widget", { ...OCTOBER, appIds: ["harbor", "teebude"] }],
  ["the widget of an app", { ...OCTOBER, appIds: ["harbor", "teebude"], filters: { process: ["teebude"] } }],
  ["builds in the order of their upload", { ...OCTOBER, buildOrder: UPLOADS }],
  ["one day", { ...OCTOBER, from: "2026-10-13", to: "2026-10-13" }],
  ["two versions", { ...OCTOBER, filters: { version: ["2.1", "2.3"] } }],
  ["a build that reports do not name", { ...OCTOBER, filters: { build: [""] } }],
  ["all filters at once", { ...OCTOBER, filters: EVERY_FILTER }],
  ["an empty list filters nothing", { ...OCTOBER, filters: { os: [] } }],
  ["nothing: an unknown app", { ...OCTOBER, appIds: ["nobody"] }],
  ["nothing: the days the wrong way round", { ...OCTOBER, from: "2026-10-20", to: "2026-10-10" }],
];

const { rows, map } = generateEvents(4_000, 20261124);
let signatureOf = new Map<RawKey, SignatureId>();
let store: EventsStore;

describe("what the events answer is what was written", () => {
  withStore();

  test("the generated events are worth counting", () => {
    expect(SCOPES.map(([, scope]) => crashesIn(scope).length > 10)).toEqual(
      SCOPES.map(([name]) => !name.startsWith("nothing")),
    );
    expect(crashesIn(OCTOBER).some((row) => signature(row) === UNMAPPED)).toBe(true);
  });

  test.for(SCOPES)("overview: %s", async ([, scope]) => {
    const crashes = crashesIn(scope);
    expect(await store.overview(scope)).toEqual({
      crashes: crashes.length,
      affectedDevices: devices(crashes),
      crashesWithoutDevice: crashes.filter(({ deviceId }) => deviceId === "").length,
      ground: {
        foreground: crashes.filter(({ ground }) => ground === "foreground").length,
        background: crashes.filter(({ ground }) => ground === "background").length,
        unknown: crashes.filter(({ ground }) => ground === "").length,
      },
      versions: builds(crashes, scope),
      days: days(crashes),
    });
  });

  test.for(SCOPES)("facets leave out their own filter: %s", async ([, scope]) => {
    const without = (name: keyof EventScope["filters"]): EventScope => ({
      ...scope,
      filters: { ...scope.filters, [name]: [] },
    });
    expect(await store.facets(scope)).toEqual({
      platform: facet(crashesIn(without("platform")), "platform"),
      version: facet(crashesIn(without("version")), "appVersion"),
      build: facet(crashesIn(without("build")), "appBuild"),
      os: facet(crashesIn(without("os")), "osVersion"),
      device: facet(crashesIn(without("device")), "deviceModel"),
      process: facet(crashesIn(without("process")), "appId"),
    });
  });

  test.for(SCOPES)("signatures, page by page: %s", async ([, scope]) => {
    const all = signaturesOf(scope);
    for (const page of [
      { limit: 5, offset: 0 },
      { limit: 5, offset: 5 },
      { limit: 500, offset: 0 },
      { limit: 5, offset: 1_000 },
    ]) {
      expect(await store.signatures(scope, page)).toEqual({
        crashes: crashesIn(scope).length,
        total: all.length,
        signatures: all.slice(page.offset, page.offset + page.limit),
      });
    }
  });

  test.for(SCOPES)("one signature, its distributions and reports: %s", async ([, scope]) => {
    for (const id of [signatureId(1), signatureId(17), signatureId(4_000_000_000)]) {
      const crashes = crashesIn(scope).filter((row) => signature(row) === id);
      const one = signaturesOf(scope).find((row) => row.signatureId === id);
      expect(await store.signature(scope, id)).toEqual(one && { ...one, allCrashes: crashesIn(scope).length });
      expect(await store.distributions(scope, id)).toEqual({
        crashes: crashes.length,
        crashesWithoutDevice: crashes.filter(({ deviceId }) => deviceId === "").length,
        byOs: distribution(crashes, "osVersion"),
        byDevice: distribution(crashes, "deviceModel"),
        byVersion: builds(crashes, scope),
      });
      const newest = crashes
        .map((row) => ({
          reportId: row.reportId,
          incidentId: row.incidentId,
          crashedAt: timeOf(row),
          version: row.appVersion,
          build: row.appBuild,
          os: row.osVersion,
          device: row.deviceModel,
        }))
        .sort((a, b) => order(b.crashedAt, a.crashedAt) || order(b.reportId, a.reportId));
      expect(await store.reports(scope, id, { limit: 7, offset: 2 })).toEqual({
        total: newest.length,
        reports: newest.slice(2, 9),
      });
    }
  });

  test("apps, with their crashes of all time", async () => {
    const byApp = Map.groupBy(
      rows.filter(({ kind }) => kind === "crash"),
      ({ appId }) => appId,
    );
    expect(await store.apps()).toEqual(
      [...byApp]
        .map(([appId, crashes]) => ({
          appId,
          crashes: crashes.length,
          lastSeen: crashes.map(timeOf).sort().at(-1),
          platforms: [...new Set(crashes.map(({ platform }) => platform))].sort(),
        }))
        .sort((a, b) => order(a.appId, b.appId)),
    );
  });

  test("held report ids are those written, thousands at once", async () => {
    const unknown = Array.from({ length: 3_000 }, (_, index) => `unknown-${index}`);
    const held = await store.heldReportIds([...unknown, ...rows.map(({ reportId }) => reportId)]);
    expect(held).toEqual(new Set(rows.map(({ reportId }) => reportId)));
    expect(await store.heldReportIds([])).toEqual(new Set());
  });

  test.for([
    "iOS' OR 1=1 --",
    "\\",
    "\\' OR '1'='1",
    "{app:String}",
    "\0\n\t\r\b",
    "'; DROP TABLE windfall.events; --",
    "\ud800",
    "💥",
  ])("the hostile value %j is only a value", async (value) => {
    const filters = {
      platform: [value],
      version: [value, "2.1"],
      build: [value],
      os: [value],
      device: [value],
      process: [value],
    };
    expect((await store.overview({ ...OCTOBER, filters })).crashes).toBe(0);
    expect((await store.overview({ ...OCTOBER, appIds: [value] })).crashes).toBe(0);
    expect(await store.heldReportIds([value])).toEqual(new Set());
    expect((await store.overview(OCTOBER)).crashes).toBe(crashesIn(OCTOBER).length);
  });
});

describe("signatures merge and split without touching an event", () => {
  withStore();

  test("every number follows the map, and an older change never wins", async () => {
    const merged = map.map((change, index) => ({ ...change, signatureId: signatureId(1 + (index % 5)), version: 2 }));
    await store.mapSignatures(merged);
    await store.mapSignatures(map);
    signatureOf = new Map(merged.map(({ rawKey, signatureId }) => [rawKey, signatureId]));
    const { total, signatures } = await store.signatures(OCTOBER, { limit: 50, offset: 0 });
    expect(total).toBe(5);
    expect(signatures).toEqual(signaturesOf(OCTOBER));
  });
});

function withStore(): void {
  beforeAll(async () => {
    const { engine, stop } = await startEngine();
    store = createEventsStore(engine);
    signatureOf = new Map(map.map(({ rawKey, signatureId }) => [rawKey, signatureId]));
    await store.mapSignatures(map);
    for (let start = 0; start < rows.length; start += 1_000) {
      await store.insertEvents(`batch-${start}`, rows.slice(start, start + 1_000));
    }
    return stop;
  });
}

function timeOf(row: EventRow): string {
  return eventTime(row.crashedAt, row.receivedAt).time;
}

function signature(row: EventRow): SignatureId {
  return signatureOf.get(row.rawKey) ?? UNMAPPED;
}

function crashesIn({ appIds, from, to, filters }: EventScope): EventRow[] {
  const accepts = (values: readonly string[] | undefined, value: string): boolean =>
    values === undefined || values.length === 0 || values.includes(value);
  return rows.filter((row) => {
    const day = timeOf(row).slice(0, 10);
    return (
      row.kind === "crash" &&
      appIds.includes(row.appId) &&
      day >= from &&
      day <= to &&
      accepts(filters.platform, row.platform) &&
      accepts(filters.version, row.appVersion) &&
      accepts(filters.build, row.appBuild) &&
      accepts(filters.os, row.osVersion) &&
      accepts(filters.device, row.deviceModel) &&
      accepts(filters.process, row.appId)
    );
  });
}

function devices(crashes: readonly EventRow[]): number {
  return new Set(crashes.map(({ deviceId }) => deviceId).filter((id) => id !== "")).size;
}

function days(crashes: readonly EventRow[]) {
  return [...Map.groupBy(crashes, (row) => timeOf(row).slice(0, 10))]
    .map(([day, rows]) => ({ day, crashes: rows.length }))
    .sort((a, b) => order(a.day, b.day));
}

function builds(crashes: readonly EventRow[], scope: EventScope) {
  return [...Map.groupBy(crashes, (row) => `${row.appVersion}\n${row.appBuild}`)]
    .map(([key, rows]) => {
      const [version = "", build = ""] = key.split("\n");
      const times = rows.map(timeOf).sort();
      return {
        version,
        build,
        crashes: rows.length,
        affectedDevices: devices(rows),
        signatures: new Set(rows.map(signature).filter((id) => id !== UNMAPPED)).size,
        firstSeen: times[0] ?? "",
        lastSeen: times.at(-1) ?? "",
      };
    })
    .sort(
      (a, b) =>
        place(scope, b) - place(scope, a) ||
        order(b.firstSeen, a.firstSeen) ||
        order(b.lastSeen, a.lastSeen) ||
        order(b.version, a.version) ||
        order(b.build, a.build),
    );
}

function facet(crashes: readonly EventRow[], column: keyof EventRow) {
  return [...Map.groupBy(crashes, (row) => row[column] ?? "")]
    .map(([value, rows]) => ({ value, crashes: rows.length }))
    .sort((a, b) => b.crashes - a.crashes || order(a.value, b.value));
}

function distribution(crashes: readonly EventRow[], column: keyof EventRow) {
  return facet(crashes, column).map(({ value, crashes: count }) => ({
    value,
    crashes: count,
    affectedDevices: devices(crashes.filter((row) => row[column] === value)),
    share: count / crashes.length,
  }));
}

function signaturesOf(scope: EventScope) {
  const ever = rows.filter((row) => scope.appIds.includes(row.appId) && row.kind === "crash");
  return [...Map.groupBy(crashesIn(scope), signature)]
    .filter(([id]) => id !== UNMAPPED)
    .map(([id, crashes]) => {
      const seen = ever
        .filter((row) => signature(row) === id)
        .map((row) => ({ time: timeOf(row), version: row.appVersion, build: row.appBuild }))
        .sort((a, b) => order(a.time, b.time));
      const [first, last] = [seen[0], seen.at(-1)];
      const [oldest, newest] = firstAndLastBuild(scope, seen);
      return {
        signatureId: id,
        crashes: crashes.length,
        affectedDevices: devices(crashes),
        firstSeen: first?.time,
        lastSeen: last?.time,
        firstBuild: oldest,
        lastBuild: newest,
        days: days(crashes),
      };
    })
    .sort((a, b) => b.crashes - a.crashes || a.signatureId - b.signatureId);
}

type Seen = { readonly time: string; readonly version: string; readonly build: string };

/** By upload; of builds whose place is not known, by first crash and last crash. */
function firstAndLastBuild(scope: EventScope, seen: readonly Seen[]) {
  const name = ({ version, build }: Seen) => ({ version, build });
  const byName = (a: Seen, b: Seen) => order(a.version, b.version) || order(a.build, b.build);
  const ranked = (times: readonly Seen[]) =>
    times.toSorted((a, b) => place(scope, a) - place(scope, b) || order(a.time, b.time) || byName(a, b)).map(name);
  return [ranked(seen)[0], ranked(seen).at(-1)];
}

/** From 1, as uploaded; 0 where that is not known. */
function place({ buildOrder = [] }: EventScope, { version, build }: Pick<Seen, "version" | "build">): number {
  return buildOrder.findIndex((name) => name.version === version && name.build === build) + 1;
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
