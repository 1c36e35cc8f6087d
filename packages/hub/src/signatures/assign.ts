/**
 * Which signature a raw key belongs to. The state is the truth; the events hold a copy. A signature that was named only
 * provisionally keeps its id, and with it every link, when late symbols give it its real name.
 */
import type { AnalyzedReport } from "../pipeline/jobs.ts";
import type { StateTx } from "../pipeline/store.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";

export interface Assignment {
  readonly rawKey: RawKey;
  readonly appId: string;
  readonly reportId: string;
  readonly analyzed: AnalyzedReport;
  readonly appVersion: string;
  readonly appBuild: string;
}

/** For a raw key that was not seen before. */
export async function assignSignature(tx: StateTx, assignment: Assignment, now: string): Promise<void> {
  const { rawKey, appId, reportId, analyzed } = assignment;
  const id = (await findByKey(tx, appId, analyzed)) ?? (await addSignature(tx, appId, analyzed, now));
  await tx
    .insertInto("raw_keys")
    .values({
      raw_key: rawKey,
      app_id: appId,
      signature_id: id,
      status: statusOf(analyzed),
      report_id: reportId,
      version: 1,
    })
    .execute();
  await noteMissing(tx, assignment);
}

/** For one whose symbols have come. */
export async function reassignSignature(
  tx: StateTx,
  rawKey: RawKey,
  appId: string,
  from: SignatureId,
  analyzed: AnalyzedReport,
  now: string,
): Promise<void> {
  const found = await findByKey(tx, appId, analyzed);
  const id = found ?? ((await rename(tx, from, analyzed)) ? from : await addSignature(tx, appId, analyzed, now));
  await tx
    .updateTable("raw_keys")
    .set((e) => ({
      signature_id: id,
      status: statusOf(analyzed),
      ...(id !== from && { version: e("version", "+", 1) }),
    }))
    .where("raw_key", "=", rawKey)
    .execute();
  await tx.deleteFrom("raw_key_waits").where("raw_key", "=", rawKey).execute();
  await addWaits(tx, rawKey, analyzed);
  if (id !== from) {
    const left = await tx
      .selectFrom("raw_keys")
      .select("raw_key")
      .where("signature_id", "=", from)
      .limit(1)
      .executeTakeFirst();
    if (!left) await tx.updateTable("signatures").set({ alias_of: id }).where("id", "=", from).execute();
  }
}

async function findByKey(tx: StateTx, appId: string, { signature }: AnalyzedReport): Promise<SignatureId | undefined> {
  let row = await tx
    .selectFrom("signatures")
    .select(["id", "alias_of"])
    .where("app_id", "=", appId)
    .where("key", "=", signature.key)
    .executeTakeFirst();
  while (row && row.alias_of !== null) {
    row = await tx
      .selectFrom("signatures")
      .select(["id", "alias_of"])
      .where("id", "=", row.alias_of)
      .executeTakeFirst();
  }
  return row?.id as SignatureId | undefined;
}

async function addSignature(tx: StateTx, appId: string, analyzed: AnalyzedReport, now: string): Promise<SignatureId> {
  const { last_signature_number } = await tx
    .updateTable("apps")
    .set((e) => ({ last_signature_number: e("last_signature_number", "+", 1) }))
    .where("id", "=", appId)
    .returning("last_signature_number")
    .executeTakeFirstOrThrow();
  const { id } = await tx
    .insertInto("signatures")
    .values({
      app_id: appId,
      number: last_signature_number,
      ...columns(analyzed),
      state: "new",
      created_at: now,
      alias_of: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id as SignatureId;
}

/** Gives a provisional signature the name it was waiting for; false when it already has a real one. */
async function rename(tx: StateTx, id: SignatureId, analyzed: AnalyzedReport): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("signatures")
    .set(columns(analyzed))
    .where("id", "=", id)
    .where("confidence", "=", "provisional")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function columns({ signature, category, appleTerm, exception }: AnalyzedReport) {
  return {
    key: signature.key,
    key_version: signature.version,
    family: signature.family,
    category,
    title: signature.title.slice(0, MAX_TITLE_LENGTH),
    apple_term: appleTerm,
    confidence: signature.confidence,
    why: JSON.stringify(signature.why),
    exception: JSON.stringify(exception),
  };
}

/** C++ names run to kilobytes. */
const MAX_TITLE_LENGTH = 500;

const statusOf = ({ missing }: AnalyzedReport) => (missing.length > 0 ? "provisional" : "final");

async function noteMissing(tx: StateTx, { rawKey, appId, analyzed, appVersion, appBuild }: Assignment): Promise<void> {
  await addWaits(tx, rawKey, analyzed);
  for (const image of analyzed.missing) {
    await tx
      .insertInto("images_wanted")
      .values({ ...image, app_id: appId, version: appVersion, build: appBuild })
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

async function addWaits(tx: StateTx, rawKey: RawKey, { missing }: AnalyzedReport): Promise<void> {
  for (const { uuid } of missing) {
    await tx
      .insertInto("raw_key_waits")
      .values({ raw_key: rawKey, uuid })
      .onConflict((c) => c.doNothing())
      .execute();
  }
}
