/** A report that came damaged may come again whole: then the whole one stands for the incident. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const betterCopies: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable("reports")
      .addColumn("damaged", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable("reports").addColumn("superseded_by", "text").execute();
  },
};
