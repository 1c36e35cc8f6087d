/** How events and their map are written, so that nothing counts twice and nothing is lost. */
import type { EventEngine } from "./event-engine.ts";
import type { SignatureChange } from "./event-answers.ts";
import type { EventRow } from "./event-row.ts";
import { eventTime } from "./event-time.ts";

/** The engine refuses an insert into more than 100 partitions, and every month becomes a part with its own syncs. */
export const MONTHS_PER_INSERT = 24;
/** Ids per question; more would only make the text long. */
const IDS_PER_QUERY = 1_000;

const EVENTS = "windfall.events";
const MAP = "windfall.signature_map";

export interface Writes {
  /** Writes a batch once, however often it is called with the same id and rows. */
  insertEvents(batchId: string, rows: readonly EventRow[]): Promise<void>;
  /** Which of these reports have their event: what is missing after a kill is inserted under a fresh batch id. */
  heldReportIds(ids: readonly string[]): Promise<Set<string>>;
  /** Points raw keys at signatures; seen by every query that starts afterwards. */
  mapSignatures(changes: readonly SignatureChange[]): Promise<void>;
  /** These reports have no event any more. Seconds, not milliseconds. */
  removeReports(reportIds: readonly string[]): Promise<void>;
  /** The event of this report becomes `row`, also where there was none. Seconds, not milliseconds: for single reports. */
  replaceReport(reportId: string, row: EventRow): Promise<void>;
}

/** `table`: another than the events themselves, while they are rebuilt. */
export function createWrites(engine: EventEngine, table: string = EVENTS): Writes {
  return {
    async insertEvents(batchId, rows) {
      // The same rows give the same groups, so a retry repeats the same tokens.
      for (const [index, group] of groupByMonths(rows.map(storedRow)).entries()) {
        await engine.insert(table, group, { token: `${batchId}/${index}` });
      }
    },

    async heldReportIds(ids) {
      const held = new Set<string>();
      for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
        const rows = await engine.query<{ id: string }>(
          `SELECT DISTINCT report_id AS id FROM ${table} WHERE report_id IN {ids:Array(String)}`,
          { ids: ids.slice(start, start + IDS_PER_QUERY) },
        );
        for (const { id } of rows) held.add(id);
      }
      return held;
    },

    async mapSignatures(changes) {
      if (changes.length === 0) return;
      const rows = changes.map(({ rawKey, signatureId, version }) => ({
        raw_key: rawKey,
        signature_id: signatureId,
        version,
      }));
      await engine.insert(MAP, rows);
      await engine.command("SYSTEM RELOAD DICTIONARY windfall.signature_of");
    },

    async removeReports(reportIds) {
      for (let start = 0; start < reportIds.length; start += IDS_PER_QUERY) {
        const ids = reportIds.slice(start, start + IDS_PER_QUERY);
        await engine.command(`DELETE FROM ${table} WHERE report_id IN {ids:Array(String)}`, { ids });
      }
    },

    async replaceReport(reportId, row) {
      // First away, then back: a kill in between leaves it missing, which the repair at the next start finds; twice it would not.
      await engine.command(`DELETE FROM ${table} WHERE report_id = {id:String}`, { id: reportId });
      await engine.insert(table, [storedRow(row)]);
    },
  };
}

type StoredRow = ReturnType<typeof storedRow>;

function storedRow(row: EventRow) {
  const { time, flagged } = eventTime(row.crashedAt, row.receivedAt);
  return {
    report_id: row.reportId,
    app_id: row.appId,
    raw_key: row.rawKey,
    kind: row.kind,
    event_time: clickhouseTime(time),
    received_at: clickhouseTime(row.receivedAt),
    time_flagged: flagged,
    platform: row.platform,
    os_version: row.osVersion,
    os_build: row.osBuild,
    device_model: row.deviceModel,
    app_version: row.appVersion,
    app_build: row.appBuild,
    device_id: row.deviceId,
    device_kind: row.deviceKind,
    ground: row.ground ?? "",
    incident_id: row.incidentId,
  };
}

/** A bare number is refused for `DateTime64` in JSON. */
function clickhouseTime(iso: string): string {
  return new Date(iso).toISOString().slice(0, 23).replace("T", " ");
}

function groupByMonths(rows: readonly StoredRow[]): StoredRow[][] {
  const months = [...new Set(rows.map(monthOf))].sort();
  const groups: StoredRow[][] = [];
  for (const row of rows) {
    const group = Math.floor(months.indexOf(monthOf(row)) / MONTHS_PER_INSERT);
    (groups[group] ??= []).push(row);
  }
  return groups;
}

function monthOf({ event_time }: StoredRow): string {
  return event_time.slice(0, 7);
}
