/** Opens the state and brings its tables up to date. Migrations only go forward. */
import { chmod, rename, rm } from "node:fs/promises";
import { Kysely, sql, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { spine } from "./migrations/001-spine.ts";
import { people } from "./migrations/002-people.ts";
import { builds } from "./migrations/003-builds.ts";
import { usage } from "./migrations/004-usage.ts";
import { demo } from "./migrations/005-demo.ts";
import { symbols } from "./migrations/006-symbols.ts";
import { operations } from "./migrations/007-operations.ts";
import { betterCopies } from "./migrations/008-better-copies.ts";
import { senders } from "./migrations/009-senders.ts";
import { waitingByKind } from "./migrations/010-waiting-by-kind.ts";
import { feedback } from "./migrations/011-feedback.ts";
import { kinds } from "./migrations/012-kinds.ts";
import { keyOwners } from "./migrations/013-key-owners.ts";
import { scrubbing } from "./migrations/014-scrubbing.ts";
import { symbolContents } from "./migrations/015-symbol-contents.ts";
import { keysOfKinds } from "./migrations/016-keys-of-kinds.ts";
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
  "007-operations": operations,
  "008-better-copies": betterCopies,
  "009-senders": senders,
  "010-waiting-by-kind": waitingByKind,
  "011-feedback": feedback,
  "012-kinds": kinds,
  "013-key-owners": keyOwners,
  "014-scrubbing": scrubbing,
  "015-symbol-contents": symbolContents,
  "016-keys-of-kinds": keysOfKinds,
};

/** Its name in the data folder. */
export const STATE_FILE = "state.db";

/** `path` is a file, or `:memory:` for tests; `upTo` leaves it as an older version would, for tests too. */
export async function openState(path: string, upTo?: keyof typeof MIGRATIONS): Promise<StateDb> {
  const db = new Kysely<StateTables>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  await copyBefore(db, path, migrator);
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error !== undefined) {
    await db.destroy();
    throw new Error("the state could not be brought up to date", { cause: error });
  }
  return db;
}

/** Migrations only go forward: the state as it was lies beside it, under the number of the first that changed it. */
async function copyBefore(db: StateDb, path: string, migrator: Migrator): Promise<void> {
  const known = await migrator.getMigrations();
  const next = known.find(({ executedAt }) => executedAt === undefined);
  if (next === undefined || next === known[0] || path === ":memory:") return;
  const copy = `${path}.before-${next.name.slice(0, 3)}`;
  const unfinished = `${copy}.unfinished`;
  await rm(unfinished, { force: true });
  await sql`VACUUM INTO ${unfinished}`.execute(db);
  await chmod(unfinished, 0o600);
  await rename(unfinished, copy);
}
