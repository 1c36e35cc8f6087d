/** What the hub and the engine's process say to each other over the IPC channel (structured clones, not JSON). */
import type { QueryValue } from "../event-engine.ts";

export type Setting = string | number | boolean;

export interface Statement {
  /** The caller's name for it; what `cancel` takes. */
  readonly queryId: string;
  /** Reads and writes never share a session: a long write must not hold up a page. */
  readonly lane: "read" | "write";
  readonly sql: string;
  /** Rows that follow an `INSERT … FORMAT`. */
  readonly body?: string;
  readonly params: Readonly<Record<string, QueryValue>>;
  readonly settings: Readonly<Record<string, Setting>>;
}

export type ToEngine =
  | { readonly kind: "open" }
  | { readonly kind: "run"; readonly run: number; readonly statement: Statement }
  | { readonly kind: "cancel"; readonly queryId: string }
  /** Finish what runs, for at most `graceMs`, then end it and exit. */
  | { readonly kind: "stop"; readonly graceMs: number };

export type FromEngine =
  | { readonly kind: "open" }
  /** The native library is not there for this platform, or does not load. */
  | { readonly kind: "no-engine"; readonly platform: string; readonly message: string }
  | { readonly kind: "done"; readonly run: number; readonly answer: Uint8Array }
  | { readonly kind: "failed"; readonly run: number; readonly message: string };

/**
 * The engine says why it could not open a folder on standard error only, in native code. The child writes this line right
 * behind it, so that whoever reads the stream has the whole reason when the line arrives.
 */
export const OPEN_FAILED = "windfall: the folder did not open";

/** A queued statement that was cancelled before it ran fails like one that the engine ended. */
export const CANCELLED_MESSAGE = "Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)";
