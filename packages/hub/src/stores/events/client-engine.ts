/** `EventEngine` over the official client: limits on every statement, and the client's errors in our closed list. */
import { randomUUID } from "node:crypto";
import {
  type BaseQueryParams,
  type ClickHouseClient,
  ClickHouseError,
  type ClickHouseSettings,
} from "@clickhouse/client";
import { type EventEngine, EventEngineError, type EventEngineErrorCode, type QueryOptions } from "./event-engine.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const INSERT_TIMEOUT_MS = 120_000;
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

/** `kill` is for a server, which goes on when its caller hangs up; the embedded connection ends the query itself. */
export function createClientEngine(client: ClickHouseClient, kill?: (queryId: string) => Promise<void>): EventEngine {
  let closing: Promise<void> | undefined;
  const active = new Map<string, AbortController>();

  async function ask<T>(options: QueryOptions, work: (base: BaseQueryParams) => Promise<T>): Promise<T> {
    const { queryId = randomUUID(), timeoutMs = DEFAULT_TIMEOUT_MS, maxMemoryBytes = DEFAULT_MEMORY_BYTES } = options;
    if (closing !== undefined) throw new EventEngineError("closed", "the event engine is closed");
    const cancelled = new AbortController();
    const cancel = (): void => cancelled.abort();
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener("abort", cancel, { once: true });
    active.set(queryId, cancelled);
    try {
      return await work({
        query_id: queryId,
        abort_signal: cancelled.signal,
        clickhouse_settings: {
          ...ALWAYS,
          max_execution_time: timeoutMs / 1000,
          max_memory_usage: String(maxMemoryBytes),
        },
      });
    } catch (cause) {
      if (!cancelled.signal.aborted) throw engineError(cause);
      void kill?.(queryId).catch(() => undefined);
      throw new EventEngineError("cancelled", "the query was cancelled", cause);
    } finally {
      active.delete(queryId);
      options.signal?.removeEventListener("abort", cancel);
    }
  }

  return {
    query: (sql, params = {}, options = {}) =>
      ask(options, async (base) => {
        const answer = await client.query({ ...base, query: sql, query_params: { ...params }, format: "JSONEachRow" });
        return answer.json();
      }),
    insert: (table, rows, { token = randomUUID() } = {}) =>
      ask({ timeoutMs: INSERT_TIMEOUT_MS }, async (base) => {
        if (rows.length === 0) return;
        const clickhouse_settings: ClickHouseSettings = {
          ...base.clickhouse_settings,
          async_insert: 0,
          // Without a token equal rows would count once: since 26.x `deduplicate_insert` overrules `insert_deduplicate = 0`.
          insert_deduplicate: 1,
          insert_deduplication_token: token,
        };
        await client.insert({ ...base, table, values: rows, format: "JSONEachRow", clickhouse_settings });
      }),
    command: (sql, params = {}, options = {}) =>
      ask(options, async (base) => {
        await client.command({ ...base, query: sql, query_params: { ...params } });
      }),
    cancel: async (queryId) => active.get(queryId)?.abort(),
    close: () => (closing ??= client.close()),
  };
}

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
