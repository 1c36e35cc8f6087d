/** The first tables. Only column types and clauses that SQLite and PostgreSQL share. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const spine: Migration = {
  async up(db: Kysely<unknown>) {
    const table = (name: string) => db.schema.createTable(name);
    await table("apps")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("bundle_id", "text", (c) => c.notNull().unique())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("short_name", "text", (c) => c.notNull().unique())
      .addColumn("last_signature_number", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("sample", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("created_at", "text", (c) => c.notNull())
      .execute();
    await table("builds")
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("first_seen", "text", (c) => c.notNull())
      .addColumn("last_seen", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("builds_key", ["app_id", "version", "build"])
      .execute();
    await table("inbox")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("blob", "text", (c) => c.notNull().unique())
      .addColumn("size_bytes", "bigint", (c) => c.notNull())
      .addColumn("incident_id", "text", (c) => c.unique())
      .addColumn("received_at", "text", (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull().defaultTo("waiting"))
      .addColumn("attempts", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("reason", "text")
      .addColumn("duplicate_of", "text")
      .addColumn("sample", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createIndex("inbox_waiting")
      .on("inbox")
      .column("id")
      .where(sql.ref("state"), "=", sql.lit("waiting"))
      .execute();
    await table("batches")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("state", "text", (c) => c.notNull())
      .addColumn("created_at", "text", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("batches_open")
      .on("batches")
      .column("id")
      .where(sql.ref("state"), "=", sql.lit("open"))
      .execute();
    await table("reports")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("inbox_id", "text", (c) => c.notNull().references("inbox.id"))
      .addColumn("part", "integer", (c) => c.notNull())
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("incident_id", "text", (c) => c.unique())
      .addColumn("raw_key", "text", (c) => c.notNull())
      .addColumn("kind", "text", (c) => c.notNull())
      .addColumn("format", "text", (c) => c.notNull())
      .addColumn("crashed_at", "text", (c) => c.notNull())
      .addColumn("received_at", "text", (c) => c.notNull())
      .addColumn("batch_id", "text", (c) => c.notNull().references("batches.id"))
      .addColumn("stored", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
    await index(db, "reports", "raw_key");
    await index(db, "reports", "batch_id");
    await index(db, "reports", "inbox_id");
    await table("signatures")
      .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("number", "integer", (c) => c.notNull())
      .addColumn("key", "text", (c) => c.notNull())
      .addColumn("key_version", "integer", (c) => c.notNull())
      .addColumn("family", "text", (c) => c.notNull())
      .addColumn("category", "text", (c) => c.notNull())
      .addColumn("title", "text", (c) => c.notNull())
      .addColumn("apple_term", "text", (c) => c.notNull())
      .addColumn("confidence", "text", (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .addColumn("why", "text", (c) => c.notNull())
      .addColumn("exception", "text", (c) => c.notNull())
      .addColumn("created_at", "text", (c) => c.notNull())
      .addColumn("alias_of", "integer", (c) => c.references("signatures.id"))
      .addUniqueConstraint("signatures_key", ["app_id", "key"])
      .execute();
    await table("raw_keys")
      .addColumn("raw_key", "text", (c) => c.primaryKey())
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("signature_id", "integer", (c) => c.notNull().references("signatures.id"))
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("report_id", "text", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("mapped_version", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
    await index(db, "raw_keys", "signature_id");
    await db.schema
      .createIndex("raw_keys_to_map")
      .on("raw_keys")
      .column("raw_key")
      .where(sql.ref("mapped_version"), "<", sql.ref("version"))
      .execute();
    await table("raw_key_waits")
      .addColumn("raw_key", "text", (c) => c.notNull().references("raw_keys.raw_key"))
      .addColumn("uuid", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("raw_key_waits_key", ["uuid", "raw_key"])
      .execute();
    await table("images_wanted")
      .addColumn("uuid", "text", (c) => c.notNull())
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("arch", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("images_wanted_key", ["uuid", "app_id", "version", "build"])
      .execute();
    await table("symbol_files")
      .addColumn("uuid", "text", (c) => c.notNull())
      .addColumn("arch", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("blob", "text", (c) => c.notNull())
      .addColumn("size_bytes", "bigint", (c) => c.notNull())
      .addColumn("has_debug_info", "integer", (c) => c.notNull())
      .addColumn("uploaded_at", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("symbol_files_key", ["uuid", "arch"])
      .execute();
    await index(db, "symbol_files", "name");
    await table("people")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("role", "text", (c) => c.notNull())
      .addColumn("created_at", "text", (c) => c.notNull())
      .addColumn("last_sign_in_at", "text")
      .execute();
    for (const name of ["sessions", "sign_in_links"]) {
      await table(name)
        .addColumn("hash", "text", (c) => c.primaryKey())
        .addColumn("person_id", "text", (c) => c.notNull().references("people.id"))
        .addColumn("created_at", "text", (c) => c.notNull())
        .addColumn("expires_at", "text", (c) => c.notNull())
        .$call((t) => (name === "sign_in_links" ? t.addColumn("used_at", "text") : t))
        .execute();
    }
    await table("keys")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("kind", "text", (c) => c.notNull())
      .addColumn("hash", "text", (c) => c.notNull().unique())
      .addColumn("prefix", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("created_at", "text", (c) => c.notNull())
      .addColumn("last_used_at", "text")
      .addColumn("revoked_at", "text")
      .execute();
  },
};

async function index(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  await db.schema.createIndex(`${table}_by_${column}`).on(table).column(column).execute();
}
