/** What debug files without DWARF are good for, and which are the system's own. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const symbolContents: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("symbol_files").addColumn("contents", "text").execute();
    await db.schema
      .alterTable("symbol_files")
      .addColumn("is_system", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
  },
};
