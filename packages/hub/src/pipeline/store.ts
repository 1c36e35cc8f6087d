/** The queue and the ledger of the pipeline: what waits, what was read, which batch is on its way to the events. */
import { sql, type Transaction } from "kysely";
import type { AppOfReport } from "../apps/app-identity.ts";
import { findOwners, type OwnerOf, type Sought } from "../apps/owners.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";
import type { SignatureChange } from "../stores/events/events-store.ts";
import type { StateDb, StateTables } from "../stores/state/schema.ts";
import { type ClueRow, MAX_ROWS_PER_CLUE } from "./same-event.ts";
import type { HeldSymbols, ReadReport, SymbolQuestion } from "./jobs.ts";

export interface WaitingUpload {
  readonly id: string;
  readonly blob: BlobId;
  readonly receivedAt: string;
  readonly attempts: number;
  readonly sample: boolean;
  /** The install that the sender named, hashed. */
  readonly install?: string | undefined;
}

export interface BatchReport {
  readonly id: string;
  readonly upload: WaitingUpload;
  readonly part: number;
  readonly read: ReadReport;
  /** The damaged report whose place this whole copy takes. */
  readonly supersedes?: string;
  /** What a report of the same event can find this one by. */
  readonly clues?: readonly string[];
  /** The report of the same event that was found. */
  readonly takenBy?: string;
}

export type StateTx = Transaction<StateTables>;

/** SQLite takes 32,766 values a statement; the widest row here has 12. */
const ROWS_PER_STATEMENT = 500;

export interface PipelineStore {
  waiting(limit: number): Promise<WaitingUpload[]>;
  waitingCount(): Promise<number>;
  failed(id: string, reason: string, setAside: boolean): Promise<void>;
  /** Its first report was told before, by another upload. */
  duplicate(id: string, of: string): Promise<void>;
  /** Nothing of it is left to do. */
  finished(id: string): Promise<void>;
  /** Which of these incident ids a report has already. */
  reportsByIncident(incidentIds: readonly string[]): Promise<Map<string, IncidentOwner>>;
  /** Reports that left one of these clues, the newest `MAX_ROWS_PER_CLUE` of each, oldest first. */
  sameEvents(clues: readonly string[]): Promise<ClueRow[]>;
  /** The two are of one event: nobody else's. */
  takeSameEvent(found: Pick<ClueRow, "clue" | "reportId">, by: string): Promise<void>;
  /** Reports that the events still hold although a whole copy has come. */
  supersededReports(): Promise<string[]>;
  /** The events do not hold these any more. */
  removedFromEvents(ids: readonly string[]): Promise<void>;
  /** Reports that an earlier, interrupted batch brought as far as the events. */
  storedReports(inboxIds: readonly string[]): Promise<Set<string>>;
  knownRawKeys(keys: readonly RawKey[]): Promise<Set<string>>;
  /** Whose reports are that do not say so. */
  owners(sought: readonly Sought[], beside: readonly AppOfReport[]): Promise<OwnerOf>;
  transaction<T>(work: (tx: StateTx) => Promise<T>): Promise<T>;
  openBatches(): Promise<string[]>;
  /** The reports of a batch that the events may lack. */
  batchReports(batchId: string): Promise<{ id: string; inboxId: string }[]>;
  /** Raw keys whose signature the events have not been told. */
  mappingsToCopy(): Promise<SignatureChange[]>;
  mappingsCopied(changes: readonly SignatureChange[]): Promise<void>;
  /** The batch is over: these reports are in the events, the uploads of the others wait again. */
  closeBatch(batchId: string, stored: ReadonlySet<string> | "all"): Promise<void>;
  heldSymbols(question: SymbolQuestion): Promise<HeldSymbols[]>;
}

export interface IncidentOwner {
  readonly id: string;
  readonly damaged: boolean;
}

