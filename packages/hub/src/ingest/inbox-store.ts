/** Accepted uploads. All that arrive within some milliseconds share one commit: a commit is a flush of the disk, and blocks. */
import { setTimeout } from "node:timers/promises";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface NewUpload {
  readonly id: string;
  readonly blob: BlobId;
  readonly sizeBytes: number;
  readonly incidentId: string | undefined;
  readonly receivedAt: string;
  readonly sample: boolean;
  /** From the generated demo: goes with it. */
  readonly demo?: boolean;
  /** A report if not told. */
  readonly kind?: "report" | "usage";
  /** The install that the sender named, hashed. */
  readonly install?: string;
  /** The id of the key or the person. */
  readonly sender?: string;
}

export interface Accepted {
  /** Of the upload that said it first. */
  readonly id: string;
  readonly duplicate: boolean;
  /** It is what a tester wrote, no report. */
  readonly feedback?: true;
}

export interface InboxStore {
  /** Committed when it resolves. */
  add(upload: NewUpload): Promise<Accepted>;
}

export const MAX_ROWS_PER_COMMIT = 500;
const GATHER_MS = 4;

interface Pending {
  readonly upload: NewUpload;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

export function createInboxStore(db: StateDb): InboxStore {
  const pending: Pending[] = [];
  let running = false;

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      await setTimeout(GATHER_MS);
      const group = pending.splice(0, MAX_ROWS_PER_COMMIT);
      try {
        const accepted = await commit(
          db,
          group.map(({ upload }) => upload),
        );
        group.forEach(({ resolve }, i) => resolve(accepted[i] as Accepted));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
  }

  return {
    add: (upload) =>
      new Promise((resolve, reject) => {
        pending.push({ upload, resolve, reject });
        if (running) return;
        running = true;
        void drain();
      }),
  };
}

async function commit(db: StateDb, uploads: readonly NewUpload[]): Promise<Accepted[]> {
  const inserted = await insert(db, uploads);
  const isNew = new Set(inserted.map(({ id }) => id));
  const known = uploads.filter(({ id }) => !isNew.has(id));
  if (known.length === 0) return uploads.map(({ id }) => ({ id, duplicate: false }));
  const incidents = known.flatMap(({ incidentId }) => (incidentId === undefined ? [] : [incidentId]));
  const earlier = await db
    .selectFrom("inbox")
    .select(["id", "blob", "incident_id", "duplicate_of"])
    .where((e) =>
      e.or([
        e(
          "blob",
          "in",
          known.map(({ blob }) => blob),
        ),
        ...(incidents.length > 0 ? [e("incident_id", "in", incidents)] : []),
      ]),
    )
    .execute();
  const byBlob = new Map(earlier.map((row) => [row.blob, row.duplicate_of ?? row.id]));
  const byIncident = new Map(earlier.map((row) => [row.incident_id, row.duplicate_of ?? row.id]));
  // Other bytes of a known incident may be the whole of what came cut: they are kept, and the pipeline compares.
  const others = known.filter(({ blob }) => !byBlob.has(blob));
  if (others.length > 0)
    await insert(
      db,
      others.map((upload) => ({ ...upload, incidentId: undefined })),
    );
  return uploads.map(({ id, blob, incidentId }) => {
    if (isNew.has(id)) return { id, duplicate: false };
    const first = byBlob.get(blob) ?? byIncident.get(incidentId ?? null);
    if (first === undefined) throw new Error("an upload was neither new nor known");
    return { id: first, duplicate: true };
  });
}

async function insert(db: StateDb, uploads: readonly NewUpload[]): Promise<{ id: string }[]> {
  return db
    .insertInto("inbox")
    .values(
      uploads.map(
        ({ id, blob, sizeBytes, incidentId, receivedAt, sample, demo = false, kind = "report", install, sender }) => ({
          id,
          blob,
          size_bytes: sizeBytes,
          incident_id: incidentId ?? null,
          received_at: receivedAt,
          sample: sample ? 1 : 0,
          demo: demo ? 1 : 0,
          kind,
          install: install ?? null,
          sender: sender ?? null,
        }),
      ),
    )
    .onConflict((c) => c.doNothing())
    .returning("id")
    .execute();
}
