/** Counts that several questions share, over any condition. */
import type { BuildCount, DayCount } from "./event-answers.ts";
import type { EventEngine } from "./event-engine.ts";
import { buildOrderParams, buildRank, type Condition, type EventScope } from "./event-scope.ts";

/** What the event means now; 0 where nothing has mapped its raw key. */
export const SIGNATURE = "dictGetUInt32('windfall.signature_of', 'signature_id', raw_key)";
/** Exact: at these sizes an estimate was no faster. */
export const DEVICES = "uniqExactIf(device, device != 0)";

/** Text, time and 64-bit numbers all come as strings. */
export type Row<Columns extends string> = Readonly<Record<Columns, string>>;

/** Builds of an app in one answer. */
export const MAX_BUILDS = 1_000;

export interface Totals {
  readonly crashes: number;
  readonly affectedDevices: number;
  readonly crashesWithoutDevice: number;
  readonly ground: { readonly foreground: number; readonly background: number; readonly unknown: number };
}

export async function countTotals(engine: EventEngine, { sql, params }: Condition): Promise<Totals> {
  const [row] = await engine.query<Row<"crashes" | "devices" | "without_device" | "foreground" | "background">>(
    `SELECT count() AS crashes, ${DEVICES} AS devices, countIf(device = 0) AS without_device,
  countIf(ground = 'foreground') AS foreground, countIf(ground = 'background') AS background
FROM windfall.events WHERE ${sql}`,
    params,
  );
  const crashes = Number(row?.crashes ?? 0);
  const foreground = Number(row?.foreground ?? 0);
  const background = Number(row?.background ?? 0);
  return {
    crashes,
    affectedDevices: Number(row?.devices ?? 0),
    crashesWithoutDevice: Number(row?.without_device ?? 0),
    ground: { foreground, background, unknown: crashes - foreground - background },
  };
}

/** Latest upload first; builds whose place is not known, by their first crash. An old build that still crashes stays below. */
export async function countBuilds(
  engine: EventEngine,
  { sql, params }: Condition,
  order: Pick<EventScope, "buildOrder">,
): Promise<BuildCount[]> {
  const rows = await engine.query<Row<"version" | "build" | "crashes" | "devices" | "signatures" | "first" | "last">>(
    `SELECT app_version AS version, app_build AS build, count() AS crashes, ${DEVICES} AS devices,
  uniqExactIf(${SIGNATURE} AS signature, signature != 0) AS signatures, min(event_time) AS first, max(event_time) AS last
FROM windfall.events WHERE ${sql}
GROUP BY app_version, app_build
ORDER BY ${buildRank("app_version", "app_build")} DESC, first DESC, last DESC, version DESC, build DESC LIMIT ${MAX_BUILDS}`,
    { ...params, ...buildOrderParams(order) },
  );
  return rows.map((row) => ({
    version: row.version,
    build: row.build,
    crashes: Number(row.crashes),
    affectedDevices: Number(row.devices),
    signatures: Number(row.signatures),
    firstSeen: row.first,
    lastSeen: row.last,
  }));
}

/** Days with crashes only, oldest first. */
export async function countDays(engine: EventEngine, { sql, params }: Condition): Promise<DayCount[]> {
  const rows = await engine.query<Row<"day" | "crashes">>(
    `SELECT toDate(event_time) AS day, count() AS crashes
FROM windfall.events WHERE ${sql} GROUP BY day ORDER BY day`,
    params,
  );
  return rows.map(({ day, crashes }) => ({ day, crashes: Number(crashes) }));
}
