/** Usage goes through the same inbox as reports; a report may say from which install it is. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const usage: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable("inbox")
      .addColumn("kind", "text", (c) => c.notNull().defaultTo("report"))
      .execute();
    await db.schema.alterTable("inbox").addColumn("install", "text").execute();
  },
};
