/** Signatures of one kind of report each, and what tells that two reports without a common id are of one event. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const kinds: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable("signatures")
      .addColumn("kind", "text", (c) => c.notNull().defaultTo("crash"))
      .execute();
    // A signature that crashes have stays theirs; one that none has is of what its reports are.
    await sql`UPDATE signatures SET kind = (
      SELECT r.kind FROM raw_keys AS k JOIN reports AS r ON r.raw_key = k.raw_key
      WHERE k.signature_id = signatures.id ORDER BY r.kind = 'crash' DESC, r.id LIMIT 1
    ) WHERE EXISTS (
      SELECT 1 FROM raw_keys AS k JOIN reports AS r ON r.raw_key = k.raw_key WHERE k.signature_id = signatures.id
    )`.execute(db);
    await db.schema
      .createTable("same_events")
      .addColumn("clue", "text", (c) => c.notNull())
      .addColumn("report_id", "text", (c) => c.notNull())
      .addColumn("taken_by", "text")
      .addPrimaryKeyConstraint("same_events_key", ["clue", "report_id"])
      .modifyEnd(sql`WITHOUT ROWID`)
      .execute();
  },
};
