/** Lists about debug files with one row more than a page is told of. */
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { openState } from "../stores/state/open-state.ts";
import { createMatrixStore, MAX_GAPS } from "./matrix.ts";
import { createRedoStore, MAX_IMAGES_TOLD, MAX_KEYS_OF_SIGNATURE, MAX_RUNS_TOLD } from "./redo-store.ts";

const NOW = "2026-11-24T12:00:00.000Z";
const APP = "app";
const uuidOf = (i: number) => i.toString(16).padStart(32, "0");
const image = (i: number) => ({ uuid: uuidOf(i), name: `Image${i}`, arch: "arm64" });

async function setUp() {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  await db
    .insertInto("apps")
    .values({
      id: APP,
      bundle_id: "org.example.app",
      name: "App",
      short_name: "APP",
      last_signature_number: 0,
      sample: 0,
      created_at: NOW,
    })
    .execute();
  return db;
}

test("debug files that a build lacks", async () => {
  const db = await setUp();
  const build = { app_id: APP, version: "1", build: "1" };
  await db
    .insertInto("builds")
    .values({ ...build, arrival: 1, ordered_at: NOW })
    .execute();
  const seen = async (i: number) =>
    db
      .insertInto("images_seen")
      .values({ ...build, ...image(i), kind: "own" })
      .execute();
  for (let i = 0; i < MAX_GAPS; i++) await seen(i);
  const gaps = async () => (await createMatrixStore(db).matrix([APP], 10)).gaps.length;
  expect(await gaps()).toBe(MAX_GAPS);
  await seen(MAX_GAPS);
  expect(await gaps()).toBe(MAX_GAPS);
  expect((await createMatrixStore(db).matrix([APP], 10)).builds[0]?.images).toHaveLength(MAX_GAPS + 1);
});

test("what late symbols did: the latest runs, and of each so many files", async () => {
  const db = await setUp();
  const redo = createRedoStore(db);
  const uuids = Array.from({ length: MAX_IMAGES_TOLD + 1 }, (_, i) => uuidOf(i));
  for (const [i, uuid] of uuids.entries()) {
    await db
      .insertInto("symbol_files")
      .values({ ...image(i), uuid, blob: uuid.repeat(2), size_bytes: 1, has_debug_info: 1, uploaded_at: NOW })
      .execute();
  }
  for (let run = 0; run <= MAX_RUNS_TOLD; run++) {
    const redone = { rawKeys: run, reports: 1, renamed: 0, merged: 0, added: 0, failed: 0 };
    await db.transaction().execute((tx) => redo.note(tx, { ...redone, uuids }, NOW));
    await redo.endRun(NOW);
  }
  const { runs } = await redo.progress();
  expect(runs.map(({ rawKeys }) => rawKeys)).toEqual(
    Array.from({ length: MAX_RUNS_TOLD }, (_, i) => MAX_RUNS_TOLD - i),
  );
  expect(runs[0]?.images).toHaveLength(MAX_IMAGES_TOLD);
});

test("keys of one signature that late symbols decide about at once: those with most reports", async () => {
  const db = await setUp();
  await db.insertInto("batches").values({ id: "batch", state: "done", created_at: NOW }).execute();
  await db
    .insertInto("symbol_files")
    .values({ ...image(0), blob: uuidOf(0).repeat(2), size_bytes: 1, has_debug_info: 1, uploaded_at: NOW })
    .execute();
  const count = MAX_KEYS_OF_SIGNATURE + 1;
  const ids = Array.from({ length: count + 1 }, (_, i) => String(i));
  // One statement a table: the last key has a second report, so that it is not the one to be left out.
  const list = sql.join(ids.map((id) => sql`(${id})`));
  await sql`INSERT INTO signatures (id, app_id, number, key, key_version, family, category, title, apple_term, confidence, state, why, exception, created_at)
    VALUES (1, ${APP}, 1, 'k', 1, 'f', 'c', 't', 'a', 'provisional', 'new', '[]', '{}', ${NOW})`.execute(db);
  await sql`WITH ids(id) AS (VALUES ${list}) INSERT INTO inbox (id, blob, size_bytes, received_at) SELECT id, id, 1, ${NOW} FROM ids`.execute(
    db,
  );
  await sql`INSERT INTO reports (id, inbox_id, part, app_id, raw_key, kind, format, crashed_at, received_at, batch_id, stored)
    SELECT id, id, 0, ${APP}, CASE id WHEN ${String(count)} THEN ${String(count - 1)} ELSE id END, 'crash', 'ips', ${NOW}, ${NOW}, 'batch', 1 FROM inbox`.execute(
    db,
  );
  await sql`INSERT INTO raw_keys (raw_key, app_id, signature_id, status, report_id, version)
    SELECT raw_key, ${APP}, 1, 'provisional', min(id), 1 FROM reports GROUP BY raw_key`.execute(db);
  await sql`INSERT INTO raw_key_waits (raw_key, uuid) SELECT raw_key, ${uuidOf(0)} FROM raw_keys`.execute(db);
  const chosen = await createRedoStore(db).next(1);
  expect([chosen.length, chosen[0]?.rawKey, chosen[0]?.reports]).toEqual([MAX_KEYS_OF_SIGNATURE, String(count - 1), 2]);
});
