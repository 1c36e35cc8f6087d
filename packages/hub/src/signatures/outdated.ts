/** Signatures that an older grouping made: which raw keys to group again, a few signatures at a time, each as a whole. */
import { SIGNATURE_VERSION } from "@windfall/core";
import type { StateTx } from "../pipeline/store.ts";
import type { SignatureId } from "../stores/events/event-row.ts";
import { type KeyToRedo, keyToRedo, selectKeysOf, wholeSignatures } from "../symbols/keys-to-redo.ts";

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
  const chosen = wholeSignatures(signatures, limit);
  if (chosen.length === 0) return { signatures: [], keys: [] };
  const rows = await selectKeysOf(tx, chosen).limit(MAX_KEYS_TO_REGROUP).execute();
  const keys = rows.map((row) => keyToRedo(row, []));
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
