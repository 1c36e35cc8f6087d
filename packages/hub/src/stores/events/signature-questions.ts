/** What the events know of signatures: their ranks, one of them with its distributions, its reports. */
import type {
  DayCount,
  DistributionCount,
  OneSignature,
  Page,
  ReportRef,
  SignatureCount,
  SignatureCounts,
  SignatureDistributions,
} from "./event-answers.ts";
import { countBuilds, countTotals, DEVICES, type Row, SIGNATURE } from "./event-counts.ts";
import { MAX_VALUES } from "./app-questions.ts";
import type { EventEngine } from "./event-engine.ts";
import { type SignatureId, signatureId, UNMAPPED } from "./event-row.ts";
import {
  buildOrderParams,
  buildRank,
  type Condition,
  conditionOf,
  type EventScope,
  FACET_COLUMNS,
} from "./event-scope.ts";

export interface SignatureQuestions {
  signatures(scope: EventScope, page: Page): Promise<SignatureCounts>;
  /** One row of `signatures`, whatever its rank; undefined when the signature has no crash in the scope. */
  signature(scope: EventScope, signatureId: SignatureId): Promise<OneSignature | undefined>;
  distributions(scope: EventScope, signatureId: SignatureId): Promise<SignatureDistributions>;
  /** Newest first. */
  reports(scope: EventScope, signatureId: SignatureId, page: Page): Promise<{ total: number; reports: ReportRef[] }>;
}

interface Winner {
  readonly id: SignatureId;
  readonly crashes: number;
}

interface Ranks {
  readonly crashes: number;
  readonly total: number;
  readonly winners: readonly Winner[];
}

type Seen = Pick<SignatureCount, "firstSeen" | "lastSeen" | "firstBuild" | "lastBuild">;
type Build = readonly [version: string, build: string];

