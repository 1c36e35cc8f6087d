/** Uploads that could not be taken up, with the reason; their bytes are kept, so that a later version, or a mended disk, can try again. */
import type { SetAsideRow } from "@windfall/api";
import type { StateDb } from "../stores/state/schema.ts";

export interface SetAsideStore {
  count(): Promise<number>;
  /** Newest first. */
  list(limit: number, offset: number): Promise<SetAsideRow[]>;
  /** They wait again, with all their tries; how many. */
  retry(ids: readonly string[] | "all"): Promise<number>;
}

export function createSetAsideStore(db: StateDb): SetAsideStore {
  return {
    async count() {
      const { count } = await db
        .selectFrom("inbox")
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("state", "=", "set-aside")
        .executeTakeFirstOrThrow();
      return count;
    },
    async list(limit, offset) {
      const rows = await db
        .selectFrom("inbox")
        .select(["id", "kind", "reason", "attempts", "received_at as receivedAt", "size_bytes as sizeBytes"])
        .where("state", "=", "set-aside")
        .orderBy("id", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map((row) => ({ ...row, reason: row.reason ?? "" }));
    },
    async retry(ids) {
      const waiting = { state: "waiting" as const, attempts: 0, reason: null };
      const update = db.updateTable("inbox").set(waiting).where("state", "=", "set-aside");
      const [result] = await (ids === "all" ? update : update.where("id", "in", ids)).execute();
      return Number(result?.numUpdatedRows ?? 0n);
    },
  };
}
