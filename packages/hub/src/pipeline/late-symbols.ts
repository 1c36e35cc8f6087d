/** Reports that came before their dSYM: each raw key that waited for it is symbolicated again and mapped anew; events stay as they are. */
import { iso } from "../clock.ts";
import { errorField } from "../logger.ts";
import { reassignSignature } from "../signatures/assign.ts";
import { copyMappings } from "../signatures/copy-mappings.ts";
import type { PipelineDeps } from "./process-batch.ts";

const KEYS_AT_ONCE = 200;

/** How many raw keys were looked at. */
export async function redoWithLateSymbols(deps: PipelineDeps): Promise<number> {
  const { store, events, workers, clock, logger } = deps;
  const keys = await store.rawKeysToRedo(KEYS_AT_ONCE);
  if (keys.length === 0) return 0;
  const results = await Promise.all(
    keys.map(async ({ rawKey, blob, part }) => {
      try {
        return await workers.run<"analyze">({ kind: "analyze", blob, part });
      } catch (error) {
        logger.error({ rawKey, error: errorField(error) }, "late symbols could not be used");
        return undefined;
      }
    }),
  );
  if (workers.isClosed()) return 0;
  await store.transaction(async (tx) => {
    for (const [i, { rawKey, appId, signatureId }] of keys.entries()) {
      const analyzed = results[i];
      if (analyzed) await reassignSignature(tx, rawKey, appId, signatureId, analyzed, iso(clock()));
      else await tx.deleteFrom("raw_key_waits").where("raw_key", "=", rawKey).execute();
    }
  });
  await copyMappings(store, events);
  return keys.length;
}
