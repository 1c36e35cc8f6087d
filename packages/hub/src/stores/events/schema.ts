/**
 * The tables of the events, one text for one node and for a cluster; a topology fills the holes. All of it lives in the
 * database `windfall`, which a dictionary's query must name. Only the single-node form is in use; the cluster form is
 * parsed by the tests and has not been run.
 */
import { quoteLiteral } from "./literal.ts";

export interface DictionarySource {
  readonly user: string;
  readonly password: string;
}

export interface Topology {
  /** `undefined` is one node. */
  readonly cluster?: string;
  /** How the dictionary signs in to read the map; not needed inside the embedded engine. */
  readonly source?: DictionarySource;
}

export interface Migration {
  readonly version: number;
  readonly title: string;
  /** Each can be run again: a kill may fall between a statement and the note that the version is done. */
  readonly statements: (topology: Topology) => readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, title: "events, the map to signatures, its dictionary", statements: createTables },
  { version: 2, title: "usage, and what kind of id tells a device apart", statements: createUsage },
  { version: 3, title: "whether an event was in the foreground", statements: addGround },
];

/** Where the applied versions are noted. */
export function migrationTable(topology: Topology): readonly string[] {
  const holes = fill(topology);
  return [
    `CREATE DATABASE IF NOT EXISTS windfall${holes.onCluster}`,
    `CREATE TABLE IF NOT EXISTS windfall.migrations${holes.onCluster} (
  version UInt32,
  title String,
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
) ENGINE = ${holes.copied("ReplacingMergeTree", "migrations")} ORDER BY version`,
  ];
}

function createTables(topology: Topology): readonly string[] {
  const holes = fill(topology);
  const events = topology.cluster === undefined ? "events" : "events_local";
  return [
    // Fields are written once and never changed; what an event means is looked up by its raw key. `device` is what is
    // counted: distinct numbers count 3 to 14 times faster than distinct text. 0 is 'cannot be told apart'.
    `CREATE TABLE IF NOT EXISTS windfall.${events}${holes.onCluster} (
  report_id String CODEC(ZSTD(1)),
  app_id LowCardinality(String),
  raw_key UInt64 CODEC(ZSTD(1)),
  kind LowCardinality(String),
  event_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  time_flagged Bool,
  platform LowCardinality(String),
  os_version LowCardinality(String),
  os_build LowCardinality(String),
  device_model LowCardinality(String),
  app_version LowCardinality(String),
  app_build LowCardinality(String),
  device_id String CODEC(ZSTD(1)),
  device UInt64 MATERIALIZED if(device_id = '', 0, greatest(sipHash64(device_id), 1)) CODEC(ZSTD(1)),
  incident_id String CODEC(ZSTD(1)),
  INDEX by_report report_id TYPE bloom_filter(0.01) GRANULARITY 4
) ENGINE = ${holes.sharded("MergeTree", events)}
PARTITION BY toYYYYMM(event_time)
ORDER BY (app_id, toDate(event_time), raw_key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 10000`,
    ...(topology.cluster === undefined
      ? []
      : [
          `CREATE TABLE IF NOT EXISTS windfall.events${holes.onCluster} AS windfall.events_local
ENGINE = Distributed(${quoteLiteral(topology.cluster)}, windfall, events_local, cityHash64(app_id, device_id))`,
        ]),
    `CREATE TABLE IF NOT EXISTS windfall.signature_map${holes.onCluster} (
  raw_key UInt64,
  signature_id UInt32,
  version UInt64
) ENGINE = ${holes.copied("ReplacingMergeTree", "signature_map", "version")} ORDER BY raw_key
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
    `CREATE DICTIONARY IF NOT EXISTS windfall.signature_of${holes.onCluster} (
  raw_key UInt64,
  signature_id UInt32 DEFAULT 0
) PRIMARY KEY raw_key
SOURCE(CLICKHOUSE(${holes.signIn}QUERY 'SELECT raw_key, signature_id FROM windfall.signature_map FINAL'))
LAYOUT(HASHED()) LIFETIME(0)`,
  ];
}

function createUsage(topology: Topology): readonly string[] {
  const holes = fill(topology);
  const local = topology.cluster === undefined ? "" : "_local";
  const addKind = (table: string) =>
    `ALTER TABLE windfall.${table}${holes.onCluster}
ADD COLUMN IF NOT EXISTS device_kind LowCardinality(String) DEFAULT if(device_id = '', '', 'reporter-key') AFTER device_id`;
  return [
    // Only an install id can be joined with usage; a CrashReporter key is another number for the same device.
    addKind(`events${local}`),
    ...(topology.cluster === undefined ? [] : [addKind("events")]),
    // One row per install, day and build, whatever is sent again or late: counts only grow during a day, so the largest is the
    // newest, in any order of arrival. -1 is 'not told'. Questions read it with FINAL, which repeats that merge.
    `CREATE TABLE IF NOT EXISTS windfall.usage${local}${holes.onCluster} (
  app_id LowCardinality(String),
  day Date,
  device_id SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  device UInt64 MATERIALIZED greatest(sipHash64(device_id), 1) CODEC(ZSTD(1)),
  app_version LowCardinality(String),
  app_build LowCardinality(String),
  sessions SimpleAggregateFunction(max, UInt32),
  crashed_sessions SimpleAggregateFunction(max, Int32),
  foreground_seconds SimpleAggregateFunction(max, Int32),
  platform SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  os_version SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  os_build SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
  device_model SimpleAggregateFunction(max, String) CODEC(ZSTD(1))
) ENGINE = ${holes.sharded("AggregatingMergeTree", `usage${local}`)}
PARTITION BY toYYYYMM(day)
ORDER BY (app_id, day, device, app_version, app_build)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
    ...(topology.cluster === undefined
      ? []
      : [
          `CREATE TABLE IF NOT EXISTS windfall.usage${holes.onCluster} AS windfall.usage_local
ENGINE = Distributed(${quoteLiteral(topology.cluster)}, windfall, usage_local, cityHash64(app_id, device_id))`,
        ]),
  ];
}

/** Empty for what was stored before: a rebuild reads it from the reports. */
function addGround(topology: Topology): readonly string[] {
  const holes = fill(topology);
  const add = (table: string) =>
    `ALTER TABLE windfall.${table}${holes.onCluster}
ADD COLUMN IF NOT EXISTS ground LowCardinality(String) AFTER device_kind`;
  return topology.cluster === undefined ? [add("events")] : [add("events_local"), add("events")];
}

interface Holes {
  readonly onCluster: string;
  readonly signIn: string;
  /** Each shard holds a part of the rows. */
  sharded(engine: string, table: string, ...args: string[]): string;
  /** Every node holds all rows, which a dictionary needs. */
  copied(engine: string, table: string, ...args: string[]): string;
}

function fill({ cluster, source }: Topology): Holes {
  const engineOf =
    (place: string, replica: string) =>
    (engine: string, table: string, ...args: string[]): string => {
      if (cluster === undefined) return `${engine}(${args.join(", ")})`;
      const path = quoteLiteral(`/clickhouse/tables/${place}/windfall/${table}`);
      return `Replicated${engine}(${[path, quoteLiteral(replica), ...args].join(", ")})`;
    };
  return {
    onCluster: cluster === undefined ? "" : ` ON CLUSTER ${quoteLiteral(cluster)}`,
    signIn: source === undefined ? "" : `USER ${quoteLiteral(source.user)} PASSWORD ${quoteLiteral(source.password)} `,
    sharded: engineOf("{shard}", "{replica}"),
    copied: engineOf("all", "{shard}-{replica}"),
  };
}
