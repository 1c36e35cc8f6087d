/** Debug files held, and images of reports that have none. */
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface HeldSlice {
  readonly uuid: string;
  readonly arch: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly hasDebugInfo: boolean;
  readonly uploadedAt: string;
}

export interface WantedImage {
  readonly uuid: string;
  readonly name: string;
  readonly arch: string;
  readonly appId: string;
  readonly version: string;
  readonly build: string;
  readonly crashes: number;
}

export interface SymbolsStore {
  /** False when the same slice is held already. One with lines takes the place of one without. */
  add(slice: HeldSlice & { readonly blob: BlobId }): Promise<boolean>;
  held(limit: number): Promise<HeldSlice[]>;
  /** Most crashes first. */
  missing(limit: number): Promise<WantedImage[]>;
}

export function createSymbolsStore(db: StateDb): SymbolsStore {
  return {
    async add({ uuid, arch, name, sizeBytes, hasDebugInfo, uploadedAt, blob }) {
      const row = {
        uuid,
        arch,
        name,
        blob,
        size_bytes: sizeBytes,
        has_debug_info: hasDebugInfo ? 1 : 0,
        uploaded_at: uploadedAt,
      };
      const added = await db
        .insertInto("symbol_files")
        .values(row)
        .onConflict((c) =>
          c
            .columns(["uuid", "arch"])
            .doUpdateSet(row)
            .where((e) =>
              e.or([
                e("symbol_files.has_debug_info", "<", row.has_debug_info),
                e.and([
                  e("symbol_files.has_debug_info", "=", row.has_debug_info),
                  e("symbol_files.size_bytes", "<", sizeBytes),
                ]),
              ]),
            ),
        )
        .returning("uuid")
        .execute();
      return added.length > 0;
    },
    async held(limit) {
      const rows = await db
        .selectFrom("symbol_files")
        .select([
          "uuid",
          "arch",
          "name",
          "size_bytes as sizeBytes",
          "has_debug_info as hasDebugInfo",
          "uploaded_at as uploadedAt",
        ])
        .orderBy("uploaded_at", "desc")
        .orderBy("uuid")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, hasDebugInfo: row.hasDebugInfo === 1 }));
    },
    async missing(limit) {
      const rows = await db
        .selectFrom("images_seen as wanted")
        .select((e) => [
          "wanted.uuid",
          "wanted.name",
          "wanted.arch",
          "wanted.app_id as appId",
          "wanted.version",
          "wanted.build",
          e
            .selectFrom("reports")
            .innerJoin("raw_key_waits", "raw_key_waits.raw_key", "reports.raw_key")
            .whereRef("raw_key_waits.uuid", "=", "wanted.uuid")
            .whereRef("reports.app_id", "=", "wanted.app_id")
            .where("reports.kind", "=", "crash")
            .select((c) => c.fn.countAll<number>().as("count"))
            .as("crashes"),
        ])
        .where("wanted.kind", "=", "own")
        .where("wanted.uuid", "not in", (e) => e.selectFrom("symbol_files").select("uuid"))
        .orderBy("crashes", "desc")
        .orderBy("wanted.uuid")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, crashes: row.crashes ?? 0 }));
    },
  };
}
