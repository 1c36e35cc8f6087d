/** A hub of the first version, brought up to date: its builds stay, in the order they were seen. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, test } from "vitest";
import { createAppsStore } from "../../../apps/store.ts";
import { createBuildsStore } from "../../../builds/store.ts";
import { openState } from "../open-state.ts";
import { openSqlite } from "../sqlite.ts";
import { spine } from "./001-spine.ts";

interface FirstTables {
  apps: Record<"id" | "bundle_id" | "name" | "short_name" | "created_at", string>;
  builds: Record<"app_id" | "version" | "build" | "first_seen" | "last_seen", string>;
}

test("apps and builds of the first version are kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "windfall-state-"));
  try {
    const path = join(folder, "state.db");
    const old = new Kysely<FirstTables>({ dialect: new SqliteDialect({ database: openSqlite(path) }) });
    const provider = { getMigrations: async () => ({ "001-spine": spine }) };
    expect((await new Migrator({ db: old, provider }).migrateToLatest()).error).toBeUndefined();
    const app = {
      id: "a",
      bundle_id: "org.example.Harbor",
      name: "Harbor",
      short_name: "HARBOR",
      created_at: "2026-01-01",
    };
    await old.insertInto("apps").values(app).execute();
    const seen = (version: string, first_seen: string) => ({
      app_id: "a",
      version,
      build: "1",
      first_seen,
      last_seen: "2026-03-01T00:00:00.000Z",
    });
    await old
      .insertInto("builds")
      .values([
        seen("2.10", "2026-02-02T00:00:00.000Z"),
        seen("2.9", "2026-02-01T00:00:00.000Z"),
        seen("1.0", "2026-02-02T00:00:00.000Z"),
      ])
      .execute();
    await old.destroy();

    const db = await openState(path);
    const builds = await createBuildsStore(db).buildsOfApp("a");
    expect(builds.map(({ version, firstSeen, uploadedAt }) => [version, firstSeen?.slice(0, 10), uploadedAt])).toEqual([
      ["2.9", "2026-02-01", null],
      ["1.0", "2026-02-02", null],
      ["2.10", "2026-02-02", null],
    ]);
    expect(builds[0]?.lastSeen).toBe("2026-03-01T00:00:00.000Z");
    expect(await createAppsStore(db).find("a")).toMatchObject({
      bundleId: "org.example.Harbor",
      hostId: null,
      hostBy: null,
    });
    await db.destroy();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
