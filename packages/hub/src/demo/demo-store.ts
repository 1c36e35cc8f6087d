/** What the state knows of the demo: which app it is, from what it was made, and everything that has to go with it. */
import { appOfUsage, type AppOfReport } from "../apps/app-identity.ts";
import { registerApp } from "../apps/register.ts";
import { registerBuild } from "../builds/register.ts";
import { iso } from "../clock.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { RawKey } from "../stores/events/event-row.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { imagesOf } from "./demo-reports.ts";
import { BUILDS, DEMO_BUNDLE_ID } from "./story.ts";

/** SQLite takes some 30,000 values in one statement. */
const IDS_PER_STATEMENT = 1_000;
const DAY_MS = 24 * 3600 * 1000;

export const DEMO_APP: AppOfReport = appOfUsage(DEMO_BUNDLE_ID, "Harbor");

export interface StoredDemo {
  readonly seed: number;
  /** The generator's now. */
  readonly generatedAt: string;
  readonly state: "filling" | "filled" | "removing";
}

export interface DemoStore {
  find(): Promise<StoredDemo | undefined>;
  /** The app, its builds and the note to go on filling, in one transaction. */
  begin(seed: number, now: number): Promise<StoredDemo>;
  set(state: StoredDemo["state"]): Promise<void>;
  rawKeys(): Promise<RawKey[]>;
  /** Removes every row of the demo, and says which blobs nothing names any more. */
  remove(): Promise<BlobId[]>;
  isUsed(blob: BlobId): Promise<boolean>;
}

export function createDemoStore(db: StateDb): DemoStore {
  const { id } = DEMO_APP;
  const find = () =>
    db
      .selectFrom("demo")
      .select(["seed", "generated_at as generatedAt", "state"])
      .where("app_id", "=", id)
      .executeTakeFirst();
  const isUsed = async (blob: BlobId) => {
    const inbox = await db.selectFrom("inbox").select("id").where("blob", "=", blob).limit(1).executeTakeFirst();
    return (
      inbox !== undefined ||
      (await db.selectFrom("symbol_files").select("uuid").where("blob", "=", blob).limit(1).executeTakeFirst()) !==
        undefined
    );
  };
  return {
    find,
    isUsed,
    async begin(seed, now) {
      const demo: StoredDemo = { seed, generatedAt: iso(now), state: "filling" };
      await db.transaction().execute(async (tx) => {
        await registerApp(tx, DEMO_APP, false, iso(now));
        await tx.updateTable("apps").set({ demo: 1 }).where("id", "=", id).execute();
        for (const { version, build, age, channel, commit, branch, ...rest } of BUILDS) {
          const facts = {
            platform: "iOS",
            channel,
            ci: { provider: "xcode-cloud", runId: String(Number(build) + 60) },
            commit,
            branch,
            ...("tag" in rest && { tag: rest.tag }),
            uploadedAt: iso(now - age * DAY_MS),
            images: imagesOf({ version, build, age, channel, commit, branch, ...rest }),
          };
          await registerBuild(tx, { appId: id, version, build }, facts, iso(now));
        }
        await tx
          .insertInto("demo")
          .values({ app_id: id, seed, generated_at: demo.generatedAt, state: demo.state })
          .execute();
      });
      return demo;
    },
    async set(state) {
      await db.updateTable("demo").set({ state }).where("app_id", "=", id).execute();
    },
    async rawKeys() {
      const rows = await db.selectFrom("raw_keys").select("raw_key").where("app_id", "=", id).execute();
      return rows.map(({ raw_key }) => raw_key as RawKey);
    },
    async remove() {
      const uuids = BUILDS.flatMap((build) => imagesOf(build).map(({ uuid }) => uuid));
      const blobs = await db.transaction().execute(async (tx) => {
        const sent = tx.selectFrom("reports").select("inbox_id").where("app_id", "=", id);
        const uploads = await tx
          .selectFrom("inbox")
          .select(["id", "blob"])
          // Also a report of the demo app that somebody sent in again.
          .where((e) => e.or([e("demo", "=", 1), e("id", "in", sent)]))
          .execute();
        const files = await tx.selectFrom("symbol_files").select("blob").where("uuid", "in", uuids).execute();
        const keys = tx.selectFrom("raw_keys").select("raw_key").where("app_id", "=", id);
        const signatures = tx.selectFrom("signatures").select("id").where("app_id", "=", id);
        await tx.deleteFrom("raw_key_waits").where("raw_key", "in", keys).execute();
        await tx.deleteFrom("raw_keys").where("app_id", "=", id).execute();
        await tx
          .deleteFrom("signature_moves")
          .where((e) => e.or([e("from_id", "in", signatures), e("to_id", "in", signatures)]))
          .execute();
        await tx.updateTable("signatures").set({ alias_of: null }).where("app_id", "=", id).execute();
        await tx.deleteFrom("signatures").where("app_id", "=", id).execute();
        await tx.deleteFrom("images_seen").where("app_id", "=", id).execute();
        await tx.deleteFrom("build_images").where("app_id", "=", id).execute();
        await tx.deleteFrom("builds").where("app_id", "=", id).execute();
        await tx
          .deleteFrom("same_events")
          .where("report_id", "in", (e) => e.selectFrom("reports").select("id").where("app_id", "=", id))
          .execute();
        await tx.deleteFrom("reports").where("app_id", "=", id).execute();
        for (let start = 0; start < uploads.length; start += IDS_PER_STATEMENT) {
          const ids = uploads.slice(start, start + IDS_PER_STATEMENT).map((upload) => upload.id);
          await tx
            .deleteFrom("inbox")
            .where("id", "in", ids)
            .where((e) => e.not(e.exists(e.selectFrom("reports").select("id").whereRef("inbox_id", "=", "inbox.id"))))
            .execute();
        }
        await tx.deleteFrom("symbol_files").where("uuid", "in", uuids).execute();
        // Somebody may have joined an app of their own to it.
        await tx.updateTable("apps").set({ host_id: null, host_by: null }).where("host_id", "=", id).execute();
        await tx.deleteFrom("apps").where("id", "=", id).execute();
        await tx.deleteFrom("demo").where("app_id", "=", id).execute();
        return [...uploads, ...files].map(({ blob }) => blob as BlobId);
      });
      const free: BlobId[] = [];
      for (const blob of new Set(blobs)) if (!(await isUsed(blob))) free.push(blob);
      return free;
    },
  };
}
