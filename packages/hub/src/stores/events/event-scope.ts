/** Which events a question is about: an app with its processes, whole days in UTC, and the filters of the page; and that as a SQL condition. */
import type { Filters } from "@windfall/api";
import type { ReportKind } from "@windfall/core";
import type { QueryParams, QueryValue } from "./event-engine.ts";

export interface EventScope {
  /** The app and the processes that are counted with it. */
  readonly appIds: readonly string[];
  /** First and last day, both inclusive: 2026-10-26. */
  readonly from: string;
  readonly to: string;
  /** Crashes, unless told otherwise: nothing else is counted with them. */
  readonly kind?: ReportKind;
  /** An empty or missing list filters nothing. */
  readonly filters: Omit<Filters, "from" | "to">;
  /** Builds as they were uploaded, oldest first; what is not in it counts as older, in order of its first crash. */
  readonly buildOrder?: readonly OrderedBuild[];
}

export interface OrderedBuild extends BuildName {
  /** When a build machine uploaded it, or else when the first report of it arrived. */
  readonly orderedAt?: string;
  /** By a build machine; null or absent when only reports told of it. */
  readonly registeredAt?: string | null;
}

export interface BuildName {
  readonly version: string;
  readonly build: string;
}

export type Facet = keyof EventScope["filters"];

export const FACET_COLUMNS = {
  platform: "platform",
  version: "app_version",
  build: "app_build",
  os: "os_version",
  device: "device_model",
  /** By app id: the state knows which bundle id that is. */
  process: "app_id",
} as const satisfies Record<Facet, string>;

export const FACETS = Object.keys(FACET_COLUMNS) as Facet[];

export interface Condition {
  readonly sql: string;
  readonly params: QueryParams;
}

/** The text depends on which filters are set, never on their values. `without` leaves one filter out. */
export function conditionOf(scope: EventScope, without?: Facet | "kind"): Condition {
  const conditions = [
    "app_id IN {apps:Array(String)}",
    ...(without === "kind" ? [] : ["kind = {kind:String}"]),
    "toDate(event_time) BETWEEN {from:Date} AND {to:Date}",
  ];
  const { appIds: apps, kind = "crash", from, to } = scope;
  const params: Record<string, QueryValue> = { apps, kind, from: clampDay(from), to: clampDay(to) };
  for (const facet of FACETS) {
    const values = scope.filters[facet];
    if (facet === without || values === undefined || values.length === 0) continue;
    conditions.push(`${FACET_COLUMNS[facet]} IN {${facet}:Array(String)}`);
    params[facet] = values;
  }
  return { sql: conditions.join(" AND "), params };
}

/** More than any app has uploaded since its oldest build in use. */
export const MAX_ORDERED_BUILDS = 2_000;

/** A build's place in the order of uploads, for `{builds:Array(String)}` of `buildOrderParams`; 0 for one that is not in it. */
export const buildRank = (version: string, build: string): string =>
  `indexOf({builds:Array(String)}, concat(${version}, ' ', ${build}))`;

export function buildOrderParams({ buildOrder = [] }: Pick<EventScope, "buildOrder">): QueryParams {
  return { builds: buildOrder.slice(-MAX_ORDERED_BUILDS).map(({ version, build }) => `${version} ${build}`) };
}

/** ClickHouse's `Date` begins and ends here; a day outside would wrap around. Every event lies well inside. */
const FIRST_DAY = "1970-01-01";
const LAST_DAY = "2149-06-06";

export function clampDay(day: string): string {
  if (day < FIRST_DAY) return FIRST_DAY;
  return day > LAST_DAY ? LAST_DAY : day;
}
