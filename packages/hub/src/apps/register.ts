/** Makes apps and builds known as their first reports are read. */
import { type BuildKey, buildSeen } from "../builds/register.ts";
import { noteOsBuilds, type OsSeen } from "../devices/os-builds.ts";
import type { StateTx } from "../pipeline/store.ts";
import { type AppOfReport, appOfUsage, MAX_NAME_LENGTH } from "./app-identity.ts";
import { joinByPrefix } from "./hosts.ts";

export interface SeenBuild extends OsSeen {
  readonly app: AppOfReport;
  readonly version: string;
  readonly build: string;
  readonly sample: boolean;
  /** When the report arrived. */
  readonly receivedAt: string;
}

export async function registerBuilds(tx: StateTx, seen: readonly SeenBuild[], now: string): Promise<void> {
  const apps = new Map<string, { app: AppOfReport; sample: boolean }>();
  const builds = new Map<string, { key: BuildKey; first: string; last: string }>();
  for (const one of seen) {
    const known = apps.get(one.app.id);
    apps.set(one.app.id, { app: one.app, sample: one.sample && (known?.sample ?? true) });
    const key: BuildKey = { appId: one.app.id, version: one.version, build: one.build };
    const id = JSON.stringify(key);
    const { first, last } = builds.get(id) ?? { first: one.receivedAt, last: one.receivedAt };
    builds.set(id, {
      key,
      first: one.receivedAt < first ? one.receivedAt : first,
      last: one.receivedAt > last ? one.receivedAt : last,
    });
  }
  for (const { app, sample } of apps.values()) await registerApp(tx, app, sample, now);
  for (const { key, first, last } of builds.values()) await buildSeen(tx, key, first, last);
  await noteOsBuilds(tx, seen);
}

/** An app of a report, or of a build that no report has come from yet. */
export async function registerApp(tx: StateTx, app: AppOfReport, sample: boolean, now: string): Promise<void> {
  const known = await tx
    .selectFrom("apps")
    .select(["sample", "name", "bundle_id"])
    .where("id", "=", app.id)
    .executeTakeFirst();
  if (!known) {
    await tx
      .insertInto("apps")
      .values({
        id: app.id,
        bundle_id: app.bundleId,
        name: app.name.slice(0, MAX_NAME_LENGTH),
        short_name: await freeShortName(tx, app.name),
        last_signature_number: 0,
        sample: sample ? 1 : 0,
        created_at: now,
      })
      .execute();
    await joinByPrefix(tx, app);
    return;
  }
  if (known.sample === 1 && !sample) await tx.updateTable("apps").set({ sample: 0 }).where("id", "=", app.id).execute();
  // Guessed from the bundle id, for a build machine or usage that named none.
  if (app.name !== known.name && known.name === appOfUsage(known.bundle_id, undefined).name) {
    await tx.updateTable("apps").set({ name: app.name }).where("id", "=", app.id).execute();
  }
}

const MAX_SHORT_NAME = 12;

/** TEEBUDE, and TEEBUDE2 for the next app of that name. */
async function freeShortName(tx: StateTx, name: string): Promise<string> {
  const base =
    name
      .toUpperCase()
      .replace(/[^\p{Lu}\p{N}]/gu, "")
      .slice(0, MAX_SHORT_NAME) || "APP";
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? base : `${base}${n}`;
    const taken = await tx.selectFrom("apps").select("id").where("short_name", "=", candidate).executeTakeFirst();
    if (!taken) return candidate;
  }
}
