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
/** So many reports tell the delay of any app; of one with more, each so-many-th device is asked. */
export const ENOUGH_REPORTS = 50_000;
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
  /** For each of `days`: of the app's past days, as they were when they were as old as it is at `now`. Oldest first. */
  arrivals(
    appIds: EventScope["appIds"],
    days: readonly string[],
    now: number,
  ): Promise<ReadonlyMap<string, readonly PastDayArrivals[]>>;
}

export function createArrivalQuestions(engine: EventEngine, enough: number = ENOUGH_REPORTS): ArrivalQuestions {
  return {
    async arrivals(appIds, days, now) {
      if (days.length === 0) return new Map();
      const today = Math.floor(now / DAY_MS);
      const dayAt = (ago: number) => new Date((today - ago) * DAY_MS).toISOString().slice(0, 10);
      const past = {
        apps: appIds,
        from: dayAt(MAX_DELAY_DAYS + PAST_DAYS),
        to: dayAt(MAX_DELAY_DAYS + 1),
      };
      const [counted] = await engine.query<Row<"reports" | "first">>(
        `SELECT count() AS reports, toUnixTimestamp64Milli(min(received_at)) AS first FROM windfall.events WHERE ${PAST}`,
        past,
      );
      const every = Math.max(1, Math.floor(Number(counted?.reports ?? 0) / enough));
      const ages = days.map((_, i) => `{age${i}:Int64}`);
      // Within a group reports that repeat count as one part of what the group counts: which of them came first plays no role.
      const rows = await engine.query<ArrivalRow>(
        `SELECT day,
  ${ages.map((_, i) => `sum(least(n${i}, ${MOST})) AS crashes${i}, sumIf(least(n${i}, ${MOST}) * there${i} / n${i}, n${i} > 0) AS crashed${i}, countIf(install AND n${i} > 0) AS users${i}, countIf(install AND there${i} > 0) AS known${i}`).join(",\n  ")}
FROM (
  SELECT intDiv(crashed, ${DAY_MS}) AS day, who, max(install) AS install,
    ${ages.map((age, i) => `countIf(crashed % ${DAY_MS} <= ${age}) AS n${i}, countIf(crashed % ${DAY_MS} <= ${age} AND seen - day * ${DAY_MS} <= ${age}) AS there${i}`).join(",\n    ")}
  FROM (
    SELECT toUnixTimestamp64Milli(event_time) AS crashed, toUnixTimestamp64Milli(received_at) AS seen,
      if(device = 0, sipHash64(report_id), device) AS who, device_kind = 'install' AS install
    FROM windfall.events
    WHERE ${PAST} AND who % {every:UInt32} = 0
      AND seen - crashed BETWEEN ${-MAX_AHEAD_MS} AND ${MAX_DELAY_DAYS * DAY_MS})
  GROUP BY day, who)
GROUP BY day ORDER BY day`,
        {
          ...past,
          every,
          ...Object.fromEntries(days.map((day, i) => [`age${i}`, now - Date.parse(day)])),
        },
      );
      // A hub that was just set up took in at once what had waited: only days that began under its eyes tell of the delay.
      const told = rows.filter((row) => Number(row["day"]) * DAY_MS > Number(counted?.first ?? 0));
      return new Map(days.map((day, i) => [day, told.flatMap((row) => pastDay(row, i))]));
    },
  };
}

const PAST = `app_id IN {apps:Array(String)} AND kind = 'crash' AND NOT time_flagged
      AND toDate(event_time) BETWEEN {from:Date} AND {to:Date}`;

type ArrivalRow = Readonly<Record<string, string | number>>;

const MOST = MAX_CRASHES_PER_DEVICE_DAY;

function pastDay(row: ArrivalRow, i: number): PastDayArrivals[] {
  const number = (column: string) => Number(row[`${column}${i}`]);
  if (number("crashes") === 0) return [];
  return [
    {
      day: new Date(Number(row["day"]) * DAY_MS).toISOString().slice(0, 10),
      crashes: { arrived: number("crashed"), total: number("crashes") },
      users: { arrived: number("known"), total: number("users") },
    },
  ];
}
