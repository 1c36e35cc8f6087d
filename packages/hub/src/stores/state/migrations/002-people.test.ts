import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, onTestFinished, test } from "vitest";
import { createAccess } from "../../../access/access.ts";
import { createKeys } from "../../../access/keys.ts";
import { createKeysStore } from "../../../access/keys-store.ts";
import { createPeopleStore } from "../../../access/people-store.ts";
import { hashSecret } from "../../../access/secrets.ts";
import { createAccessStore } from "../../../access/store.ts";
import { secureRandom } from "../../../clock.ts";
import { createIds } from "../../../ids.ts";
import { openState } from "../open-state.ts";
import { openSqlite } from "../sqlite.ts";
import { spine } from "./001-spine.ts";

const AT = "2026-01-01T00:00:00.000Z";
const LATER = "2027-01-01T00:00:00.000Z";

/** The columns of the first version only. */
interface FirstTables {
  people: { id: string; name: string; role: string; created_at: string; last_sign_in_at: string | null };
  sessions: { hash: string; person_id: string; created_at: string; expires_at: string };
  keys: {
    id: string;
    kind: string;
    hash: string;
    prefix: string;
    name: string;
    created_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
  };
}

test("people, sessions and keys of the first version go on as they were", async () => {
  const folder = await mkdtemp(join(tmpdir(), "windfall-state-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "state.db");
  const first = new Kysely<FirstTables>({ dialect: new SqliteDialect({ database: openSqlite(file) }) });
  const provider = { getMigrations: async () => ({ "001-spine": spine }) };
  expect((await new Migrator({ db: first, provider }).migrateToLatest()).error).toBeUndefined();
  const person = { id: "p", name: "Owner", role: "admin", created_at: AT, last_sign_in_at: AT };
  await first.insertInto("people").values(person).execute();
  const session = { hash: hashSecret("cookie"), person_id: "p", created_at: AT, expires_at: LATER };
  await first.insertInto("sessions").values(session).execute();
  for (const [kind, secret] of [
    ["ingest", "wfi_x"],
    ["api", "wfk_x"],
  ] as const) {
    const key = { id: kind, kind, hash: hashSecret(secret), prefix: secret, name: kind, created_at: AT };
    await first
      .insertInto("keys")
      .values({ ...key, last_used_at: null, revoked_at: null })
      .execute();
  }
  await first.destroy();

  const db = await openState(file);
  onTestFinished(() => db.destroy());
  const chance = { clock: () => Date.parse(AT), random: secureRandom };
  const newId = createIds(chance);
  const keys = createKeys(createKeysStore(db), chance, newId);
  const access = createAccess({ store: createAccessStore(db), keys, chance, newId });
  const owner = { id: "p", name: "Owner", role: "admin" };
  expect(await access.callerOfSession("cookie")).toMatchObject({ kind: "person", person: owner });
  expect(await access.callerOfKey("wfi_x")).toMatchObject({ kind: "ingest-key" });
  expect(await access.callerOfKey("wfk_x")).toMatchObject({ kind: "api-key", right: "admin" });
  expect(await createPeopleStore(db).findByName("owner")).toMatchObject({ person: owner, password: undefined });
  expect(await access.firstStart()).toBeUndefined();
});
