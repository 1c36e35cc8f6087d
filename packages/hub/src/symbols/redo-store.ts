/**
 * Raw keys whose missing symbols have come, or whose signature an older grouping made; and what became of those before them. A run is
 * everything from the first such key until none is left; its counts are committed together with the keys they count, so a killed hub
 * goes on where it was.
 */
import type { SymbolRun, SymbolsProgress } from "@windfall/api";
import type { StateTx } from "../pipeline/store.ts";
import type { StateDb } from "../stores/state/schema.ts";
import { type KeyToRedo, keyToRedo, selectKeysOf, wholeSignatures } from "./keys-to-redo.ts";

export interface Redone {
  readonly rawKeys: number;
  readonly reports: number;
  readonly renamed: number;
  readonly merged: number;
  readonly added: number;
  readonly failed: number;
  readonly uuids: readonly string[];
}

export interface RedoStore {
  /** About `limit` keys: signatures as a whole, because the majority of its keys decides about each. */
  next(limit: number): Promise<readonly KeyToRedo[]>;
  /** The key is as good as it gets with what has come. */
  giveUp(tx: StateTx, key: KeyToRedo): Promise<void>;
  note(tx: StateTx, redone: Redone, now: string): Promise<void>;
  /** False when none was running. */
  endRun(now: string): Promise<boolean>;
  progress(): Promise<SymbolsProgress>;
}

/** Of one signature at once; one with more is decided by its first. */
export const MAX_KEYS_OF_SIGNATURE = 2_000;
export const MAX_RUNS_TOLD = 20;
export const MAX_IMAGES_TOLD = 50;

export function createRedoStore(db: StateDb): RedoStore {
  /** Signatures that have such keys, with how many. */
  const signatures = () =>
    db
      .selectFrom("raw_keys")
      .innerJoin("raw_key_waits as w", "w.raw_key", "raw_keys.raw_key")
      .innerJoin("symbol_files as f", "f.uuid", "w.uuid")
      .select((e) => ["raw_keys.signature_id as id", e.fn.count<number>("raw_keys.raw_key").distinct().as("keys")])
      .groupBy("raw_keys.signature_id")
      .orderBy("raw_keys.signature_id")
      .execute();

  return {
    async next(limit) {
      const chosen = wholeSignatures(await signatures(), limit);
      if (chosen.length === 0) return [];
      const rows = await selectKeysOf(db, chosen)
        .where("raw_keys.raw_key", "in", (e) =>
          e.selectFrom("raw_key_waits as w").innerJoin("symbol_files as f", "f.uuid", "w.uuid").select("w.raw_key"),
        )
        .limit(MAX_KEYS_OF_SIGNATURE)
        .execute();
      const arrivals = await db
        .selectFrom("raw_key_waits as w")
        .innerJoin("symbol_files as f", "f.uuid", "w.uuid")
        .select(["w.raw_key as rawKey", "w.uuid"])
        .distinct()
        .where(
          "w.raw_key",
          "in",
          rows.map(({ rawKey }) => rawKey),
        )
        .execute();
      const came = Map.groupBy(arrivals, ({ rawKey }) => rawKey);
      return rows.map((row) =>
        keyToRedo(
          row,
          (came.get(row.rawKey) ?? []).map(({ uuid }) => uuid),
        ),
      );
    },
    async giveUp(tx, { rawKey, came }) {
      await tx.deleteFrom("raw_key_waits").where("raw_key", "=", rawKey).where("uuid", "in", came).execute();
    },
    async note(tx, redone, now) {
      const open = await tx
        .selectFrom("symbol_runs")
        .select(["id", "images"])
        .where("ended_at", "is", null)
        .executeTakeFirst();
      const { id, images } =
        open ??
        (await tx
          .insertInto("symbol_runs")
          .values({ started_at: now, ended_at: null })
          .returning(["id", "images"])
          .executeTakeFirstOrThrow());
      const names = await tx.selectFrom("symbol_files").select("name").where("uuid", "in", redone.uuids).execute();
      const all = new Set([...(JSON.parse(images) as string[]), ...names.map(({ name }) => name)]);
      await tx
        .updateTable("symbol_runs")
        .set((e) => ({
          raw_keys: e("raw_keys", "+", redone.rawKeys),
          reports: e("reports", "+", redone.reports),
          renamed: e("renamed", "+", redone.renamed),
          merged: e("merged", "+", redone.merged),
          added: e("added", "+", redone.added),
          failed: e("failed", "+", redone.failed),
          images: JSON.stringify([...all].slice(0, MAX_IMAGES_TOLD)),
        }))
        .where("id", "=", id)
        .execute();
    },
    async endRun(now) {
      const { numUpdatedRows } = await db
        .updateTable("symbol_runs")
        .set({ ended_at: now })
        .where("ended_at", "is", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async progress() {
      const waiting = (await signatures()).reduce((sum, { keys }) => sum + keys, 0);
      const rows = await db
        .selectFrom("symbol_runs")
        .select([
          "started_at as startedAt",
          "ended_at as endedAt",
          "raw_keys as rawKeys",
          "reports",
          "renamed",
          "merged",
          "added",
          "failed",
          "images",
        ])
        .orderBy("id", "desc")
        .limit(MAX_RUNS_TOLD)
        .execute();
      const runs = rows.map((row): SymbolRun => ({ ...row, images: JSON.parse(row.images) as string[] }));
      return { waiting, runs };
    },
  };
}
