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
  /** A duplicate is the report it repeats. */
  find(id: string): Promise<StoredReport | undefined>;
  status(id: string): Promise<UploadStatus | undefined>;
}

export function createReportsStore(db: StateDb): ReportsStore {
  const processed = () =>
    db
      .selectFrom("reports")
      .innerJoin("inbox", "inbox.id", "reports.inbox_id")
      .leftJoin("raw_keys", "raw_keys.raw_key", "reports.raw_key");
  async function findOwn(id: string): Promise<StoredReport | undefined> {
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
        "reports.superseded_by as supersededBy",
      ])
      .where("reports.id", "=", id)
      .executeTakeFirst();
    if (!row) return undefined;
    const { supersededBy, ...report } = row;
    // A whole copy came after it. It is whole, so nothing takes its own place.
    return supersededBy === null ? { ...report, blob: report.blob as BlobId } : findOwn(supersededBy);
  }
  const upload = (id: string) =>
    db
      .selectFrom("inbox")
      .select(["state", "reason", "duplicate_of as duplicateOf"])
      .where("id", "=", uploadOf(id))
      .executeTakeFirst();
  async function find(id: string): Promise<StoredReport | undefined> {
    const own = await findOwn(id);
    if (own) return own;
    const duplicateOf = (await upload(id))?.duplicateOf;
    return duplicateOf == null ? undefined : findOwn(duplicateOf);
  }
  return {
    find,
    async status(id) {
      const accepted = await upload(id);
      if (!accepted) return undefined;
      const report = await find(id);
      return {
        id,
        state: accepted.state,
        reason: accepted.reason,
        appId: report?.appId ?? null,
        signatureId: report?.signatureId ?? null,
      };
    },
  };
}

/** `ID.2` came in the upload `ID`. */
const uploadOf = (reportId: string): string => reportId.split(".", 1)[0] ?? reportId;
