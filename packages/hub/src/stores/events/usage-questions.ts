/**
 * Who used the app and who crashed, from usage and from those crashes that name an install. A build counts from the first usage row it
 * ever sent; from then on a crash of it proves that its install was active that day, so a launch crash that kept the usage
 * from being sent still counts, above and below the line. Distinct installs are counted by the engine, never added up.
 */
import { type Row } from "./event-counts.ts";
import type { EventEngine, QueryParams, QueryValue } from "./event-engine.ts";
import { clampDay, conditionOf, type EventScope, FACET_COLUMNS, FACETS } from "./event-scope.ts";

/** A device that crashes in a loop counts no more than this per day and build in a rate; counts and devices are as they are. */
export const MAX_CRASHES_PER_DEVICE_DAY = 20;

export interface MeasuredBuild {
  readonly version: string;
  readonly build: string;
  /** Of its usage, whatever the window. */
  readonly firstDay: string;
}

export interface UsageSum {
  /** Distinct installs that used the app, crashed ones included. */
  readonly active: number;
  /** Distinct installs with at least one crash. */
  readonly crashed: number;
  readonly sessions: number;
  /** Of the sessions whose end is known, how many those are and how many ended in a crash. */
  readonly sessionsTold: number;
  readonly crashedSessions: number;
  /** Crashes that name an install. */
  readonly crashes: number;
  /** The same with at most `MAX_CRASHES_PER_DEVICE_DAY` of one install, day and build, and the sum of their squares. */
  readonly cappedCrashes: number;
  readonly squaredCrashes: number;
}

export interface UsageOfDay extends UsageSum {
  readonly day: string;
}

export interface UsageOfBuild extends UsageSum {
  readonly version: string;
  readonly build: string;
}

export interface UsageOfBuildDay extends UsageOfBuild {
  readonly day: string;
}

export interface UncountedCrashes {
  readonly version: string;
  readonly build: string;
  /** Whether the build ever sent usage. */
  readonly measured: boolean;
  readonly withoutInstall: number;
  readonly withInstall: number;
}

export interface UsageCounts {
  /** Every build that ever sent usage, oldest first. */
  readonly builds: readonly MeasuredBuild[];
  /** Whether any crash of the app ever named an install. */
  readonly namesInstalls: boolean;
  readonly total: UsageSum;
  readonly byDay: readonly UsageOfDay[];
  readonly byBuild: readonly UsageOfBuild[];
  readonly byBuildDay: readonly UsageOfBuildDay[];
  /** All crashes of the scope, by build, by what they can be joined with. */
  readonly crashes: readonly UncountedCrashes[];
}

export interface UsageQuestions {
  /** Undefined when the app never sent usage. */
  usage(scope: EventScope): Promise<UsageCounts | undefined>;
  /** Only the days: the usage and crashes of each. */
  usageDays(scope: EventScope): Promise<readonly UsageOfDay[]>;
}

export const MAX_BUILDS_OF_USAGE = 1_000;
const KEY = "concat(app_version, ' ', app_build)";
const EVERY_LEVEL = ["day", "version, build", "day, version, build", ""];
const DAYS_ONLY = ["day"];
const NO_DAY = "1970-01-01";

type Columns = "day" | "version" | "build" | "level";
type UsageRow = Row<Columns | "active" | "sessions" | "told" | "crashed_sessions">;
type CrashRow = Row<Columns | "crashed" | "unseen" | "crashes" | "capped" | "squared">;

interface Measured {
  readonly builds: readonly MeasuredBuild[];
  readonly params: QueryParams;
}

