/** Numbers of the state about the hub itself. */
import { sql } from "kysely";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface HealthStore {
  queue(): Promise<{ readonly waiting: number; readonly oldest: string | undefined }>;
  setAside(): Promise<number>;
  /** Uploads ever accepted. */
  accepted(): Promise<number>;
  reports(): Promise<number>;
  storedReports(): Promise<number>;
  newestArrival(): Promise<string | undefined>;
  /** Of reports, usage and debug files, by chance. */
  someBlobs(count: number): Promise<BlobId[]>;
}

export function createHealthStore(db: StateDb): HealthStore {
  const inbox = () => db.selectFrom("inbox");
  const countOf = async (state: "waiting" | "set-aside") =>
    (
      await inbox()
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("state", "=", state)
        .executeTakeFirstOrThrow()
    ).count;
  return {
    async queue() {
      const oldest = await inbox()
        .select("received_at as at")
        .where("state", "=", "waiting")
        .orderBy("id")
        .limit(1)
        .executeTakeFirst();
      return { waiting: await countOf("waiting"), oldest: oldest?.at };
    },
    setAside: () => countOf("set-aside"),
    async accepted() {
      const { count } = await inbox()
        .select((e) => e.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return count;
    },
    async reports() {
      const row = await db
        .selectFrom("reports")
        .select((e) => e.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async storedReports() {
      const row = await db
        .selectFrom("reports")
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("stored", "=", 1)
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async newestArrival() {
      const row = await inbox()
        .select((e) => e.fn.max("received_at").as("at"))
        .executeTakeFirst();
      return row?.at ?? undefined;
    },
    async someBlobs(count) {
      const of = (table: "inbox" | "symbol_files") =>
        db
          .selectFrom(table)
          .select("blob")
          .distinct()
          .orderBy(sql`random()`)
          .limit(count)
          .execute();
      const blobs = [...(await of("symbol_files")), ...(await of("inbox"))].map(({ blob }) => blob as BlobId);
      return [...new Set(blobs)];
    },
  };
}
