/**
 * Whose a report about the whole system is. It names no bundle id: who was killed for memory is known by the UUID of the binary, which
 * tells the build too, else by its name. What is nobody's that is known makes no app of its own.
 */
import { createHash } from "node:crypto";
import type { Report, ReportKind } from "@windfall/core";
import type { Kysely } from "kysely";
import type { ReadReport } from "../pipeline/jobs.ts";
import { rawKey } from "../stores/events/event-row.ts";
import type { StateTables } from "../stores/state/schema.ts";
import { type AppId, type AppOfReport, UNKNOWN_APP } from "./app-identity.ts";

/** Whom a report may be about, likeliest first. */
export interface Sought {
  readonly images: readonly string[];
  readonly names: readonly string[];
}

const OF_SYSTEM: ReadonlySet<ReportKind> = new Set<ReportKind>(["jetsam", "stackshot", "panic", "telemetry", "other"]);

/** `undefined` where a report says itself which app it is of. */
export function soughtBy({ kind, app, memoryKill }: Report): Sought | undefined {
  if (app.bundleId !== undefined || !OF_SYSTEM.has(kind)) return undefined;
  // What ran when the kernel stopped is not what the report is about.
  if (kind === "panic") return { images: [], names: [] };
  const victims = memoryKill?.victims ?? [];
  const names = memoryKill === undefined ? [app.name] : victims.map(({ name }) => name);
  return {
    images: victims.flatMap(({ uuid }) => uuid ?? []),
    names: names.flatMap((name) => (name === undefined || name === "" ? [] : [name])),
  };
}

export interface Owner {
  readonly app: AppOfReport;
  /** Empty where only the name told. */
  readonly version: string;
  readonly build: string;
}

export type OwnerOf = (sought: Sought) => Owner | undefined;

/** `beside`: apps that the state does not know yet. */
export async function findOwners(
  db: Pick<Kysely<StateTables>, "selectFrom">,
  sought: readonly Sought[],
  beside: readonly AppOfReport[] = [],
): Promise<OwnerOf> {
  const images = [...new Set(sought.flatMap((one) => one.images))];
  const names = [...new Set(sought.flatMap((one) => one.names))];
  const byImage = images.length === 0 ? new Map<string, Owner>() : await ownersOfImages(db, images);
  const byName = names.length === 0 ? new Map<string, AppOfReport[]>() : await appsNamed(db, names, beside);
  return (one) => {
    for (const uuid of one.images) {
      const owner = byImage.get(uuid);
      if (owner) return owner;
    }
    for (const name of one.names) {
      const [app, other] = byName.get(name) ?? [];
      // Two apps of one name: it may be of either.
      if (app && !other) return { app, version: "", build: "" };
    }
    return undefined;
  };
}

/** SQLite takes some 30,000 values in one statement. */
const VALUES_PER_STATEMENT = 1_000;

async function ownersOfImages(
  db: Pick<Kysely<StateTables>, "selectFrom">,
  uuids: readonly string[],
): Promise<Map<string, Owner>> {
  const found = new Map<string, Owner>();
  for (let at = 0; at < uuids.length; at += VALUES_PER_STATEMENT) {
    const some = uuids.slice(at, at + VALUES_PER_STATEMENT);
    // What a build machine said stands before what reports showed.
    for (const table of ["images_seen", "build_images"] as const) {
      const rows = await db
        .selectFrom(table)
        .innerJoin("apps", "apps.id", `${table}.app_id`)
        .select([`${table}.uuid`, `${table}.version`, `${table}.build`, "apps.id", "apps.bundle_id", "apps.name"])
        .where(`${table}.uuid`, "in", some)
        .where("apps.id", "!=", UNKNOWN_APP.id)
        .orderBy(`${table}.app_id`)
        .execute();
      for (const { uuid, version, build, id, bundle_id, name } of rows) {
        found.set(uuid, { app: { id: id as AppId, bundleId: bundle_id, name }, version, build });
      }
    }
  }
  return found;
}

async function appsNamed(
  db: Pick<Kysely<StateTables>, "selectFrom">,
  names: readonly string[],
  beside: readonly AppOfReport[],
): Promise<Map<string, AppOfReport[]>> {
  const found = new Map<string, AppOfReport>();
  for (let at = 0; at < names.length; at += VALUES_PER_STATEMENT) {
    const rows = await db
      .selectFrom("apps")
      .select(["id", "bundle_id as bundleId", "name"])
      .where("name", "in", names.slice(at, at + VALUES_PER_STATEMENT))
      // Nobody's device ran the example app.
      .where("demo", "=", 0)
      .where("id", "!=", UNKNOWN_APP.id)
      .execute();
    for (const row of rows) found.set(row.id, { ...row, id: row.id as AppId });
  }
  const wanted = new Set(names);
  for (const app of beside) if (wanted.has(app.name)) found.set(app.id, app);
  return Map.groupBy(found.values(), ({ name }) => name);
}

/** The report as one of its owner's, with a raw key of its own: what it was analyzed to belongs to an app. */
export function ownedBy(read: ReadReport, owner: Owner | undefined): ReadReport {
  if (owner === undefined) return read;
  const { app, version, build } = owner;
  const digest = createHash("sha256").update(`${read.rawKey} ${app.id}`).digest();
  return { ...read, app, appVersion: version, appBuild: build, rawKey: rawKey(digest.readBigUInt64BE()) };
}
