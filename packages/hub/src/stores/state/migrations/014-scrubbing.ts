/** What is stored of an app's reports, and the secret that pseudonyms are made with. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const scrubbing: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable("apps")
      .addColumn("storage", "text", (c) => c.notNull().defaultTo("raw"))
      .execute();
    await db.schema
      .createTable("secrets")
      .addColumn("name", "text", (c) => c.primaryKey())
      .addColumn("value", "text", (c) => c.notNull())
      .execute();
  },
};
