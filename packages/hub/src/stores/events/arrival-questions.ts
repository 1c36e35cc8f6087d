/**
 * How long crashes take to arrive: of some past days, how much was there when each was as old as the days that are open now. What says
 * nothing about that is left out: times that cannot be true, arrivals before the crash, and uploads of old reports.
 */
import { type Row } from "./event-counts.ts";
import type { EventEngine } from "./event-engine.ts";
import type { EventScope } from "./event-scope.ts";
import { MAX_CRASHES_PER_DEVICE_DAY } from "./usage-questions.ts";

/** What comes later is an old report that somebody uploads. */
export const MAX_DELAY_DAYS = 7;
/** Of days that are long enough ago for their last report. */
export const PAST_DAYS = 29;
const DAY_MS = 24 * 3600 * 1000;
/** Clocks that are a little ahead; what arrives sooner than that says nothing. */
const MAX_AHEAD_MS = 10 * 60_000;

/** `arrived` of `total` when the day was as old as the open one. */
export interface PastArrivals {
  readonly arrived: number;
  readonly total: number;
}

export interface PastDayArrivals {
  readonly day: string;
  /** Of crashes; of one device and day no more than count in a rate. */
  readonly crashes: PastArrivals;
  /** Of installs that crashed, by the first report of each. */
  readonly users: PastArrivals;
}

export interface ArrivalQuestions {
  /** Of the app's days before `day`, as they were when they were as old as `day` is at `now`. Oldest first. */
  arrivals(appIds: EventScope["appIds"], day: string, now: number): Promise<readonly PastDayArrivals[]>;
}

export function createArrivalQuestions(engine: EventEngine): ArrivalQuestions {
  return {
    async arrivals(appIds, day, now) {
      const today = Math.floor(now / DAY_MS);
      const dayAt = (ago: number) => new Date((today - ago) * DAY_MS).toISOString().slice(0, 10);
      const rows = await engine.query<Row<"day" | "crashes" | "crashed" | "users" | "users_there" | "first">>(
        // Within a group reports that repeat count as one part of what the group counts: which of them came first plays no role.
        `SELECT day, sum(least(n, ${MAX_CRASHES_PER_DEVICE_DAY})) AS crashes,
  sum(least(n, ${MAX_CRASHES_PER_DEVICE_DAY}) * there / n) AS crashed,
  countIf(install) AS users, countIf(install AND there > 0) AS users_there, min(arrival) AS first
FROM (
  SELECT day, who, max(install) AS install, countIf(into <= {age:Int64}) AS n,
    countIf(into <= {age:Int64} AND seen <= {age:Int64}) AS there, min(arrival) AS arrival
  FROM (
    SELECT toDate(event_time) AS day, if(device = 0, sipHash64(report_id), device) AS who, device_kind = 'install' AS install,
      received_at AS arrival, dateDiff('millisecond', toDateTime64(day, 3, 'UTC'), event_time) AS into,
      dateDiff('millisecond', toDateTime64(day, 3, 'UTC'), received_at) AS seen
    FROM windfall.events
    WHERE app_id IN {apps:Array(String)} AND kind = 'crash' AND NOT time_flagged
      AND toDate(event_time) BETWEEN {from:Date} AND {to:Date}
      AND dateDiff('millisecond', event_time, received_at) BETWEEN ${-MAX_AHEAD_MS} AND ${MAX_DELAY_DAYS * DAY_MS})
  GROUP BY day, who HAVING n > 0)
GROUP BY day ORDER BY day`,
        {
          apps: appIds,
          age: now - Date.parse(day),
          from: dayAt(MAX_DELAY_DAYS + PAST_DAYS),
          to: dayAt(MAX_DELAY_DAYS + 1),
        },
      );
      // A hub that was just set up took in at once what had waited: only days that began under its eyes tell of the delay.
      const first = Math.min(...rows.map((row) => Date.parse(row.first)));
      return rows
        .filter((row) => Date.parse(row.day) > first)
        .map((row) => ({
          day: row.day,
          crashes: { arrived: Number(row.crashed), total: Number(row.crashes) },
          users: { arrived: Number(row.users_there), total: Number(row.users) },
        }));
    },
  };
}
