/** What an operator relies on when something went wrong: rebuilt events, reports tried again, a hub that says what is wrong with it. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { App, Doctor, Finding, IngestStatus, Overview, Rebuild, SetAsideList, SignatureList } from "@windfall/api";
import { describe, expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { secureRandom } from "../clock.ts";
import { openState, STATE_FILE } from "../stores/state/open-state.ts";
import { temporaryFolder } from "../../test/events.ts";

const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
const other = await fixtureText("reports/sample-nsexception/input.ips");

async function hubFor(options: Parameters<typeof startTestHub>[0] = {}): Promise<TestHub> {
  const t = await startTestHub(options);
  onTestFinished(() => t.remove());
  return t;
}

let number = 0;
const fresh = (source = template, at = new Date()) => variantOf(source, { number: ++number, at, device: number % 7 });

async function sendMany(t: TestHub, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { status, body } = await t.send("/ingest/reports", fresh(i % 3 === 0 ? other : template));
    expect(status).toBe(202);
    ids.push(body.id ?? "");
  }
  return ids;
}

/** Every number the pages show of every app. */
async function numbers(t: TestHub) {
  const { apps } = await t.json<{ apps: App[] }>("/api/v1/apps");
  return Promise.all(
    apps.map(async ({ id, bundleId, crashes }) => {
      const { versions, days, ...overview } = await t.json<Overview>(`/api/v1/apps/${id}/overview`);
      const { signatures } = await t.json<SignatureList>(`/api/v1/apps/${id}/signatures`);
      const facets = await t.json<object>(`/api/v1/apps/${id}/facets`);
      return {
        bundleId,
        crashes,
        versions,
        days,
        total: overview.crashes,
        devices: overview.affectedDevices,
        crashFree: overview.crashFree,
        signatures,
        facets,
      };
    }),
  );
}

