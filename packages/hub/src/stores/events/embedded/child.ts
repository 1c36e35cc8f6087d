/**
 * The engine's own process: it owns the folder and a pool of sessions, and answers its hub over the IPC channel.
 * It lives no longer than that channel, whatever ended the hub. It always ends by SIGKILL: a normal exit waits for running
 * queries, and what was acknowledged is on disk already.
 */
import { writeSync } from "node:fs";
import { type FromEngine, OPEN_FAILED, type ToEngine } from "./protocol.ts";
import { createSessionPool, type SessionPool } from "./session-pool.ts";

/**
 * The embedded build keeps its thread pools small by itself, but its caches have the limits of a server (5 GB of marks).
 * These hold what the pages of a hub ask again and again; tables load before the first question, not beside it.
 */
const ENGINE_ARGUMENTS = [
  "--mark_cache_size=33554432",
  "--index_mark_cache_size=8388608",
  "--primary_index_cache_size=33554432",
  "--query_condition_cache_size=8388608",
  "--compiled_expression_cache_size=16777216",
  "--query_cache.max_size_in_bytes=0",
  "--async_load_databases=0",
  // Parameters are text here (session-state.ts), and a long list of ids passes the default of 256 KiB.
  "--max_query_size=16777216",
];

const { argv, platform, arch } = process;
const folder = argv[2] ?? "";
let pool: SessionPool | undefined;
/** Answers on their way to the hub; a kill would cut them off. */
const sending = new Set<Promise<void>>();

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
      await Promise.all(sending);
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
  if (!process.connected) return;
  const sent = new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  sending.add(sent);
  void sent.then(() => sending.delete(sent));
}

function end(): void {
  process.kill(process.pid, "SIGKILL");
}
