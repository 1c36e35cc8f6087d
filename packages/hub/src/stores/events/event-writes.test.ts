/** Nothing counts twice and nothing is lost, whenever the engine dies. */
import { readdirSync, rmSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { generateEvents, seededRandom, temporaryEngine, temporaryFolder } from "../../../test/events.ts";
import type { EventEngine } from "./event-engine.ts";
import { rawKey, type EventRow } from "./event-row.ts";
import { MONTHS_PER_INSERT } from "./event-writes.ts";
import { createEventsStore, type EventsStore } from "./events-store.ts";

test("a batch counts once, however often it is written", async () => {
  const engine = await temporaryEngine();
  const store = createEventsStore(engine);
  const { rows } = generateEvents(1_000, 1);
  await store.insertEvents("batch", rows);
  await store.insertEvents("batch", rows);
  await Promise.all([store.insertEvents("batch", rows), store.insertEvents("batch", rows)]);
  expect(await idsHeld(engine)).toEqual(rows.map(({ reportId }) => reportId).sort());
});

test("a batch of nothing is written without a word", async () => {
  const engine = await temporaryEngine();
  await createEventsStore(engine).insertEvents("batch", []);
  expect(await idsHeld(engine)).toEqual([]);
});

test("a batch over twelve years is split by months and still counts once", async () => {
  const engine = await temporaryEngine();
  const store = createEventsStore(engine);
  const months = 12 * 12;
  expect(months).toBeGreaterThan(MONTHS_PER_INSERT);
  const rows = generateEvents(months * 2, 2).rows.map((row, index) => ({
    ...row,
    crashedAt: new Date(Date.UTC(2010, index % months, 15)).toISOString(),
  }));
  await store.insertEvents("batch", rows);
  await store.insertEvents("batch", rows);
  expect(await idsHeld(engine)).toEqual(rows.map(({ reportId }) => reportId).sort());
  const partitions = await engine.query<{ partition: string }>(
    "SELECT DISTINCT partition FROM system.parts WHERE table = 'events' AND active",
  );
  expect(partitions).toHaveLength(months);
});

test("all 64 bits of a raw key come back", async () => {
  const engine = await temporaryEngine();
  const keys = [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];
  const { rows } = generateEvents(keys.length, 3);
  await createEventsStore(engine).insertEvents(
    "batch",
    rows.map((row, index) => ({ ...row, rawKey: rawKey(keys[index] ?? 0n) })),
  );
  const stored = await engine.query<{ raw_key: string }>("SELECT raw_key FROM windfall.events ORDER BY raw_key");
  expect(stored.map(({ raw_key }) => BigInt(raw_key))).toEqual(keys);
});

test("every field of an event comes back, hostile text too", async () => {
  const engine = await temporaryEngine();
  const hostile = `'"\\\0\n\t\r{a:b} -- ; 💥`;
  const row: EventRow = {
    reportId: `id ${hostile}`,
    appId: `app ${hostile}`,
    rawKey: rawKey(42n),
    kind: "crash",
    crashedAt: "2001-01-01T00:00:00.000Z",
    receivedAt: "2026-11-24T17:00:00.500Z",
    platform: `platform ${hostile}`,
    osVersion: `os ${hostile}`,
    osBuild: `osb ${hostile}`,
    deviceModel: `model ${hostile}`,
    appVersion: `version ${hostile}`,
    appBuild: `build ${hostile}`,
    deviceKind: "reporter-key",
    ground: "background",
    deviceId: `device ${hostile}`,
    incidentId: `incident ${hostile}`,
  };
  await createEventsStore(engine).insertEvents(`batch ${hostile}`, [row]);
  expect(
    await engine.query("SELECT * FROM windfall.events WHERE report_id = {id:String}", { id: row.reportId }),
  ).toEqual([
    {
      report_id: row.reportId,
      app_id: row.appId,
      raw_key: "42",
      kind: "crash",
      event_time: "2026-11-24T17:00:00.500Z",
      received_at: "2026-11-24T17:00:00.500Z",
      time_flagged: true,
      platform: row.platform,
      os_version: row.osVersion,
      os_build: row.osBuild,
      device_model: row.deviceModel,
      app_version: row.appVersion,
      app_build: row.appBuild,
      device_id: row.deviceId,
      device_kind: row.deviceKind,
      ground: row.ground,
      incident_id: row.incidentId,
    },
  ]);
});

test("a replaced report counts once, as its new row, there and back again", async () => {
  const engine = await temporaryEngine();
  const store = createEventsStore(engine);
  const { rows } = generateEvents(50, 4);
  await store.insertEvents("batch", rows);
  const [row] = rows;
  if (row === undefined) throw new Error("no row");
  for (const deviceModel of ["Mac1,1", row.deviceModel, "Mac1,1"]) {
    await store.replaceReport(row.reportId, { ...row, deviceModel });
    const held = await engine.query<{ device_model: string }>(
      "SELECT device_model FROM windfall.events WHERE report_id = {id:String}",
      { id: row.reportId },
    );
    expect(held).toEqual([{ device_model: deviceModel }]);
  }
  expect(await idsHeld(engine)).toHaveLength(rows.length);
});

test("a kill between the token and the part: the retry alone loses rows, the repair does not", async () => {
  const folder = temporaryFolder();
  const rows = generateEvents(200, 5).rows.map((row) => ({ ...row, crashedAt: "2026-10-10T10:10:10.000Z" }));
  const first = await temporaryEngine(folder);
  await createEventsStore(first).insertEvents("batch", rows);
  const [part] = await first.query<{ path: string }>("SELECT path FROM system.parts WHERE table = 'events' AND active");
  await first.close();
  // What a kill leaves there: the token is in the log, the part never got its name.
  if (part === undefined || readdirSync(part.path).length === 0) throw new Error("no part");
  rmSync(part.path, { recursive: true });

  const second = await temporaryEngine(folder);
  const store = createEventsStore(second);
  await store.insertEvents("batch", rows);
  expect(await idsHeld(second)).toEqual([]);
  await repair(store, "batch, repaired", rows);
  expect(await idsHeld(second)).toEqual(rows.map(({ reportId }) => reportId).sort());
});

test("engines killed at any moment of an insert, and repaired, hold every row once", async () => {
  const engine = await temporaryEngine();
  const store = createEventsStore(engine);
  const random = seededRandom(6);
  const { rows } = generateEvents(12 * 300, 6);
  for (let round = 0; round < 12; round += 1) {
    const batch = rows.slice(round * 300, (round + 1) * 300);
    const insert = store.insertEvents(`batch-${round}`, batch).catch((cause: unknown) => cause);
    await new Promise((resolve) => setTimeout(resolve, random() * 40));
    if (engine.process.pid !== undefined) process.kill(engine.process.pid, "SIGKILL");
    const failure = await insert;
    if (failure !== undefined) expect(failure).toMatchObject({ code: "engine-lost", retryable: true });
    // Just killed, the engine may be asked before its end is noticed.
    await vi.waitFor(() => repair(store, `batch-${round}, repaired`, batch));
  }
  expect(await idsHeld(engine)).toEqual(rows.map(({ reportId }) => reportId).sort());
});

/** What the hub does at its start with a batch that is not noted as done. */
async function repair(store: EventsStore, freshId: string, rows: readonly EventRow[]): Promise<void> {
  const held = await store.heldReportIds(rows.map(({ reportId }) => reportId));
  await store.insertEvents(
    freshId,
    rows.filter(({ reportId }) => !held.has(reportId)),
  );
}

async function idsHeld(engine: EventEngine): Promise<string[]> {
  const rows = await engine.query<{ id: string }>("SELECT report_id AS id FROM windfall.events");
  return rows.map(({ id }) => id).sort();
}
