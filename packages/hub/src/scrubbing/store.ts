/** Which apps want their reports scrubbed before they are stored, and the hub's secret for pseudonyms. */
import type { StateDb } from "../stores/state/schema.ts";

export type Storage = "raw" | "scrubbed";

/** An app by what a report says of itself. */
export interface ScrubbedApp {
  readonly id: string;
  readonly bundleId: string;
}

export interface ScrubbingStore {
  /** With the parts of each. */
  apps(): Promise<ScrubbedApp[]>;
  /** For the app and its parts; `false` when there is none. */
  set(appId: string, storage: Storage): Promise<boolean>;
  /** Kept once made: the same device must get the same pseudonym tomorrow. */
  secret(make: () => string): Promise<string>;
}

const SECRET = "scrub";

export function createScrubbingStore(db: StateDb): ScrubbingStore {
  return {
    async apps() {
      const rows = await db
        .selectFrom("apps as a")
        .leftJoin("apps as host", "host.id", "a.host_id")
        .select(["a.id", "a.bundle_id as bundleId"])
        .where((where) => where.or([where("a.storage", "=", "scrubbed"), where("host.storage", "=", "scrubbed")]))
        .execute();
      return rows;
    },
    async set(appId, storage) {
      const { numUpdatedRows } = await db
        .updateTable("apps")
        .set({ storage })
        .where("id", "=", appId)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async secret(make) {
      await db
        .insertInto("secrets")
        .values({ name: SECRET, value: make() })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await db.selectFrom("secrets").select("value").where("name", "=", SECRET).executeTakeFirstOrThrow())
        .value;
    },
  };
}
