/**
 * Raw keys of one signature whose symbols have come, or whose signature an older grouping made. Ids are what links are made of, so the majority of a signature's reports
 * decides where its id leads: it keeps the id when that is a name nobody has yet, and when it is another signature's, the id
 * becomes an alias of that one. What remains a minority moves out. Reports whose symbols are still missing count as staying.
 */
import type { AnalyzedReport } from "../pipeline/jobs.ts";
import type { StateTx } from "../pipeline/store.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";
import { adoptSignature } from "./adopt.ts";
import { addSignature, addWaits, findByKey, signatureColumns, statusOf } from "./assign.ts";

export interface RedoneKey {
  readonly rawKey: RawKey;
  readonly analyzed: AnalyzedReport;
  /** Its reports: how much it weighs. */
  readonly reports: number;
  /** The UUIDs that it waited for and that have come. */
  readonly came: readonly string[];
}

/** Signatures by what became of them. */
export interface Reassigned {
  readonly renamed: number;
  /** Became an alias of another. */
  readonly merged: number;
  /** New ones for what moved out. */
  readonly added: number;
}

interface Group {
  readonly keys: RedoneKey[];
  readonly reports: number;
}

export async function reassignSignature(
  tx: StateTx,
  appId: string,
  from: SignatureId,
  redone: readonly RedoneKey[],
  now: string,
): Promise<Reassigned> {
  const old = await tx
    .selectFrom("signatures")
    .select(["key", "key_version", "title", "confidence"])
    .where("id", "=", from)
    .executeTakeFirstOrThrow();
  const stay = await reportsThatStay(tx, from, redone);
  const groups = groupsOf(redone);
  let renamed = 0;
  let added = 0;
  let moved = false;
  for (const [index, { keys, reports }] of groups.entries()) {
    const analyzed = keys[0]?.analyzed;
    if (!analyzed) continue;
    const isMajority = index === 0 && reports >= stay.reports;
    const isNewGrouping = old.key_version < analyzed.signature.version;
    const mayRename =
      isMajority && (isNewGrouping || old.confidence === "provisional" || (groups.length === 1 && stay.keys === 0));
    let known = await findByKey(tx, appId, analyzed);
    if (isNewGrouping && isMajority && known !== undefined && known > from) {
      await noteMove(tx, known, from, await adoptSignature(tx, from, known));
      moved = true;
      known = undefined;
    }
    const takesName = mayRename && (known === undefined || (known === from && old.key === analyzed.signature.key));
    if (takesName) {
      const columns = signatureColumns(analyzed);
      await tx.updateTable("signatures").set(columns).where("id", "=", from).execute();
      if (columns.title !== old.title) renamed++;
    }
    const to = takesName ? from : (known ?? (await addSignature(tx, appId, analyzed, now)));
    if (!takesName && known === undefined) added++;
    for (const key of keys) await assign(tx, key, from, to);
    if (to !== from) {
      moved = true;
      await noteMove(tx, from, to, reports);
    }
  }
  const merged = moved && (await becomeAlias(tx, from));
  return { renamed, merged: merged ? 1 : 0, added };
}

/** By the signature they turn out to have, most reports first. */
function groupsOf(redone: readonly RedoneKey[]): readonly Group[] {
  const groups = new Map<string, RedoneKey[]>();
  for (const key of redone) {
    const group = groups.get(key.analyzed.signature.key);
    if (group) group.push(key);
    else groups.set(key.analyzed.signature.key, [key]);
  }
  return [...groups.values()]
    .map((keys) => ({ keys, reports: keys.reduce((sum, { reports }) => sum + reports, 0) }))
    .toSorted((a, b) => b.reports - a.reports || b.keys.length - a.keys.length);
}

async function reportsThatStay(tx: StateTx, from: SignatureId, redone: readonly RedoneKey[]) {
  const count = (query: { count: number } | undefined) => query?.count ?? 0;
  const keys = await tx
    .selectFrom("raw_keys")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("signature_id", "=", from)
    .executeTakeFirst();
  const reports = await tx
    .selectFrom("raw_keys")
    .innerJoin("reports", "reports.raw_key", "raw_keys.raw_key")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("raw_keys.signature_id", "=", from)
    .executeTakeFirst();
  return {
    keys: count(keys) - redone.length,
    reports: count(reports) - redone.reduce((sum, key) => sum + key.reports, 0),
  };
}

async function assign(tx: StateTx, key: RedoneKey, from: SignatureId, to: SignatureId): Promise<void> {
  const { rawKey, analyzed, came } = key;
  await tx
    .updateTable("raw_keys")
    .set((e) => ({
      signature_id: to,
      status: statusOf(analyzed),
      ...(to !== from && { version: e("version", "+", 1) }),
    }))
    .where("raw_key", "=", rawKey)
    .execute();
  await tx.deleteFrom("raw_key_waits").where("raw_key", "=", rawKey).execute();
  // What is held and still does not help (damaged, another architecture) is not waited for again.
  await addWaits(
    tx,
    rawKey,
    analyzed.missing.filter(({ uuid }) => !came.includes(uuid)),
  );
}

async function noteMove(tx: StateTx, from: SignatureId, to: SignatureId, reports: number): Promise<void> {
  await tx
    .insertInto("signature_moves")
    .values({ from_id: from, to_id: to, reports })
    .onConflict((c) =>
      c.columns(["from_id", "to_id"]).doUpdateSet((e) => ({ reports: e("signature_moves.reports", "+", reports) })),
    )
    .execute();
}

/** Nothing is left of it: its id leads where most of its reports went. */
async function becomeAlias(tx: StateTx, from: SignatureId): Promise<boolean> {
  const left = await tx
    .selectFrom("raw_keys")
    .select("raw_key")
    .where("signature_id", "=", from)
    .limit(1)
    .executeTakeFirst();
  if (left) return false;
  const moves = await tx
    .selectFrom("signature_moves")
    .select("to_id")
    .where("from_id", "=", from)
    .orderBy("reports", "desc")
    .orderBy("to_id")
    .execute();
  for (const { to_id } of moves) {
    const id = await survivorOf(tx, to_id);
    // Where it went may have come back before.
    if (id === from) continue;
    await tx.updateTable("signatures").set({ alias_of: id }).where("id", "=", from).execute();
    return true;
  }
  return false;
}

async function survivorOf(tx: StateTx, id: number): Promise<number> {
  const row = await tx.selectFrom("signatures").select("alias_of").where("id", "=", id).executeTakeFirst();
  return row === undefined || row.alias_of === null ? id : survivorOf(tx, row.alias_of);
}
