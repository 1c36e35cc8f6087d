/** A disk without room: nothing acknowledged is lost, nobody is kept from reading, and the hub goes on by itself when there is room again. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { App, Doctor, Overview, SetAsideList } from "@windfall/api";
import { describe, expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { temporaryFolder } from "../../test/events.ts";
import { createHubProcess, freePort } from "../../test/kill-rounds.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { mountSmallDisk, whyNoSmallDisk } from "../../test/small-disk.ts";

const MIB = 1024 * 1024;
const noDisk = whyNoSmallDisk();

const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
let number = 0;
const fresh = () => variantOf(template, { number: ++number, at: new Date(), device: number });
const today = new Date().toISOString().slice(0, 10);
const usage = (installId: string) =>
  JSON.stringify({
    installId,
    day: today,
    app: "org.windfall.fixtures.Teebude",
    version: "2.3",
    build: "231",
    sessions: 2,
  });

async function hubOn(dataFolder: string): Promise<TestHub> {
  const t = await startTestHub({ dataFolder });
  onTestFinished(() => t.stop());
  for (let i = 0; i < 3; i++) expect((await t.send("/ingest/reports", fresh())).status).toBe(202);
  await t.hub.settled();
  return t;
}

async function pages(t: TestHub): Promise<{ app: App; overview: Overview }> {
  const [app] = (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;
  if (!app) throw new Error("no app");
  await t.json(`/api/v1/apps/${app.id}/signatures`);
  return { app, overview: await t.json<Overview>(`/api/v1/apps/${app.id}/overview`) };
}

describe.skipIf(noDisk !== undefined)(`with a full disk${noDisk === undefined ? "" : ` (skipped: ${noDisk})`}`, () => {
  test("uploads are refused with 507 or kept, pages go on, and with room again all is as if nothing had been", async () => {
    const folder = join(temporaryFolder(), "data");
    const disk = mountSmallDisk(folder, 128 * MIB);
    const t = await hubOn(folder);
    const cookie = await t.cookie();
    const kept = new Set<string>();
    const [held = ""] = (await t.json<{ reports: { id: string }[] }>(`/api/v1/signatures/1`)).reports.map(
      ({ id }) => id,
    );

    disk.fill();
    const large = `${fresh()}\n${" ".repeat(3 * MIB)}`;
    const form = new FormData();
    for (let i = 0; i < 2; i++) form.append("file", new File([fresh()], "a.ips"));
    for (const [path, body] of [
      ["/ingest/reports", fresh()],
      ["/ingest/reports", large],
      ["/ingest/reports", form],
      ["/ingest/usage", usage("install-refused")],
    ] as const) {
      expect(await t.send(path, body)).toMatchObject({ status: 507, body: { error: { code: "disk-full" } } });
    }
    const dsym = await fixtureBytes("dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude");
    const symbols = await t.ask("/ingest/symbols", { method: "POST", body: dsym as BodyInit });
    expect([symbols.status, symbols.headers.get("retry-after")]).toEqual([507, "60"]);
    expect(readdirSync(join(folder, "blobs", "tmp"))).toEqual([]);

    expect((await pages(t)).overview.crashes).toBe(3);
    for (const path of ["/healthz", "/readyz", "/metrics", `/api/v1/reports/${held}`, "/api/v1/set-aside"]) {
      expect([path, (await t.ask(path)).status]).toEqual([path, 200]);
    }
    expect((await t.ask("/api/v1/session", { headers: { cookie } })).status).toBe(200);
    const { findings } = await t.json<Doctor>("/api/v1/operations/doctor");
    expect(findings).toContainEqual(expect.objectContaining({ check: "disk", level: "problem" }));

    // Some pages more each time: somewhere the blob fits and the state does not, somewhere the state and not the events.
    const seen = new Set<number>();
    for (let step = 0; step < 30; step++) {
      disk.free(step * 4_096);
      for (const [path, body] of [
        ["/ingest/reports", fresh()],
        ["/ingest/usage", usage(`install-${step}`)],
      ] as const) {
        const { status, body: answer } = await t.send(path, body);
        seen.add(status);
        if (status === 202 && path === "/ingest/reports") kept.add(answer.id ?? "");
        else if (status !== 202) expect(answer.error?.code).toBe("disk-full");
      }
      await pages(t);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([202, 507]);

    disk.free();
    kept.add((await t.send("/ingest/reports", fresh())).body.id ?? "");
    await t.hub.settled();
    const { app, overview } = await pages(t);
    expect(overview).toMatchObject({ crashes: 3 + kept.size, waiting: 0 });
    expect(app.crashes).toBe(3 + kept.size);
    expect((await t.json<SetAsideList>("/api/v1/set-aside")).total).toBe(0);
  });

  test("the event engine's own: what is sent is taken in and waits, and is counted once when there is room", async () => {
    const folder = join(temporaryFolder(), "data");
    const disk = mountSmallDisk(join(folder, "events"), 64 * MIB);
    const t = await hubOn(folder);
    disk.fill();
    const ids: string[] = [];
    for (let i = 0; i < 40; i++) {
      const { status, body } = await t.send("/ingest/reports", fresh());
      expect(status).toBe(202);
      ids.push(body.id ?? "");
      expect((await t.send("/ingest/usage", usage(`install-${i}`))).status).toBe(202);
    }
    await expect.poll(() => t.log.some((line) => line.includes("the pipeline failed"))).toBe(true);
    const { overview } = await pages(t);
    expect(overview.crashes).toBe(3);
    expect(overview.waiting).toBeGreaterThanOrEqual(40);

    for (let step = 0; step < 20; step++) {
      disk.free(16_384);
      await pages(t);
    }
    disk.free();
    await t.hub.settled();
    expect((await pages(t)).overview).toMatchObject({ crashes: 43, waiting: 0 });
    expect((await pages(t)).overview.versions.map(({ adoption }) => adoption?.users)).toEqual([40]);
    expect((await t.json<SetAsideList>("/api/v1/set-aside")).total).toBe(0);
  });

  test("a hub that was killed on it starts again and is read; one that has no room to open its state says so", async () => {
    const folder = join(temporaryFolder(), "data");
    const disk = mountSmallDisk(folder, 128 * MIB);
    const dataFolder = join(folder, "hub");
    const main = new URL("../main.ts", import.meta.url).pathname;
    const hub = createHubProcess({ dataFolder, hub: ["--conditions=@windfall/source", main] }, await freePort());
    onTestFinished(async () => void (await hub.kill()));
    await hub.start();
    await hub.client("ingest").call("ingestReports", { body: fresh() });
    const token = /sign-in\?token=(\S+)/.exec(hub.printed())?.[1] ?? "";
    await hub.client("api").call("signIn", { body: { token }, headers: { origin: hub.url } });
    const count = async () => {
      const [app] = (await hub.client("api").call("apps", {})).apps;
      return app ? (await hub.client("api").call("overview", { params: { appId: app.id } })).crashes : 0;
    };
    await expect.poll(count, { timeout: 20_000 }).toBe(1);

    disk.fill();
    await hub.killAndRestart();
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
    expect(await count()).toBe(1);
    await expect(hub.client("ingest").call("ingestReports", { body: fresh() })).rejects.toMatchObject({ status: 507 });

    // Its end writes the log of the state back and removes it: there is no room to begin another.
    expect(await hub.stop()).toBe(0);
    disk.fill();
    await expect(hub.start()).rejects.toThrow(/the hub ended[^]*\nno space left for [^\n]*: free some[^\n]*\n$/);
    disk.free();
    await hub.start();
    expect(await count()).toBe(1);
  });
});
