/** Uploads that could not be taken up, with the reason; their bytes are kept, so that a later version, or a mended disk, can try again. */
import type { SetAsideRow } from "@windfall/api";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface SetAsideStore {
  count(): Promise<number>;
  /** Newest first. */
  list(limit: number, offset: number): Promise<SetAsideRow[]>;
  find(id: string): Promise<(Pick<SetAsideRow, "kind"> & { readonly blob: BlobId }) | undefined>;
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
        // Removed people and revoked keys stay, so that their names do.
        .leftJoin("keys", (join) => join.on((e) => e("inbox.sender", "=", e(e.val("key:"), "||", e.ref("keys.id")))))
        .leftJoin("people", (join) =>
          join.on((e) => e("inbox.sender", "=", e(e.val("person:"), "||", e.ref("people.id")))),
        )
        .select([
          "inbox.id",
          "inbox.kind",
          "reason",
          "attempts",
          "received_at as receivedAt",
          "size_bytes as sizeBytes",
        ])
        .select(["keys.name as keyName", "people.name as personName"])
        .where("state", "=", "set-aside")
        .orderBy("inbox.id", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(({ keyName, personName, ...row }) => ({
        ...row,
        reason: row.reason ?? "",
        sender: keyName === null ? personName : `key “${keyName}”`,
      }));
    },
    async find(id) {
      const row = await db
        .selectFrom("inbox")
        .select(["blob", "kind"])
        .where("id", "=", id)
        .where("state", "=", "set-aside")
        .executeTakeFirst();
      return row && { ...row, blob: row.blob as BlobId };
    },
    async retry(ids) {
      const waiting = { state: "waiting" as const, attempts: 0, reason: null };
      const update = db.updateTable("inbox").set(waiting).where("state", "=", "set-aside");
      const [result] = await (ids === "all" ? update : update.where("id", "in", ids)).execute();
      return Number(result?.numUpdatedRows ?? 0n);
    },
  };
}
