/** Who sent an upload, so that what was set aside can be followed to its source. Only the id: names change, and people leave. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const senders: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("inbox").addColumn("sender", "text").execute();
  },
};
