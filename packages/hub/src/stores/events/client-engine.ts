/** `EventEngine` over the official client: limits on every statement, and the client's errors in our closed list. */
import { randomUUID } from "node:crypto";
import { ClickHouseError, type ClickHouseClient, type ClickHouseSettings } from "@clickhouse/client";
import { type EventEngine, EventEngineError, type EventEngineErrorCode, type QueryOptions } from "./event-engine.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MEMORY_BYTES = 1024 ** 3;
/** Threads of one query: a laptop and a small server both keep some for the hub. */
const MAX_THREADS = 2;

/** What makes an answer exact and an insert durable, whatever the server's own defaults. */
const ALWAYS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 1,
  date_time_output_format: "iso",
  max_threads: MAX_THREADS,
};

const CODES: Readonly<Record<string, EventEngineErrorCode>> = {
  QUERY_WAS_CANCELLED: "cancelled",
  TIMEOUT_EXCEEDED: "time-limit",
  MEMORY_LIMIT_EXCEEDED: "memory-limit",
};

/** `kill` differs: a server is asked in SQL, the embedded engine through its process. */
export function createClientEngine(client: ClickHouseClient, kill: (queryId: string) => Promise<void>): EventEngine {
  let closing: Promise<void> | undefined;

  async function ask<T>(
    options: QueryOptions,
    work: (base: { query_id: string; clickhouse_settings: ClickHouseSettings }) => Promise<T>,
  ): Promise<T> {
    const { queryId = randomUUID(), timeoutMs = DEFAULT_TIMEOUT_MS, maxMemoryBytes = DEFAULT_MEMORY_BYTES } = options;
    if (closing !== undefined) throw new EventEngineError("closed", "the event engine is closed");
    if (options.signal?.aborted) throw new EventEngineError("cancelled", "cancelled before it was asked");
    const cancel = (): void => void kill(queryId).catch(() => undefined);
    options.signal?.addEventListener("abort", cancel, { once: true });
    try {
      return await work({
        query_id: queryId,
        clickhouse_settings: {
          ...ALWAYS,
          max_execution_time: timeoutMs / 1000,
          max_memory_usage: String(maxMemoryBytes),
        },
      });
    } catch (cause) {
      throw engineError(cause);
    } finally {
      options.signal?.removeEventListener("abort", cancel);
    }
  }

  return {
    query: (sql, params = {}, options = {}) =>
      ask(options, async (base) => {
        const answer = await client.query({ ...base, query: sql, query_params: { ...params }, format: "JSONEachRow" });
        return answer.json();
      }),
    insert: (table, rows, { token } = {}) =>
      ask({ timeoutMs: INSERT_TIMEOUT_MS }, async (base) => {
        if (rows.length === 0) return;
        const once: ClickHouseSettings =
          token === undefined
            ? { insert_deduplicate: 0 }
            : { insert_deduplicate: 1, insert_deduplication_token: token };
        const clickhouse_settings = { ...base.clickhouse_settings, ...once, async_insert: 0 as const };
        await client.insert({ ...base, table, values: rows, format: "JSONEachRow", clickhouse_settings });
      }),
    command: (sql, params = {}, options = {}) =>
      ask(options, async (base) => {
        await client.command({ ...base, query: sql, query_params: { ...params } });
      }),
    cancel: kill,
    close: () => (closing ??= client.close()),
  };
}

const INSERT_TIMEOUT_MS = 120_000;

function engineError(cause: unknown): EventEngineError {
  if (cause instanceof EventEngineError) return cause;
  if (cause instanceof ClickHouseError) {
    return new EventEngineError(
      CODES[cause.type ?? ""] ?? "query-failed",
      `${cause.message.trim()} (${cause.type})`,
      cause,
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EventEngineError("engine-lost", `the event engine did not answer: ${reason}`, cause);
}
