/** Signatures of a hub that did not tell kinds apart. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openState } from "../open-state.ts";

const NOW = "2026-11-24T12:00:00.000Z";

test("a signature is of what its reports are, and of crashes where it has one or none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "windfall-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "state.db");
  const old = await openState(path, "011-feedback");
  await old
    .insertInto("apps")
    .values({
      id: "a",
      bundle_id: "a",
      name: "A",
      short_name: "A",
      last_signature_number: 0,
      sample: 0,
      created_at: NOW,
    })
    .execute();
  await old.insertInto("batches").values({ id: "batch", state: "done", created_at: NOW }).execute();
  const add = async (number: number, kinds: readonly string[]) => {
    const { id } = await old
      .insertInto("signatures")
      .values({
        app_id: "a",
        number,
        key: `key ${number}`,
        key_version: 1,
        family: "f",
        category: "c",
        title: "t",
        apple_term: "",
        confidence: "high",
        state: "new",
        why: "[]",
        exception: "{}",
        created_at: NOW,
        alias_of: null,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    for (const [i, kind] of kinds.entries()) {
      const name = `${number}-${i}`;
      const at = { received_at: NOW, incident_id: null };
      await old
        .insertInto("inbox")
        .values({ id: name, blob: name, size_bytes: 1, reason: null, duplicate_of: null, sample: 0, ...at })
        .execute();
      await old
        .insertInto("raw_keys")
        .values({ raw_key: name, app_id: "a", signature_id: id, status: "final", report_id: name, version: 1 })
        .execute();
      const report = { id: name, inbox_id: name, part: 0, app_id: "a", raw_key: name, kind, format: "ips", stored: 1 };
      await old
        .insertInto("reports")
        .values({ ...report, ...at, crashed_at: NOW, batch_id: "batch" })
        .execute();
    }
    return id;
  };
  const hangs = await add(1, ["hang", "hang"]);
  const mixed = await add(2, ["fault", "crash"]);
  const bare = await add(3, []);
  await old.destroy();
  const db = await openState(path);
  onTestFinished(() => db.destroy());
  const rows = await db.selectFrom("signatures").select(["id", "kind"]).orderBy("id").execute();
  expect(rows).toEqual([
    { id: hangs, kind: "hang" },
    { id: mixed, kind: "crash" },
    { id: bare, kind: "crash" },
  ]);
});