export function createUsageQuestions(engine: EventEngine): UsageQuestions {
  async function measured({ appIds }: EventScope): Promise<Measured | undefined> {
    const rows = await engine.query<Row<"version" | "build" | "first"> & { readonly apps: readonly string[] }>(
      `SELECT app_version AS version, app_build AS build, min(day) AS first, groupUniqArray(app_id) AS apps
FROM windfall.usage WHERE app_id IN {apps:Array(String)}
GROUP BY version, build ORDER BY first DESC, version DESC, build DESC LIMIT ${MAX_BUILDS_OF_USAGE}`,
      { apps: appIds },
    );
    if (rows.length === 0) return undefined;
    const builds = rows.map(({ version, build, first }) => ({ version, build, firstDay: first })).toReversed();
    return {
      builds,
      params: {
        measured: builds.map(({ version, build }) => `${version} ${build}`),
        measuredApps: [...new Set(rows.flatMap(({ apps }) => apps))],
      },
    };
  }

  const sets = (levels: readonly string[]): string =>
    `GROUPING SETS (${levels.map((level) => `(${level})`).join(", ")})`;

  async function sums(scope: EventScope, { params }: Measured, levels: readonly string[]) {
    const usage = usageCondition(scope);
    const crash = conditionOf(scope);
    const counted = `${crash.sql} AND device_kind = 'install' AND app_id IN {measuredApps:Array(String)}
      AND ${KEY} IN {measured:Array(String)}`;
    const columns =
      levels === DAYS_ONLY
        ? "day, '' AS version, '' AS build, '1/' AS level"
        : `day, version, build, concat(if(grouping(day) = 0, '1', ''), '/', if(grouping(version) = 0, '1', '')) AS level`;
    const [active, crashed] = await Promise.all([
      engine.query<UsageRow>(
        `SELECT ${columns}, uniqExact(device) AS active, sum(n) AS sessions, sumIf(n, bad >= 0) AS told,
  sumIf(bad, bad >= 0) AS crashed_sessions
FROM (SELECT day, app_version AS version, app_build AS build, device, sessions AS n, crashed_sessions AS bad
  FROM windfall.usage FINAL WHERE ${usage.sql})
GROUP BY ${sets(levels)}
SETTINGS do_not_merge_across_partitions_select_final = 1`,
        usage.params,
      ),
      engine.query<CrashRow>(
        // What crashed and where those installs were seen using the app, side by side: who is only among the first proves
        // a use that no usage tells of. One pass; a common table expression would be read once for each mention.
        `SELECT ${columns}, uniqExactIf(device, n > 0) AS crashed,
  uniqExact(device) - uniqExactIf(device, seen) AS unseen,
  sum(n) AS crashes, sum(least(n, ${MAX_CRASHES_PER_DEVICE_DAY})) AS capped,
  sum(pow(least(n, ${MAX_CRASHES_PER_DEVICE_DAY}), 2)) AS squared
FROM (SELECT day, version, build, device, sum(here) AS n, max(used) AS seen FROM (
    SELECT toDate(event_time) AS day, app_version AS version, app_build AS build, device, 1 AS here, false AS used
    FROM windfall.events WHERE ${counted}
    UNION ALL
    SELECT day, app_version AS version, app_build AS build, device, 0 AS here, true AS used
    FROM windfall.usage FINAL
    WHERE ${usage.sql} AND device IN (SELECT device FROM windfall.events WHERE ${counted}))
  GROUP BY day, version, build, device)
GROUP BY ${sets(levels)}
SETTINGS do_not_merge_across_partitions_select_final = 1`,
        { ...params, ...usage.params, ...crash.params },
      ),
    ]);
    return join(active, crashed);
  }

  return {
    async usage(scope) {
      const known = await measured(scope);
      if (!known) return undefined;
      const crash = conditionOf(scope);
      const [rows, crashes, [named]] = await Promise.all([
        sums(scope, known, EVERY_LEVEL),
        engine.query<Row<"version" | "build" | "without_install" | "with_install"> & { readonly known: number }>(
          `SELECT app_version AS version, app_build AS build,
  ${KEY} IN {measured:Array(String)} AND app_id IN {measuredApps:Array(String)} AS known,
  countIf(device_kind != 'install') AS without_install, countIf(device_kind = 'install') AS with_install
FROM windfall.events WHERE ${crash.sql} GROUP BY version, build, known ORDER BY version, build, known LIMIT ${MAX_BUILDS_OF_USAGE}`,
          { ...known.params, ...crash.params },
        ),
        engine.query<{ readonly named: number }>(
          `SELECT 1 AS named FROM windfall.events WHERE app_id IN {apps:Array(String)} AND device_kind = 'install' LIMIT 1`,
          { apps: scope.appIds },
        ),
      ]);
      const at = (level: string) => rows.filter((row) => row.level === level);
      return {
        builds: known.builds,
        namesInstalls: named !== undefined,
        total: at("/").map(({ sum }) => sum)[0] ?? NOTHING,
        byDay: at("1/").map(({ day, sum }) => ({ day, ...sum })),
        byBuild: at("/1").map(({ version, build, sum }) => ({ version, build, ...sum })),
        byBuildDay: at("1/1").map(({ day, version, build, sum }) => ({ day, version, build, ...sum })),
        crashes: crashes.map((row) => ({
          version: row.version,
          build: row.build,
          measured: row.known === 1,
          withoutInstall: Number(row.without_install),
          withInstall: Number(row.with_install),
        })),
      };
    },

    async usageDays(scope) {
      const known = await measured(scope);
      if (!known) return [];
      return (await sums(scope, known, DAYS_ONLY)).map(({ day, sum }) => ({ day, ...sum }));
    },
  };
}

