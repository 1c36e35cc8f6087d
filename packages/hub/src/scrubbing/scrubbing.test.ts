/** An app that stores scrubbed reports: the raw bytes are nowhere, and all that the hub shows is what it would have shown. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { App, IngestStatus, Overview, Rebuild, ReportDetail } from "@windfall/api";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

let hub: TestHub;
let appId = "";
beforeAll(async () => {
  hub = await startTestHub();
  // The app is made known without a report: from the first one on nothing raw is stored.
  const build = { bundleId: BUNDLE, name: "Harbor", version: "1.0", build: "1" };
  expect(await post("/api/v1/builds", build)).toMatchObject({ status: 201 });
  appId = (await appOf(BUNDLE))?.id ?? "";
});
afterAll(() => hub.remove());

const BUNDLE = "org.windfall.fixtures.Harbor";
const ips = await fixtureText("reports/sample-nsexception/input.ips");
const text = await fixtureText("reports/sample-nsexception/input.crash");
const kscrash = await fixtureText("reports/kscrash-nsexception/input.json");

const json = { "content-type": "application/json" };
const post = async (path: string, body: unknown) => {
  const response = await hub.ask(path, { method: "POST", body: JSON.stringify(body), headers: json });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const setStorage = (id: string, storage: string) => post(`/api/v1/apps/${id}/storage`, { storage });
const appOf = async (bundleId: string) =>
  (await hub.json<{ apps: App[] }>("/api/v1/apps")).apps.find((app) => app.bundleId === bundleId);

async function settled(id: string | undefined): Promise<IngestStatus> {
  return vi.waitFor(
    async () => {
      const status = await hub.json<IngestStatus>(`/api/v1/inbox/${id}`);
      if (status.state === "waiting") throw new Error("waits");
      return status;
    },
    { timeout: 30_000, interval: 50 },
  );
}
async function take(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<IngestStatus> {
  const sent = await hub.send("/ingest/reports", body, headers);
  expect([200, 202], JSON.stringify(sent.body)).toContain(sent.status);
  return settled(sent.body.id);
}

/** Every report of one test with a datum of its own, and an incident of its own. */
let number = 0;
function planted(source: string, datum: string): string {
  const id = `${String(++number).padStart(8, "0")}-0000-4000-8000-000000000000`;
  const asi = `could not log in ${datum}@example.org`;
  return source
    .replace(/("incident"\s*:\s*")[^"]+/, `$1${id}`)
    .replace(/("incident_id"\s*:\s*")[^"]+/, `$1${id}`)
    .replace(/(Incident Identifier: ).*/, `$1${id}`)
    .replace(/("crashReporterKey"\s*:\s*")[^"]+/, `$1${datum}`)
    .replace(/(CrashReporter Key: +).*/, `$1${datum}`)
    .replace(/("device_app_hash"\s*:\s*")[^"]+/, `$1${datum}`)
    .replace(/("procRole")/, `"asi": {"libsystem_c.dylib": ["${asi}"]}, $1`)
    .replace(/(\nTriggered by Thread.*\n)/, `$1\nApplication Specific Information:\n${asi}\n`);
}

/** Where in the data folder a text stands; files of the engine are compressed, the rows they hold are asked for instead. */
function filesWith(datum: string): string[] {
  const found: string[] = [];
  const folders = [hub.folder];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile() && readFileSync(path).includes(datum)) found.push(path);
      }
    } catch (error) {
      // The engine merges its parts all the time.
      if (!folder.includes(`${hub.folder}/events`)) throw error;
    }
  }
  return found;
}

test("an app stores what comes until somebody says otherwise", async () => {
  const datum = "raw0jane0doe";
  const { state } = await take(planted(ips.replaceAll(BUNDLE, "org.windfall.fixtures.Other"), datum));
  expect(state).toBe("done");
  expect((await appOf("org.windfall.fixtures.Other"))?.storage).toBe("raw");
  expect(filesWith(datum).some((path) => path.includes("blobs"))).toBe(true);
});

test("scrubbed: whatever way a report comes, what tells a person is in no file", async () => {
  expect(await setStorage(appId, "scrubbed")).toEqual({ status: 200, body: { id: appId, storage: "scrubbed" } });
  expect((await appOf(BUNDLE))?.storage).toBe("scrubbed");
  const data: string[] = [];
  const datum = (name: string): string => {
    data.push(`${name}0jane0doe`);
    return `${name}0jane0doe`;
  };
  const padded = planted(ips, datum("large")).replace("procRole", `padding": "${"x".repeat(2_000_000)}", "procRole`);
  const outcomes = [
    await take(planted(ips, datum("ips"))),
    await take(planted(text, datum("text"))),
    await take(planted(kscrash, datum("kscrash"))),
    await take(`[${planted(kscrash, datum("first"))},${planted(kscrash, datum("second"))}]`),
    await take(gzipSync(planted(ips, datum("gzip")))),
    await take(padded),
    await take(await zipOf([{ path: "a/crash.ips", bytes: planted(ips, datum("zip")) }])),
    // A part of the app that nobody has heard of yet.
    await take(planted(ips.replaceAll(BUNDLE, `${BUNDLE}.Widget`), datum("widget"))),
  ];
  expect(outcomes.map(({ state }) => state)).toEqual(outcomes.map(() => "done"));
  const form = new FormData();
  form.append("one", new Blob([planted(ips, datum("form"))]), "crash.ips");
  const sent = await hub.ask("/ingest/reports", {
    method: "POST",
    body: form,
    headers: { authorization: `Bearer ${hub.ingestKey}` },
  });
  await settled(((await sent.json()) as { id: string }).id);
  expect(data).toHaveLength(10);
  expect(data.filter((one) => filesWith(one).length > 0)).toEqual([]);
  expect(hub.log.filter((line) => data.some((one) => line.includes(one)))).toEqual([]);
});

