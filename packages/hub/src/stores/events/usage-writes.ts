/** How usage is written: as often as one likes, the table keeps the largest of each install, day and build. */
import type { EventEngine } from "./event-engine.ts";
import { MONTHS_PER_INSERT } from "./event-writes.ts";

export interface StoredUsage {
  readonly appId: string;
  /** UTC: 2026-11-24. */
  readonly day: string;
  /** The install id, hashed as the events' device id is. */
  readonly install: string;
  readonly version: string;
  readonly build: string;
  readonly platform: string;
  readonly os: string;
  readonly osBuild: string;
  readonly device: string;
  readonly sessions: number;
  readonly crashedSessions: number | undefined;
  readonly foregroundSeconds: number | undefined;
}

export interface UsageWrites {
  insertUsage(rows: readonly StoredUsage[]): Promise<void>;
}

const USAGE = "windfall.usage";

export function createUsageWrites(engine: EventEngine): UsageWrites {
  return {
    async insertUsage(rows) {
      // The engine refuses an insert into more than 100 partitions, and each month is one.
      const months = [...new Set(rows.map(({ day }) => day.slice(0, 7)))].sort();
      for (let start = 0; start < months.length; start += MONTHS_PER_INSERT) {
        const some = new Set(months.slice(start, start + MONTHS_PER_INSERT));
        await engine.insert(USAGE, rows.filter(({ day }) => some.has(day.slice(0, 7))).map(storedRow));
      }
    },
  };
}

function storedRow(row: StoredUsage) {
  return {
    app_id: row.appId,
    day: row.day,
    device_id: row.install,
    app_version: row.version,
    app_build: row.build,
    sessions: row.sessions,
    crashed_sessions: row.crashedSessions ?? -1,
    foreground_seconds: row.foregroundSeconds ?? -1,
    platform: row.platform,
    os_version: row.os,
    os_build: row.osBuild,
    device_model: row.device,
  };
}
