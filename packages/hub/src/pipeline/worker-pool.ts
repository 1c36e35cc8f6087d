/** A few worker threads, started when there is work. A thread that dies or hangs costs its one job and is replaced. */
import { Worker } from "node:worker_threads";
import type { BlobId } from "../stores/blobs/blob-id.ts";
import type { SymcacheFolders } from "../symbols/symcache-files.ts";
import type { FromWorker, HeldSymbols, Job, JobAnswers, JobFailure, SymbolQuestion, ToWorker } from "./jobs.ts";

export interface WorkerPoolOptions extends SymcacheFolders {
  readonly size: number;
  readonly jobTimeoutMs: number;
  /** What the hub holds for one image. */
  readonly lookUp: (question: SymbolQuestion) => Promise<readonly HeldSymbols[]>;
  /** Told of debug files that were asked themselves because their symbols are not packed. */
  readonly unpacked?: (blob: BlobId, uuid: string) => void;
}

export interface WorkerPool {
  run<K extends Job["kind"]>(job: Extract<Job, { kind: K }>): Promise<JobAnswers[K]>;
  isClosed(): boolean;
  /** Jobs that have not ended are rejected. */
  close(): Promise<void>;
}

export class JobError extends Error {
  override readonly name = "JobError";
  readonly unreadable: boolean;
  readonly damaged: boolean;

  constructor({ unreadable, damaged, message, stack }: JobFailure) {
    super(message);
    this.unreadable = unreadable;
    this.damaged = damaged;
    if (stack !== "") this.stack = stack;
  }
}

interface Task {
  readonly job: Job;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

const MAX_HEAP_MB = 1_024;

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { size } = options;
  const waiting: Task[] = [];
  const idle: Thread[] = [];
  const all = new Set<Thread>();
  let closed = false;

  function pump(): void {
    while (waiting.length > 0 && (idle.length > 0 || all.size < size)) {
      const task = waiting.shift();
      const thread = idle.pop() ?? start();
      if (task) thread.begin(task);
    }
  }

  function start(): Thread {
    const thread = createThread(options, {
      free: () => {
        idle.push(thread);
        pump();
      },
      gone: () => {
        all.delete(thread);
        const at = idle.indexOf(thread);
        if (at >= 0) idle.splice(at, 1);
        if (!closed) pump();
      },
    });
    all.add(thread);
    return thread;
  }

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Error("the hub is stopping"));
          return;
        }
        const task = { job, resolve, reject };
        // Somebody waits for it, in front of a page or at the other end of an upload.
        if (job.kind === "read" || job.kind === "analyze") waiting.push(task);
        else waiting.unshift(task);
        pump();
      }),
    isClosed: () => closed,
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error("the hub is stopping"));
      await Promise.all([...all].map((thread) => thread.stop()));
    },
  };
}

interface Thread {
  begin(task: Task): void;
  stop(): Promise<void>;
}

interface ThreadEvents {
  readonly free: () => void;
  readonly gone: () => void;
}

function createThread(
  { blobFolder, symcacheFolder, jobTimeoutMs, lookUp, unpacked }: WorkerPoolOptions,
  { free, gone }: ThreadEvents,
): Thread {
  const worker = startWorker({ blobFolder, symcacheFolder });
  let current: Task | undefined;
  let timer: NodeJS.Timeout | undefined;
  const send = (message: ToWorker) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(message);
  };

  function end(): Task | undefined {
    clearTimeout(timer);
    const task = current;
    current = undefined;
    return task;
  }

  worker.on("message", (message: FromWorker) => {
    switch (message.type) {
      case "question":
        lookUp(message.question).then(
          (held) => send({ type: "held", held }),
          (error: unknown) => {
            end()?.reject(error instanceof Error ? error : new Error(String(error)));
            void worker.terminate();
          },
        );
        return;
      case "unpacked":
        unpacked?.(message.blob, message.uuid);
        return;
      case "done":
        end()?.resolve(message.answer as never);
        free();
        return;
      case "failed":
        end()?.reject(new JobError(message.failure));
        free();
    }
  });
  let cause = "the worker thread ended";
  worker.on("error", (error) => {
    cause = `the worker thread died: ${error instanceof Error ? error.message : String(error)}`;
  });
  worker.on("exit", () => {
    end()?.reject(new Error(cause));
    gone();
  });
  worker.unref();

  return {
    begin(task) {
      current = task;
      timer = setTimeout(() => {
        cause = `took longer than ${jobTimeoutMs / 1000} s`;
        void worker.terminate();
      }, jobTimeoutMs);
      send({ type: "job", job: task.job });
    },
    async stop() {
      await worker.terminate();
    },
  };
}

/** From source in development, from `dist` when installed: the sibling with this file's own extension. */
function startWorker(folders: SymcacheFolders): Worker {
  const fromSource = import.meta.url.endsWith(".ts");
  return new Worker(new URL(fromSource ? "./worker.ts" : "./worker.js", import.meta.url), {
    workerData: folders,
    execArgv: fromSource ? ["--conditions=@windfall/source"] : [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
}