export function createPipelineStore(db: StateDb): PipelineStore {
  return {
    async waiting(limit) {
      const rows = await db
        .selectFrom("inbox")
        .select(["id", "blob", "received_at", "attempts", "sample", "install"])
        .where("state", "=", "waiting")
        .where("kind", "=", "report")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(({ received_at, blob, sample, install, ...row }) => ({
        ...row,
        blob: blob as BlobId,
        receivedAt: received_at,
        sample: sample === 1,
        install: install ?? undefined,
      }));
    },
    async waitingCount() {
      const { count } = await db
        .selectFrom("inbox")
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("state", "=", "waiting")
        .executeTakeFirstOrThrow();
      return count;
    },
    async failed(id, reason, setAside) {
      await db
        .updateTable("inbox")
        .set((e) => ({
          attempts: e("attempts", "+", 1),
          reason,
          state: setAside ? ("set-aside" as const) : ("waiting" as const),
          // A better copy of the same incident may still come.
          ...(setAside && { incident_id: null }),
        }))
        .where("id", "=", id)
        .execute();
    },
    async duplicate(id, of) {
      await db.updateTable("inbox").set({ duplicate_of: of }).where("id", "=", id).execute();
    },
    async finished(id) {
      await db.updateTable("inbox").set({ state: "done" }).where("id", "=", id).execute();
    },
    async reportsByIncident(incidentIds) {
      const found = new Map<string, IncidentOwner>();
      for (const some of chunks(incidentIds)) {
        const rows = await db
          .selectFrom("reports")
          .select(["id", "incident_id", "damaged"])
          .where("incident_id", "in", some)
          .execute();
        for (const { id, incident_id, damaged } of rows) {
          if (incident_id !== null) found.set(incident_id, { id, damaged: damaged === 1 });
        }
      }
      return found;
    },
    async sameEvents(clues) {
      const found: ClueRow[] = [];
      for (const some of chunks(clues)) {
        // By clue, so that no more of its rows are read than are taken.
        const { rows } = await sql<ClueRow>`
          SELECT s.clue, s.report_id AS reportId, s.taken_by AS takenBy, r.format, r.crashed_at AS crashedAt
          FROM json_each(${JSON.stringify(some)}) AS c
          JOIN same_events AS s ON s.clue = c.value AND s.report_id IN (
            SELECT x.report_id FROM same_events AS x WHERE x.clue = c.value
            ORDER BY x.report_id DESC LIMIT ${MAX_ROWS_PER_CLUE}
          )
          JOIN reports AS r ON r.id = s.report_id
          ORDER BY s.report_id`.execute(db);
        found.push(...rows);
      }
      return found;
    },
    async takeSameEvent({ clue, reportId }, by) {
      const row = db.updateTable("same_events").where("clue", "=", clue).where("report_id", "=", reportId);
      await row.set({ taken_by: by }).execute();
    },
    async storedReports(inboxIds) {
      const found = new Set<string>();
      for (const some of chunks(inboxIds)) {
        const rows = await db
          .selectFrom("reports")
          .select("id")
          .where("inbox_id", "in", some)
          .where("stored", "=", 1)
          .execute();
        for (const { id } of rows) found.add(id);
      }
      return found;
    },
    async knownRawKeys(keys) {
      const found = new Set<string>();
      for (const some of chunks(keys)) {
        const rows = await db.selectFrom("raw_keys").select("raw_key").where("raw_key", "in", some).execute();
        for (const { raw_key } of rows) found.add(raw_key);
      }
      return found;
    },
    owners: (sought, beside) => findOwners(db, sought, beside),
    transaction: (work) => db.transaction().execute(work),
    async openBatches() {
      const rows = await db.selectFrom("batches").select("id").where("state", "=", "open").orderBy("id").execute();
      return rows.map(({ id }) => id);
    },
    batchReports: (batchId) =>
      db
        .selectFrom("reports")
        .select(["id", "inbox_id as inboxId"])
        .where("batch_id", "=", batchId)
        .where("stored", "=", 0)
        .execute(),
    async mappingsToCopy() {
      const rows = await db
        .selectFrom("raw_keys")
        .select(["raw_key", "signature_id", "version"])
        .whereRef("mapped_version", "<", "version")
        .execute();
      return rows.map(({ raw_key, signature_id, version }) => ({
        rawKey: raw_key as RawKey,
        signatureId: signature_id as SignatureId,
        version,
      }));
    },
    mappingsCopied: (changes) =>
      db.transaction().execute(async (tx) => {
        for (const { rawKey, version } of changes) {
          await tx.updateTable("raw_keys").set({ mapped_version: version }).where("raw_key", "=", rawKey).execute();
        }
      }),
    async supersededReports() {
      const rows = await db
        .selectFrom("reports")
        .select("id")
        .where("superseded_by", "is not", null)
        .where("stored", "=", 1)
        .execute();
      return rows.map(({ id }) => id);
    },
    async removedFromEvents(ids) {
      for (const some of chunks(ids)) {
        await db.updateTable("reports").set({ stored: 0 }).where("id", "in", some).execute();
      }
    },
    closeBatch: (batchId, stored) =>
      db.transaction().execute(async (tx) => {
        const ofBatch = tx.updateTable("reports").set({ stored: 1 }).where("batch_id", "=", batchId);
        if (stored === "all") await ofBatch.execute();
        else for (const some of chunks([...stored])) await ofBatch.where("id", "in", some).execute();
        await tx
          .updateTable("inbox")
          .set({ state: "done", reason: null })
          .where("id", "in", (e) => e.selectFrom("reports").select("inbox_id").where("batch_id", "=", batchId))
          .where("id", "not in", (e) =>
            e.selectFrom("reports").select("inbox_id").where("batch_id", "=", batchId).where("stored", "=", 0),
          )
          .execute();
        await tx.updateTable("batches").set({ state: "done" }).where("id", "=", batchId).execute();
      }),
    async heldSymbols({ uuid, names }) {
      const rows = await db
        .selectFrom("symbol_files")
        .select(["uuid", "arch", "name", "blob"])
        .where((e) => e.or([e("uuid", "=", uuid ?? ""), ...(names.length > 0 ? [e("name", "in", names)] : [])]))
        // However many later builds there are of that name, the right one is among those that are read.
        .orderBy((e) =>
          e
            .case()
            .when("uuid", "=", uuid ?? "")
            .then(0)
            .else(1)
            .end(),
        )
        .orderBy("uploaded_at", "desc")
        .limit(100)
        .execute();
      return rows.map((row) => ({ ...row, blob: row.blob as BlobId }));
    },
  };
}

