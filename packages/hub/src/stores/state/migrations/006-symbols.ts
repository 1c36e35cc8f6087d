/** Which images the builds' reports name, held or not; what late symbols did; and where a signature's reports went. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const symbols: Migration = {
  async up(db: Kysely<unknown>) {
    const table = (name: string) => db.schema.createTable(name);
    await table("images_seen")
      .addColumn("uuid", "text", (c) => c.notNull())
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("arch", "text", (c) => c.notNull())
      .addColumn("kind", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("images_seen_key", ["app_id", "version", "build", "uuid"])
      .execute();
    await sql`INSERT INTO images_seen (uuid, app_id, version, build, name, arch, kind)
      SELECT uuid, app_id, version, build, name, arch, 'own' FROM images_wanted`.execute(db);
    await db.schema.dropTable("images_wanted").execute();
    await db.schema.createIndex("images_seen_uuid").on("images_seen").column("uuid").execute();
    await db.schema.createIndex("raw_key_waits_key_first").on("raw_key_waits").column("raw_key").execute();
    await table("signature_moves")
      .addColumn("from_id", "integer", (c) => c.notNull().references("signatures.id"))
      .addColumn("to_id", "integer", (c) => c.notNull().references("signatures.id"))
      .addColumn("reports", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("signature_moves_key", ["from_id", "to_id"])
      .execute();
    await table("symbol_runs")
      .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
      .addColumn("started_at", "text", (c) => c.notNull())
      .addColumn("ended_at", "text")
      .addColumn("raw_keys", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("reports", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("renamed", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("merged", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("added", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("failed", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("images", "text", (c) => c.notNull().defaultTo("[]"))
      .execute();
  },
};
