import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type {
  App,
  IngestStatus,
  Overview,
  ReportDetail,
  SignatureDetail,
  SignatureList,
  SymbolsList,
} from "@windfall/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonBombDeep } from "../../../../fixtures/hostile/reports.ts";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

const DSYM = "dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude";
const REPORT = "reports/swift/01-ios17-unwrap-nil";

let t: TestHub;
let template: string;
let number = 0;
beforeAll(async () => {
  template = await fixtureText(`${REPORT}.ips`);
});
const fresh = (more: Partial<Parameters<typeof variantOf>[1]> = {}) =>
  variantOf(template, { number: ++number, at: new Date(), device: number, ...more });
const send = async (body: string | Uint8Array) => (await t.send("/ingest/reports", body)).body.id ?? "";
const sendSymbols = async (path: string) =>
  t.ask("/ingest/symbols", { method: "POST", body: (await fixtureBytes(path)) as BodyInit });
const status = (id: string) => t.json<IngestStatus>(`/api/v1/inbox/${id}`);
const theApp = async () => (await t.json<{ apps: App[] }>("/api/v1/apps")).apps[0] as App;
const signatures = async (query = "") =>
  t.json<SignatureList>(`/api/v1/apps/${(await theApp()).id}/signatures${query}`);

describe("from a report and its dSYM to a page", () => {
  beforeAll(async () => {
    t = await startTestHub();
  });
  afterAll(() => t.remove());

  test("a crash gets its function, file and line, and a signature with its numbers", async () => {
    expect((await sendSymbols(DSYM)).status).toBe(200);
    const ids: string[] = [];
    for (let device = 0; device < 3; device++) ids.push(await send(fresh({ device })));
    ids.push(await send(fresh({ device: 0, app: { version: "2.4", build: "240" } })));
    await t.hub.settled();

    const app = await theApp();
    expect(app).toMatchObject({
      bundleId: "org.windfall.fixtures.Teebude",
      name: "Teebude",
      platforms: ["iOS"],
      crashes: 4,
      sample: false,
    });
    const list = await signatures();
    expect(list).toMatchObject({
      crashes: 4,
      total: 1,
      signatures: [{ crashes: 4, affectedDevices: 3, share: 1, shortId: "TEEBUDE-1" }],
    });
    const row = list.signatures[0] as SignatureList["signatures"][number];
    expect(row.appleTerm).toBe("EXC_BREAKPOINT (SIGTRAP)");
    expect(row.firstBuild).toEqual({ version: "2.3", build: "231" });
    expect(row.lastBuild).toEqual({ version: "2.4", build: "240" });
    // Days without a crash are left out of a list.
    expect(row.days.map(({ crashes }) => crashes)).toEqual([4]);
    expect((await signatures("?version=2.4")).signatures[0]?.crashes).toBe(1);
    expect((await signatures("?version=2.4&version=2.3")).signatures[0]?.crashes).toBe(4);
    expect((await signatures("?from=2020-01-01&to=2020-01-31")).crashes).toBe(0);

    const detail = await t.json<SignatureDetail>(`/api/v1/signatures/${row.id}`);
    expect(detail.byVersion.map(({ build, crashes }) => [build, crashes])).toEqual([
      ["240", 1],
      ["231", 3],
    ]);
    expect(detail.reports.map(({ id }) => id).sort()).toEqual(ids.sort());
    const page = await t.json<{ total: number; reports: object[] }>(
      `/api/v1/signatures/${row.id}/reports?limit=1&offset=3`,
    );
    expect([page.total, page.reports.length]).toEqual([4, 1]);

    const overview = await t.json<Overview>(`/api/v1/apps/${app.id}/overview`);
    expect(overview).toMatchObject({ crashes: 4, affectedDevices: 3, crashesWithoutDevice: 0, waiting: 0 });
    expect(overview.window.days).toBe(30);

    const report = await t.json<ReportDetail>(`/api/v1/reports/${ids[0]}`);
    const expected = JSON.parse(await fixtureText(`${REPORT}.expected.json`)) as Expected;
    const crashed = report.analysis.report.threads.find(({ crashed }) => crashed);
    const own = crashed?.frames.filter(({ image }) => image === "Teebude").slice(0, 3);
    const truth = expected.frames.flatMap(({ frames = [] }) => frames).slice(0, 3);
    expect(truth).toHaveLength(3);
    expect(own?.map(({ linkageName, line }) => ({ linkageName, line }))).toEqual(
      truth.map(({ mangled, line }) => ({ linkageName: mangled, line: line === 0 ? undefined : line })),
    );
    expect(report.signatureId).toBe(row.id);
    expect(await status(ids[0] ?? "")).toMatchObject({ state: "done", appId: app.id, signatureId: row.id });
  });

  test("a report is given back as it came, and as Apple's text with names", async () => {
    const text = fresh();
    const id = await send(text);
    await t.hub.settled();
    const original = await t.ask(`/api/v1/reports/${id}/download`);
    expect(await original.text()).toBe(text);
    expect(original.headers.get("content-disposition")).toBe(`attachment; filename="${id}.ips"`);
    expect(original.headers.get("content-type")).toBe("application/octet-stream");
    const crash = await (await t.ask(`/api/v1/reports/${id}/download?format=crash`)).text();
    expect(crash).toMatch(/^Incident Identifier: /);
    expect(crash).toMatch(/^1 +Teebude .*\(Orders\.swift:13\)$/m);
  });

  test("what is nowhere is a 404 with its own code", async () => {
    for (const [path, code] of [
      ["/api/v1/apps/none/overview", "app-not-found"],
      ["/api/v1/apps/none/signatures", "app-not-found"],
      ["/api/v1/signatures/999", "signature-not-found"],
      ["/api/v1/signatures/1e3", "signature-not-found"],
      ["/api/v1/reports/none", "report-not-found"],
      ["/api/v1/reports/none/download", "report-not-found"],
      ["/api/v1/inbox/none", "report-not-found"],
    ]) {
      const response = await t.ask(path ?? "");
      expect([response.status, ((await response.json()) as { error: { code: string } }).error.code], path).toEqual([
        404,
        code,
      ]);
    }
  });

  test("kinds that are no crash are kept and not counted", async () => {
    const before = (await theApp()).crashes;
    const fault = await send(await fixtureBytes("reports/format-ips-os-fault/input.ips"));
    await t.hub.settled();
    expect(await status(fault)).toMatchObject({ state: "done" });
    const report = await t.json<ReportDetail>(`/api/v1/reports/${fault}`);
    expect(report.analysis.report.kind).not.toBe("crash");
    const { apps } = await t.json<{ apps: App[] }>("/api/v1/apps");
    expect(apps.reduce((sum, app) => sum + app.crashes, 0)).toBe(before);
  });
});

