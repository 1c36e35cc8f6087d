/** The hub's side of the engine's process: starts it when it is needed, notices when it is gone, stops it. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { EventEngineError } from "../event-engine.ts";
import { type FromEngine, OPEN_FAILED, type Statement, type ToEngine } from "./protocol.ts";
import { SESSIONS } from "./session-pool.ts";

/** A hub that was killed leaves its engine running for a moment; its folder is free once that has noticed. */
const LOCK_WAIT_MS = 5_000;
const LOCK_RETRY_MS = 100;
/** Running statements may finish for this long when the hub stops; then they are cancelled, then the process is killed. */
const STOP_GRACE_MS = 5_000;
const STOP_LIMIT_MS = 10_000;
const KEPT_STDERR_CHARS = 4_000;
/** What the package says when another process holds the folder. */
const LOCKED = /Cannot lock file|Another server instance/;

export interface EngineProcess {
  /**
   * The answer's bytes; rejects with the engine's own message, or with an `EventEngineError` about the process. A signal ends
   * the statement in the engine, and only then the promise.
   */
  run(statement: Statement, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
  /** The process that runs now; for tests and metrics. */
  readonly pid: number | undefined;
}

interface Pending {
  resolve(answer: Uint8Array): void;
  reject(reason: Error): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  readonly opened: Promise<void>;
}

export function createEngineProcess(folder: string): EngineProcess {
  let current: Running | undefined;
  let closing: Promise<void> | undefined;
  let runs = 0;

  const pending = new Map<number, Pending>();

  function start(): Running {
    const child = forkEngine(folder);
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.on("message", (message: FromEngine) => {
      if (message.kind !== "done" && message.kind !== "failed") return;
      const caller = pending.get(message.run);
      pending.delete(message.run);
      if (message.kind === "done") caller?.resolve(message.answer);
      else caller?.reject(new Error(message.message));
    });
    const running: Running = { child, exited, opened: openFolder(child, folder) };
    child.once("exit", (code, signal) => {
      if (current === running) current = undefined;
      const lost = closing === undefined ? lostError(signal ?? `exit code ${code}`) : closedError();
      for (const caller of pending.values()) caller.reject(lost);
      pending.clear();
    });
    running.opened.catch(() => child.kill("SIGKILL"));
    return running;
  }

  async function run(statement: Statement, signal?: AbortSignal): Promise<Uint8Array> {
    if (closing !== undefined) throw closedError();
    const running = (current ??= start());
    try {
      await running.opened;
    } catch (cause) {
      // The next caller starts afresh instead of meeting this failure again.
      if (current === running) current = undefined;
      throw cause;
    }
    if (closing !== undefined) throw closedError();
    signal?.throwIfAborted();
    const cancel = (): void => tell(running.child, { kind: "cancel", queryId: statement.queryId });
    signal?.addEventListener("abort", cancel);
    try {
      return await new Promise((resolve, reject) => {
        runs += 1;
        pending.set(runs, { resolve, reject });
        tell(running.child, { kind: "run", run: runs, statement });
      });
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async function stop(): Promise<void> {
    if (current === undefined) return;
    const { child, exited } = current;
    const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    tell(child, { kind: "stop", graceMs: STOP_GRACE_MS });
    await exited;
    clearTimeout(limit);
  }

  return {
    run,
    close: () => (closing ??= stop()),
    get pid() {
      return current?.child.pid;
    },
  };
}

function forkEngine(folder: string): ChildProcess {
  // Beside this file under the same extension: TypeScript from a checkout, JavaScript once built.
  const entry = new URL(import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js", import.meta.url);
  return fork(fileURLToPath(entry), [folder], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // The engine occupies a thread of libuv's pool for every running statement; files and timers need some too.
    env: { ...process.env, UV_THREADPOOL_SIZE: String(SESSIONS + 8) },
  });
}

/** Opens the folder, waiting some seconds where another process still holds it. */
function openFolder(child: ChildProcess, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = performance.now() + LOCK_WAIT_MS;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      said = (said + chunk).slice(-KEPT_STDERR_CHARS);
      const end = said.indexOf(OPEN_FAILED);
      if (end < 0) return;
      const reason = said.slice(0, end).trim();
      said = "";
      if (!LOCKED.test(reason)) return reject(openError(folder, reason));
      if (performance.now() > deadline) return reject(lockedError(folder));
      setTimeout(() => tell(child, { kind: "open" }), LOCK_RETRY_MS);
    });
    child.on("message", (message: FromEngine) => {
      if (message.kind === "open") resolve();
      if (message.kind === "no-engine") reject(noEngineError(message.platform, message.message));
    });
    child.once("error", (cause) => reject(openError(folder, cause.message)));
    child.once("exit", (_, signal) => {
      const reason = said.trim();
      // Killed from outside, before it could say anything about the folder.
      reject(
        signal !== null && reason === "" ? lostError(signal) : openError(folder, reason || "its process ended at once"),
      );
    });
    tell(child, { kind: "open" });
  });
}

function tell(child: ChildProcess, message: ToEngine): void {
  // A channel that closes under the message shows as the exit of the process.
  if (child.connected) child.send(message, () => undefined);
}

function lockedError(folder: string): EventEngineError {
  return new EventEngineError(
    "data-folder-locked",
    `another hub is using ${folder}; stop it, or give this one a data folder of its own`,
  );
}

function openError(folder: string, reason: string): EventEngineError {
  return new EventEngineError("engine-failed", `the event engine could not open ${folder}: ${reason}`);
}

function noEngineError(platform: string, reason: string): EventEngineError {
  return new EventEngineError(
    "platform-unsupported",
    `the embedded event engine does not run on this machine (${platform}); set WINDFALL_EVENTS to the address of a ClickHouse server`,
    new Error(reason),
  );
}

function lostError(reason: string): EventEngineError {
  return new EventEngineError("engine-lost", `the event engine's process ended while it worked (${reason}); ask again`);
}

function closedError(): EventEngineError {
  return new EventEngineError("closed", "the event engine is closed");
}
