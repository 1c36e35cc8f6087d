/** Which events a question is about: one app, whole days in UTC, and the filters of the page; and that as a SQL condition. */
import type { Filters } from "@windfall/api";
import type { QueryParams, QueryValue } from "./event-engine.ts";

export interface EventScope {
  readonly appId: string;
  /** First and last day, both inclusive: 2026-10-26. */
  readonly from: string;
  readonly to: string;
  /** An empty or missing list filters nothing. */
  readonly filters: Omit<Filters, "from" | "to">;
}

export type Facet = keyof EventScope["filters"];

export const FACET_COLUMNS = {
  platform: "platform",
  version: "app_version",
  build: "app_build",
  os: "os_version",
  device: "device_model",
} as const satisfies Record<Facet, string>;

export const FACETS = Object.keys(FACET_COLUMNS) as Facet[];

export interface Condition {
  readonly sql: string;
  readonly params: QueryParams;
}

/** The text depends on which filters are set, never on their values. `without` leaves one filter out. */
export function conditionOf(scope: EventScope, without?: Facet): Condition {
  const conditions = [
    "app_id = {app:String}",
    "kind = 'crash'",
    "toDate(event_time) BETWEEN {from:Date} AND {to:Date}",
  ];
  const params: Record<string, QueryValue> = { app: scope.appId, from: clampDay(scope.from), to: clampDay(scope.to) };
  for (const facet of FACETS) {
    const values = scope.filters[facet];
    if (facet === without || values === undefined || values.length === 0) continue;
    conditions.push(`${FACET_COLUMNS[facet]} IN {${facet}:Array(String)}`);
    params[facet] = values;
  }
  return { sql: conditions.join(" AND "), params };
}

/** ClickHouse's `Date` begins and ends here; a day outside would wrap around. Every event lies well inside. */
const FIRST_DAY = "1970-01-01";
const LAST_DAY = "2149-06-06";

function clampDay(day: string): string {
  if (day < FIRST_DAY) return FIRST_DAY;
  return day > LAST_DAY ? LAST_DAY : day;
}
