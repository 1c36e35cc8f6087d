/** Zips of reports: what is in them is taken as if it had come by itself. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { HOSTILE_ZIPS, lyingZipBomb, zipBomb } from "../../../../fixtures/hostile/archives.ts";
import { MIB } from "../../../../fixtures/hostile/noise.ts";
import { variantOf } from "../../../../fixtures/variants.ts";
import { zipOf } from "../../../core/test/zip-writer.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { MAX_ZIP_REPORTS } from "./accept-zip.ts";

let t: TestHub;
let template: string;
beforeAll(async () => {
  t = await startTestHub();
  template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
});
afterAll(() => t.remove());
afterEach(async () => expect(await readdir(join(t.folder, "blobs", "tmp"))).toEqual([]));

let counter = 0;
const fresh = () => variantOf(template, { number: ++counter, at: new Date(), device: counter });
interface Answer {
  readonly id: string;
  readonly reports?: string[];
  readonly skipped?: { path: string; reason: string }[];
  readonly error?: { code: string; message: string };
}
const send = async (body: BodyInit | Uint8Array) =>
  (await t.send("/ingest/reports", body)) as { status: number; body: Answer };

test("each report of an .xccrashpoint is an upload of its own, once", async () => {
  const filter = "B7bekG5z.xccrashpoint/Filters/Filter_teebude-1.0-Any";
  const [one, two] = [fresh(), fresh()];
  const zip = await zipOf([
    { path: `${filter}/PointInfo.json`, bytes: '{"analyticsPointName":"x"}' },
    { path: `${filter}/DistributionInfo.json`, bytes: "{}" },
    { path: `${filter}/Logs/a.crash`, bytes: one, method: "deflate" },
    { path: `${filter}/Logs/LocallySymbolicated/a.crash`, bytes: one, method: "deflate" },
    { path: `${filter}/Logs/b.crash`, bytes: two, method: "deflate" },
    { path: `${filter}/Logs/note.txt`, bytes: "Dear team" },
    { path: `${filter}/Logs/broken.crash`, bytes: "Dear team" },
  ]);
  const { status, body } = await send(zip);
  expect(status).toBe(202);
  expect(body.reports).toHaveLength(2);
  expect(body.skipped).toMatchObject([{ path: `${filter}/Logs/broken.crash` }]);
  await t.hub.settled();
  for (const id of body.reports ?? []) {
    expect(await t.json(`/api/v1/inbox/${id}`)).toMatchObject({ state: "done" });
    const original = await (await t.ask(`/api/v1/reports/${id}/download`)).text();
    expect([one, two]).toContain(original);
  }
  expect(await send(zip)).toMatchObject({ status: 200, body: { id: body.id, duplicate: true } });
});

test("a zip in a zip, and a zip as a file of a form", async () => {
  const inner = await zipOf([{ path: "a.ips", bytes: fresh(), method: "deflate" }]);
  const outer = await zipOf([
    { path: "deep/inner.zip", bytes: inner, method: "deflate" },
    { path: "b.ips", bytes: fresh() },
  ]);
  expect((await send(outer)).body.reports).toHaveLength(2);
  const form = new FormData();
  form.append("file", new File([(await zipOf([{ path: "c.ips", bytes: fresh() }])) as BlobPart], "c.zip"));
  form.append("file", new File([fresh()], "d.ips"));
  expect((await send(form)).body.reports).toHaveLength(2);
});

describe("what is refused", () => {
  const blobs = async () =>
    (await readdir(join(t.folder, "blobs"), { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).length;

  test.each<[string, () => Promise<Uint8Array>, string]>([
    ["a zip without reports", () => zipOf([{ path: "readme.md", bytes: "x" }]), "not-a-report"],
    ["a zip of things that are no reports", () => zipOf([{ path: "a.crash", bytes: "Dear team" }]), "not-a-report"],
    ["a bomb", async () => zipBomb(1024 * MIB, "bomb.ips"), "archive-too-large"],
    ["a bomb that lies about its size", async () => lyingZipBomb(64 * MIB, "bomb.ips"), "archive-too-large"],
    ["a zip cut short", async () => (await zipOf([{ path: "a.ips", bytes: fresh() }])).subarray(0, 900), "unreadable"],
    ["names that climb out", () => zipOf([{ path: "../../a.ips", bytes: fresh() }]), "unsafe-archive"],
  ])("%s", async (_, make, code) => {
    const before = await blobs();
    const { body } = await send(await make());
    expect(body.error?.code).toBe(code);
    expect(await blobs()).toBe(before);
  });

  test.each(HOSTILE_ZIPS.map((zip) => [zip.name, zip] as const))(
    "%s: refused or taken, never a failure",
    async (_, zip) => {
      const { status } = await send(await zip.bytes());
      expect(status).toBeLessThan(500);
    },
  );

  test("one report more than the limit", async () => {
    const head =
      "Incident Identifier: A\nProcess: Harbor [1]\nException Type:  EXC_CRASH\nThread 0:\n0   a\t0x1004 f + ";
    const many = (count: number) =>
      zipOf(Array.from({ length: count }, (_, i) => ({ path: `${i}.crash`, bytes: `${head}${i}\n` })));
    expect((await send(await many(MAX_ZIP_REPORTS + 1))).body.error?.code).toBe("archive-too-large");
    const full = await send(await many(MAX_ZIP_REPORTS));
    expect([full.status, full.body.reports?.length]).toEqual([202, MAX_ZIP_REPORTS]);
  });
});
