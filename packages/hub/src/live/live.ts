/**
 * Tells open pages that something is new, as server-sent events. What is new is not told: a page asks for it as it always does, with
 * its own filters. Changes are gathered, so that a flood of reports is one event a second.
 */
import type { AppsStore } from "../apps/store.ts";
import { type LiveChange, LIVE_TOPICS, type LiveTopic } from "@windfall/api";

export type Changed = (appIds: readonly string[] | "all", topics: readonly LiveTopic[]) => void;

export interface Live {
  readonly changed: Changed;
  /** A stream, undefined when there are too many. It begins with what changed while its page was loading. */
  readonly open: (reader: Reader, abort: AbortSignal) => ReadableStream<Uint8Array> | undefined;
  /** Ends all streams; their readers come again. */
  readonly close: () => void;
}

export interface Reader {
  /** What streams are counted by: a session or a key. */
  readonly name: string;
  /** The apps it may know of; undefined for all. */
  readonly apps: ReadonlySet<string> | undefined;
}

export interface LiveOptions {
  /** Of the hub; each is a socket and some memory. */
  readonly maxStreams: number;
  /** Of one session or key: a browser opens one per visible page. */
  readonly maxStreamsPerCaller: number;
  /** At most one event per app in this time. */
  readonly gatherMs: number;
  /** Shorter than what proxies and the hub's own server take for a dead connection. */
  readonly heartbeatMs: number;
  /** A stream ends after this long, so that a session or key that was revoked meanwhile does not go on reading. */
  readonly lifeMs: number;
}

export const LIVE: LiveOptions = {
  maxStreams: 200,
  maxStreamsPerCaller: 25,
  gatherMs: 1_000,
  heartbeatMs: 20_000,
  lifeMs: 5 * 60_000,
};

/** Events that a reader has not taken; one that lags further behind is let go and comes again. */
export const MAX_UNREAD = 100;
/** A page asks for its numbers first and for the stream a moment later. */
const REPLAY_MS = 10_000;
/** What a reader's first try to come again waits. */
const RETRY_MS = 1_000;

export interface LiveDeps {
  /** The app that each is counted with: pages show apps, and reports name processes. */
  readonly hostsOf: (appIds: readonly string[]) => Promise<readonly string[]>;
  readonly options?: Partial<LiveOptions>;
}

/** The app that each is counted with. */
export const hostsOf = (apps: AppsStore, appIds: readonly string[]): Promise<string[]> =>
  Promise.all(appIds.map(async (id) => (await apps.find(id))?.hostId ?? id));

interface Stream {
  readonly reader: Reader;
  send(text: string): void;
  end(): void;
}

export function createLive({ hostsOf, options }: LiveDeps): Live {
  const { maxStreams, maxStreamsPerCaller, gatherMs, heartbeatMs, lifeMs } = { ...LIVE, ...options };
  const streams = new Set<Stream>();
  /** Of the process that reported; "" stands for any app. */
  let pending = new Map<string, Set<LiveTopic>>();
  /** Told in the last seconds, by app. */
  const recent = new Map<string | null, { readonly at: number; readonly change: LiveChange }>();
  let timer: NodeJS.Timeout | undefined;
  let isQuiet = false;
  let closed = false;

  /** The first change is told at once, those of the second after it together. */
  function schedule(): void {
    if (closed || timer || isQuiet) return;
    timer = setTimeout(() => {
      isQuiet = true;
      void flush().finally(() => {
        timer = setTimeout(() => {
          timer = undefined;
          isQuiet = false;
          if (pending.size > 0) schedule();
        }, gatherMs);
        timer.unref();
      });
    }, 0);
  }

  async function flush(): Promise<void> {
    const changes = pending;
    pending = new Map();
    const merged = new Map<string, Set<LiveTopic>>();
    for (const [appId, topics] of changes) {
      const hosts = appId === "" ? [""] : await hostsOf([appId]).catch(() => [""]);
      for (const host of hosts) {
        const known = merged.get(host) ?? new Set();
        for (const topic of topics) known.add(topic);
        merged.set(host, known);
      }
    }
    for (const [appId, topics] of merged) {
      const change: LiveChange = {
        appId: appId === "" ? null : appId,
        topics: LIVE_TOPICS.filter((topic) => topics.has(topic)),
      };
      recent.set(change.appId, { at: performance.now(), change });
      for (const stream of streams) tell(stream, change);
    }
  }

  function tell(stream: Stream, change: LiveChange): void {
    const { apps } = stream.reader;
    if (apps && change.appId !== null && !apps.has(change.appId)) return;
    stream.send(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
  }

  return {
    changed(appIds, topics) {
      if (closed) return;
      for (const appId of appIds === "all" ? [""] : appIds) {
        const known = pending.get(appId) ?? new Set();
        for (const topic of topics) known.add(topic);
        pending.set(appId, known);
      }
      schedule();
    },
    open(reader, abort) {
      const own = [...streams].filter((stream) => stream.reader.name === reader.name).length;
      if (closed || abort.aborted || streams.size >= maxStreams || own >= maxStreamsPerCaller) return undefined;
      const { stream, body } = openStream(reader, { heartbeatMs, lifeMs }, () => streams.delete(stream));
      streams.add(stream);
      for (const [appId, { at, change }] of recent) {
        if (at < performance.now() - REPLAY_MS) recent.delete(appId);
        else tell(stream, change);
      }
      abort.addEventListener("abort", () => stream.end(), { once: true });
      return body;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const stream of streams) stream.end();
    },
  };
}

function openStream(
  reader: Reader,
  { heartbeatMs, lifeMs }: Pick<LiveOptions, "heartbeatMs" | "lifeMs">,
  gone: () => void,
): { stream: Stream; body: ReadableStream<Uint8Array> } {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const heartbeat = setInterval(() => stream.send(": still here\n\n"), heartbeatMs);
  const life = setTimeout(() => stream.end(), lifeMs);
  const drop = () => {
    clearInterval(heartbeat);
    clearTimeout(life);
    controller = undefined;
    gone();
  };
  const stream: Stream = {
    reader,
    send(text) {
      if (!controller) return;
      if ((controller.desiredSize ?? 0) <= 0) stream.end();
      else controller.enqueue(encoder.encode(text));
    },
    end() {
      controller?.close();
      drop();
    },
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
        started.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
      },
      cancel: drop,
    },
    new CountQueuingStrategy({ highWaterMark: MAX_UNREAD }),
  );
  return { stream, body };
}
