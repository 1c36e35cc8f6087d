/** Apps, as the state knows them. */
import type { StateDb } from "../stores/state/schema.ts";

export interface StoredApp {
  readonly id: string;
  readonly bundleId: string;
  readonly name: string;
  readonly shortName: string;
  readonly sample: boolean;
}

export interface AppsStore {
  all(): Promise<StoredApp[]>;
  find(id: string): Promise<StoredApp | undefined>;
}

export function createAppsStore(db: StateDb): AppsStore {
  const apps = () =>
    db.selectFrom("apps").select(["id", "bundle_id as bundleId", "name", "short_name as shortName", "sample"]);
  const decoded = <R extends { sample: number }>({ sample, ...row }: R) => ({ ...row, sample: sample === 1 });
  return {
    all: async () => (await apps().orderBy("name").orderBy("id").execute()).map(decoded),
    async find(id) {
      const row = await apps().where("id", "=", id).executeTakeFirst();
      return row && decoded(row);
    },
  };
}
