/**
 * Which app a process is counted with. Extensions, widgets, watch apps and App Clips have a bundle id that begins with that of their
 * app; Debug and Beta builds are joined by a person. Events keep the app id they were written with: the state says what belongs together,
 * and every question asks for the whole family.
 */
import { AppError } from "../app-error.ts";
import type { StateTx } from "../pipeline/store.ts";
import type { AppOfReport } from "./app-identity.ts";

/** `com.example` is a company; an app's id has one more part at least. */
const MIN_HOST_PARTS = 3;
/** Builds that a team does not ship: `org.example.App.debug` is the same app and not the same crashes. */
const FLAVOURS = new Set(
  "adhoc,alpha,beta,ci,debug,dev,development,enterprise,inhouse,internal,nightly,preview,qa,staging,test,testing,uat".split(
    ",",
  ),
);

/** Whether `bundleId` is a part of the app `host`, as far as names tell. */
export function belongsByPrefix(bundleId: string, host: string): boolean {
  if (!bundleId.startsWith(`${host}.`) || host.split(".").length < MIN_HOST_PARTS) return false;
  const rest = bundleId.slice(host.length + 1).split(".");
  return !rest.some((part) => part === "" || FLAVOURS.has(part.toLowerCase()));
}

/** For an app that has just become known: under its host, and its parts under it. What a person said is left as it is. */
export async function joinByPrefix(tx: StateTx, app: Pick<AppOfReport, "id" | "bundleId">): Promise<void> {
  const others = await tx
    .selectFrom("apps")
    .select(["id", "bundle_id as bundleId", "host_id as hostId", "host_by as hostBy"])
    .where("id", "!=", app.id)
    .execute();
  const hosts = others.filter((other) => belongsByPrefix(app.bundleId, other.bundleId));
  const nearest = hosts.toSorted((a, b) => b.bundleId.length - a.bundleId.length)[0];
  const root = nearest && (nearest.hostId ?? nearest.id);
  if (root !== undefined) await setHost(tx, app.id, root, "prefix");
  for (const part of others) {
    if (part.hostBy !== "person" && part.hostId === null && belongsByPrefix(part.bundleId, app.bundleId)) {
      await setHost(tx, part.id, root ?? app.id, "prefix");
    }
  }
}

/** A person's word. `hostId` null lets the app stand alone, whatever its name. */
export async function attachToHost(tx: StateTx, appId: string, hostId: string | null): Promise<void> {
  if (hostId === null) {
    await tx.updateTable("apps").set({ host_id: null, host_by: "person" }).where("id", "=", appId).execute();
    return;
  }
  const host = await tx.selectFrom("apps").select(["id", "host_id"]).where("id", "=", hostId).executeTakeFirst();
  if (!host) throw new AppError("app-not-found", "no app with the host's id");
  const root = host.host_id ?? host.id;
  if (root === appId) throw new AppError("bad-request", "an app cannot be a part of itself or of one of its parts");
  await setHost(tx, appId, root, "person");
  await mergeSignatures(tx, root);
}

/**
 * What was the same crash in two apps is one signature of the family now: the other becomes another name of it, and its raw keys are
 * mapped anew. Letting an app stand alone again does not split them.
 */
async function mergeSignatures(tx: StateTx, appId: string): Promise<void> {
  const { host, members } = await familyOf(tx, appId);
  const rows = await tx
    .selectFrom("signatures")
    .select(["id", "key", "kind", "app_id"])
    .where("app_id", "in", members)
    .where("alias_of", "is", null)
    .orderBy("id")
    .execute();
  for (const same of Map.groupBy(rows, ({ key, kind }) => `${kind} ${key}`).values()) {
    const kept = same.find(({ app_id }) => app_id === host) ?? same[0];
    for (const { id } of same) {
      if (!kept || id === kept.id) continue;
      await tx.updateTable("signatures").set({ alias_of: kept.id }).where("id", "=", id).execute();
      await tx
        .updateTable("raw_keys")
        .set((e) => ({ signature_id: kept.id, version: e("version", "+", 1) }))
        .where("signature_id", "=", id)
        .execute();
    }
  }
}

/** The app that a process is counted with, or itself; and all that are counted with that. */
export async function familyOf(tx: StateTx, appId: string): Promise<{ host: string; members: string[] }> {
  const own = await tx.selectFrom("apps").select("host_id").where("id", "=", appId).executeTakeFirst();
  const host = own?.host_id ?? appId;
  const parts = await tx.selectFrom("apps").select("id").where("host_id", "=", host).execute();
  return { host, members: [host, ...parts.map(({ id }) => id)] };
}

async function setHost(tx: StateTx, appId: string, hostId: string, by: "prefix" | "person"): Promise<void> {
  await tx.updateTable("apps").set({ host_id: hostId, host_by: by }).where("id", "=", appId).execute();
  // No chains: what belonged to it belongs to its host now.
  await tx.updateTable("apps").set({ host_id: hostId }).where("host_id", "=", appId).execute();
}
