/** What senders may send at most: as much is taken, one more is refused, cut, or kept together, as it is said where the limit stands. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { App, SignatureDetail, UsageAnswer } from "@windfall/api";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { appOfUsage, MAX_BUNDLE_ID_LENGTH, MAX_NAME_LENGTH } from "../apps/app-identity.ts";
import { countedIn, MAX_DAYS } from "../apps/window.ts";
import { openState } from "../stores/state/open-state.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import { MAX_ARRAY_REPORTS } from "./accept-reports.ts";
import { createInboxStore, MAX_ROWS_PER_COMMIT } from "./inbox-store.ts";
import { MAX_NAMED_PROBLEMS, MAX_USAGE_BYTES } from "./usage.ts";

const today = new Date().toISOString().slice(0, 10);
const usageRow = (installId: string) => ({
  installId,
  day: today,
  app: "com.example.limits",
  version: "1",
  sessions: 1,
});

let t: TestHub;
let template: string;
beforeAll(async () => {
  t = await startTestHub();
  template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
});
afterAll(() => t.remove());

test.each<[string, (bytes: Buffer) => Uint8Array]>([
  ["as it is", (bytes) => bytes],
  ["unpacked", (bytes) => gzipSync(bytes, { level: 1 })],
])("bytes of a usage batch, %s", async (how, sent) => {
  const batch = (bytes: number) =>
    sent(Buffer.from(JSON.stringify(usageRow(`install ${how}`.replaceAll(" ", "-"))).padEnd(bytes)));
  expect((await t.send("/ingest/usage", batch(MAX_USAGE_BYTES))).status).toBe(202);
  expect(await t.send("/ingest/usage", batch(MAX_USAGE_BYTES + 1))).toMatchObject({
    status: 413,
    body: { error: { code: "body-too-large" } },
  });
});

test("rejected rows that are named", async () => {
  const send = async (bad: number) => {
    const rows = [
      usageRow(`install-with-${bad}`),
      ...Array.from({ length: bad }, () => ({ ...usageRow("x"), day: "2040-01-01" })),
    ];
    return (await t.send("/ingest/usage", JSON.stringify(rows))).body as unknown as UsageAnswer;
  };
  expect(await send(MAX_NAMED_PROBLEMS)).toMatchObject({ accepted: 1, rejected: MAX_NAMED_PROBLEMS });
  const { rejected, problems } = await send(MAX_NAMED_PROBLEMS + 1);
  expect([rejected, problems.length]).toEqual([MAX_NAMED_PROBLEMS + 1, MAX_NAMED_PROBLEMS]);
});

test.each([
  ["as many as are taken apart", 0],
  ["one more, which stay together", 1],
])("reports of one array of KSCrash: %s", async (_, more) => {
  const reports = Array.from({ length: MAX_ARRAY_REPORTS + more }, (_, i) => `report ${more} ${i}`);
  const form = new FormData();
  form.append("reports", new Blob([JSON.stringify(reports)]), "reports.json");
  const { status, body } = await t.send("/ingest/reports", form);
  expect([status, body.reports?.length]).toEqual([202, more === 0 ? MAX_ARRAY_REPORTS : 1]);
});

test("uploads that share a commit: those beyond wait for the next, and each has its answer", async () => {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  const inbox = createInboxStore(db);
  const count = 2 * MAX_ROWS_PER_COMMIT + 1;
  const upload = (i: number) => ({
    id: String(i).padStart(6, "0"),
    blob: createHash("sha256").update(String(i)).digest("hex") as BlobId,
    sizeBytes: 1,
    incidentId: undefined,
    receivedAt: `${today}T00:00:00.000Z`,
    sample: false,
  });
  const accepted = await Promise.all(Array.from({ length: count }, (_, i) => inbox.add(upload(i))));
  expect(accepted).toEqual(Array.from({ length: count }, (_, i) => ({ id: upload(i).id, duplicate: false })));
  expect(await db.selectFrom("inbox").select("id").orderBy("id").execute()).toEqual(accepted.map(({ id }) => ({ id })));
});

test("letters of an app's bundle id and name", () => {
  const named = (id: number, name: number) => {
    const { bundleId, name: shown } = appOfUsage("b".repeat(id), "n".repeat(name));
    return [bundleId.length, shown.length];
  };
  expect(named(MAX_BUNDLE_ID_LENGTH, MAX_NAME_LENGTH)).toEqual([MAX_BUNDLE_ID_LENGTH, MAX_NAME_LENGTH]);
  expect(named(MAX_BUNDLE_ID_LENGTH + 1, MAX_NAME_LENGTH + 1)).toEqual([MAX_BUNDLE_ID_LENGTH, MAX_NAME_LENGTH]);
  // Cut before the id is made: two that differ only beyond the limit are one app, and every sender comes to the same one.
  const long = "b".repeat(MAX_BUNDLE_ID_LENGTH);
  expect(appOfUsage(`${long}1`, "n").id).toBe(appOfUsage(`${long}2`, "n").id);
});

test("days of a window", () => {
  const from = "2026-01-01";
  const last = (days: number) => new Date(Date.parse(from) + (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const of = (days: number) => countedIn(["a"], { from, to: last(days) }, () => 0).window.days;
  expect(of(MAX_DAYS)).toBe(MAX_DAYS);
  expect(() => of(MAX_DAYS + 1)).toThrow(`more than ${MAX_DAYS} days`);
});

test("words of a report that become columns, and a name that becomes a short one", async () => {
  const MOST = 100;
  const send = async (version: string, name: string, number: number) => {
    const text = variantOf(template, { number, at: new Date(), device: 1, app: { version, build: "1" } });
    await t.send("/ingest/reports", text.replaceAll("Teebude", name).replaceAll("org.windfall.fixtures", "org.limits"));
    await t.hub.settled();
  };
  await send("v".repeat(MOST), "L".repeat(12), 1);
  await send("w".repeat(MOST + 1), "L".repeat(12), 2);
  const app = (await t.json<{ apps: App[] }>("/api/v1/apps")).apps.find(({ bundleId }) =>
    bundleId.startsWith("org.limits"),
  );
  const { signatures } = await t.json<{ signatures: { id: string; shortId: string }[] }>(
    `/api/v1/apps/${app?.id}/signatures`,
  );
  expect(signatures[0]?.shortId).toBe(`${"L".repeat(12)}-1`);
  const { byVersion } = await t.json<SignatureDetail>(`/api/v1/signatures/${signatures[0]?.id}`);
  expect(byVersion.map(({ version }) => version).sort()).toEqual(["v".repeat(MOST), "w".repeat(MOST)]);

  await send("1", "M".repeat(13), 3);
  const other = (await t.json<{ apps: App[] }>("/api/v1/apps")).apps.find(({ bundleId }) => bundleId.includes("MMM"));
  const listed = await t.json<{ signatures: { shortId: string }[] }>(`/api/v1/apps/${other?.id}/signatures`);
  expect(listed.signatures[0]?.shortId).toBe(`${"M".repeat(12)}-1`);
});

test("nothing that was refused is kept", () => {
  expect(readdirSync(join(t.folder, "blobs", "tmp"))).toEqual([]);
});
