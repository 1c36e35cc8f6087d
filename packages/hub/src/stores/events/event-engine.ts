/**
 * The one type that the stores see of ClickHouse, whether its engine runs embedded in a child process or as a server.
 * Values travel as bound parameters (`{name:Type}` in the SQL), never inside the text.
 */

export type QueryValue = string | number | bigint | boolean | null | readonly QueryValue[];
export type QueryParams = Readonly<Record<string, QueryValue>>;

export interface QueryOptions {
  /** To name the query to `cancel`; unlike any other's. */
  readonly queryId?: string;
  /** The engine ends the query after this long; 30 s if not told. */
  readonly timeoutMs?: number;
  /** The engine refuses the query beyond this; 1 GiB if not told. */
  readonly maxMemoryBytes?: number;
  /** Cancels the query in the engine, not only its answer. */
  readonly signal?: AbortSignal;
}

interface InsertOptions {
  /** The same rows under the same token count once; without one every insert counts. */
  readonly token?: string;
}

export interface EventEngine {
  /** Rows as JSON: 64-bit integers are decimal strings, times ISO 8601. */
  query<Row>(sql: string, params?: QueryParams, options?: QueryOptions): Promise<Row[]>;
  /** Resolves when the rows are on disk. */
  insert(table: string, rows: readonly object[], options?: InsertOptions): Promise<void>;
  /** A statement without an answer: DDL, `SYSTEM …`, `DELETE`. */
  command(sql: string, params?: QueryParams, options?: QueryOptions): Promise<void>;
  /** Asks a running query to end; its caller gets `cancelled`. A query that has ended is no error. */
  cancel(queryId: string): Promise<void>;
  /** Lets running work finish for some seconds, then ends it. Nothing can be asked afterwards. */
  close(): Promise<void>;
}

export type EventEngineErrorCode =
  /** Another process holds the data folder. */
  | "data-folder-locked"
  /** No embedded engine exists for this platform. */
  | "platform-unsupported"
  /** The engine went away while it worked; asking again starts it anew. */
  | "engine-lost"
  /** The engine could not start: a damaged data folder, a missing file. */
  | "engine-failed"
  | "cancelled"
  | "time-limit"
  | "memory-limit"
  | "closed"
  /** ClickHouse refused the statement. */
  | "query-failed";

export class EventEngineError extends Error {
  override readonly name = "EventEngineError";
  readonly code: EventEngineErrorCode;

  constructor(code: EventEngineErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** Whether the same call may succeed when it is simply made again. */
  get retryable(): boolean {
    return this.code === "engine-lost" || this.code === "data-folder-locked";
  }
}