test("the signature is the one of the raw report, a device is one device, and a rebuild gives the same", async () => {
  const raw = await take(planted(ips.replaceAll(BUNDLE, "org.windfall.fixtures.Twin"), "twin0key"));
  const one = await take(planted(ips, "one0key"));
  const again = await take(planted(ips, "one0key"));
  const detail = (id: string) => hub.json<ReportDetail>(`/api/v1/reports/${id}`);
  const [first, second, third] = await Promise.all([detail(raw.id), detail(one.id), detail(again.id)]);
  expect(second.analysis.signature.key).toBe(first.analysis.signature.key);
  expect(second.analysis.report.process["crashReporterKey"]).toMatch(/^scrub_[0-9a-f]{16}$/);
  expect(third.analysis.report.process["crashReporterKey"]).toBe(second.analysis.report.process["crashReporterKey"]);

  const overview = () => hub.json<Overview>(`/api/v1/apps/${appId}/overview?from=2020-01-01&to=2029-12-31`);
  const before = await overview();
  expect(before.crashes).toBeGreaterThan(8);
  expect((await hub.ask("/api/v1/operations/rebuild", { method: "POST" })).status).toBe(202);
  await vi.waitFor(
    async () => {
      const { state } = await hub.json<Rebuild>("/api/v1/operations/rebuild");
      if (state === "running") throw new Error("runs");
    },
    { timeout: 30_000, interval: 50 },
  );
  expect(await overview()).toEqual(before);
});

test("the same report twice is one", async () => {
  const report = planted(ips, "twice0jane");
  const first = await hub.send("/ingest/reports", report);
  const second = await hub.send("/ingest/reports", report);
  expect([first.status, second.status]).toEqual([202, 200]);
  expect(second.body).toMatchObject({ id: first.body.id, duplicate: true });
});

test("a tester's address and words do not become columns either", async () => {
  const feedback = JSON.stringify({
    id: "AAx9Qz81kLmNoPqRsTuVw-_",
    timestamp: "2026-04-30T15:34:54.739Z[UTC]",
    appAppleId: 1_234_567_890,
    cfBundleShortVersion: "2.1",
    cfBundleVersion: "431",
    deviceModel: "iPhone17_1",
    osVersion: "26.3.1",
    locale: "de-CH",
    carrier: "Swisscom",
    timezone: "Europe/Zurich",
    architecture: "arm64e",
    emailAddress: "tester0jane@example.org",
    comment: "It crashes. Call me: tester0jane2@example.org",
  });
  const { status } = await hub.send("/ingest/feedback", feedback);
  expect(status).toBe(202);
  expect(filesWith("tester0jane")).toEqual([]);
  expect(filesWith("It crashes.").length).toBeGreaterThan(0);
});

test("what cannot be read is not kept: it may be of any app", async () => {
  for (const broken of [`{"report": {"id": "x"}, "crash": {"broken0jane": `, "nothing at all, broken0jane"]) {
    const form = new FormData();
    form.append("reports", new Blob([broken]), "reports.json");
    const sent = await hub.ask("/ingest/reports", {
      method: "POST",
      body: form,
      headers: { authorization: `Bearer ${hub.ingestKey}` },
    });
    expect(sent.status).toBe(202);
    await settled(((await sent.json()) as { id: string }).id);
    expect(filesWith("broken0jane")).toEqual([]);
  }
});

test("an app that a person joins to it is scrubbed with it", async () => {
  const debug = "com.windfall.DebugOfHarbor";
  await take(planted(ips.replaceAll(BUNDLE, debug), "before0join"));
  expect(filesWith("before0join").length).toBeGreaterThan(0);
  const id = (await appOf(debug))?.id ?? "";
  expect((await post(`/api/v1/apps/${id}/host`, { hostId: appId })).status).toBe(200);
  await take(planted(ips.replaceAll(BUNDLE, debug), "after0join"));
  expect(filesWith("after0join")).toEqual([]);
});

test("what cannot be scrubbed is refused", async () => {
  const report = await fixtureBytes("reports/format-plcrash-binary/input.plcrash");
  const { status, body } = await hub.send("/ingest/reports", report);
  expect({ status, body }).toMatchObject({ status: 422, body: { error: { code: "not-a-report" } } });
});

test("who may only read gets a raw report scrubbed on the way out", async () => {
  const datum = "viewer0jane";
  const { id } = await take(planted(ips.replaceAll(BUNDLE, "org.windfall.fixtures.Other"), datum));
  const made = await post("/api/v1/keys", { name: "reader", kind: "api", right: "read" });
  const key = String(made.body["secret"]);
  const download = async (format: string, bearer: string) => {
    const response = await hub.ask(`/api/v1/reports/${id}/download?format=${format}`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    expect(response.status).toBe(200);
    return response.text();
  };
  for (const format of ["original", "crash", "scrubbed"]) {
    const shown = await download(format, key);
    expect(shown).not.toContain(datum);
    expect(shown).toContain("scrub_");
  }
  expect(await download("original", hub.apiKey)).toContain(datum);
  expect(await download("crash", hub.apiKey)).toContain(datum);
  expect(await download("scrubbed", hub.apiKey)).not.toContain(datum);
});

test("an app that is not there has no setting", async () => {
  expect((await setStorage("01kb3m6w1d7x2y8v5t9q0z4n6c", "raw")).status).toBe(404);
});
