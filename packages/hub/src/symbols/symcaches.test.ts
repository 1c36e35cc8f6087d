/** Packed symbols: made in the background, used, found out when damaged, made again, and gone with their file. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rebuild, RemovedSymbols, SymbolsList } from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { type BlobId, blobPath } from "../stores/blobs/blob-id.ts";
import { SYMCACHE_FOLDER } from "./symcache-files.ts";

const dsym = (name: string) => fixtureBytes(`dsyms/${name}/Teebude.dSYM/Contents/Resources/DWARF/Teebude`);
const V1 = "swift-teebude-ios-arm64-O-d4";
const UNIVERSAL = "swift-teebude-macos-universal-O";

let t: TestHub;
let reportId = "";
beforeAll(async () => {
  t = await startTestHub();
  const { body } = await t.send("/ingest/reports", await fixtureText("reports/swift/01-ios17-unwrap-nil.ips"));
  reportId = body.reports?.[0] ?? body.id ?? "";
  await t.send("/ingest/symbols", await dsym(V1));
  await t.hub.settled();
});
afterAll(() => t.remove());

const folder = () => join(t.folder, SYMCACHE_FOLDER);
const packed = () => {
  try {
    return readdirSync(folder()).filter((name) => name.endsWith(".symcache"));
  } catch {
    return [];
  }
};
const eventually = async (holds: () => boolean) => {
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(holds()).toBe(true);
};
/** Names of the crashed thread, as the page of the report has them. */
async function names(): Promise<string> {
  const detail = await t.json<{ analysis: unknown }>(`/api/v1/reports/${reportId}`);
  return JSON.stringify(detail);
}
const NAMED = /Orders\.swift/;

test("an uploaded dSYM is packed, and then asked no more", async () => {
  await eventually(() => packed().length === 1);
  expect(await names()).toMatch(NAMED);
  const blobs = readdirSync(join(t.folder, "blobs"), { recursive: true, encoding: "utf8" }).map((name) =>
    name.slice(3),
  );
  const blob = blobs.find((id) => id.length === 64 && packed()[0]?.includes(id.slice(0, 16))) ?? "";
  const path = blobPath(join(t.folder, "blobs"), blob as BlobId);
  renameSync(path, `${path}.away`);
  expect(await names()).toMatch(NAMED);
  renameSync(`${path}.away`, path);
});

test("damage is found: the debug file answers, and the symbols are packed again", async () => {
  const path = join(folder(), packed()[0] ?? "");
  const good = readFileSync(path);
  const bad = Buffer.from(good);
  bad.fill(0xff, Math.floor(good.length / 2));
  await t.hub.stop();
  writeFileSync(path, bad);
  t = await startTestHub({ dataFolder: t.folder });
  expect(await names()).toMatch(NAMED);
  await eventually(() => readdirSync(folder()).length === 1 && readFileSync(path).equals(good));
  expect(await names()).toMatch(NAMED);
});

test("packed symbols of another version, and those of no file, are replaced when the hub starts", async () => {
  const path = join(folder(), packed()[0] ?? "");
  const good = readFileSync(path);
  await t.hub.stop();
  const other = Buffer.from(good);
  other[8] = 99;
  writeFileSync(path, other);
  writeFileSync(join(folder(), "00000000-0000-0000-0000-000000000000-0123456789abcdef.symcache"), good);
  t = await startTestHub({ dataFolder: t.folder });
  await eventually(() => packed().length === 1 && readFileSync(path).equals(good));
});

test("a rebuild packs all of them anew", async () => {
  await t.ask("/api/v1/operations/rebuild", { method: "POST" });
  let status = await t.json<Rebuild>("/api/v1/operations/rebuild");
  for (let i = 0; i < 400 && status.state === "running"; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    status = await t.json<Rebuild>("/api/v1/operations/rebuild");
  }
  expect(status).toMatchObject({ state: "done", done: 1, symbols: { total: 1, done: 1, failed: 0 } });
  expect(packed()).toHaveLength(1);
});

const held = async () => (await t.json<SymbolsList>("/api/v1/symbols")).held;
const remove = (uuid: string) => t.ask(`/api/v1/symbols/${uuid}`, { method: "DELETE" });
const prune = (body: object) =>
  t.json<RemovedSymbols>("/api/v1/symbols/prune", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

test("removing the slices of a universal file frees it with the last", async () => {
  const { body } = await t.send("/ingest/symbols", await dsym(UNIVERSAL));
  const uuids = ((body as { slices?: { uuid: string }[] }).slices ?? []).map(({ uuid }) => uuid);
  expect(uuids).toHaveLength(2);
  await eventually(() => packed().length === 3);
  const first = (await (await remove(uuids[0]!)).json()) as RemovedSymbols;
  expect(first).toMatchObject({ slices: [{ uuid: uuids[0] }], freedBytes: 0 });
  const last = (await (await remove(uuids[1]!.toUpperCase())).json()) as RemovedSymbols;
  expect(last.freedBytes).toBe((await dsym(UNIVERSAL)).length);
  expect(packed()).toHaveLength(1);
  expect((await held()).map(({ uuid }) => uuid)).not.toContain(uuids[0]);
  expect((await remove(uuids[0]!)).status).toBe(404);
  // It can come again.
  expect((await t.send("/ingest/symbols", await dsym(UNIVERSAL))).status).toBe(200);
  for (const uuid of uuids) await remove(uuid);
});

test("pruning takes what no build with a recent report has, and lists it first", async () => {
  const old = await startTestHub({
    chance: {
      clock: () => Date.now() - 100 * 86_400_000,
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    },
  });
  try {
    await old.send("/ingest/symbols", await dsym(V1));
    await old.send("/ingest/symbols", await dsym("swift-teebude-v2-ios-arm64-O-d4"));
    await old.hub.settled();
    await old.hub.stop();
    const now = await startTestHub({ dataFolder: old.folder });
    t = await swap(t, now);
    const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
    await t.send("/ingest/reports", variantOf(template, { number: 9, at: new Date(), device: 9 }));
    await t.hub.settled();
    expect((await prune({ unusedDays: 101 })).slices).toEqual([]);
    const listed = await prune({ unusedDays: 30, dryRun: true });
    expect(listed.slices).toHaveLength(1);
    expect(await held()).toHaveLength(2);
    expect(await prune({ unusedDays: 30 })).toEqual(listed);
    expect(await held()).toHaveLength(1);
    expect((await held())[0]?.uuid).toBe("4c4c44d7-5555-3144-a17f-702897e64204");
  } finally {
    await old.remove();
  }
});

async function swap(before: TestHub, after: TestHub): Promise<TestHub> {
  await before.remove();
  return after;
}
