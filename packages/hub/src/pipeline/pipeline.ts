/**
 * The queue's one consumer. It takes what waits in batches, sees each batch through to the events, and goes on. A batch that
 * was cut short, by a failing engine or by the end of the process, is put right first: `repair`.
 */
import { errorField } from "../logger.ts";
import { redoWithLateSymbols } from "./late-symbols.ts";
import { processOneByOne } from "./one-by-one.ts";
import { type BatchOutcome, BatchRefused, type PipelineDeps, processBatch } from "./process-batch.ts";
import { regroup } from "./regroup.ts";
import { repairBatches } from "./repair.ts";
import type { WaitingUpload } from "./store.ts";

export interface PipelineOptions {
  /** More than this at once would make a batch slow to see; less would make many small inserts. */
  readonly maxBatch: number;
  /** How long to gather after the first arrival. */
  readonly gatherMs: number;
  /** After a failure of a store. */
  readonly retryMs: number;
}

export interface Pipeline {
  /** A report arrived. */
  wake(): void;
  /** A debug file arrived: reports may wait for it. */
  symbolsArrived(): void;
  /** Runs `work` while no batch is on its way: after the running one, before the next. */
  between(work: () => Promise<void>): Promise<void>;
  /** Resolves when everything that was accepted before the call is processed or set aside. */
  settled(): Promise<void>;
  /** Finishes the running batch; what waits stays for the next start. */
  stop(): Promise<void>;
}

/** What else waits in the inbox and is taken in turn. */
export type TakeInUsage = () => Promise<{ readonly taken: number; readonly failures: number }>;

export function startPipeline(deps: PipelineDeps, options: PipelineOptions, takeInUsage?: TakeInUsage): Pipeline {
  const { store, logger } = deps;
  let rouse: (() => void) | undefined;
  let idleWaiters: (() => void)[] = [];
  let woken = false;
  const abort = new AbortController();

  let symbolsAreNew = true;
  /** Only a start may find them: a running hub groups by its own algorithm. */
  let mayBeOutdated = true;
  const between: (() => Promise<void>)[] = [];

  async function run(): Promise<void> {
    let needsRepair = true;
    while (!abort.signal.aborted) {
      try {
        if (needsRepair) {
          await repairBatches(deps);
          needsRepair = false;
        }
        woken = false;
        for (const work of between.splice(0)) await work();
        if (mayBeOutdated) mayBeOutdated = await regroup(deps);
        if (symbolsAreNew) {
          symbolsAreNew = false;
          // There may be more than one turn takes.
          if ((await redoWithLateSymbols(deps)) > 0) symbolsAreNew = true;
        }
        const uploads = await store.waiting(options.maxBatch);
        const usage = await takeInUsage?.();
        if (usage && usage.failures > 0) await pause(options.retryMs);
        if (uploads.length > 0) {
          const { failures, newKeys } = await processAll(uploads);
          // Their symbols may have come while they were looked at.
          if (newKeys > 0) symbolsAreNew = true;
          if (failures > 0) await pause(options.retryMs);
        } else if (!symbolsAreNew && !mayBeOutdated && (usage === undefined || usage.taken + usage.failures === 0)) {
          for (const resolve of idleWaiters.splice(0)) resolve();
          await nextArrival();
          await pause(options.gatherMs);
        }
      } catch (error) {
        if (abort.signal.aborted) return;
        needsRepair = true;
        symbolsAreNew = true;
        logger.error({ error: errorField(error) }, "the pipeline failed and tries again");
        await pause(options.retryMs);
      }
    }
  }

  async function processAll(uploads: readonly WaitingUpload[]): Promise<BatchOutcome> {
    try {
      return await processBatch(deps, uploads);
    } catch (error) {
      if (!(error instanceof BatchRefused)) throw error;
      logger.warn({ error: errorField(error) }, "a batch was refused: its reports are taken one by one");
      return processOneByOne(deps, uploads);
    }
  }

  const nextArrival = () =>
    new Promise<void>((resolve) => {
      if (woken || abort.signal.aborted) resolve();
      else rouse = resolve;
    });

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (abort.signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        abort.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      abort.signal.addEventListener("abort", done);
    });

  const running = run();

  function wake(): void {
    woken = true;
    rouse?.();
    rouse = undefined;
  }

  return {
    wake,
    symbolsArrived() {
      symbolsAreNew = true;
      wake();
    },
    between: (work) =>
      new Promise((resolve, reject) => {
        if (abort.signal.aborted) return reject(new Error("the pipeline has stopped"));
        abort.signal.addEventListener("abort", () => reject(new Error("the pipeline stops")), { once: true });
        // Its failure is the caller's: the queue goes on.
        between.push(() => work().then(resolve, reject));
        wake();
      }),
    settled: () =>
      new Promise((resolve) => {
        idleWaiters.push(resolve);
        wake();
      }),
    async stop() {
      abort.abort();
      wake();
      await running;
      for (const resolve of idleWaiters.splice(0)) resolve();
    },
  };
}
