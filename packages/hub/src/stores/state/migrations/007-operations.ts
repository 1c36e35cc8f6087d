/** The list of what was set aside is asked for by every page's navigation: it must not walk the whole inbox. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const operations: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex("inbox_set_aside")
      .on("inbox")
      .column("id")
      .where(sql.ref("state"), "=", sql.lit("set-aside"))
      .execute();
    await db.schema.createIndex("inbox_received_at").on("inbox").column("received_at").execute();
  },
};
