/** Opens the state and brings its tables up to date. Migrations only go forward. */
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { spine } from "./migrations/001-spine.ts";
import { people } from "./migrations/002-people.ts";
import { builds } from "./migrations/003-builds.ts";
import { usage } from "./migrations/004-usage.ts";
import { demo } from "./migrations/005-demo.ts";
import { symbols } from "./migrations/006-symbols.ts";
import type { StateDb, StateTables } from "./schema.ts";
import { openSqlite } from "./sqlite.ts";

/** In the order they were written; the names are stored. */
const MIGRATIONS = {
  "001-spine": spine,
  "002-people": people,
  "003-builds": builds,
  "004-usage": usage,
  "005-demo": demo,
  "006-symbols": symbols,
};

/** Its name in the data folder. */
export const STATE_FILE = "state.db";

/** `path` is a file, or `:memory:` for tests. */
export async function openState(path: string): Promise<StateDb> {
  const db = new Kysely<StateTables>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw new Error("the state could not be brought up to date", { cause: error });
  }
  return db;
}
