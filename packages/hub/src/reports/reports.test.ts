/** Every report we have goes in and comes out again in the shape of the contract. */
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { IngestStatus } from "@windfall/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHub, type TestHub } from "../../test/hub.ts";

const fixtures = fileURLToPath(new URL("../../../../fixtures/reports", import.meta.url));
const corpus = process.env["WINDFALL_CORPUS"];

let t: TestHub;
beforeAll(async () => {
  t = await startTestHub();
});
afterAll(() => t.remove());

async function reportsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const isReport = (name: string) => [".ips", ".crash"].includes(extname(name));
  return entries.filter((e) => e.isFile() && isReport(e.name)).map((e) => join(e.parentPath, e.name));
}

async function throughTheHub(paths: readonly string[]): Promise<void> {
  const ids = new Map<string, string>();
  for (const path of paths) {
    const { status, body } = await t.send("/ingest/reports", await readFile(path));
    expect([200, 202], `${path}: ${JSON.stringify(body)}`).toContain(status);
    ids.set(path, body.id ?? "");
  }
  await t.hub.settled();
  for (const [path, id] of ids) {
    const { state, reason, signatureId } = await t.json<IngestStatus>(`/api/v1/inbox/${id}`);
    expect(state, `${path}: ${reason}`).toBe("done");
    expect(signatureId, path).not.toBeNull();
    const detail = await t.ask(`/api/v1/reports/${id}`);
    expect(detail.status, `${path}: ${t.log.at(-1)}`).toBe(200);
    expect((await t.ask(`/api/v1/reports/${id}/download`)).status, path).toBe(200);
    const text = await t.ask(`/api/v1/reports/${id}/download?format=crash`);
    expect([200, 422], `${path}: ${t.log.at(-1)}`).toContain(text.status);
  }
}

test("our own fixtures", { timeout: 120_000 }, async () => {
  const paths = await reportsIn(fixtures);
  expect(paths.length).toBeGreaterThan(40);
  await throughTheHub(paths);
});

test.runIf(corpus !== undefined && corpus !== "")("the corpus", { timeout: 300_000 }, async () => {
  const paths = await reportsIn(join(corpus ?? "", "corpus"));
  expect(paths.length).toBeGreaterThan(30);
  await throughTheHub(paths);
});