const NOTHING: UsageSum = {
  active: 0,
  crashed: 0,
  sessions: 0,
  sessionsTold: 0,
  crashedSessions: 0,
  crashes: 0,
  cappedCrashes: 0,
  squaredCrashes: 0,
};

interface Joined {
  readonly level: string;
  readonly day: string;
  readonly version: string;
  readonly build: string;
  readonly sum: UsageSum;
}

/** Oldest day first, then by build. A crash without usage on its day is a row of its own. */
function join(active: readonly UsageRow[], crashed: readonly CrashRow[]): Joined[] {
  const rows = new Map<string, Joined>();
  const put = (row: Pick<UsageRow, Columns>, part: Partial<UsageSum>): void => {
    const key = JSON.stringify([row.level, row.day, row.version, row.build]);
    const { level, day, version, build } = row;
    const sum = rows.get(key)?.sum ?? NOTHING;
    rows.set(key, { level, day, version, build, sum: { ...sum, ...part, active: sum.active + (part.active ?? 0) } });
  };
  for (const row of active) {
    // Without a single row the engine still answers with the sum of nothing.
    put(row, {
      active: Number(row.active),
      sessions: Number(row.sessions),
      sessionsTold: Number(row.told),
      crashedSessions: Number(row.crashed_sessions),
    });
  }
  for (const row of crashed) {
    put(row, {
      active: Number(row.unseen),
      crashed: Number(row.crashed),
      crashes: Number(row.crashes),
      cappedCrashes: Number(row.capped),
      squaredCrashes: Number(row.squared),
    });
  }
  const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  return [...rows.values()]
    .filter(({ level, day }) => !level.startsWith("1") || day > NO_DAY)
    .sort((a, b) => order(a.day, b.day) || order(a.version, b.version) || order(a.build, b.build));
}

function usageCondition(scope: EventScope): { readonly sql: string; readonly params: QueryParams } {
  const conditions = ["app_id IN {apps:Array(String)}", "day BETWEEN {from:Date} AND {to:Date}"];
  const params: Record<string, QueryValue> = { apps: scope.appIds, from: clampDay(scope.from), to: clampDay(scope.to) };
  for (const facet of FACETS) {
    const values = scope.filters[facet];
    if (values === undefined || values.length === 0) continue;
    conditions.push(`${FACET_COLUMNS[facet]} IN {${facet}:Array(String)}`);
    params[facet] = values;
  }
  return { sql: conditions.join(" AND "), params };
}