/** What a batch puts into the state before the events see it. */
export async function commitBatch(
  tx: StateTx,
  batchId: string,
  reports: readonly BatchReport[],
  now: string,
): Promise<void> {
  await tx.insertInto("batches").values({ id: batchId, state: "open", created_at: now }).execute();
  for (const { id, supersedes } of reports) {
    if (supersedes === undefined) continue;
    await tx
      .updateTable("reports")
      .set({ incident_id: null, superseded_by: id })
      .where("id", "=", supersedes)
      .execute();
  }
  for (const some of chunks(reports)) {
    await tx
      .insertInto("reports")
      .values(
        some.map(({ id, upload, part, read }) => ({
          id,
          inbox_id: upload.id,
          part,
          app_id: read.app.id,
          incident_id: read.incidentId ?? null,
          raw_key: read.rawKey,
          kind: read.kind,
          format: read.format,
          crashed_at: read.crashedAt ?? upload.receivedAt,
          received_at: upload.receivedAt,
          batch_id: batchId,
          stored: 0,
          damaged: read.damaged ? 1 : 0,
        })),
      )
      // Read before, in a batch that did not reach the events.
      .onConflict((c) =>
        c.column("id").doUpdateSet((e) => ({
          app_id: e.ref("excluded.app_id"),
          raw_key: e.ref("excluded.raw_key"),
          kind: e.ref("excluded.kind"),
          batch_id: e.ref("excluded.batch_id"),
        })),
      )
      .execute();
  }
  const clues = reports.flatMap(({ id, clues = [], takenBy = null }) =>
    clues.map((clue) => ({ clue, report_id: id, taken_by: takenBy })),
  );
  for (const some of chunks(clues)) {
    await tx
      .insertInto("same_events")
      .values(some)
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

export function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += ROWS_PER_STATEMENT) parts.push(items.slice(at, at + ROWS_PER_STATEMENT));
  return parts;
}
