/**
 * The engine's own process: it owns the folder and a pool of sessions, and answers its hub over the IPC channel.
 * It lives no longer than that channel, whatever ended the hub. It always ends by SIGKILL: a normal exit waits for running
 * queries, and what was acknowledged is on disk already.
 */
import { writeSync } from "node:fs";
import { type FromEngine, OPEN_FAILED, type ToEngine } from "./protocol.ts";
import { createSessionPool, type SessionPool } from "./session-pool.ts";

/**
 * The engine's defaults are a server's. Caches are capped and the pools kept small: one hub, a few pages at a time.
 * Both synchronous loads keep the first question from racing the tables.
 */
const ENGINE_ARGUMENTS = [
  "--mark_cache_size=33554432",
  "--index_mark_cache_size=8388608",
  "--index_uncompressed_cache_size=0",
  "--uncompressed_cache_size=0",
  "--primary_index_cache_size=33554432",
  "--query_cache.max_size_in_bytes=0",
  "--background_pool_size=2",
  "--background_common_pool_size=2",
  "--background_schedule_pool_size=4",
  "--async_load_databases=0",
];

const { argv, platform, arch } = process;
const folder = argv[2] ?? "";
let pool: SessionPool | undefined;

process.on("disconnect", end);
// A terminal or a service manager signals the whole group; when to stop is for the hub to say.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.on("message", (message: ToEngine) => void take(message));
if (!process.connected) end();

async function take(message: ToEngine): Promise<void> {
  switch (message.kind) {
    case "open":
      return open();
    case "run":
      return run(message);
    case "cancel":
      return pool?.cancel(message.queryId);
    case "stop":
      setTimeout(() => pool?.cancelAll(), message.graceMs).unref();
      await pool?.idle();
      return end();
  }
}

async function open(): Promise<void> {
  let chdb: typeof import("chdb");
  try {
    chdb = await import("chdb");
  } catch (cause) {
    return tell({ kind: "no-engine", platform: `${platform}-${arch}`, message: String(cause) });
  }
  try {
    pool = createSessionPool(() => new chdb.Session(folder, { connectionArgs: ENGINE_ARGUMENTS }));
  } catch (cause) {
    writeSync(2, `${String(cause)}\n${OPEN_FAILED}\n`);
    return;
  }
  tell({ kind: "open" });
}

async function run({ run, statement }: Extract<ToEngine, { kind: "run" }>): Promise<void> {
  try {
    if (pool === undefined) throw new Error("the folder is not open");
    tell({ kind: "done", run, answer: await pool.run(statement) });
  } catch (cause) {
    tell({ kind: "failed", run, message: cause instanceof Error ? cause.message : String(cause) });
  }
}

function tell(message: FromEngine): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function end(): void {
  process.kill(process.pid, "SIGKILL");
}