describe("a dSYM that comes after its reports", () => {
  beforeAll(async () => {
    t = await startTestHub();
  });
  afterAll(() => t.remove());

  test("names them, and every link to the signature stays good", async () => {
    const first = await send(fresh());
    await t.hub.settled();
    const missing = (await t.json<SymbolsList>("/api/v1/symbols")).missing;
    expect(missing).toContainEqual(
      expect.objectContaining({
        uuid: "4c4c44d7-5555-3144-a17f-702897e64204",
        name: "Teebude",
        version: "2.3",
        crashes: 1,
      }),
    );
    const { signatureId } = await status(first);
    const before = await t.json<SignatureDetail>(`/api/v1/signatures/${signatureId}`);
    expect(before.signature).toMatchObject({ confidence: "provisional", crashes: 1 });
    expect(before.signature.title).not.toContain("Orders");

    await sendSymbols(DSYM);
    await t.hub.settled();
    const after = await t.json<SignatureDetail>(`/api/v1/signatures/${signatureId}`);
    expect(after.signature.id).toBe(before.signature.id);
    expect(after.signature.confidence).toBe("high");
    expect(after.signature.title).not.toBe(before.signature.title);
    const { held, missing: left } = await t.json<SymbolsList>("/api/v1/symbols");
    expect(held.map(({ uuid }) => uuid)).toContain("4c4c44d7-5555-3144-a17f-702897e64204");
    expect(left.map(({ uuid }) => uuid)).not.toContain("4c4c44d7-5555-3144-a17f-702897e64204");

    // The same crash of a build that came with its symbols joins it.
    const later = await send(fresh());
    await t.hub.settled();
    expect((await status(later)).signatureId).toBe(signatureId);
    expect((await t.json<SignatureDetail>(`/api/v1/signatures/${signatureId}`)).signature.crashes).toBe(2);
  });

  test("moves a provisional signature into the one it turns out to be", async () => {
    // Build 231 is named already; the next build crashes in the same place and lacks its dSYM.
    const pair = await fixtureText("reports/swift/22-pair-v2-nickname.ips");
    const id = await send(pair);
    await t.hub.settled();
    const provisional = (await status(id)).signatureId;
    await sendSymbols("dsyms/swift-teebude-v2-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude");
    await t.hub.settled();
    const { signatureId } = await status(id);
    expect(signatureId).not.toBe(provisional);
    const byOldLink = await t.json<SignatureDetail>(`/api/v1/signatures/${provisional}?from=2025-01-01`);
    expect(byOldLink.signature.id).toBe(signatureId);
    expect(byOldLink.reports.map((report) => report.id)).toContain(id);
  });
});

