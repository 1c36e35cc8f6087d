/** Apps, as the state knows them. */
import { UNKNOWN_APP } from "./app-identity.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { attachToHost } from "./hosts.ts";

export interface StoredApp {
  readonly id: string;
  readonly bundleId: string;
  readonly name: string;
  readonly shortName: string;
  readonly sample: boolean;
  readonly demo: boolean;
  readonly hostId: string | null;
  readonly hostBy: "prefix" | "person" | null;
  readonly storage: "raw" | "scrubbed";
}

/** An app with the processes that are counted with it, itself first. */
export interface AppFamily {
  readonly app: StoredApp;
  readonly members: readonly StoredApp[];
}

export interface AppsStore {
  all(): Promise<StoredApp[]>;
  find(id: string): Promise<StoredApp | undefined>;
  /** Of the app or, for a part of an app, of its host. */
  family(id: string): Promise<AppFamily | undefined>;
  /** `null` lets it stand alone. */
  attach(id: string, hostId: string | null): Promise<void>;
}

export function createAppsStore(db: StateDb): AppsStore {
  const apps = () =>
    db
      .selectFrom("apps")
      .select([
        "id",
        "bundle_id as bundleId",
        "name",
        "short_name as shortName",
        "sample",
        "demo",
        "host_id as hostId",
        "host_by as hostBy",
        "storage",
      ]);
  const decoded = <R extends { sample: number; demo: number }>({ sample, demo, ...row }: R) => ({
    ...row,
    sample: sample === 1,
    demo: demo === 1,
  });
  async function find(id: string): Promise<StoredApp | undefined> {
    const row = await apps().where("id", "=", id).executeTakeFirst();
    return row && decoded(row);
  }
  return {
    // Behind all that are somebody's.
    all: async () =>
      (
        await apps()
          .orderBy((e) => e.case().when("id", "=", UNKNOWN_APP.id).then(1).else(0).end())
          .orderBy("name")
          .orderBy("id")
          .execute()
      ).map(decoded),
    find,
    async family(id) {
      const asked = await find(id);
      const app = asked && asked.hostId !== null ? await find(asked.hostId) : asked;
      if (!app) return undefined;
      const parts = await apps().where("host_id", "=", app.id).orderBy("bundle_id").execute();
      return { app, members: [app, ...parts.map(decoded)] };
    },
    attach: (id, hostId) => db.transaction().execute((tx) => attachToHost(tx, id, hostId)),
  };
}
