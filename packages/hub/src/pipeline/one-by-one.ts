/** After a batch was refused: each upload on its own, so that only the one that cannot be stored is counted against, and the queue goes on. */
import { type BatchOutcome, BatchRefused, noteFailure, type PipelineDeps, processBatch } from "./process-batch.ts";
import { repairBatches } from "./repair.ts";
import type { WaitingUpload } from "./store.ts";

export async function processOneByOne(deps: PipelineDeps, uploads: readonly WaitingUpload[]): Promise<BatchOutcome> {
  let failures = 0;
  let newKeys = 0;
  for (const upload of uploads) {
    // What the refused batch, or the upload before, left open.
    await repairBatches(deps);
    try {
      const outcome = await processBatch(deps, [upload]);
      failures += outcome.failures;
      newKeys += outcome.newKeys;
    } catch (error) {
      if (!(error instanceof BatchRefused)) throw error;
      if (await noteFailure(deps, upload, error)) failures++;
    }
  }
  await repairBatches(deps);
  return { failures, newKeys };
}
