/** How builds become known: a build machine registers one, or the first report of it arrives. Either may come first. */
import type { ExpressionBuilder, Kysely } from "kysely";
import type { StateTables } from "../stores/state/schema.ts";

export interface BuildKey {
  readonly appId: string;
  readonly version: string;
  readonly build: string;
}

/** What a build machine or a person knows of a build. */
export interface BuildFacts {
  readonly platform?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly channel?: string;
  readonly ci?: { readonly provider: string; readonly runId?: string; readonly runUrl?: string };
  /** Now, if not told. */
  readonly uploadedAt?: string;
  readonly images?: readonly BuildImage[];
}

export interface BuildImage {
  readonly uuid: string;
  readonly arch: string;
  readonly name: string;
}

type Db = Pick<Kysely<StateTables>, "selectFrom" | "insertInto" | "updateTable">;

/** The app must be known. A second registration fills in and overwrites what it says; it forgets nothing. Says whether the build was known. */
export async function registerBuild(tx: Db, key: BuildKey, facts: BuildFacts, now: string): Promise<boolean> {
  const known = await find(tx, key);
  const uploadedAt = facts.uploadedAt ?? known?.uploaded_at ?? now;
  const columns = {
    ...(facts.platform !== undefined && { platform: facts.platform }),
    ...(facts.commit !== undefined && { commit_hash: facts.commit }),
    ...(facts.branch !== undefined && { branch: facts.branch }),
    ...(facts.tag !== undefined && { tag: facts.tag }),
    ...(facts.channel !== undefined && { channel: facts.channel }),
    ...(facts.ci && {
      ci_provider: facts.ci.provider,
      ci_run_id: facts.ci.runId ?? null,
      ci_run_url: facts.ci.runUrl ?? null,
    }),
    uploaded_at: uploadedAt,
    registered_at: known?.registered_at ?? now,
    ordered_at: earlier(uploadedAt, known?.first_seen ?? uploadedAt),
  };
  if (known) await tx.updateTable("builds").set(columns).where(isBuild(key)).execute();
  else
    await tx
      .insertInto("builds")
      .values({ ...newRow(key, await nextArrival(tx)), ...columns })
      .execute();
  for (const { uuid, arch, name } of facts.images ?? []) {
    await tx
      .insertInto("build_images")
      .values({ app_id: key.appId, version: key.version, build: key.build, uuid, arch, name })
      .onConflict((c) => c.columns(["app_id", "version", "build", "uuid"]).doUpdateSet({ arch, name }))
      .execute();
  }
  return known !== undefined;
}

/** Reports of the build arrived; `first` and `last` are the arrivals of the earliest and the latest of them. */
export async function buildSeen(tx: Db, key: BuildKey, first: string, last: string): Promise<void> {
  const known = await find(tx, key);
  if (!known) {
    await tx
      .insertInto("builds")
      .values({ ...newRow(key, await nextArrival(tx)), ordered_at: first, first_seen: first, last_seen: last })
      .execute();
    return;
  }
  const firstSeen = earlier(first, known.first_seen ?? first);
  await tx
    .updateTable("builds")
    .set({
      first_seen: firstSeen,
      last_seen: known.last_seen !== null && known.last_seen > last ? known.last_seen : last,
      // Nobody crashes with a build before it is uploaded: a later registration was late.
      ordered_at: earlier(firstSeen, known.ordered_at),
    })
    .where(isBuild(key))
    .execute();
}

const earlier = (a: string, b: string): string => (a < b ? a : b);

const newRow = ({ appId, version, build }: BuildKey, arrival: number) => ({ app_id: appId, version, build, arrival });

const find = (tx: Db, key: BuildKey) =>
  tx
    .selectFrom("builds")
    .select(["uploaded_at", "registered_at", "first_seen", "last_seen", "ordered_at"])
    .where(isBuild(key))
    .executeTakeFirst();

const isBuild =
  ({ appId, version, build }: BuildKey) =>
  (e: ExpressionBuilder<StateTables, "builds">) =>
    e.and({ app_id: appId, version, build });

async function nextArrival(tx: Db): Promise<number> {
  const row = await tx
    .selectFrom("builds")
    .select((e) => e.fn.max("arrival").as("last"))
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}
