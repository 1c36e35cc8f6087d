/** 100,000 uploads wait: the hub starts, answers, takes in, and works them off from the oldest on, without ever reading them all. */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CompiledQuery, type KyselyPlugin } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { temporaryFolder } from "../../test/events.ts";
import { createHubProcess, freePort } from "../../test/kill-rounds.ts";
import { fixtureText } from "../../test/hub.ts";
import { createHealthStore } from "../operations/health-store.ts";
import { openState, STATE_FILE } from "../stores/state/open-state.ts";
import { createUsageStore } from "../usage/store.ts";
import { createPipelineStore } from "./store.ts";

const WAITING = 100_000;
/** The oldest, more than one batch, have their bytes; the hub is ended before it gives up on the others. */
const WHOLE = 1_500;
/** Of the hub's own process. Without anything to do it takes about 120 MB, with 10,000 reports behind it 250. */
const MEMORY_LIMIT_MB = 400;

const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
const report = (number: number) => variantOf(template, { number, at: new Date(), device: number });
const idOf = (number: number) => `00${String(number).padStart(24, "0")}`;

/** As if they had all been accepted by a hub that could not process them. */
function fillInbox(folder: string): void {
  const state = new DatabaseSync(join(folder, STATE_FILE));
  const insert = state.prepare("INSERT INTO inbox (id, blob, size_bytes, received_at) VALUES (?, ?, ?, ?)");
  const at = new Date().toISOString();
  state.exec("BEGIN");
  for (let number = 0; number < WAITING; number++) {
    const bytes = number < WHOLE ? report(number) : String(number);
    const blob = createHash("sha256").update(bytes).digest("hex");
    insert.run(idOf(number), blob, bytes.length, at);
    if (number >= WHOLE) continue;
    const parent = join(folder, "blobs", blob.slice(0, 2));
    mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, blob), bytes);
  }
  state.exec("COMMIT");
  state.close();
}

const memoryMb = (pid: number): number =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;

test("with 100,000 uploads waiting the hub starts, answers, takes in and goes on from the oldest", async () => {
  const folder = join(temporaryFolder(), "data");
  const main = new URL("../main.ts", import.meta.url).pathname;
  const hub = createHubProcess({ dataFolder: folder, hub: ["--conditions=@windfall/source", main] }, await freePort());
  onTestFinished(async () => void (await hub.kill()));
  await hub.start();
  await hub.stop();
  fillInbox(folder);

  await hub.start();
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
  const [ingest, api] = [hub.client("ingest"), hub.client("api")];
  // Their turn comes after all that waits.
  const { id: last } = await ingest.call("ingestReports", { body: report(WAITING) });
  // Usage has a queue of its own, so that the newest days of a page do not wait for the oldest crashes.
  const day = new Date().toISOString().slice(0, 10);
  const usage = { installId: "install-1", day, app: "org.windfall.fixtures.Teebude", version: "2.3", sessions: 1 };
  await ingest.call("ingestUsage", { body: JSON.stringify(usage) });

  let peakMb = 0;
  let crashes = 0;
  let waiting = 0;
  let users: number | undefined;
  while (crashes < WHOLE || users === undefined) {
    peakMb = Math.max(peakMb, memoryMb(hub.pid()));
    const [app] = (await api.call("apps", {})).apps;
    if (!app) continue;
    const overview = await api.call("overview", { params: { appId: app.id } });
    ({ crashes, waiting } = overview);
    users = overview.versions.find(({ adoption }) => adoption !== null)?.adoption?.users;
    const page = await api.call("signatures", { params: { appId: app.id } });
    expect(page.crashes).toBeGreaterThanOrEqual(crashes);
  }
  expect(users).toBe(1);
  // Reports, and the one that came last; usage is done.
  expect(waiting).toBe(WAITING - WHOLE + 1);
  expect((await api.call("ingestStatus", { params: { reportId: last } })).state).toBe("waiting");
  expect((await api.call("doctor", {})).findings).toContainEqual(
    expect.objectContaining({ check: "queue", found: expect.stringContaining(`${waiting} uploads wait`) }),
  );
  expect(peakMb).toBeLessThan(MEMORY_LIMIT_MB);
  await hub.kill();

  const state = new DatabaseSync(join(folder, STATE_FILE), { readOnly: true });
  const done = state.prepare(
    "SELECT count(*) AS n, max(id) AS last FROM inbox WHERE state = 'done' AND kind = 'report'",
  );
  expect(done.get()).toEqual({ n: WHOLE, last: idOf(WHOLE - 1) });
  state.close();
});

test("what is asked of the queue at every turn and by every page reads no more of it than it gives", async () => {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  const asked: CompiledQuery[] = [];
  const note: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      asked.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const noted = db.withPlugin(note);
  await createPipelineStore(noted).waiting(500);
  await createUsageStore(noted).waiting(500);
  await createPipelineStore(noted).waitingCount();
  await createHealthStore(noted).queue();
  await createHealthStore(noted).setAside();
  const plans: string[] = [];
  for (const { sql, parameters } of asked) {
    const { rows } = await db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]),
    );
    plans.push(rows.map(({ detail }) => detail).join("; "));
  }
  expect(plans).toEqual([
    "SEARCH inbox USING INDEX inbox_waiting_by_kind (kind=?)",
    "SEARCH inbox USING INDEX inbox_waiting_by_kind (kind=?)",
    // A count reads its index, and only those that wait are in it.
    "SCAN inbox USING COVERING INDEX inbox_waiting",
    "SCAN inbox USING INDEX inbox_waiting",
    "SCAN inbox USING COVERING INDEX inbox_waiting",
    "SCAN inbox USING COVERING INDEX inbox_set_aside",
  ]);
});
