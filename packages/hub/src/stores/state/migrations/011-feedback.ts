/** What testers wrote, with their pictures. Its bytes lie in blobs; it has no event, so no count of crashes knows it. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const feedback: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable("feedback")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("blob", "text", (c) => c.notNull().unique())
      .addColumn("app_id", "text")
      .addColumn("received_at", "text", (c) => c.notNull())
      .addColumn("submitted_at", "text")
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("build", "text", (c) => c.notNull())
      .addColumn("platform", "text", (c) => c.notNull())
      .addColumn("os_version", "text", (c) => c.notNull())
      .addColumn("device_model", "text", (c) => c.notNull())
      .addColumn("facts", "text", (c) => c.notNull())
      .addColumn("crash_incident", "text")
      .addColumn("report_id", "text")
      .addColumn("sender", "text")
      .execute();
    await db.schema.createIndex("feedback_by_app").on("feedback").columns(["app_id", "id"]).execute();
    await db.schema
      .createTable("feedback_pictures")
      .addColumn("feedback_id", "text", (c) => c.notNull().references("feedback.id"))
      .addColumn("number", "integer", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("type", "text", (c) => c.notNull())
      .addColumn("blob", "text", (c) => c.notNull())
      .addColumn("size_bytes", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("feedback_pictures_key", ["feedback_id", "number"])
      .execute();
  },
};
