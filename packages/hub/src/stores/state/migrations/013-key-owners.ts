/** Who made a key, by id: a name may change hands. Of older keys only the name is known: they are for admins to list and revoke. */
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

export const keyOwners: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("keys").addColumn("owner", "text").execute();
  },
};
