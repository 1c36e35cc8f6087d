/** The reading half of the events store. Values are bound parameters; the text depends only on which filters are set. */
import type {
  AppCount,
  BuildCount,
  DayCount,
  DistributionCount,
  FacetCount,
  FacetCounts,
  OverviewCounts,
  Page,
  ReportRef,
  SignatureCount,
  SignatureCounts,
  SignatureDistributions,
} from "./event-answers.ts";
import type { EventEngine } from "./event-engine.ts";
import { type SignatureId, signatureId } from "./event-row.ts";
import { type Condition, conditionOf, type EventScope, FACET_COLUMNS, type Facet, FACETS } from "./event-scope.ts";

/** Values of one facet or distribution; a page shows far fewer. */
const MAX_VALUES = 500;
/** Builds of an app in one answer. */
const MAX_BUILDS = 1_000;

const SIGNATURE = "dictGetUInt32('windfall.signature_of', 'signature_id', raw_key)";
const DEVICES = "uniqExactIf(device_id, device_id != '')";

export interface Questions {
  apps(): Promise<AppCount[]>;
  overview(scope: EventScope): Promise<OverviewCounts>;
  facets(scope: EventScope): Promise<FacetCounts>;
  signatures(scope: EventScope, page: Page): Promise<SignatureCounts>;
  signature(scope: EventScope, signatureId: SignatureId): Promise<SignatureCount | undefined>;
  distributions(scope: EventScope, signatureId: SignatureId): Promise<SignatureDistributions>;
  reports(scope: EventScope, signatureId: SignatureId, page: Page): Promise<{ total: number; reports: ReportRef[] }>;
}