describe("what cannot be processed", () => {
  beforeAll(async () => {
    t = await startTestHub();
  });
  afterAll(() => t.remove());

  test("a report that throws is set aside after three tries, and the queue goes on", async () => {
    const poison = fresh();
    const id = await sendAndBreak(poison);
    const good = await send(fresh());
    await t.hub.settled();
    expect(await status(id)).toMatchObject({
      state: "set-aside",
      reason: expect.stringContaining("its file is missing"),
    });
    expect(await status(good)).toMatchObject({ state: "done" });
    expect(t.log.filter((line) => line.includes("a report failed"))).toHaveLength(3);
  });

  test("a JSON bomb behind a good head is a report with a problem", async () => {
    const id = await send(jsonBombDeep(100_000));
    await t.hub.settled();
    expect((await status(id)).state).not.toBe("waiting");
  });

  test("the same incident in other words is one report", async () => {
    const text = fresh();
    const id = await send(text);
    await t.hub.settled();
    // A list hides the incident from the first look; the parser finds it.
    const [, body = ""] = text.split(/\n(.*)/s);
    const again = await send(`[${body}]`);
    await t.hub.settled();
    expect(again).not.toBe(id);
    expect(await status(again)).toMatchObject({ state: "done", signatureId: (await status(id)).signatureId });
    expect((await t.json<ReportDetail>(`/api/v1/reports/${again}`)).id).toBe(id);
    expect((await signatures()).crashes).toBe((await signatures()).signatures[0]?.crashes);
  });

  /** Accepts a report whose bytes then vanish from the disk. */
  async function sendAndBreak(text: string): Promise<string> {
    const id = await send(text);
    const state = new DatabaseSync(join(t.folder, "state.db"));
    const row = state.prepare("SELECT blob FROM inbox WHERE id = ?").get(id) as { blob: string };
    state.close();
    await rm(join(t.folder, "blobs", row.blob.slice(0, 2), row.blob));
    return id;
  }
});

describe("stopping and starting", () => {
  test("what was accepted before the stop is processed after the next start", async () => {
    t = await startTestHub({ pipeline: { gatherMs: 60_000 } });
    const ids = await Promise.all(Array.from({ length: 20 }, () => send(fresh())));
    expect(await status(ids[0] ?? "")).toMatchObject({ state: "waiting", appId: null });
    const { folder } = t;
    await t.stop();
    t = await startTestHub({ dataFolder: folder });
    await t.hub.settled();
    for (const id of ids) expect(await status(id)).toMatchObject({ state: "done" });
    expect((await theApp()).crashes).toBe(20);
    expect(t.hub.firstSecrets).toBeUndefined();
    await t.remove();
  });

  test("a stopping hub says so", async () => {
    t = await startTestHub();
    const stopped = t.stop();
    const response = await t.ask("/api/v1/apps");
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      503,
      "stopping",
    ]);
    await stopped;
    await t.remove();
  });

  test("two hubs on one data folder are one too many", async () => {
    t = await startTestHub();
    await expect(startTestHub({ dataFolder: t.folder })).rejects.toMatchObject({ code: "data-folder-locked" });
    await t.stop();
    const next = await startTestHub({ dataFolder: t.folder });
    await next.remove();
  });
});

interface Expected {
  readonly frames: readonly { readonly frames?: readonly { readonly mangled: string; readonly line: number }[] }[];
}
