/**
 * After an upgrade with another grouping: what was stored is grouped anew, from the reports themselves. Ids stay with the majority of
 * their reports; the events are as they were, only what their raw keys map to changes.
 */
import { iso } from "../clock.ts";
import { copyMappings } from "../signatures/copy-mappings.ts";
import { keepAsTheyAre, outdatedKeys } from "../signatures/outdated.ts";
import { reassignSignature } from "../signatures/reassign.ts";
import { analyzeAgain, bySignature } from "./late-symbols.ts";
import type { PipelineDeps } from "./process-batch.ts";

/** Few enough that new reports in the queue are not held up. */
const KEYS_AT_ONCE = 200;

/** Whether there may be more. */
export async function regroup(deps: PipelineDeps): Promise<boolean> {
  const { store, events, workers, clock, logger } = deps;
  const { signatures, keys } = await store.transaction((tx) => outdatedKeys(tx, KEYS_AT_ONCE));
  if (signatures.length === 0) return false;
  const analyzed = await analyzeAgain(deps, keys);
  if (workers.isClosed()) return false;
  const now = iso(clock());
  const outcome = { merged: 0, added: 0 };
  await store.transaction(async (tx) => {
    for (const [signatureId, { appId, redone }] of bySignature(keys, analyzed)) {
      const { merged, added } = await reassignSignature(tx, appId, signatureId, redone, now);
      outcome.merged += merged;
      outcome.added += added;
    }
    await keepAsTheyAre(tx, signatures);
  });
  await copyMappings(store, events);
  logger.info({ rawKeys: keys.length, ...outcome }, "stored reports are grouped by the new algorithm");
  deps.changed([...new Set(keys.map(({ appId }) => appId))], ["signatures"]);
  return true;
}
