/** The event engine's process ends under a hub that serves: pages, uploads and the doctor as people meet them. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App, Doctor, Overview } from "@windfall/api";
import { expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");

async function hubWithReports(count: number): Promise<TestHub> {
  const t = await startTestHub();
  onTestFinished(() => t.remove());
  await send(t, 0, count);
  await t.hub.settled();
  return t;
}

async function send(t: TestHub, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number++) {
    const body = variantOf(template, { number, at: new Date(), device: number });
    expect((await t.send("/ingest/reports", body)).status).toBe(202);
  }
}

/** Of this folder's engine: its process names the folder. */
function engineOf({ folder }: TestHub): number {
  const rows = execFileSync("ps", ["-eww", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  const row = rows.find((text) => text.includes("embedded/child") && text.includes(join(folder, "events")));
  return Number(row?.trim().split(/\s+/)[0]);
}

const overview = async (t: TestHub): Promise<Response> => {
  const { apps } = await t.json<{ apps: App[] }>("/api/v1/apps");
  return t.ask(`/api/v1/apps/${apps[0]?.id}/overview`);
};

test("a page asked after the engine was killed is answered, and what came meanwhile is counted", async () => {
  const t = await hubWithReports(3);
  const [app] = (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;
  const asked = () => t.ask(`/api/v1/apps/${app?.id}/overview`);
  process.kill(engineOf(t), "SIGKILL");
  // Some of these meet the dying process, some the new one.
  const pages = await Promise.all(Array.from({ length: 20 }, asked));
  expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(200));
  process.kill(engineOf(t), "SIGKILL");
  await send(t, 3, 4);
  await t.hub.settled();
  expect(((await (await asked()).json()) as Overview).crashes).toBe(7);
});

test("with an engine that cannot start a page says so, uploads are taken, and later all is counted", async () => {
  const t = await hubWithReports(2);
  await t.stop();
  const events = join(t.folder, "events");
  rmSync(events, { recursive: true });
  writeFileSync(events, "no folder");
  const again = await startTestHub({ dataFolder: t.folder });
  onTestFinished(() => again.stop());

  const page = await overview(again).catch((error: unknown) => error);
  expect(String(page)).toMatch(/503 .*"events-unavailable"/);
  expect((await again.ask("/readyz")).status).toBe(503);
  const { healthy, findings } = await again.json<Doctor>("/api/v1/operations/doctor");
  expect(healthy).toBe(false);
  expect(findings).toContainEqual(expect.objectContaining({ check: "engine", level: "problem" }));
  await send(again, 2, 3);

  rmSync(events);
  await again.hub.settled();
  // The two of before went with their folder; 'hub rebuild' brings them back.
  expect(((await (await overview(again)).json()) as Overview).crashes).toBe(3);
});
