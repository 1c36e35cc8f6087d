/** Makes apps and builds known as their first reports are read. */
import type { StateTx } from "../pipeline/store.ts";
import type { AppOfReport } from "./app-identity.ts";

export interface SeenBuild {
  readonly app: AppOfReport;
  readonly version: string;
  readonly build: string;
  readonly sample: boolean;
}

export async function registerBuilds(tx: StateTx, seen: readonly SeenBuild[], now: string): Promise<void> {
  const apps = new Map<string, { app: AppOfReport; sample: boolean }>();
  const builds = new Map<string, SeenBuild>();
  for (const one of seen) {
    const known = apps.get(one.app.id);
    apps.set(one.app.id, { app: one.app, sample: one.sample && (known?.sample ?? true) });
    builds.set(`${one.app.id} ${one.version} ${one.build}`, one);
  }
  for (const { app, sample } of apps.values()) await registerApp(tx, app, sample, now);
  if (builds.size === 0) return;
  await tx
    .insertInto("builds")
    .values(
      [...builds.values()].map(({ app, version, build }) => ({
        app_id: app.id,
        version,
        build,
        first_seen: now,
        last_seen: now,
      })),
    )
    .onConflict((c) => c.columns(["app_id", "version", "build"]).doUpdateSet({ last_seen: now }))
    .execute();
}

async function registerApp(tx: StateTx, app: AppOfReport, sample: boolean, now: string): Promise<void> {
  const known = await tx.selectFrom("apps").select("sample").where("id", "=", app.id).executeTakeFirst();
  if (!known) {
    await tx
      .insertInto("apps")
      .values({
        id: app.id,
        bundle_id: app.bundleId,
        name: app.name,
        short_name: await freeShortName(tx, app.name),
        last_signature_number: 0,
        sample: sample ? 1 : 0,
        created_at: now,
      })
      .execute();
  } else if (known.sample === 1 && !sample) {
    await tx.updateTable("apps").set({ sample: 0 }).where("id", "=", app.id).execute();
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
