/** Passwords, invitations, what a key may do and who made it, where a session is used, and a log of who did what. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const people: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema
      .alterTable("people")
      .addColumn("name_key", "text", (c) => c.notNull().defaultTo(""))
      .execute();
    await schema.alterTable("people").addColumn("password", "text").execute();
    await schema.alterTable("people").addColumn("removed_at", "text").execute();
    // Until now there was one person at most: the owner.
    await sql`UPDATE people SET name_key = lower(name)`.execute(db);
    await schema
      .createIndex("people_by_name_key")
      .unique()
      .on("people")
      .column("name_key")
      .where(sql.ref("removed_at"), "is", null)
      .execute();

    await schema
      .alterTable("sessions")
      .addColumn("began_by", "text", (c) => c.notNull().defaultTo("link"))
      .execute();
    await schema
      .alterTable("sessions")
      .addColumn("device", "text", (c) => c.notNull().defaultTo(""))
      .execute();
    await schema.alterTable("sessions").addColumn("last_used_at", "text").execute();
    await schema.createIndex("sessions_by_person_id").on("sessions").column("person_id").execute();

    await schema
      .alterTable("keys")
      .addColumn("access_right", "text", (c) => c.notNull().defaultTo("send"))
      .execute();
    await schema.alterTable("keys").addColumn("apps", "text").execute();
    await schema
      .alterTable("keys")
      .addColumn("created_by", "text", (c) => c.notNull().defaultTo("the first start"))
      .execute();
    await schema.alterTable("keys").addColumn("revoked_by", "text").execute();
    // API keys could do everything so far.
    await sql`UPDATE keys SET access_right = 'admin' WHERE kind = 'api'`.execute(db);

    await schema
      .createTable("invitations")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("hash", "text", (c) => c.notNull().unique())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("role", "text", (c) => c.notNull())
      .addColumn("created_at", "text", (c) => c.notNull())
      .addColumn("created_by", "text", (c) => c.notNull())
      .addColumn("expires_at", "text", (c) => c.notNull())
      .addColumn("accepted_at", "text")
      .addColumn("person_id", "text", (c) => c.references("people.id"))
      .addColumn("revoked_at", "text")
      .execute();
    await schema
      .createTable("access_log")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("at", "text", (c) => c.notNull())
      .addColumn("actor", "text", (c) => c.notNull())
      .addColumn("actor_name", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("subject", "text", (c) => c.notNull())
      .addColumn("detail", "text", (c) => c.notNull())
      .execute();
  },
};
