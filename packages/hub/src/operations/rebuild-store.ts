/** What a rebuild reads from the state: every stored report with the upload it came in, in the order they were read. */
import { sql } from "kysely";
import type { ReportKind } from "@windfall/core";
import type { AppId } from "../apps/app-identity.ts";
import { findOwners, type OwnerOf, type Sought } from "../apps/owners.ts";
import { type OsSeen, osVersions } from "../devices/os-builds.ts";
import type { WaitingUpload } from "../pipeline/store.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";
import type { SignatureChange } from "../stores/events/events-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface StoredRow {
  /** Grows in the order reports are first read, also where the clock was set back. */
  readonly row: number;
  readonly id: string;
  readonly part: number;
  readonly appId: AppId;
  readonly rawKey: RawKey;
  readonly kind: ReportKind;
  readonly stored: boolean;
  readonly upload: WaitingUpload;
}

export interface RebuildStore {
  /** Reports behind `row`, those on their way to the events included. */
  after(row: number, limit: number): Promise<StoredRow[]>;
  byIds(ids: readonly string[]): Promise<StoredRow[]>;
  storedCount(): Promise<number>;
  /** The version of an OS build, for reports that name only the build. */
  osVersions(seen: readonly OsSeen[]): Promise<(one: OsSeen) => string | undefined>;
  /** Which build a report that does not say so is of. */
  owners(sought: readonly Sought[]): Promise<OwnerOf>;
  mappingsAfter(rawKey: string, limit: number): Promise<SignatureChange[]>;
  /** Usage is taken in again: the same rows once more change nothing. */
  usageAgain(): Promise<number>;
}

export function createRebuildStore(db: StateDb): RebuildStore {
  const rows = () =>
    db
      .selectFrom("reports")
      .innerJoin("inbox", "inbox.id", "reports.inbox_id")
      .select([
        sql<number>`reports.rowid`.as("row"),
        "reports.id",
        "reports.part",
        "reports.app_id as appId",
        "reports.raw_key as rawKey",
        "reports.kind",
        "reports.stored",
        "inbox.id as uploadId",
        "inbox.blob",
        "inbox.received_at as receivedAt",
        "inbox.attempts",
        "inbox.sample",
        "inbox.install",
      ]);
  type Row = Awaited<ReturnType<ReturnType<typeof rows>["execute"]>>[number];
  const stored = ({ row, id, part, appId, rawKey, kind, ...rest }: Row): StoredRow => ({
    row,
    id,
    part,
    appId: appId as AppId,
    rawKey: rawKey as RawKey,
    kind: kind as ReportKind,
    stored: rest.stored === 1,
    upload: {
      id: rest.uploadId,
      blob: rest.blob as BlobId,
      receivedAt: rest.receivedAt,
      attempts: rest.attempts,
      sample: rest.sample === 1,
      install: rest.install ?? undefined,
    },
  });
  return {
    async after(row, limit) {
      const found = await rows()
        .where(sql<number>`reports.rowid`, ">", row)
        .orderBy(sql`reports.rowid`)
        .limit(limit)
        .execute();
      return found.map(stored);
    },
    async byIds(ids) {
      return ids.length === 0 ? [] : (await rows().where("reports.id", "in", ids).execute()).map(stored);
    },
    async storedCount() {
      const { count } = await db
        .selectFrom("reports")
        .select((e) => e.fn.countAll<number>().as("count"))
        .where("stored", "=", 1)
        .executeTakeFirstOrThrow();
      return count;
    },
    osVersions: (seen) => db.transaction().execute((tx) => osVersions(tx, seen)),
    owners: (sought) => findOwners(db, sought),
    async mappingsAfter(rawKey, limit) {
      const found = await db
        .selectFrom("raw_keys")
        .select(["raw_key", "signature_id", "version"])
        .where("raw_key", ">", rawKey)
        .orderBy("raw_key")
        .limit(limit)
        .execute();
      return found.map(({ raw_key, signature_id, version }) => ({
        rawKey: raw_key as RawKey,
        signatureId: signature_id as SignatureId,
        version,
      }));
    },
    async usageAgain() {
      const [result] = await db
        .updateTable("inbox")
        .set({ state: "waiting" })
        .where("kind", "=", "usage")
        .where("state", "=", "done")
        .execute();
      return Number(result?.numUpdatedRows ?? 0n);
    },
  };
}
