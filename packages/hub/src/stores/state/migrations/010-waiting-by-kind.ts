/** The pipeline asks at every turn for usage that waits: behind 100,000 waiting reports it must not look at each of them. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const waitingByKind: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex("inbox_waiting_by_kind")
      .on("inbox")
      .columns(["kind", "id"])
      .where(sql.ref("state"), "=", sql.lit("waiting"))
      .execute();
  },
};