async function rebuild(t: TestHub): Promise<Rebuild> {
  expect((await t.ask("/api/v1/operations/rebuild", { method: "POST" })).status).toBe(202);
  for (;;) {
    const status = await t.json<Rebuild>("/api/v1/operations/rebuild");
    if (status.state !== "running") return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const finding = async (t: TestHub, check: Finding["check"], query = ""): Promise<Finding | undefined> =>
  (await t.json<Doctor>(`/api/v1/operations/doctor${query}`)).findings.find((one) => one.check === check);

const blobFiles = (t: TestHub): string[] =>
  readdirSync(join(t.folder, "blobs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe("rebuild", () => {
  test("gives the same numbers, and counts what comes in meanwhile once", { timeout: 60_000 }, async () => {
    const t = await hubFor();
    await sendMany(t, 60);
    await t.hub.settled();
    const before = await numbers(t);
    expect(await rebuild(t)).toMatchObject({ state: "done", total: 60, done: 60, unreadable: 0, reason: null });
    expect(await numbers(t)).toEqual(before);

    const running = rebuild(t);
    const during = await sendMany(t, 40);
    expect((await running).state).toBe("done");
    await t.hub.settled();
    const after = await numbers(t);
    expect(after.reduce((sum, { crashes }) => sum + crashes, 0)).toBe(100);
    for (const id of during) expect((await t.json<IngestStatus>(`/api/v1/inbox/${id}`)).state).toBe("done");
    expect(await rebuild(t)).toMatchObject({ state: "done", total: 100 });
    expect(await numbers(t)).toEqual(after);
  });

  test("brings everything back after the events' folder was lost, usage included", { timeout: 60_000 }, async () => {
    const t = await hubFor();
    await sendMany(t, 30);
    const today = new Date().toISOString().slice(0, 10);
    const usage = Array.from({ length: 50 }, (_, i) => ({
      installId: `install-number-${100 + i}`,
      day: today,
      app: "org.windfall.fixtures.Teebude",
      version: "2.3",
      build: "231",
      platform: "iOS",
      sessions: 4,
    }));
    const sent = await t.send("/ingest/usage", JSON.stringify(usage), { "content-type": "application/json" });
    expect(sent.status).toBe(202);
    await t.hub.settled();
    const before = await numbers(t);
    expect(before.find(({ bundleId }) => bundleId.endsWith("Teebude"))?.crashFree).not.toBeNull();
    await t.stop();
    rmSync(join(t.folder, "events"), { recursive: true });

    const again = await startTestHub({ dataFolder: t.folder });
    onTestFinished(() => again.stop());
    expect(await finding(again, "events")).toMatchObject({
      level: "problem",
      wayOut: expect.stringContaining("hub rebuild"),
    });
    expect(await rebuild(again)).toMatchObject({ state: "done", done: 30 });
    await again.hub.settled();
    expect(await numbers(again)).toEqual(before);
    expect(await finding(again, "events")).toMatchObject({ level: "ok" });
  });

  test("keeps the event of a report whose bytes are gone", { timeout: 60_000 }, async () => {
    const t = await hubFor();
    await sendMany(t, 12);
    await t.hub.settled();
    const before = await numbers(t);
    rmSync(blobFiles(t)[0] ?? "");
    expect(await rebuild(t)).toMatchObject({ state: "done", unreadable: 1 });
    expect(await numbers(t)).toEqual(before);
  });
});

describe("set aside", () => {
  test("what was set aside is listed with its reason, and tried again when its bytes are back", async () => {
    const t = await hubFor();
    // Stopped between acceptance and processing, as a full disk or a crash would.
    const ids = await sendMany(t, 3);
    await t.hub.settled();
    const [path = ""] = blobFiles(t);
    const kept = readFileSync(path);
    const state = new DatabaseSync(join(t.folder, STATE_FILE));
    state.exec("PRAGMA foreign_keys = OFF");
    state.exec("DELETE FROM reports; UPDATE inbox SET state = 'waiting', incident_id = NULL");
    writeFileSync(path, "damaged");
    state.close();
    await t.hub.settled();
    const list = await t.json<SetAsideList>("/api/v1/set-aside");
    expect(list.total).toBe(1);
    const [row] = list.rows;
    expect(ids).toContain(row?.id);
    expect(row?.reason).toMatch(/blob [0-9a-f]{64} is damaged: its bytes have changed on disk/);
    expect(await finding(t, "set-aside")).toMatchObject({ level: "warning" });

    writeFileSync(path, kept);
    const retried = await t.json<{ retried: number }>("/api/v1/set-aside/retry", {
      method: "POST",
      body: JSON.stringify({ ids: [row?.id] }),
    });
    expect(retried.retried).toBe(1);
    await t.hub.settled();
    expect((await t.json<SetAsideList>("/api/v1/set-aside")).total).toBe(0);
    expect((await t.json<IngestStatus>(`/api/v1/inbox/${row?.id}`)).state).toBe("done");
  });

  test("all of them at once; one that is still unreadable comes back", async () => {
    const t = await hubFor();
    const form = new FormData();
    form.append("reports", new Blob([JSON.stringify(["no report", "neither"])]), "reports.json");
    expect((await t.send("/ingest/reports", form)).status).toBe(202);
    await t.hub.settled();
    const [row, ...others] = (await t.json<SetAsideList>("/api/v1/set-aside?limit=1")).rows;
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: "report", sender: expect.stringMatching(/^key “.+”$/) });
    const raw = await t.ask(`/api/v1/set-aside/${row?.id}/download`);
    expect(raw.headers.get("content-disposition")).toBe(`attachment; filename="${row?.id}.txt"`);
    expect(["no report", "neither"]).toContain(await raw.text());
    const { retried } = await t.json<{ retried: number }>("/api/v1/set-aside/retry", { method: "POST", body: "{}" });
    expect(retried).toBe(2);
    await t.hub.settled();
    expect((await t.json<SetAsideList>("/api/v1/set-aside")).total).toBe(2);
  });
});

describe("a damaged blob", () => {
  test.each<[string, (path: string) => void]>([
    ["one bit changed", (path) => writeFileSync(path, flipped(readFileSync(path)))],
    ["cut", (path) => writeFileSync(path, readFileSync(path).subarray(0, 1_000))],
    ["gone", (path) => rmSync(path)],
  ])("%s: its page names it, the doctor finds it, the others are well", async (_, harm) => {
    const t = await hubFor();
    const [id] = await sendMany(t, 1);
    await t.hub.settled();
    expect(await finding(t, "blobs")).toMatchObject({ level: "ok" });
    const [path = ""] = blobFiles(t);
    harm(path);
    const name = path.slice(-64);
    for (const where of ["", "/download"]) {
      const response = await t.ask(`/api/v1/reports/${id}${where}`);
      expect(response.status).toBe(500);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe("blob-damaged");
      expect(error.message).toContain(name);
    }
    const found = await finding(t, "blobs", "?blobs=1000");
    expect(found).toMatchObject({ level: "problem", found: expect.stringContaining(name) });
    expect((await t.json<Doctor>("/api/v1/operations/doctor")).healthy).toBe(false);
    const [after] = await sendMany(t, 1);
    await t.hub.settled();
    expect((await t.ask(`/api/v1/reports/${after}`)).status).toBe(200);
  });

  function flipped(bytes: Buffer): Buffer {
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    return bytes;
  }
});

