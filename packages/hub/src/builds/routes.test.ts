/** Builds, processes and device names as pages see them: a whole hub, real reports. */
import type { App, Build, Facets, Overview, RegisteredBuild, SignatureDetail, SignatureList } from "@windfall/api";
import { beforeAll, expect, test } from "vitest";
import { type Variant, variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { appOfUsage } from "../apps/app-identity.ts";

const HARBOR = "org.windfall.fixtures.Harbor";
const WIDGET = `${HARBOR}.Widget`;
const DEBUG = `${HARBOR}.debug`;
const UUID = "4c4c44ce-5555-3144-a1af-caee1217c80a";
const DAY_MS = 24 * 3600 * 1000;

let t: TestHub;
let template = "";
let sent = 0;

beforeAll(async () => {
  t = await startTestHub();
  template = await fixtureText("reports/sample-null-dereference/input.ips");
  return () => t.remove();
});

/** `daysAgo` is when it crashed; it arrives now. */
async function crash(bundleId: string, version: string, daysAgo: number, more: Partial<Variant> = {}): Promise<void> {
  const number = ++sent;
  const at = new Date(Date.now() - daysAgo * DAY_MS - 3600_000);
  const app = { version, build: version.replaceAll(".", "") };
  const text = variantOf(template, { number, at, device: number, app, ...more });
  const { status } = await t.send("/ingest/reports", text.replaceAll(HARBOR, bundleId));
  expect(status).toBe(202);
  await t.hub.settled();
}

async function register(body: object, key = t.ingestKey): Promise<{ status: number; body: RegisteredBuild }> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const response = await t.ask("/api/v1/builds", { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as RegisteredBuild };
}

const id = (bundleId: string): string => appOfUsage(bundleId, undefined).id;
const of = <T>(path: string, bundleId = HARBOR): Promise<T> => t.json<T>(`/api/v1/apps/${id(bundleId)}/${path}`);
const apps = async () => (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;
const attach = async (bundleId: string, host: string | null): Promise<number> => {
  const body = JSON.stringify({ hostId: host === null ? null : id(host) });
  const headers = { "content-type": "application/json" };
  return (await t.ask(`/api/v1/apps/${id(bundleId)}/host`, { method: "POST", headers, body })).status;
};

test("a build that no report has come from is there, with what its images lack", async () => {
  const ci = { provider: "github-actions", runId: "7", runUrl: "https://github.com/harbor/app/actions/runs/7" };
  const image = { uuid: UUID, arch: "arm64", name: "Harbor" };
  const upper = { ...image, uuid: UUID.toUpperCase().replaceAll("-", "") };
  const first = { bundleId: HARBOR, version: "2.9", build: "29", commit: "abc", ci, images: [upper] };
  expect(await register(first)).toEqual({
    status: 201,
    body: { appId: id(HARBOR), known: false, images: 1, missingSymbols: [image] },
  });
  const dsym = await fixtureBytes("dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
  expect((await t.send("/ingest/symbols", dsym)).status).toBe(200);
  expect(await register({ bundleId: HARBOR, version: "2.9", build: "29", tag: "v2.9", images: [upper] })).toMatchObject(
    {
      status: 200,
      body: { known: true, missingSymbols: [] },
    },
  );
  const [build] = (await of<{ builds: Build[] }>("builds")).builds;
  expect(build).toMatchObject({ version: "2.9", commit: "abc", tag: "v2.9", ciRunUrl: ci.runUrl, firstSeen: null });
  expect((await apps()).map(({ name, crashes }) => [name, crashes])).toEqual([["Harbor", 0]]);
});

test.for([
  ["an address that is no web page", { ci: { provider: "x", runUrl: "javascript:alert(1)" } }],
  ["a UUID that is none", { images: [{ uuid: "g".repeat(32), arch: "arm64", name: "Harbor" }] }],
  ["no version", { version: " " }],
  ["a time that is none", { uploadedAt: "soon" }],
  ["2,001 images", { images: Array.from({ length: 2_001 }, () => ({ uuid: UUID, arch: "arm64", name: "H" })) }],
] as const)("%s is refused", async ([, wrong]) => {
  expect((await register({ bundleId: HARBOR, version: "9", build: "9", ...wrong })).status).toBe(400);
});

test("versions stand in the order of their upload, whatever their names and crashes say", async () => {
  await register({ bundleId: HARBOR, version: "2.10", build: "210" });
  // The later build crashed first, on a phone whose report came late.
  await crash(HARBOR, "2.10", 9);
  await crash(HARBOR, "2.9", 2);
  await crash(HARBOR, "2.9", 1);
  const { versions } = await of<Overview>("overview");
  expect(versions.map(({ version, crashes }) => [version, crashes])).toEqual([
    ["2.10", 1],
    ["2.9", 2],
  ]);
  const { signatures } = await of<SignatureList>("signatures");
  expect(signatures).toMatchObject([
    { crashes: 3, firstBuild: { version: "2.9", build: "29" }, lastBuild: { version: "2.10", build: "210" } },
  ]);
  expect((await of<{ builds: Build[] }>("builds")).builds.map(({ version }) => version)).toEqual(["2.10", "2.9"]);
});

test("an extension's crashes are its app's, in the same signature, and can be asked for alone", async () => {
  await crash(WIDGET, "2.10", 0);
  expect(await apps()).toMatchObject([
    { bundleId: HARBOR, crashes: 4, processes: [{ bundleId: WIDGET, crashes: 1, by: "prefix" }] },
  ]);
  expect((await of<Overview>("overview")).crashes).toBe(4);
  expect((await of<Overview>("overview", WIDGET)).crashes).toBe(4);
  expect((await of<SignatureList>("signatures")).signatures.map(({ crashes, share }) => [crashes, share])).toEqual([
    [4, 1],
  ]);
  expect((await of<Facets>("facets")).process.map(({ value, crashes }) => [value, crashes])).toEqual([
    [HARBOR, 3],
    [WIDGET, 1],
  ]);
  expect((await of<Overview>(`overview?process=${WIDGET}`)).crashes).toBe(1);
  expect((await of<Overview>("overview?process=org.example.Nobody")).crashes).toBe(0);
  // Its build was uploaded inside the app's.
  const { builds } = await of<{ builds: Build[] }>("builds");
  expect(builds.map(({ appId, version }) => [appId, version])).toEqual([
    [id(HARBOR), "2.10"],
    [id(HARBOR), "2.9"],
  ]);
  // Taken out by a person, it stands alone.
  expect(await attach(WIDGET, null)).toBe(200);
  expect((await of<Overview>("overview")).crashes).toBe(3);
  expect((await apps()).map(({ bundleId }) => bundleId).toSorted()).toEqual([HARBOR, WIDGET]);
  expect(await attach(WIDGET, HARBOR)).toBe(200);
});

test("a Debug build is another app until somebody joins it; then what crashed the same is one signature", async () => {
  await crash(DEBUG, "2.10", 0);
  expect((await of<Overview>("overview")).crashes).toBe(4);
  const [own] = (await of<SignatureList>("signatures", DEBUG)).signatures;
  const [kept] = (await of<SignatureList>("signatures")).signatures;
  expect(own?.id).not.toBe(kept?.id);
  expect(await attach(DEBUG, HARBOR)).toBe(200);
  expect((await of<SignatureList>("signatures")).signatures).toMatchObject([{ id: kept?.id, crashes: 5 }]);
  // Links to what it was before still lead there.
  const detail = await t.json<SignatureDetail>(`/api/v1/signatures/${own?.id}`);
  expect(detail).toMatchObject({ appId: id(HARBOR), signature: { id: kept?.id, crashes: 5 } });
  expect(await attach(HARBOR, DEBUG)).toBe(400);
  expect(await attach("org.example.Nobody", HARBOR)).toBe(404);
});

test("a report that names only the build of its OS counts under the version that others named", async () => {
  const text = variantOf(template, { number: ++sent, at: new Date(Date.now() - 3600_000), device: 1 })
    .replaceAll("iPhone OS 17.6.1 (21G93)", "iPhone OS (21G93)")
    .replaceAll("iPhone OS 17.6.1", "iPhone OS");
  const { os: before } = await of<Facets>("facets");
  expect((await t.send("/ingest/reports", text)).status).toBe(202);
  await t.hub.settled();
  const { os } = await of<Facets>("facets");
  expect(before).toEqual([{ value: "17.6.1", crashes: 5 }]);
  expect(os).toEqual([{ value: "17.6.1", crashes: 6 }]);
});

test("devices have the names they are sold under, and are filtered by their model", async () => {
  await crash(HARBOR, "2.10", 0, { model: "iPhone17,1" });
  await crash(HARBOR, "2.10", 0, { model: "iPhone99,1" });
  const { device } = await of<Facets>("facets");
  expect(device.map(({ value, label }) => [value, label])).toEqual([
    ["iPhone14,5", "iPhone 13"],
    ["iPhone17,1", "iPhone 16 Pro"],
    ["iPhone99,1", undefined],
  ]);
  const [signature] = (await of<SignatureList>("signatures?device=iPhone17,1")).signatures;
  const detail = await t.json<SignatureDetail>(`/api/v1/signatures/${signature?.id}?device=iPhone17,1`);
  expect(detail.byDevice).toMatchObject([{ value: "iPhone17,1", label: "iPhone 16 Pro", crashes: 1 }]);
  expect(detail.reports).toMatchObject([{ device: "iPhone17,1", deviceLabel: "iPhone 16 Pro" }]);
});
