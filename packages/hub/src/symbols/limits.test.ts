/** Lists about debug files with one row more than a page is told of. */
import { expect, onTestFinished, test } from "vitest";
import { openState } from "../stores/state/open-state.ts";
import { createMatrixStore, MAX_GAPS } from "./matrix.ts";
import { createRedoStore, MAX_IMAGES_TOLD, MAX_RUNS_TOLD } from "./redo-store.ts";
import { MAX_ROWS } from "./routes.ts";
import { createSymbolsStore } from "./store.ts";

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

test("debug files that are held: the oldest is left out", async () => {
  const db = await setUp();
  const symbols = createSymbolsStore(db);
  for (let i = 0; i <= MAX_ROWS; i++) {
    const uploadedAt = new Date(Date.parse(NOW) + i).toISOString();
    const slice = { ...image(i), sizeBytes: 1, hasDebugInfo: true, uploadedAt };
    await symbols.add({ ...slice, blob: uuidOf(i).repeat(2) as Parameters<typeof symbols.add>[0]["blob"] });
  }
  const held = await symbols.held(MAX_ROWS);
  expect([held.length, held[0]?.name, held.at(-1)?.name]).toEqual([MAX_ROWS, `Image${MAX_ROWS}`, "Image1"]);
});

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
