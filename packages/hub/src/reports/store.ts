/** Reports and the uploads they came in. */
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface StoredReport {
  readonly id: string;
  readonly part: number;
  readonly blob: BlobId;
  readonly sizeBytes: number;
  readonly appId: string;
  readonly format: string;
  readonly receivedAt: string;
  readonly signatureId: number | null;
}

export interface UploadStatus {
  readonly id: string;
  readonly state: "waiting" | "done" | "set-aside";
  readonly reason: string | null;
  readonly appId: string | null;
  readonly signatureId: number | null;
}

export interface ReportsStore {
  find(id: string): Promise<StoredReport | undefined>;
  /** A duplicate has the status of what it repeats. */
  status(id: string): Promise<UploadStatus | undefined>;
}

export function createReportsStore(db: StateDb): ReportsStore {
  const processed = () =>
    db
      .selectFrom("reports")
      .innerJoin("inbox", "inbox.id", "reports.inbox_id")
      .leftJoin("raw_keys", "raw_keys.raw_key", "reports.raw_key");
  async function find(id: string): Promise<StoredReport | undefined> {
    const row = await processed()
      .select([
        "reports.id",
        "reports.part",
        "inbox.blob",
        "inbox.size_bytes as sizeBytes",
        "reports.app_id as appId",
        "reports.format",
        "reports.received_at as receivedAt",
        "raw_keys.signature_id as signatureId",
      ])
      .where("reports.id", "=", id)
      .executeTakeFirst();
    return row && { ...row, blob: row.blob as BlobId };
  }
  return {
    find,
    async status(id) {
      const [uploadId = id] = id.split(".", 1);
      const upload = await db
        .selectFrom("inbox")
        .select(["state", "reason", "duplicate_of"])
        .where("id", "=", uploadId)
        .executeTakeFirst();
      if (!upload) return undefined;
      const report = await find(upload.duplicate_of ?? id);
      return {
        id,
        state: upload.state,
        reason: upload.reason,
        appId: report?.appId ?? null,
        signatureId: report?.signatureId ?? null,
      };
    },
  };
}
