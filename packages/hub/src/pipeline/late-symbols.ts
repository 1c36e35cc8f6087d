/** Reports that came before their dSYM: each raw key that waited for it is symbolicated again and mapped anew; events stay as they are. */
import { iso } from "../clock.ts";
import { errorField } from "../logger.ts";
import { copyMappings } from "../signatures/copy-mappings.ts";
import { type RedoneKey, reassignSignature } from "../signatures/reassign.ts";
import type { RawKey, SignatureId } from "../stores/events/event-row.ts";
import type { KeyToRedo } from "../symbols/keys-to-redo.ts";
import type { AnalyzedReport } from "./jobs.ts";
import type { PipelineDeps } from "./process-batch.ts";

/** Few enough that new reports in the queue are not held up. */
const KEYS_AT_ONCE = 200;

/** How many raw keys were looked at. */
export async function redoWithLateSymbols(deps: PipelineDeps): Promise<number> {
  const { store, redo, events, workers, clock } = deps;
  const keys = await redo.next(KEYS_AT_ONCE);
  if (keys.length === 0) {
    if (await redo.endRun(iso(clock()))) deps.changed("all", ["symbols"]);
    return 0;
  }
  const analyzed = await analyzeAgain(deps, keys);
  if (workers.isClosed()) return 0;
  const outcome = { renamed: 0, merged: 0, added: 0 };
  const now = iso(clock());
  await store.transaction(async (tx) => {
    for (const key of keys) if (!analyzed.has(key.rawKey)) await redo.giveUp(tx, key);
    for (const [signatureId, { appId, redone }] of bySignature(keys, analyzed)) {
      const { renamed, merged, added } = await reassignSignature(tx, appId, signatureId, redone, now);
      outcome.renamed += renamed;
      outcome.merged += merged;
      outcome.added += added;
    }
    const good = keys.filter(({ rawKey }) => analyzed.has(rawKey));
    await redo.note(
      tx,
      {
        ...outcome,
        rawKeys: keys.length,
        reports: good.reduce((sum, { reports }) => sum + reports, 0),
        failed: keys.length - good.length,
        uuids: [...new Set(keys.flatMap(({ came }) => came))],
      },
      now,
    );
  });
  await copyMappings(store, events);
  deps.changed([...new Set(keys.map(({ appId }) => appId))], ["signatures", "symbols"]);
  return keys.length;
}

export async function analyzeAgain(
  { workers, logger }: PipelineDeps,
  keys: readonly KeyToRedo[],
): Promise<ReadonlyMap<RawKey, AnalyzedReport>> {
  const analyzed = new Map<RawKey, AnalyzedReport>();
  await Promise.all(
    keys.map(async ({ rawKey, blob, part }) => {
      try {
        analyzed.set(rawKey, await workers.run<"analyze">({ kind: "analyze", blob, part }));
      } catch (error) {
        if (!workers.isClosed()) logger.error({ rawKey, error: errorField(error) }, "late symbols could not be used");
      }
    }),
  );
  return analyzed;
}

export function bySignature(keys: readonly KeyToRedo[], results: ReadonlyMap<RawKey, AnalyzedReport>) {
  const groups = new Map<SignatureId, { appId: string; redone: RedoneKey[] }>();
  for (const { signatureId, appId, ...key } of keys) {
    const analyzed = results.get(key.rawKey);
    if (!analyzed) continue;
    const group = groups.get(signatureId) ?? { appId, redone: [] };
    group.redone.push({ ...key, analyzed });
    groups.set(signatureId, group);
  }
  return groups;
}