test("with the clock set back everything is taken in, in order, and the doctor says so", async () => {
  let now = Date.now();
  const t = await hubFor({ chance: { clock: () => now, random: secureRandom } });
  const before = await sendMany(t, 3);
  await t.hub.settled();
  expect(await finding(t, "clock")).toMatchObject({ level: "ok" });
  now -= 2 * 86_400_000;
  const after = await sendMany(t, 3);
  await t.hub.settled();
  expect([...before, ...after]).toEqual([...before, ...after].sort());
  for (const id of after) expect((await t.json<IngestStatus>(`/api/v1/inbox/${id}`)).state).toBe("done");
  expect(await finding(t, "clock")).toMatchObject({ level: "problem", found: expect.stringContaining("set back") });
  expect(await finding(t, "queue")).toMatchObject({ level: "ok" });
});

test("a healthy hub says so; one that others can read does not", async () => {
  const t = await hubFor();
  await sendMany(t, 2);
  await t.hub.settled();
  const doctor = await t.json<Doctor>("/api/v1/operations/doctor");
  expect(doctor.findings.map(({ check }) => check)).toEqual([
    "disk",
    "engine",
    "events",
    "queue",
    "set-aside",
    "clock",
    "permissions",
    "blobs",
  ]);
  expect(doctor.findings.filter(({ level, check }) => level === "problem" && check !== "disk")).toEqual([]);
  await chmod(t.folder, 0o755);
  expect(await finding(t, "permissions")).toMatchObject({
    level: "problem",
    wayOut: expect.stringContaining("chmod 700"),
  });
});

test("a queue that does not move is found", async () => {
  const t = await hubFor();
  const [id] = await sendMany(t, 1);
  await t.hub.settled();
  const state = new DatabaseSync(join(t.folder, STATE_FILE));
  state
    .prepare("UPDATE inbox SET state = 'waiting', received_at = '2026-01-01T00:00:00.000Z' WHERE id = ?")
    .run(id ?? "");
  state.close();
  expect(await finding(t, "queue")).toMatchObject({
    level: "problem",
    found: expect.stringContaining("1 uploads wait"),
  });
});

test("/metrics counts, for those who may read", async () => {
  const t = await hubFor();
  await sendMany(t, 3);
  await t.hub.settled();
  const response = await t.ask("/metrics");
  expect(response.headers.get("content-type")).toContain("text/plain");
  const text = await response.text();
  expect(text).toContain("\nwindfall_uploads_accepted_total 3\n");
  expect(text).toContain("\nwindfall_reports_processed_total 3\n");
  expect(text).toContain("\nwindfall_engine_up 1\n");
  expect(text).toMatch(/\nprocess_resident_memory_bytes \d{8,}\n$/);
  for (const line of text.trim().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? [\d.]+)$/);
  expect((await t.hub.fetch(new Request(`${t.hub.url}/metrics`))).status).toBe(401);
  const key = { authorization: `Bearer ${t.ingestKey}` };
  expect((await t.ask("/metrics", { headers: key })).status).toBe(403);
});

test("before a migration the state is copied, and the copy opens", async () => {
  const folder = temporaryFolder();
  const path = join(folder, STATE_FILE);
  await (await openState(path, "007-operations")).destroy();
  expect(readdirSync(folder).filter((name) => name.includes("before"))).toEqual([]);
  const older = new DatabaseSync(path);
  older.exec(
    "INSERT INTO apps (id, bundle_id, name, short_name, last_signature_number, sample, created_at) VALUES ('a','b','c','D',0,0,'2026-01-01')",
  );
  older.close();
  await (await openState(path)).destroy();
  const copy = `${path}.before-008`;
  expect(existsSync(copy)).toBe(true);
  expect(statSync(copy).mode & 0o077).toBe(0);
  renameSync(copy, join(folder, "copy.db"));
  const back = new DatabaseSync(join(folder, "copy.db"), { readOnly: true });
  expect(back.prepare("SELECT id FROM apps").all()).toHaveLength(1);
  expect(back.prepare("SELECT name FROM kysely_migration WHERE name = '008-better-copies'").all()).toEqual([]);
  back.close();
});
