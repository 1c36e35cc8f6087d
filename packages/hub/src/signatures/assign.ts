/** Which signature a raw key belongs to. The state is the truth; the events hold a copy. */
import { familyOf } from "../apps/hosts.ts";
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
  await noteImages(tx, assignment);
}

/** The signature of that key, or the one it became part of. */
export async function findByKey(
  tx: StateTx,
  appId: string,
  { signature, kind }: AnalyzedReport,
): Promise<SignatureId | undefined> {
  const { host, members } = await familyOf(tx, appId);
  let row = await tx
    .selectFrom("signatures")
    .select(["id", "alias_of"])
    .where("app_id", "in", members)
    .where("key", "=", signature.key)
    .where("kind", "=", kind)
    .orderBy((e) => e.case().when("app_id", "=", host).then(0).else(1).end())
    .orderBy("id")
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

/** Numbered by the app that the process is counted with. */
export async function addSignature(
  tx: StateTx,
  ofApp: string,
  analyzed: AnalyzedReport,
  now: string,
): Promise<SignatureId> {
  const { host: appId } = await familyOf(tx, ofApp);
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
      ...signatureColumns(analyzed),
      state: "new",
      created_at: now,
      alias_of: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id as SignatureId;
}

export function signatureColumns({ signature, kind, category, appleTerm, exception }: AnalyzedReport) {
  return {
    key: signature.key,
    key_version: signature.version,
    kind,
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
export const MAX_TITLE_LENGTH = 500;
/** Own images that frames of one report lie in; a large app has some dozens. */
export const MAX_SEEN_IMAGES = 500;

export const statusOf = ({ missing }: AnalyzedReport) => (missing.length > 0 ? "provisional" : "final");

async function noteImages(tx: StateTx, { rawKey, appId, analyzed, appVersion, appBuild }: Assignment): Promise<void> {
  await addWaits(tx, rawKey, analyzed.missing);
  for (const image of analyzed.images.slice(0, MAX_SEEN_IMAGES)) {
    await tx
      .insertInto("images_seen")
      .values({ ...image, app_id: appId, version: appVersion, build: appBuild })
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

export async function addWaits(tx: StateTx, rawKey: RawKey, missing: AnalyzedReport["missing"]): Promise<void> {
  for (const { uuid } of missing) {
    await tx
      .insertInto("raw_key_waits")
      .values({ raw_key: rawKey, uuid })
      .onConflict((c) => c.doNothing())
      .execute();
  }
}
