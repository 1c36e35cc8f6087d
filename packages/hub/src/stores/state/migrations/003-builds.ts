/** Builds as entities: where they come from, what images they hold, in which order they were uploaded; and which app a process belongs to. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const builds: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable("builds_new")
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("arrival", "integer", (c) => c.notNull())
      .addColumn("ordered_at", "text", (c) => c.notNull())
      .addColumn("platform", "text")
      .addColumn("commit_hash", "text")
      .addColumn("branch", "text")
      .addColumn("tag", "text")
      .addColumn("channel", "text")
      .addColumn("ci_provider", "text")
      .addColumn("ci_run_id", "text")
      .addColumn("ci_run_url", "text")
      .addColumn("uploaded_at", "text")
      .addColumn("registered_at", "text")
      .addColumn("first_seen", "text")
      .addColumn("last_seen", "text")
      .addPrimaryKeyConstraint("builds_key_2", ["app_id", "version", "build"])
      .execute();
    await sql`INSERT INTO builds_new (app_id, version, build, arrival, ordered_at, first_seen, last_seen)
SELECT app_id, version, build, row_number() OVER (ORDER BY first_seen, app_id, version, build), first_seen, first_seen, last_seen
FROM builds`.execute(db);
    await db.schema.dropTable("builds").execute();
    await db.schema.alterTable("builds_new").renameTo("builds").execute();
    await db.schema.createIndex("builds_by_arrival").on("builds").column("arrival").execute();
    await db.schema
      .createTable("build_images")
      .addColumn("app_id", "text", (c) => c.notNull().references("apps.id"))
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("uuid", "text", (c) => c.notNull())
      .addColumn("arch", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("build_images_key", ["app_id", "version", "build", "uuid"])
      .execute();
    await db.schema.createIndex("build_images_by_uuid").on("build_images").column("uuid").execute();
    await db.schema
      .createTable("os_builds")
      .addColumn("platform", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("version", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("os_builds_key", ["platform", "build"])
      .execute();
    await db.schema.alterTable("apps").addColumn("host_id", "text").execute();
    await db.schema.alterTable("apps").addColumn("host_by", "text").execute();
    await db.schema.createIndex("apps_by_host").on("apps").column("host_id").execute();
  },
};
