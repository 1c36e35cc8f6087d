import type { App, BuildSymbols, RegisterBuild, SymbolsMatrix, SymbolsProgress } from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

const dsym = (name: string) => fixtureBytes(`dsyms/${name}/Teebude.dSYM/Contents/Resources/DWARF/Teebude`);
const V1 = "4c4c44d7-5555-3144-a17f-702897e64204";
const KIT = "00000000-0000-4000-8000-00000000000a";
const WIDGET = "00000000-0000-4000-8000-00000000000b";

let t: TestHub;
let app: App;
let v2 = "";
beforeAll(async () => {
  t = await startTestHub();
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  for (const number of [1, 2]) {
    await t.send("/ingest/reports", variantOf(template, { number, at: new Date(), device: number }));
  }
  await t.hub.settled();
  app = (await t.json<{ apps: App[] }>("/api/v1/apps")).apps[0] as App;
});
afterAll(() => t.remove());

const matrix = (limit = 20) => t.json<SymbolsMatrix>(`/api/v1/apps/${app.id}/symbols?limit=${limit}`);
const states = ({ images }: BuildSymbols | { images: [] } = { images: [] }) =>
  Object.fromEntries(images.map(({ name, uuid, state }) => [`${name} ${uuid.slice(-1)}`, state]));
const register = async (body: RegisterBuild) => {
  const response = await t.send("/api/v1/builds", JSON.stringify(body), { "content-type": "application/json" });
  expect(response.status).toBe(201);
};

test("a build that only reports know has the images of their frames", async () => {
  const { builds, total, gaps } = await matrix();
  expect(total).toBe(1);
  expect(builds[0]).toMatchObject({ version: "2.3", registered: false, ci: null, system: true, unnamed: 2 });
  expect(builds[0]?.images).toEqual([{ name: "Teebude", arch: "arm64", uuid: V1, state: "missing", crashes: 2 }]);
  expect(gaps).toEqual([
    {
      name: "Teebude",
      arch: "arm64",
      uuid: V1,
      state: "missing",
      builds: [{ version: "2.3", build: builds[0]?.build, ci: null }],
      crashes: 2,
    },
  ]);
});

test("a registered build tells its gaps before its first crash, that of its widget among them", async () => {
  const image = (name: string, uuid: string) => ({ name, uuid, arch: "arm64" });
  const ci = { provider: "xcode-cloud", runId: "212" };
  const facts = { version: "3.0", build: "300", channel: "TestFlight", ci };
  await register({ bundleId: app.bundleId, ...facts, images: [image("TeeKit", KIT)] });
  await register({ bundleId: `${app.bundleId}.widget`, ...facts, images: [image("TeeWidget", WIDGET)] });
  const { builds, gaps } = await matrix();
  expect(builds.map(({ version }) => version)).toEqual(["3.0", "2.3"]);
  expect(builds[0]).toMatchObject({ channel: "TestFlight", ci: "xcode-cloud 212", registered: true, unnamed: 0 });
  expect(states(builds[0])).toEqual({ "TeeKit a": "missing", "TeeWidget b": "missing" });
  expect(gaps.map(({ name, crashes }) => [name, crashes])).toEqual([
    ["Teebude", 2],
    ["TeeKit", 0],
    ["TeeWidget", 0],
  ]);
  expect((await matrix(1)).builds).toHaveLength(1);
  expect((await matrix(1)).gaps).toHaveLength(3);
});

test("a file of the name that belongs to no build is a mismatch, until its build is known", async () => {
  const { status, body } = await t.send("/ingest/symbols", await dsym("swift-teebude-v2-ios-arm64-O-d4"), {});
  expect(status).toBe(200);
  v2 = (body as { slices?: { uuid: string }[] }).slices?.[0]?.uuid ?? "";
  // An upload of bare bytes has no name; as a form it has.
  const form = new FormData();
  form.append("symbols", new Blob([new Uint8Array(await dsym("swift-teebude-v2-ios-arm64-O-d4"))]), "Teebude");
  await t.ask("/ingest/symbols", { method: "POST", body: form });
  const held = await t.json<{ held: { name: string; uuid: string }[] }>("/api/v1/symbols");
  const name = held.held.find(({ uuid }) => uuid === v2)?.name ?? "";
  await register({ bundleId: app.bundleId, version: "2.9", build: "9", images: [{ name, uuid: KIT, arch: "arm64" }] });
  const mismatched = (await matrix()).gaps.find((gap) => gap.state === "mismatched");
  expect(mismatched).toMatchObject({ name, heldUuid: v2 });

  await register({ bundleId: app.bundleId, version: "2.4", build: "240", images: [{ name, uuid: v2, arch: "arm64" }] });
  const { builds, gaps } = await matrix();
  expect(gaps.every(({ state }) => state === "missing")).toBe(true);
  expect(states(builds.find(({ version }) => version === "2.4"))).toEqual({ [`${name} ${v2.slice(-1)}`]: "held" });
});

test("the dSYM fills the gap, and the run that read the reports again is told", async () => {
  await t.send("/ingest/symbols", await dsym("swift-teebude-ios-arm64-O-d4"));
  await t.hub.settled();
  const build = (await matrix()).builds.find(({ version }) => version === "2.3");
  expect(build).toMatchObject({ unnamed: 0, images: [{ uuid: V1, state: "held", crashes: 0 }] });
  const { waiting, runs } = await t.json<SymbolsProgress>("/api/v1/symbols/progress");
  expect(waiting).toBe(0);
  expect(runs).toMatchObject([{ rawKeys: 1, reports: 2, renamed: 1, merged: 0, added: 0, failed: 0 }]);
  expect(runs[0]?.endedAt).not.toBeNull();
  expect(runs[0]?.images).toHaveLength(1);
});

test("reports that come after their symbols make no run", async () => {
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  await t.send("/ingest/reports", variantOf(template, { number: 3, at: new Date(), device: 3 }));
  await t.hub.settled();
  expect((await t.json<SymbolsProgress>("/api/v1/symbols/progress")).runs).toHaveLength(1);
});

test("an app that is none is a 404", async () => {
  expect((await t.ask("/api/v1/apps/none/symbols")).status).toBe(404);
});
