/**
 * When the grouping changes, reports of today may have made a signature that an older one turns out to be. Links are made of the older id:
 * it takes the key and what was mapped to the younger, whose id leads to it.
 */
import type { StateTx } from "../pipeline/store.ts";
import type { SignatureId } from "../stores/events/event-row.ts";

/** How many reports came along. */
export async function adoptSignature(tx: StateTx, older: SignatureId, younger: SignatureId): Promise<number> {
  const { key: oldKey } = await keyOf(tx, older);
  const { key: newKey } = await keyOf(tx, younger);
  const reports = await tx
    .selectFrom("raw_keys")
    .innerJoin("reports", "reports.raw_key", "raw_keys.raw_key")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("raw_keys.signature_id", "=", younger)
    .executeTakeFirst();
  await tx
    .updateTable("raw_keys")
    .set((e) => ({ signature_id: older, version: e("version", "+", 1) }))
    .where("signature_id", "=", younger)
    .execute();
  // A key is one signature's: they change places.
  await setKey(tx, younger, `${newKey} moved`);
  await setKey(tx, older, newKey);
  await setKey(tx, younger, oldKey);
  await tx.updateTable("signatures").set({ alias_of: older }).where("id", "=", younger).execute();
  return reports?.count ?? 0;
}

const keyOf = (tx: StateTx, id: SignatureId) =>
  tx.selectFrom("signatures").select("key").where("id", "=", id).executeTakeFirstOrThrow();

const setKey = (tx: StateTx, id: SignatureId, key: string) =>
  tx.updateTable("signatures").set({ key }).where("id", "=", id).execute();