export function createSignatureQuestions(engine: EventEngine): SignatureQuestions {
  /**
   * The first step of a top-N: rank by count. The denominator comes from the same query, so that no share passes 1 while
   * events arrive. Ranks behind all others: what is not mapped.
   */
  async function rank({ sql, params }: Condition, { limit, offset }: Page): Promise<Ranks> {
    const rows = await engine.query<Row<"crashes" | "all_crashes" | "total"> & { id: number }>(
      `SELECT signature AS id, crashes, sum(crashes) OVER () AS all_crashes, countIf(signature != 0) OVER () AS total
FROM (SELECT ${SIGNATURE} AS signature, count() AS crashes FROM windfall.events WHERE ${sql} GROUP BY signature)
ORDER BY signature = 0, crashes DESC, signature LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { ...params, limit, offset },
    );
    const [first] = rows;
    if (first === undefined) {
      // Behind the last page nothing is left to read the totals from.
      return offset === 0
        ? { crashes: 0, total: 0, winners: [] }
        : { ...(await rank({ sql, params }, FIRST)), winners: [] };
    }
    const winners = rows.map(({ id, crashes }) => ({ id: signatureId(id), crashes: Number(crashes) }));
    return {
      crashes: Number(first.all_crashes),
      total: Number(first.total),
      winners: winners.filter(({ id }) => id !== UNMAPPED),
    };
  }

  /** The second step: what is dear to count is counted for the winners only. */
  async function describe(
    scope: EventScope,
    condition: Condition,
    winners: readonly Winner[],
  ): Promise<SignatureCount[]> {
    if (winners.length === 0) return [];
    const ids = winners.map(({ id }) => id);
    const among: Condition = {
      sql: `${condition.sql} AND signature IN {winners:Array(UInt32)}`,
      params: { ...condition.params, winners: ids },
    };
    const [devices, days, seen] = await Promise.all([devicesOf(among), daysOf(among), seenOf(scope, ids)]);
    return winners.flatMap(({ id, crashes }) => {
      const facts = seen.get(id);
      if (facts === undefined) return [];
      return { signatureId: id, crashes, affectedDevices: devices.get(id) ?? 0, ...facts, days: days.get(id) ?? [] };
    });
  }

  async function devicesOf({ sql, params }: Condition): Promise<Map<number, number>> {
    const rows = await engine.query<Row<"devices"> & { signature: number }>(
      `SELECT ${SIGNATURE} AS signature, ${DEVICES} AS devices FROM windfall.events WHERE ${sql} GROUP BY signature`,
      params,
    );
    return new Map(rows.map(({ signature, devices }) => [signature, Number(devices)]));
  }

  async function daysOf({ sql, params }: Condition): Promise<Map<number, DayCount[]>> {
    const rows = await engine.query<Row<"day" | "crashes"> & { signature: number }>(
      `SELECT ${SIGNATURE} AS signature, toDate(event_time) AS day, count() AS crashes
FROM windfall.events WHERE ${sql} GROUP BY signature, day ORDER BY day`,
      params,
    );
    const days = new Map<number, DayCount[]>();
    for (const { signature, day, crashes } of rows) {
      days.set(signature, [...(days.get(signature) ?? []), { day, crashes: Number(crashes) }]);
    }
    return days;
  }

  /** First and last of all time: 'first seen' must not move with the window. Per build first, so that few rows are compared. */
  async function seenOf(scope: EventScope, winners: readonly SignatureId[]): Promise<Map<number, Seen>> {
    const rows = await engine.query<Row<"first" | "last"> & { signature: number; oldest: Build; newest: Build }>(
      `SELECT signature, min(first_time) AS first, max(last_time) AS last,
  argMin((version, build), (place, first_time, version, build)) AS oldest,
  argMax((version, build), (place, last_time, version, build)) AS newest
FROM (
  SELECT ${SIGNATURE} AS signature, app_version AS version, app_build AS build,
    min(event_time) AS first_time, max(event_time) AS last_time, ${buildRank("version", "build")} AS place
  FROM windfall.events WHERE app_id IN {apps:Array(String)} AND kind = {kind:String} AND signature IN {winners:Array(UInt32)}
  GROUP BY signature, version, build
) GROUP BY signature`,
      { apps: scope.appIds, kind: scope.kind ?? "crash", winners, ...buildOrderParams(scope) },
    );
    return new Map(
      rows.map(({ signature, first, last, oldest, newest }) => [
        signature,
        {
          firstSeen: first,
          lastSeen: last,
          firstBuild: { version: oldest[0], build: oldest[1] },
          lastBuild: { version: newest[0], build: newest[1] },
        },
      ]),
    );
  }

  async function distribution(column: string, { sql, params }: Condition): Promise<DistributionCount[]> {
    const rows = await engine.query<Row<"value" | "crashes" | "devices"> & { share: number }>(
      `SELECT ${column} AS value, count() AS crashes, ${DEVICES} AS devices, count() / sum(count()) OVER () AS share
FROM windfall.events WHERE ${sql} GROUP BY value ORDER BY crashes DESC, value LIMIT ${MAX_VALUES}`,
      params,
    );
    return rows.map(({ value, crashes, devices, share }) => ({
      value,
      crashes: Number(crashes),
      affectedDevices: Number(devices),
      share,
    }));
  }

  return {
    async signatures(scope, page) {
      const condition = conditionOf(scope);
      const { crashes, total, winners } = await rank(condition, page);
      return { crashes, total, signatures: await describe(scope, condition, winners) };
    },

    async signature(scope, id) {
      const condition = conditionOf(scope);
      const [row] = await engine.query<Row<"crashes" | "all_crashes">>(
        `SELECT countIf(${SIGNATURE} = {signature:UInt32}) AS crashes, count() AS all_crashes
FROM windfall.events WHERE ${condition.sql}`,
        { ...condition.params, signature: id },
      );
      const crashes = Number(row?.crashes ?? 0);
      if (crashes === 0) return undefined;
      const [count] = await describe(scope, condition, [{ id, crashes }]);
      return count && { ...count, allCrashes: Number(row?.all_crashes) };
    },

    async distributions(scope, id) {
      const condition = ofSignature(conditionOf(scope), id);
      const [{ crashes, crashesWithoutDevice }, byOs, byDevice, byVersion] = await Promise.all([
        countTotals(engine, condition),
        distribution(FACET_COLUMNS.os, condition),
        distribution(FACET_COLUMNS.device, condition),
        countBuilds(engine, condition, scope),
      ]);
      return { crashes, crashesWithoutDevice, byOs, byDevice, byVersion };
    },

    async reports(scope, id, { limit, offset }) {
      const condition = ofSignature(conditionOf(scope), id);
      const [{ crashes }, rows] = await Promise.all([
        countTotals(engine, condition),
        engine.query<Row<"id" | "incident" | "time" | "version" | "build" | "os" | "device">>(
          `SELECT report_id AS id, incident_id AS incident, event_time AS time,
  app_version AS version, app_build AS build, os_version AS os, device_model AS device
FROM windfall.events WHERE ${condition.sql}
ORDER BY event_time DESC, report_id DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
          { ...condition.params, limit, offset },
        ),
      ]);
      const reports = rows.map(({ id, incident, time, ...row }) => ({
        reportId: id,
        incidentId: incident,
        crashedAt: time,
        ...row,
      }));
      return { total: crashes, reports };
    },
  };
}

const FIRST: Page = { limit: 1, offset: 0 };

function ofSignature({ sql, params }: Condition, id: SignatureId): Condition {
  return { sql: `${sql} AND ${SIGNATURE} = {signature:UInt32}`, params: { ...params, signature: id } };
}