export function createQuestions(engine: EventEngine): Questions {
  async function totals({ sql, params }: Condition): Promise<Totals> {
    const [row] = await engine
      .query<Row<"crashes" | "devices" | "without_device" | "signatures">>(
        `SELECT count() AS crashes, ${DEVICES} AS devices, countIf(device_id = '') AS without_device,
  uniqExactIf(${SIGNATURE} AS signature, signature != 0) AS signatures
FROM windfall.events WHERE ${sql}`,
        params,
      )
      .then((rows) =>
        rows.map<Totals>((row) => ({
          crashes: Number(row.crashes),
          affectedDevices: Number(row.devices),
          crashesWithoutDevice: Number(row.without_device),
          signatures: Number(row.signatures),
        })),
      );
    return row ?? { crashes: 0, affectedDevices: 0, crashesWithoutDevice: 0, signatures: 0 };
  }

  function builds({ sql, params }: Condition): Promise<BuildCount[]> {
    return engine
      .query<Row<"version" | "build" | "crashes" | "devices" | "signatures" | "first" | "last">>(
        `SELECT app_version AS version, app_build AS build, count() AS crashes, ${DEVICES} AS devices,
  uniqExactIf(${SIGNATURE} AS signature, signature != 0) AS signatures, min(event_time) AS first, max(event_time) AS last
FROM windfall.events WHERE ${sql}
GROUP BY app_version, app_build ORDER BY last DESC, version DESC, build DESC LIMIT ${MAX_BUILDS}`,
        params,
      )
      .then((rows) =>
        rows.map<BuildCount>((row) => ({
          version: row.version,
          build: row.build,
          crashes: Number(row.crashes),
          affectedDevices: Number(row.devices),
          signatures: Number(row.signatures),
          firstSeen: row.first,
          lastSeen: row.last,
        })),
      );
  }

  function days({ sql, params }: Condition): Promise<DayCount[]> {
    return engine
      .query<Row<"day" | "crashes">>(
        `SELECT toDate(event_time) AS day, count() AS crashes
FROM windfall.events WHERE ${sql} GROUP BY day ORDER BY day`,
        params,
      )
      .then((rows) => rows.map<DayCount>(({ day, crashes }) => ({ day, crashes: Number(crashes) })));
  }

  /** The second step of a top-N: what is dear to count is counted for the winners only. */
  async function describe(
    scope: EventScope,
    condition: Condition,
    winners: readonly { readonly id: SignatureId; readonly crashes: number }[],
  ): Promise<SignatureCount[]> {
    if (winners.length === 0) return [];
    const params = { ...condition.params, winners: winners.map(({ id }) => id) };
    const [devices, days, seen] = await Promise.all([
      engine
        .query<Row<"devices"> & { signature: number }>(
          `SELECT ${SIGNATURE} AS signature, ${DEVICES} AS devices
FROM windfall.events WHERE ${condition.sql} AND signature IN {winners:Array(UInt32)} GROUP BY signature`,
          params,
        )
        .then((rows) => rows.map<[number, number]>(({ signature, devices }) => [signature, Number(devices)])),
      engine
        .query<Row<"day" | "crashes"> & { signature: number }>(
          `SELECT ${SIGNATURE} AS signature, toDate(event_time) AS day, count() AS crashes
FROM windfall.events WHERE ${condition.sql} AND signature IN {winners:Array(UInt32)}
GROUP BY signature, day ORDER BY day`,
          params,
        )
        .then((rows) =>
          rows.map<DayCount & { signature: number }>(({ signature, day, crashes }) => ({
            signature,
            day,
            crashes: Number(crashes),
          })),
        ),
      seenOf(scope.appId, params.winners),
    ]);
    const devicesOf = new Map(devices);
    const daysOf = Map.groupBy(days, ({ signature }) => signature);
    return winners.flatMap(({ id, crashes }) => {
      const facts = seen.get(id);
      if (facts === undefined) return [];
      return {
        signatureId: id,
        crashes,
        affectedDevices: devicesOf.get(id) ?? 0,
        ...facts,
        days: (daysOf.get(id) ?? []).map(({ day, crashes }) => ({ day, crashes })),
      };
    });
  }

  /** First and last of all time: 'first seen' must not move with the window. Per build first, so that few rows are compared. */
  async function seenOf(appId: string, winners: readonly SignatureId[]): Promise<Map<number, Seen>> {
    const rows = await engine
      .query<Row<"first" | "last"> & { signature: number; old: Build; young: Build }>(
        `SELECT signature, min(first_time) AS first, max(last_time) AS last,
  argMin((version, build), (first_time, version, build)) AS old, argMax((version, build), (last_time, version, build)) AS young
FROM (
  SELECT ${SIGNATURE} AS signature, app_version AS version, app_build AS build,
    min(event_time) AS first_time, max(event_time) AS last_time
  FROM windfall.events WHERE app_id = {app:String} AND kind = 'crash' AND signature IN {winners:Array(UInt32)}
  GROUP BY signature, version, build
) GROUP BY signature`,
        { app: appId, winners },
      )
      .then((rows) =>
        rows.map<[number, Seen]>(({ signature, first, last, old, young }) => [
          signature,
          {
            firstSeen: first,
            lastSeen: last,
            firstBuild: { version: old[0], build: old[1] },
            lastBuild: { version: young[0], build: young[1] },
          },
        ]),
      );
    return new Map(rows);
  }

  function distribution(column: string, condition: Condition, crashes: number): Promise<DistributionCount[]> {
    return engine
      .query<Row<"value" | "crashes" | "devices">>(
        `SELECT ${column} AS value, count() AS crashes, ${DEVICES} AS devices
FROM windfall.events WHERE ${condition.sql} GROUP BY value ORDER BY crashes DESC, value LIMIT ${MAX_VALUES}`,
        condition.params,
      )
      .then((rows) =>
        rows.map<DistributionCount>((row) => ({
          value: row.value,
          crashes: Number(row.crashes),
          affectedDevices: Number(row.devices),
          share: Number(row.crashes) / crashes,
        })),
      );
  }

  async function facet(scope: EventScope, name: Facet): Promise<FacetCount[]> {
    // Without its own filter, or a page could never widen it.
    const { sql, params } = conditionOf(scope, name);
    return engine
      .query<Row<"value" | "crashes">>(
        `SELECT ${FACET_COLUMNS[name]} AS value, count() AS crashes
FROM windfall.events WHERE ${sql} GROUP BY value ORDER BY crashes DESC, value LIMIT ${MAX_VALUES}`,
        params,
      )
      .then((rows) => rows.map<FacetCount>(({ value, crashes }) => ({ value, crashes: Number(crashes) })));
  }

  return {
    apps: () =>
      engine
        .query<Row<"app" | "crashes" | "last"> & { platforms: string[] }>(
          `SELECT app_id AS app, count() AS crashes, max(event_time) AS last, arraySort(groupUniqArray(platform)) AS platforms
FROM windfall.events WHERE kind = 'crash' GROUP BY app ORDER BY app`,
          {},
        )
        .then((rows) =>
          rows.map<AppCount>((row) => ({
            appId: row.app,
            crashes: Number(row.crashes),
            lastSeen: row.last,
            platforms: row.platforms.filter((platform) => platform !== ""),
          })),
        ),

    async overview(scope) {
      const condition = conditionOf(scope);
      const [{ crashes, affectedDevices, crashesWithoutDevice }, versions, byDay] = await Promise.all([
        totals(condition),
        builds(condition),
        days(condition),
      ]);
      return { crashes, affectedDevices, crashesWithoutDevice, versions, days: byDay };
    },

    async facets(scope) {
      const counts = await Promise.all(FACETS.map(async (name) => [name, await facet(scope, name)] as const));
      return Object.fromEntries(counts) as Record<Facet, FacetCount[]>;
    },

    async signatures(scope, { limit, offset }) {
      const condition = conditionOf(scope);
      const [all, winners] = await Promise.all([
        totals(condition),
        engine
          .query<Row<"crashes"> & { signature: number }>(
            `SELECT ${SIGNATURE} AS signature, count() AS crashes
FROM windfall.events WHERE ${condition.sql} AND signature != 0
GROUP BY signature ORDER BY crashes DESC, signature LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
            { ...condition.params, limit, offset },
          )
          .then((rows) =>
            rows.map<{ id: SignatureId; crashes: number }>(({ signature, crashes }) => ({
              id: signatureId(signature),
              crashes: Number(crashes),
            })),
          ),
      ]);
      return { crashes: all.crashes, total: all.signatures, signatures: await describe(scope, condition, winners) };
    },

    async signature(scope, id) {
      const { crashes } = await totals(ofSignature(conditionOf(scope), id));
      if (crashes === 0) return undefined;
      return (await describe(scope, conditionOf(scope), [{ id, crashes }]))[0];
    },

    async distributions(scope, id) {
      const condition = ofSignature(conditionOf(scope), id);
      const { crashes, crashesWithoutDevice } = await totals(condition);
      const [byOs, byDevice, byVersion] = await Promise.all([
        distribution(FACET_COLUMNS.os, condition, crashes),
        distribution(FACET_COLUMNS.device, condition, crashes),
        builds(condition),
      ]);
      return { crashes, crashesWithoutDevice, byOs, byDevice, byVersion };
    },

    async reports(scope, id, { limit, offset }) {
      const condition = ofSignature(conditionOf(scope), id);
      const [{ crashes }, reports] = await Promise.all([
        totals(condition),
        engine
          .query<Row<"id" | "incident" | "time" | "version" | "build" | "os" | "device">>(
            `SELECT report_id AS id, incident_id AS incident, event_time AS time,
  app_version AS version, app_build AS build, os_version AS os, device_model AS device
FROM windfall.events WHERE ${condition.sql}
ORDER BY event_time DESC, report_id DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
            { ...condition.params, limit, offset },
          )
          .then((rows) =>
            rows.map<ReportRef>((row) => ({
              reportId: row.id,
              incidentId: row.incident,
              crashedAt: row.time,
              version: row.version,
              build: row.build,
              os: row.os,
              device: row.device,
            })),
          ),
      ]);
      return { total: crashes, reports };
    },
  };
}

/** Text, time and 64-bit numbers all come as strings. */
type Row<Columns extends string> = Readonly<Record<Columns, string>>;
type Build = readonly [version: string, build: string];

interface Totals {
  readonly crashes: number;
  readonly affectedDevices: number;
  readonly crashesWithoutDevice: number;
  readonly signatures: number;
}

type Seen = Pick<SignatureCount, "firstSeen" | "lastSeen" | "firstBuild" | "lastBuild">;

function ofSignature({ sql, params }: Condition, id: SignatureId): Condition {
  return { sql: `${sql} AND ${SIGNATURE} = {signature:UInt32}`, params: { ...params, signature: id } };
}
