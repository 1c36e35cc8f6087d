/** What the events know of whole apps: the overview, the values of filters, the list of apps. */
import type { ReportKind } from "@windfall/core";
import type { AppCount, FacetCount, FacetCounts, KindCount, OverviewCounts } from "./event-answers.ts";
import { countBuilds, countDays, countTotals, type Row } from "./event-counts.ts";
import type { EventEngine } from "./event-engine.ts";
import { conditionOf, type EventScope, FACET_COLUMNS, type Facet, FACETS } from "./event-scope.ts";

/** Values of one filter or distribution; a page shows far fewer. */
export const MAX_VALUES = 500;

export interface AppQuestions {
  apps(): Promise<AppCount[]>;
  /** Reports of each kind, crashes included; most first. */
  kinds(scope: EventScope): Promise<KindCount[]>;
  overview(scope: EventScope): Promise<OverviewCounts>;
  facets(scope: EventScope): Promise<FacetCounts>;
}

export function createAppQuestions(engine: EventEngine): AppQuestions {
  async function facet(scope: EventScope, name: Facet): Promise<FacetCount[]> {
    // Without its own filter, or a page could never widen it.
    const { sql, params } = conditionOf(scope, name);
    const rows = await engine.query<Row<"value" | "crashes">>(
      `SELECT ${FACET_COLUMNS[name]} AS value, count() AS crashes
FROM windfall.events WHERE ${sql} GROUP BY value ORDER BY crashes DESC, value LIMIT ${MAX_VALUES}`,
      params,
    );
    return rows.map(({ value, crashes }) => ({ value, crashes: Number(crashes) }));
  }

  return {
    async apps() {
      const rows = await engine.query<Row<"app" | "crashes" | "last"> & { platforms: string[] }>(
        `SELECT app_id AS app, count() AS crashes, max(event_time) AS last, arraySort(groupUniqArray(platform)) AS platforms
FROM windfall.events WHERE kind = 'crash' GROUP BY app ORDER BY app`,
      );
      return rows.map((row) => ({
        appId: row.app,
        crashes: Number(row.crashes),
        lastSeen: row.last,
        platforms: row.platforms.filter((platform) => platform !== ""),
      }));
    },

    async kinds(scope) {
      const { sql, params } = conditionOf(scope, "kind");
      const rows = await engine.query<Row<"kind" | "reports">>(
        `SELECT kind, count() AS reports FROM windfall.events WHERE ${sql} GROUP BY kind ORDER BY reports DESC, kind`,
        params,
      );
      return rows.map(({ kind, reports }) => ({ kind: kind as ReportKind, reports: Number(reports) }));
    },

    async overview(scope) {
      const condition = conditionOf(scope);
      const [totals, versions, days] = await Promise.all([
        countTotals(engine, condition),
        countBuilds(engine, condition, scope),
        countDays(engine, condition),
      ]);
      return { ...totals, versions, days };
    },

    async facets(scope) {
      const counts = await Promise.all(FACETS.map(async (name) => [name, await facet(scope, name)] as const));
      return Object.fromEntries(counts) as Record<Facet, FacetCount[]>;
    },
  };
}
