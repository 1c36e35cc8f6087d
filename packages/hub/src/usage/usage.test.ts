/** Usage through the hub's own door: what is kept, what is refused and named, what sending again changes. */
import type { Overview } from "@windfall/api";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestHub, type TestHub } from "../../test/hub.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.remove());

const today = new Date().toISOString().slice(0, 10);
const row = {
  installId: "9F1C6B0E-0B7C-4E36-9B5B-2F1B8B0C1A01",
  day: today,
  app: "com.example.harbor",
  version: "2.1.0",
  build: "431",
  os: "26.1",
  device: "iPhone18,1",
  platform: "iOS",
  sessions: 3,
};

const send = (body: string | Uint8Array) => hub.send("/ingest/usage", body);

test("good rows are stored, bad ones are counted and named by row and field", async () => {
  const { status, body } = await send(
    JSON.stringify([
      row,
      { ...row, day: "2040-01-01" },
      { ...row, day: "2007-12-31" },
      { ...row, day: "2026-02-30" },
      { ...row, sessions: -1 },
      { ...row, installId: "short" },
      { ...row, crashedSessions: 4 },
      { ...row, installId: "another-install", build: undefined },
      7,
    ]),
  );
  expect(status).toBe(202);
  expect(body).toMatchObject({
    accepted: 2,
    rejected: 7,
    problems: [
      { row: 2, field: "day", reason: "more than a day ahead" },
      { row: 3, field: "day", reason: "before 2008" },
      { row: 4, field: "day", reason: "not a day like 2026-11-24" },
      { row: 5, field: "sessions", reason: "not a number from 0" },
      { row: 6, field: "installId" },
      { row: 7, field: "crashedSessions", reason: "more than sessions" },
      { row: 9, field: "", reason: "no object" },
    ],
  });
});

test("the same bytes again are a duplicate, also as JSON lines and gzip", async () => {
  const lines = `${JSON.stringify(row)}\n{"broken\n${JSON.stringify({ ...row, installId: "yet-another" })}\n`;
  const first = await send(lines);
  expect(first).toMatchObject({
    status: 202,
    body: { accepted: 2, rejected: 1, problems: [{ row: 2, field: "", reason: "no JSON" }] },
  });
  const second = await send(gzipSync(lines));
  expect(second).toMatchObject({ status: 200, body: { id: first.body.id, duplicate: true, accepted: 2 } });
});

test.for([
  ["nothing", "", "empty-body"],
  ["no JSON", "hello", "bad-request"],
  ["no rows", "[]", "bad-request"],
  ["only a row of the year 2040", JSON.stringify({ ...row, day: "2040-01-01" }), "bad-request"],
  ["no text", new Uint8Array([0xff, 0xfe, 0x00]), "bad-request"],
] as const)("%s is refused", async ([, body, code]) => {
  expect((await send(body)).body.error?.code).toBe(code);
});

test("an app is known from its usage alone", async () => {
  await hub.hub.settled();
  const { apps } = await hub.json<{ apps: { name: string; bundleId: string }[] }>("/api/v1/apps");
  expect(apps).toMatchObject([{ name: "Harbor", bundleId: "com.example.harbor" }]);
});

test("what was acknowledged is counted by the next hub, and a damaged batch is set aside without holding up the others", async () => {
  // Gathers for so long that nothing is taken in before the stop.
  const first = await startTestHub({ pipeline: { gatherMs: 60_000, retryMs: 10 } });
  const app = "com.example.late";
  const rows = (from: number) =>
    Array.from({ length: 20 }, (_, n) => ({ ...row, app, installId: `install-${from + n}` }));
  for (const from of [0, 100, 200]) {
    const { status } = await first.send(
      "/ingest/usage",
      rows(from)
        .map((one) => JSON.stringify(one))
        .join("\n"),
    );
    expect(status).toBe(202);
  }
  await first.stop();
  await damage(join(first.folder, "blobs"), "install-105");

  const second = await startTestHub({ dataFolder: first.folder, pipeline: { gatherMs: 10, retryMs: 10 } });
  await second.hub.settled();
  const { apps } = await second.json<{ apps: { id: string; bundleId: string }[] }>("/api/v1/apps");
  const id = apps.find(({ bundleId }) => bundleId === app)?.id ?? "";
  const { versions, waiting } = await second.json<Overview>(`/api/v1/apps/${id}/overview`);
  expect(versions.map(({ adoption }) => adoption?.users)).toEqual([40]);
  expect(waiting).toBe(0);
  expect(second.log.some((line) => line.includes("a usage batch failed"))).toBe(true);
  await second.remove();
});

/** The blob that holds `text` becomes bytes that are no usage. */
async function damage(folder: string, text: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path, "utf8")).includes(text)) await writeFile(path, "damaged");
  }
}
