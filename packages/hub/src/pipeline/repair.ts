/**
 * Batches that were committed to the state and may or may not have reached the events. The insert's token alone cannot tell (the
 * engine notes it before the rows exist), so the events are asked which reports they hold; the others go back into the queue
 * and come again under a fresh batch id.
 */
import { copyMappings } from "../signatures/copy-mappings.ts";
import { removeSuperseded } from "./superseded.ts";
import type { PipelineDeps } from "./process-batch.ts";

export async function repairBatches({ store, events, logger }: PipelineDeps): Promise<void> {
  await copyMappings(store, events);
  for (const batchId of await store.openBatches()) {
    const reports = await store.batchReports(batchId);
    const held = reports.length === 0 ? new Set<string>() : await events.heldReportIds(reports.map(({ id }) => id));
    await store.closeBatch(batchId, held);
    logger.info({ batch: batchId, reports: reports.length, held: held.size }, "an interrupted batch is put right");
  }
  await removeSuperseded({ store, events });
}
