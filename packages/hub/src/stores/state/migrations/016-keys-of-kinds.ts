/** A crash and a report of another kind may have the same stack: their signatures are two, and so are their keys. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export const keysOfKinds: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`UPDATE signatures SET key = kind || ':' || key WHERE kind != 'crash'`.execute(db);
  },
};
