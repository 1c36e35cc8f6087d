/** Debug files go: by hand, or when no build that has them was heard of for long. Signatures that were made from them stay. */
import type { RemovedSymbols } from "@windfall/api";
import { type Clock, iso } from "../clock.ts";
import { errorField, type Logger } from "../logger.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { Exclusively } from "./exclusive.ts";
import type { StoredSlice, SymbolsStore } from "./store.ts";
import type { Symcaches } from "./symcaches.ts";

export interface RemovalDeps {
  readonly symbols: SymbolsStore;
  readonly blobs: BlobStore;
  readonly symcaches: Symcaches;
  readonly exclusively: Exclusively;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SymbolsRemoval {
  remove(uuid: string): Promise<RemovedSymbols>;
  /** Of builds without a report for so many days. */
  prune(unusedDays: number, dryRun: boolean): Promise<RemovedSymbols>;
  /** Prunes now and then every day. Gives what ends it. */
  pruneDaily(unusedDays: number): () => void;
}

const DAY_MS = 86_400_000;

export function createSymbolsRemoval(deps: RemovalDeps): SymbolsRemoval {
  const { symbols, blobs, symcaches, exclusively, clock, logger } = deps;

  async function drop(slices: readonly StoredSlice[]): Promise<number> {
    let freed = 0;
    for (const slice of slices) await symcaches.remove(slice);
    const sizes = new Map(slices.map(({ blob, sizeBytes }) => [blob, sizeBytes]));
    for (const [blob, sizeBytes] of sizes) {
      // A universal file stays while another of its slices is known.
      if (await symbols.isUsed(blob)) continue;
      await blobs.remove(blob);
      freed += sizeBytes;
    }
    return freed;
  }

  const removal: SymbolsRemoval = {
    remove: (uuid) =>
      exclusively(async () => {
        const slices = await symbols.remove(uuid);
        return answer(slices, await drop(slices));
      }),
    prune: (unusedDays, dryRun) =>
      exclusively(async () => {
        const slices = await symbols.unusedSince(iso(clock() - unusedDays * DAY_MS));
        if (dryRun) return answer(slices, wouldFree(slices));
        for (const { uuid } of slices) await symbols.remove(uuid);
        return answer(slices, await drop(slices));
      }),
    pruneDaily(unusedDays) {
      const run = async (): Promise<void> => {
        try {
          const { slices, freedBytes } = await removal.prune(unusedDays, false);
          if (slices.length > 0)
            logger.info({ slices: slices.length, freedBytes, unusedDays }, "unused symbols are removed");
        } catch (error) {
          logger.error({ error: errorField(error) }, "unused symbols could not be removed");
        }
      };
      void run();
      const timer = setInterval(() => void run(), DAY_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
  return removal;
}

/** What is not told: whether the same file is also an upload of reports. It never is. */
function wouldFree(slices: readonly StoredSlice[]): number {
  return [...new Map(slices.map(({ blob, sizeBytes }) => [blob, sizeBytes])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );
}

function answer(slices: readonly StoredSlice[], freedBytes: number): RemovedSymbols {
  return {
    slices: slices.map(({ uuid, arch, name, sizeBytes, hasDebugInfo, uploadedAt }) => ({
      uuid,
      arch,
      name,
      sizeBytes,
      hasDebugInfo,
      uploadedAt,
    })),
    freedBytes,
  };
}
