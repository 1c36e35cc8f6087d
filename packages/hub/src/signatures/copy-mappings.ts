/** The state says which signature a raw key has; the events hold a copy, which is brought up to date here, after a crash too. */
import type { PipelineStore } from "../pipeline/store.ts";
import type { EventsStore } from "../stores/events/events-store.ts";

export async function copyMappings(store: PipelineStore, events: EventsStore): Promise<void> {
  const changes = await store.mappingsToCopy();
  if (changes.length === 0) return;
  await events.mapSignatures(changes);
  await store.mappingsCopied(changes);
}
