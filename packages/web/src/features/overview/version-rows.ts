/** The versions as they are saved: every number of the table with its interval and what it was counted from. */
import type { OverviewVersion } from "@windfall/api";
import type { CsvRow } from "../../ui/csv.ts";

export const versionRows = (versions: readonly OverviewVersion[]): CsvRow[] =>
  versions.map((row) => ({
    version: row.version,
    build: row.build,
    adoption: row.adoption?.value,
    adoption_day: row.adoption?.day,
    crash_free_users: row.crashFreeUsers?.value,
    crash_free_users_low_95: row.crashFreeUsers?.low,
    crash_free_users_high_95: row.crashFreeUsers?.high,
    crashed_user_days: row.crashFreeUsers?.crashed,
    user_days: row.crashFreeUsers?.n,
    crashes_per_1000_sessions: row.crashesPer1000Sessions?.value,
    crashes_per_1000_sessions_low_95: row.crashesPer1000Sessions?.low,
    crashes_per_1000_sessions_high_95: row.crashesPer1000Sessions?.high,
    sessions: row.crashesPer1000Sessions?.sessions,
    crashes: row.crashes,
    devices: row.affectedDevices,
    signatures: row.signatures,
    last_seen: row.lastSeen,
  }));
