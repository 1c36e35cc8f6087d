/** What the page knows: fed by the worker, read by the components. Files stay where they are; only their handles are held. */
import type { FromWorker, GivenFile, GivenSymbols, ReadReport, Refusal, ToWorker, ReportForm } from "./messages.ts";

export interface AnalysisState {
  /** The file that is being read. */
  readonly reading: string | undefined;
  readonly reports: readonly ReadReport[];
  readonly refused: readonly Refusal[];
  readonly symbols: readonly GivenSymbols[];
  /** The worker ended: what it said. */
  readonly broken: string | undefined;
}

export interface AnalysisStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => AnalysisState;
  readonly add: (files: readonly GivenFile[]) => void;
  text(reportId: number): Promise<string>;
  /** Without what tells whom it happened to. */
  scrubbed(reportId: number): Promise<Blob>;
  /** The bytes a report came in; those of the whole file where it holds several. */
  original(reportId: number): Promise<Blob>;
  /** The file somebody handed over under that name. */
  given(path: string): Blob | undefined;
  readonly forget: () => void;
}

export type AnalysisWorker = Pick<Worker, "postMessage" | "addEventListener" | "terminate">;

const NOTHING: AnalysisState = { reading: undefined, reports: [], refused: [], symbols: [], broken: undefined };

export function createAnalysisStore(startWorker: () => AnalysisWorker): AnalysisStore {
  let state = NOTHING;
  let given = new Map<string, Blob>();
  let calls = 0;
  /** While the worker still tells of files that were dismissed. */
  let forgetting = 0;
  const waiting = new Map<number, (blob: Blob | undefined) => void>();
  const listeners = new Set<() => void>();
  let worker: AnalysisWorker | undefined;
  start();

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    add(added) {
      if (added.length === 0) return;
      if (!worker) {
        // What the one before knew went with it.
        given = new Map();
        set(NOTHING);
        start();
      }
      if (!worker) return;
      const files = added.map((one) => ({ ...one, path: ownPath(one) }));
      set({ ...state, reading: files[0]?.path, refused: [], broken: undefined });
      post({ kind: "add", files });
    },
    text: async (reportId) => (await fetched(reportId, "text")).text(),
    scrubbed: (reportId) => fetched(reportId, "scrubbed"),
    original: (reportId) => fetched(reportId, "original"),
    given: (path) => given.get(path),
    forget() {
      given = new Map();
      set(NOTHING);
      if (!worker) return;
      forgetting++;
      post({ kind: "forget" });
    },
  };

  /** At once, not with the first file: from then on nothing has to be fetched. */
  function start(): void {
    try {
      const started = startWorker();
      started.addEventListener("message", (event: Event) => {
        if (started === worker) receive((event as MessageEvent<FromWorker>).data);
      });
      started.addEventListener("error", (event: Event) => {
        if (started === worker) broke("message" in event ? String(event.message) : "");
      });
      worker = started;
      forgetting = 0;
    } catch (error) {
      broke(error instanceof Error ? error.message : String(error));
    }
  }

  /** Two builds of one app have debug files of one name: the second is called another. */
  function ownPath({ path, file }: GivenFile): string {
    let own = path;
    for (let count = 2; ; count++) {
      const known = given.get(own);
      if (!known || isSame(known, file)) break;
      own = `${path} (${count})`;
    }
    given.set(own, file);
    return own;
  }

  function post(message: ToWorker): void {
    // Nothing is transferred: a file passes as a handle to it.
    worker?.postMessage(message, []);
  }

  function broke(message: string): void {
    worker?.terminate();
    worker = undefined;
    for (const answer of waiting.values()) answer(undefined);
    waiting.clear();
    set({ ...state, reading: undefined, broken: message || "the browser gave no reason" });
  }

  async function fetched(reportId: number, form: ReportForm): Promise<Blob> {
    const call = ++calls;
    const answer = new Promise<Blob | undefined>((resolve) => waiting.set(call, resolve));
    if (worker) post({ kind: "fetch", call, reportId, form });
    else waiting.get(call)?.(undefined);
    const blob = await answer;
    if (!blob) throw new Error("the file cannot be read any more: drop it again");
    return blob;
  }

  function receive(message: FromWorker): void {
    if (forgetting > 0 && message.kind !== "forgotten" && message.kind !== "fetched") return;
    switch (message.kind) {
      case "forgotten":
        forgetting--;
        return;
      case "reading":
        set({ ...state, reading: message.path });
        return;
      case "idle":
        set({ ...state, reading: undefined });
        return;
      case "report":
        set({ ...state, reports: withReport(state.reports, message.report) });
        return;
      case "refused":
        set({ ...state, refused: [...state.refused, message.refusal] });
        return;
      case "symbols":
        set({
          ...state,
          symbols: [...state.symbols.filter(({ path }) => path !== message.symbols.path), message.symbols],
        });
        return;
      case "fetched":
        waiting.get(message.call)?.(message.blob);
        waiting.delete(message.call);
        return;
    }
  }

  function set(next: AnalysisState): void {
    state = next;
    for (const listener of listeners) listener();
  }
}

/** As far as it can be told without reading: the same file, handed over once more. */
function isSame(a: Blob, b: Blob): boolean {
  const changed = (blob: Blob) => (blob instanceof File ? blob.lastModified : undefined);
  return a.size === b.size && changed(a) !== undefined && changed(a) === changed(b);
}

function withReport(reports: readonly ReadReport[], report: ReadReport): readonly ReadReport[] {
  const at = reports.findIndex(({ id }) => id === report.id);
  return at === -1 ? [...reports, report] : reports.with(at, report);
}
