/** The entry of a worker thread: one job at a time, and the debug files it used last stay open. */
import { constants, getPriority, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { FormatError } from "@windfall/core";
import type { FromWorker, HeldSymbols, JobFailure, SymbolQuestion, ToWorker } from "./jobs.ts";
import type { SymcacheFolders } from "../symbols/symcache-files.ts";
import { BlobDamaged } from "../stores/blobs/read-blob.ts";
import { runJob } from "./run-job.ts";
import { createHeldSymbolsProvider } from "./symbols-provider.ts";

/** Than the rest of the hub: a third of the processor's time where both want it. */
const NICER = 5;
// A burst is acknowledged first; what was taken in can be read a moment later. Elsewhere this would be the whole process.
if (process.platform === "linux") setPriority(Math.min(getPriority() + NICER, constants.priority.PRIORITY_LOW));

if (!parentPort) throw new Error("this file runs in a worker thread");
const port = parentPort;
const folders = workerData as SymcacheFolders;
let answerQuestion: ((held: readonly HeldSymbols[]) => void) | undefined;

const post = (message: FromWorker): void => port.postMessage(message);

function ask(question: SymbolQuestion): Promise<readonly HeldSymbols[]> {
  return new Promise((resolve) => {
    answerQuestion = resolve;
    post({ type: "question", question });
  });
}

const symbols = createHeldSymbolsProvider({
  ...folders,
  ask,
  unpacked: (blob, uuid) => post({ type: "unpacked", blob, uuid }),
});

port.on("message", (message: ToWorker) => {
  if (message.type === "held") {
    answerQuestion?.(message.held);
    return;
  }
  runJob(message.job, { ...folders, symbols }).then(
    (answer) => post({ type: "done", answer }),
    (error: unknown) => post({ type: "failed", failure: failureOf(error) }),
  );
});

function failureOf(error: unknown): JobFailure {
  if (error instanceof Error) {
    const damaged = error instanceof BlobDamaged;
    const unreadable = error instanceof FormatError;
    return { unreadable, damaged, message: error.message, stack: error.stack ?? "" };
  }
  return { unreadable: false, damaged: false, message: String(error), stack: "" };
}
