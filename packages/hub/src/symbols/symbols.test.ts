import type {
  App,
  BuildSymbols,
  RegisterBuild,
  SymbolsAnswer,
  SymbolsList,
  SymbolsMatrix,
  SymbolsProgress,
} from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { buildMachO, type BuiltSymbol, CODE } from "../../../core/test/mach-o-builder.ts";
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
      verdict: {
        case: "missing",
        state: "bad",
        words: "missing",
        why: `no dSYM with UUID ${V1} was found. Wanted is Teebude.dSYM of 2.3 (${builds[0]?.build}), arm64`,
        ways: expect.any(Array) as string[],
        command: `mdfind "com_apple_xcode_dsym_uuids == ${V1.toUpperCase()}"`,
      },
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
  expect(gaps.find(({ name }) => name === "TeeKit")?.verdict.ways[0]).toContain("built by Xcode Cloud 212");
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
  expect(mismatched).toMatchObject({ name, heldUuid: v2, verdict: { case: "uuid-mismatch" } });
  expect(mismatched?.verdict.why).toContain(`wanted is UUID ${KIT}, held is ${v2}`);

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

const upload = async (name: string, bytes: Uint8Array) => {
  const form = new FormData();
  form.append("symbols", new Blob([new Uint8Array(bytes)]), name);
  const response = await t.ask("/ingest/symbols", { method: "POST", body: form });
  expect(response.status).toBe(200);
  return (await response.json()) as SymbolsAnswer;
};
const built = (symbols: readonly BuiltSymbol[], uuid: number) =>
  buildMachO({
    fileType: 2,
    uuid: new Uint8Array(16).fill(uuid),
    sections: [{ segment: "__TEXT", name: "__text", address: 0x1000, bytes: new Uint8Array(64), flags: CODE }],
    symbols,
  });
const filled = (digits: string) =>
  `${digits.repeat(4)}-${digits.repeat(2)}-${digits.repeat(2)}-${digits.repeat(2)}-${digits.repeat(6)}`;

test("what is held and gives less than lines is told apart, and so is what lacks an architecture", async () => {
  const symbol = { name: "_dock", type: 0x0f, section: 1, value: 0x1000 };
  await upload("Pier", built([symbol], 0xa1));
  await upload("Crane", built([{ name: "/x/Crane.o", type: 0x66, value: 0 }, symbol], 0xa2));
  await upload("Buoy", built([], 0xa3));
  const image = (name: string, uuid: string, arch = "arm64") => ({ name, uuid, arch });
  await register({
    bundleId: app.bundleId,
    version: "4.0",
    build: "400",
    images: [
      image("Pier", filled("a1")),
      image("Pier", filled("a9"), "arm64e"),
      image("Crane", filled("a2")),
      image("Buoy", filled("a3")),
    ],
  });
  const { gaps, lesser } = await matrix();
  expect(lesser.map(({ name, verdict }) => [name, verdict.case])).toEqual([
    ["Buoy", "no-symbols"],
    ["Crane", "debug-map"],
    ["Pier", "names-only"],
  ]);
  const gap = gaps.find(({ uuid }) => uuid === filled("a9"));
  expect(gap).toMatchObject({ state: "missing", verdict: { case: "wrong-architecture" } });
  expect(gap?.verdict.why).toContain("is here for arm64, and the report ran arm64e");
});

test("the system's own images are kept apart, give names to frames, and are nobody's mismatch", async () => {
  const before = await t.json<SymbolsList>("/api/v1/symbols");
  const report = JSON.parse((await fixtureText("reports/swift/01-ios17-unwrap-nil.ips")).replace(/^.*\n/, "")) as {
    usedImages: { uuid: string; name: string; path: string }[];
    faultingThread: number;
    threads: { frames: { imageIndex: number; symbol?: string }[] }[];
  };
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const frame = report.threads[report.faultingThread]?.frames.find(
    ({ imageIndex }) =>
      report.usedImages[imageIndex]?.path.startsWith("/System/") ||
      report.usedImages[imageIndex]?.path.startsWith("/usr/"),
  );
  const system = report.usedImages[frame?.imageIndex ?? -1];
  const bytes = system?.uuid.replaceAll("-", "").match(/../g) ?? [];
  const file = buildMachO({
    fileType: 6,
    uuid: Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)),
    sections: [{ segment: "__TEXT", name: "__text", address: 0, size: 0x7000_0000, flags: CODE }],
    symbols: [{ name: "_namedByTheHub", type: 0x0f, section: 1, value: 0 }],
  });
  const answer = await upload(`17.5 (21F79)/Symbols${system?.path}`, file);
  expect(answer.slices).toMatchObject([{ uuid: system?.uuid, system: true, contents: "names" }]);

  const after = await t.json<SymbolsList>("/api/v1/symbols");
  expect(after.held).toEqual(before.held);
  expect([after.heldTotal, after.systemTotal]).toEqual([before.heldTotal, 1]);
  const ofSystem = await t.json<SymbolsList>("/api/v1/symbols?system=true");
  expect(ofSystem.held).toMatchObject([{ uuid: system?.uuid, system: true }]);
  expect(ofSystem.heldTotal).toBe(1);

  // A report of that system whose frames came without names.
  const nameless = variantOf(template, { number: 50, at: new Date(), device: 50 }).replaceAll(
    /"symbol"\s*:\s*"[^"]*",?/g,
    "",
  );
  const sent = await t.send("/ingest/reports", nameless);
  await t.hub.settled();
  const { id } = { id: sent.body.reports?.[0] };
  const text = await (await t.ask(`/api/v1/reports/${id}`)).text();
  expect(text).toContain("namedByTheHub");

  await register({
    bundleId: app.bundleId,
    version: "5.0",
    build: "500",
    images: [{ name: system?.name ?? "", uuid: filled("b1"), arch: "arm64" }],
  });
  expect((await matrix()).gaps.find(({ uuid }) => uuid === filled("b1"))?.state).toBe("missing");
});

test("the right file is found behind a hundred later ones of its name", async () => {
  for (let i = 1; i <= 101; i++) await upload("Teebude", built([], i));
  const { body } = await t.send(
    "/ingest/reports",
    variantOf(await fixtureText("reports/swift/01-ios17-unwrap-nil.ips"), { number: 60, at: new Date(), device: 60 }),
  );
  await t.hub.settled();
  const { id } = { id: body.reports?.[0] };
  expect(await t.json(`/api/v1/reports/${id}`)).toMatchObject({
    analysis: {
      symbols: { images: expect.arrayContaining([expect.objectContaining({ uuid: V1, status: "found" })]) as unknown },
    },
  });
});

test("an app that is none is a 404", async () => {
  expect((await t.ask("/api/v1/apps/none/symbols")).status).toBe(404);
});
