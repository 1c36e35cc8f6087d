/** Builds, as the state knows them: always in the order they were uploaded, never in that of their names (2.10 comes after 2.9). */
import type { StateDb } from "../stores/state/schema.ts";
import { type BuildFacts, type BuildImage, type BuildKey, registerBuild } from "./register.ts";

export interface StoredBuild extends BuildKey {
  /** Earlier of upload and first report. */
  readonly orderedAt: string;
  readonly platform: string | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly tag: string | null;
  readonly channel: string | null;
  readonly ciProvider: string | null;
  readonly ciRunId: string | null;
  readonly ciRunUrl: string | null;
  readonly uploadedAt: string | null;
  readonly registeredAt: string | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

export interface BuildsStore {
  /** In its own transaction. The app must be known. Says whether the build was. */
  register(key: BuildKey, facts: BuildFacts, now: string): Promise<boolean>;
  /** Of an app and its processes, oldest upload first. */
  buildsOfApp(appIds: string | readonly string[]): Promise<StoredBuild[]>;
  /** What a build was registered with. */
  images(key: BuildKey): Promise<BuildImage[]>;
  /** Those of `images` that no debug file is held for. */
  withoutSymbols(images: readonly BuildImage[]): Promise<BuildImage[]>;
}

export function createBuildsStore(db: StateDb): BuildsStore {
  return {
    register: (key, facts, now) => db.transaction().execute((tx) => registerBuild(tx, key, facts, now)),
    buildsOfApp: (appIds) =>
      db
        .selectFrom("builds")
        .select([
          "app_id as appId",
          "version",
          "build",
          "ordered_at as orderedAt",
          "platform",
          "commit_hash as commit",
          "branch",
          "tag",
          "channel",
          "ci_provider as ciProvider",
          "ci_run_id as ciRunId",
          "ci_run_url as ciRunUrl",
          "uploaded_at as uploadedAt",
          "registered_at as registeredAt",
          "first_seen as firstSeen",
          "last_seen as lastSeen",
        ])
        .where("app_id", "in", typeof appIds === "string" ? [appIds] : appIds)
        .orderBy("ordered_at")
        .orderBy("arrival")
        .execute(),
    images: ({ appId, version, build }) =>
      db
        .selectFrom("build_images")
        .select(["uuid", "arch", "name"])
        .where((e) => e.and({ app_id: appId, version, build }))
        .orderBy("name")
        .orderBy("arch")
        .execute(),
    async withoutSymbols(images) {
      if (images.length === 0) return [];
      const held = await db
        .selectFrom("symbol_files")
        .select("uuid")
        .where(
          "uuid",
          "in",
          images.map(({ uuid }) => uuid),
        )
        .execute();
      const uuids = new Set(held.map(({ uuid }) => uuid));
      return images.filter(({ uuid }) => !uuids.has(uuid));
    },
  };
}
