/** A damaged report whose whole copy has come is counted until its event is gone: at once, or at the next start after a kill. */
import type { PipelineDeps } from "./process-batch.ts";

export async function removeSuperseded({ store, events }: Pick<PipelineDeps, "store" | "events">): Promise<void> {
  const ids = await store.supersededReports();
  if (ids.length === 0) return;
  await events.removeReports(ids);
  await store.removedFromEvents(ids);
}
