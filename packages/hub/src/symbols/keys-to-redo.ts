/** Raw keys that are to be symbolicated and grouped again: the report that stands for each, whole signatures at a time. */
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface KeyToRedo {
  readonly rawKey: RawKey;
  readonly appId: string;
  readonly signatureId: SignatureId;
  /** The report that stands for all of the key. */
  readonly blob: BlobId;
  readonly part: number;
  /** How many reports have the key. */
  readonly reports: number;
  readonly came: readonly string[];
}

/** The first signatures that have about `limit` keys together, and one at least. */
export function wholeSignatures(
  signatures: readonly { readonly id: number; readonly keys: number }[],
  limit: number,
): number[] {
  const chosen: number[] = [];
  let sum = 0;
  for (const { id, keys } of signatures) {
    if (chosen.length > 0 && sum + keys > limit) break;
    chosen.push(id);
    sum += keys;
  }
  return chosen;
}

/** The keys of `signatures` whose report is still there, those with most reports first; to be narrowed and bounded by who asks. */
export function selectKeysOf(db: StateDb, signatures: readonly number[]) {
  return db
    .selectFrom("raw_keys")
    .innerJoin("reports", "reports.id", "raw_keys.report_id")
    .innerJoin("inbox", "inbox.id", "reports.inbox_id")
    .select((e) => [
      "raw_keys.raw_key as rawKey",
      "raw_keys.app_id as appId",
      "raw_keys.signature_id as signatureId",
      "inbox.blob",
      "reports.part",
      e
        .selectFrom("reports as all")
        .whereRef("all.raw_key", "=", "raw_keys.raw_key")
        .select((c) => c.fn.countAll<number>().as("count"))
        .as("reports"),
    ])
    .where("raw_keys.signature_id", "in", signatures)
    .orderBy("raw_keys.signature_id")
    .orderBy("reports", "desc");
}

type Row = Awaited<ReturnType<ReturnType<typeof selectKeysOf>["execute"]>>[number];

export const keyToRedo = (
  { rawKey, appId, signatureId, blob, part, reports }: Row,
  came: readonly string[],
): KeyToRedo => ({
  rawKey: rawKey as RawKey,
  appId,
  signatureId: signatureId as SignatureId,
  blob: blob as BlobId,
  part,
  reports: reports ?? 0,
  came,
});
