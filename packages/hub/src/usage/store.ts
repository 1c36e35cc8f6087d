/** Usage batches in the inbox, as the pipeline takes them. */
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface WaitingUsage {
  readonly id: string;
  readonly blob: BlobId;
  readonly receivedAt: string;
  readonly attempts: number;
}

export interface UsageStore {
  waiting(limit: number): Promise<WaitingUsage[]>;
  finished(ids: readonly string[]): Promise<void>;
}

export function createUsageStore(db: StateDb): UsageStore {
  return {
    async waiting(limit) {
      const rows = await db
        .selectFrom("inbox")
        .select(["id", "blob", "received_at as receivedAt", "attempts"])
        .where("state", "=", "waiting")
        .where("kind", "=", "usage")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, blob: row.blob as BlobId }));
    },
    async finished(ids) {
      await db.updateTable("inbox").set({ state: "done", reason: null }).where("id", "in", ids).execute();
    },
  };
}
