/** However many reports leave one clue, each new one is held against a few of them. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { openState } from "../stores/state/open-state.ts";
import { addClue, type ClueRow, findSame, MAX_ROWS_PER_CLUE } from "./same-event.ts";
import { createPipelineStore } from "./store.ts";

const NOW = "2026-11-02T10:00:00.000Z";
const COUNT = MAX_ROWS_PER_CLUE + 1;
const idOf = (i: number) => `r${String(i).padStart(6, "0")}`;
const row = (i: number, parts: Partial<ClueRow> = {}): ClueRow => ({
  clue: "pid x",
  reportId: idOf(i),
  takenBy: null,
  format: "ips",
  crashedAt: NOW,
  ...parts,
});

test("the newest rows of a clue are held, one past the limit", () => {
  const rows = new Map<string, ClueRow[]>();
  for (let i = 0; i < COUNT; i++) addClue(rows, row(i));
  addClue(rows, row(0, { clue: "pid y" }));
  expect(rows.get("pid x")?.map(({ reportId }) => reportId)).toEqual(
    Array.from({ length: MAX_ROWS_PER_CLUE }, (_, i) => idOf(i + 1)),
  );
  const seeker = { id: "new", format: "metrickit", crashedAt: NOW, sought: ["pid x"] } as const;
  expect(findSame(rows, seeker)?.reportId).toBe(idOf(1));
});

test("the store reads as many of a clue, and all of those that have few", async () => {
  const db = await openState(":memory:");
  await sql`INSERT INTO apps (id, bundle_id, name, short_name, created_at) VALUES ('app', 'b', 'n', 's', ${NOW})`.execute(
    db,
  );
  await db.insertInto("batches").values({ id: "batch", state: "done", created_at: NOW }).execute();
  await sql`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT - 1})
    INSERT INTO inbox (id, blob, size_bytes, received_at) SELECT printf('r%06d', i), 'b' || i, 1, ${NOW} FROM n`.execute(
    db,
  );
  await sql`INSERT INTO reports (id, inbox_id, part, app_id, raw_key, kind, format, crashed_at, received_at, batch_id, stored)
    SELECT id, id, 0, 'app', 'k', 'crash', 'ips', ${NOW}, ${NOW}, 'batch', 1 FROM inbox`.execute(db);
  await sql`INSERT INTO same_events (clue, report_id) SELECT 'pid x', id FROM inbox`.execute(db);
  await sql`INSERT INTO same_events (clue, report_id) VALUES ('pid y', ${idOf(0)}), ('pid z', ${idOf(0)})`.execute(db);
  const found = await createPipelineStore(db).sameEvents(["pid x", "pid y", "pid of nothing"]);
  const idsOf = (clue: string) => found.filter((each) => each.clue === clue).map(({ reportId }) => reportId);
  expect(idsOf("pid x")).toEqual(Array.from({ length: MAX_ROWS_PER_CLUE }, (_, i) => idOf(i + 1)));
  expect(idsOf("pid y")).toEqual([idOf(0)]);
  expect(found).toHaveLength(MAX_ROWS_PER_CLUE + 1);
  expect(found.find(({ clue }) => clue === "pid y")).toEqual({ ...row(0), clue: "pid y" });
  // Each clue is a search of its own in the key: what a device in a loop left is not read through.
  const { rows: plan } = await sql<{ detail: string }>`EXPLAIN QUERY PLAN
    SELECT s.clue FROM json_each('["pid x"]') AS c JOIN same_events AS s ON s.clue = c.value AND s.report_id IN (
      SELECT x.report_id FROM same_events AS x WHERE x.clue = c.value ORDER BY x.report_id DESC LIMIT 100
    )`.execute(db);
  expect(plan.filter(({ detail }) => detail.startsWith("SEARCH")).map(({ detail }) => detail)).toEqual([
    expect.stringContaining("(clue=? AND report_id=?)"),
    expect.stringContaining("(clue=?)"),
  ]);
  await db.destroy();
});
