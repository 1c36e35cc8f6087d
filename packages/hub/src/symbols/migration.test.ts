import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, onTestFinished, test } from "vitest";
import { spine } from "../stores/state/migrations/001-spine.ts";
import { openState } from "../stores/state/open-state.ts";
import { openSqlite } from "../stores/state/sqlite.ts";
import { createMatrixStore } from "./matrix.ts";
import { createSymbolsStore } from "./store.ts";

interface Before {
  readonly apps: Readonly<Record<string, string | number>>;
  readonly builds: Readonly<Record<string, string>>;
  readonly images_wanted: Readonly<Record<string, string>>;
}

test("images that a hub of before was missing are missing after its upgrade", async () => {
  const folder = mkdtempSync(join(tmpdir(), "windfall-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "state.db");
  const before = new Kysely<Before>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
  const provider = { getMigrations: async () => ({ "001-spine": spine }) };
  expect((await new Migrator({ db: before, provider }).migrateToLatest()).error).toBeUndefined();
  const at = "2026-11-01T00:00:00.000Z";
  const build = { app_id: "app", version: "1.0", build: "1" };
  await before
    .insertInto("apps")
    .values({ id: "app", bundle_id: "org.example.app", name: "App", short_name: "APP", created_at: at })
    .execute();
  await before
    .insertInto("builds")
    .values({ ...build, first_seen: at, last_seen: at })
    .execute();
  await before
    .insertInto("images_wanted")
    .values({ ...build, uuid: "u", name: "App", arch: "arm64" })
    .execute();
  await before.destroy();

  const after = await openState(path);
  onTestFinished(() => after.destroy());
  expect(await createSymbolsStore(after).missing({ limit: 10, offset: 0 })).toMatchObject([
    { uuid: "u", name: "App", version: "1.0" },
  ]);
  const { builds, gaps } = await createMatrixStore(after).matrix(["app"], 10);
  expect(builds).toMatchObject([{ version: "1.0", images: [{ uuid: "u", state: "missing" }] }]);
  expect(gaps).toMatchObject([{ uuid: "u", builds: [{ version: "1.0", build: "1" }] }]);
});
