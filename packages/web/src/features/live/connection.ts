/**
 * Keeps one stream of changes open while the page can be seen. A stream that breaks is opened again, later each time; until then the
 * page asks for itself now and then. What may have been missed in a gap is asked for when the gap is over.
 */
import { LiveChange } from "@windfall/api";

/** What of an EventSource is used. */
export interface Source {
  addEventListener(type: "open" | "error" | "change", listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface ConnectionDeps {
  readonly open: () => Source;
  readonly changed: (change: LiveChange) => void;
  /** Anything may be new. */
  readonly stale: () => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Connection {
  /** A page that nobody sees holds no connection: a browser has six of them for all of a hub's pages. */
  visible(visible: boolean): void;
  stop(): void;
}

export const FIRST_RETRY_MS = 1_000;
export const MAX_RETRY_MS = 60_000;
export const POLL_MS = 15_000;

export function connect({ open, changed, stale, random }: ConnectionDeps): Connection {
  let source: Source | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let failures = 0;
  let hasGap = false;

  function start(): void {
    const current = open();
    source = current;
    current.addEventListener("open", () => {
      if (source !== current) return;
      failures = 0;
      stopPolling();
      if (hasGap) stale();
      hasGap = false;
    });
    current.addEventListener("change", ({ data }) => {
      if (source !== current) return;
      const change = readChange(data);
      if (change) changed(change);
    });
    current.addEventListener("error", () => {
      if (source !== current) return;
      close();
      retry = setTimeout(start, retryAfter(failures++, random()));
      poll ??= setInterval(stale, POLL_MS);
    });
  }

  function close(): void {
    hasGap = true;
    source?.close();
    source = undefined;
  }

  function stopPolling(): void {
    clearInterval(poll);
    poll = undefined;
  }

  function pause(): void {
    close();
    clearTimeout(retry);
    stopPolling();
    failures = 0;
  }

  return {
    visible(visible) {
      if (!visible) pause();
      else if (!source) {
        clearTimeout(retry);
        start();
      }
    },
    stop: pause,
  };
}

/** Doubled with each failure, and not at the same moment for all pages of a hub that was started again. */
export function retryAfter(failures: number, random: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10)) * (0.5 + random / 2);
}

function readChange(data: unknown): LiveChange | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return LiveChange.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
