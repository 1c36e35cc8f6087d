/** Signatures that an older grouping made: which raw keys to group again, a few signatures at a time, each as a whole. */
import { SIGNATURE_VERSION } from "@windfall/core";
import type { StateTx } from "../pipeline/store.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";
import type { KeyToRedo } from "../symbols/redo-store.ts";

/** Of one signature at once: those with most reports. What a signature has beyond stays with it. */
export const MAX_KEYS_TO_REGROUP = 2_000;

export interface Outdated {
  readonly signatures: readonly SignatureId[];
  /** Not those whose report is gone: they stay where they are. */
  readonly keys: readonly KeyToRedo[];
}

/** About `limit` keys, oldest signatures first: they keep their ids. */
export async function outdatedKeys(tx: StateTx, limit: number): Promise<Outdated> {
  const signatures = await tx
    .selectFrom("signatures as s")
    .innerJoin("raw_keys", "raw_keys.signature_id", "s.id")
    .where("s.key_version", "<", SIGNATURE_VERSION)
    .select((e) => ["s.id", e.fn.countAll<number>().as("keys")])
    .groupBy("s.id")
    .orderBy("s.id")
    .limit(limit)
    .execute();
  const chosen: number[] = [];
  let sum = 0;
  for (const { id, keys } of signatures) {
    if (chosen.length > 0 && sum + keys > limit) break;
    chosen.push(id);
    sum += keys;
  }
  if (chosen.length === 0) return { signatures: [], keys: [] };
  const rows = await tx
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
    .where("raw_keys.signature_id", "in", chosen)
    .orderBy("raw_keys.signature_id")
    .orderBy("reports", "desc")
    .limit(MAX_KEYS_TO_REGROUP)
    .execute();
  const keys = rows.map(({ rawKey, appId, signatureId, blob, part, reports }) => ({
    rawKey: rawKey as RawKey,
    appId,
    signatureId: signatureId as SignatureId,
    blob: blob as BlobId,
    part,
    reports: reports ?? 0,
    came: [],
  }));
  return { signatures: chosen as SignatureId[], keys };
}

/** Not to be looked at again. */
export async function keepAsTheyAre(tx: StateTx, ids: readonly SignatureId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("signatures")
    .set({ key_version: SIGNATURE_VERSION })
    .where("id", "in", ids)
    .where("key_version", "<", SIGNATURE_VERSION)
    .execute();
}
