/** What the demo brought is marked, so that all of it, and nothing else, can be taken away again. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const demo: Migration = {
  async up(db: Kysely<unknown>) {
    for (const table of ["apps", "inbox"]) {
      await db.schema
        .alterTable(table)
        .addColumn("demo", "integer", (c) => c.notNull().defaultTo(0))
        .execute();
    }
    await db.schema.createIndex("inbox_by_demo").on("inbox").column("demo").execute();
    await db.schema
      .createTable("demo")
      .addColumn("app_id", "text", (c) => c.primaryKey())
      .addColumn("seed", "integer", (c) => c.notNull())
      .addColumn("generated_at", "text", (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .execute();
  },
};
