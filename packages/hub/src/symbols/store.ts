/** Debug files held, and images of reports that have none. */
import type { LesserContents } from "@windfall/core";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import type { Page } from "../stores/events/events-store.ts";
import type { StateDb } from "../stores/state/schema.ts";

export interface HeldSlice {
  readonly uuid: string;
  readonly arch: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly hasDebugInfo: boolean;
  readonly uploadedAt: string;
  /** Of one without debug information, where it was looked at. */
  readonly contents?: LesserContents;
  readonly system?: true;
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
  /** Newest first; of the OS, or all others. */
  held(page: Page, system: boolean): Promise<HeldSlice[]>;
  /** Most crashes first. */
  missing(page: Page): Promise<WantedImage[]>;
  totals(): Promise<{ readonly held: number; readonly system: number; readonly missing: number }>;
  /** Every slice with the file it is in. */
  files(): Promise<StoredSlice[]>;
  /** Those of this UUID are known no more. */
  remove(uuid: string): Promise<StoredSlice[]>;
  /** Uploaded before `since`, and no build that has them was uploaded or had a report after it; none of the OS. Oldest first. */
  unusedSince(since: string): Promise<StoredSlice[]>;
  /** Whether anything still names this blob. */
  isUsed(blob: BlobId): Promise<boolean>;
}

export type StoredSlice = HeldSlice & { readonly blob: BlobId };

export function createSymbolsStore(db: StateDb): SymbolsStore {
  const columns = [
    "uuid",
    "arch",
    "name",
    "blob",
    "size_bytes as sizeBytes",
    "has_debug_info as hasDebugInfo",
    "uploaded_at as uploadedAt",
  ] as const;
  const stored = <R extends { readonly blob: string; readonly hasDebugInfo: number }>(row: R) => ({
    ...row,
    blob: row.blob as BlobId,
    hasDebugInfo: row.hasDebugInfo === 1,
  });
  const wanted = () =>
    db
      .selectFrom("images_seen as wanted")
      .where("wanted.kind", "=", "own")
      .where("wanted.uuid", "not in", (e) => e.selectFrom("symbol_files").select("uuid"));
  /** Reports say whose code an image is by where it lay. */
  const isSystemImage = async (uuid: string): Promise<boolean> => {
    const rows = await db.selectFrom("images_seen").select("kind").where("uuid", "=", uuid).distinct().execute();
    return rows.length > 0 && rows.every(({ kind }) => kind === "system");
  };
  return {
    async add({ uuid, arch, name, sizeBytes, hasDebugInfo, uploadedAt, blob, contents, system }) {
      const isSystem = system ?? (await isSystemImage(uuid));
      const row = {
        uuid,
        arch,
        name,
        blob,
        size_bytes: sizeBytes,
        has_debug_info: hasDebugInfo ? 1 : 0,
        uploaded_at: uploadedAt,
        contents: contents ?? null,
        is_system: isSystem ? 1 : 0,
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
    async held({ limit, offset }, system) {
      const rows = await db
        .selectFrom("symbol_files")
        .select([
          "uuid",
          "arch",
          "name",
          "size_bytes as sizeBytes",
          "has_debug_info as hasDebugInfo",
          "uploaded_at as uploadedAt",
          "contents",
          "is_system as system",
        ])
        .where("is_system", "=", system ? 1 : 0)
        .orderBy("uploaded_at", "desc")
        .orderBy("uuid")
        .orderBy("arch")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(({ contents, system, ...row }) => ({
        ...row,
        hasDebugInfo: row.hasDebugInfo === 1,
        ...(contents !== null && { contents: contents as LesserContents }),
        ...(system === 1 && { system: true as const }),
      }));
    },
    async missing({ limit, offset }) {
      const rows = await wanted()
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
        .orderBy("crashes", "desc")
        .orderBy("wanted.uuid")
        .orderBy("wanted.app_id")
        .orderBy("wanted.version")
        .orderBy("wanted.build")
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map((row) => ({ ...row, crashes: row.crashes ?? 0 }));
    },
    async totals() {
      const count = (system: 0 | 1) =>
        db
          .selectFrom("symbol_files")
          .select((e) => e.fn.countAll<number>().as("count"))
          .where("is_system", "=", system)
          .executeTakeFirstOrThrow();
      const held = await count(0);
      const system = await count(1);
      const missing = await wanted()
        .select((e) => e.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return { held: held.count, system: system.count, missing: missing.count };
    },
    async files() {
      return (await db.selectFrom("symbol_files").select(columns).execute()).map(stored);
    },
    async remove(uuid) {
      return (await db.deleteFrom("symbol_files").where("uuid", "=", uuid).returning(columns).execute()).map(stored);
    },
    async unusedSince(since) {
      // One for each table: the types of the query builder know no list of tables.
      const registered = db
        .selectFrom("build_images as i")
        .innerJoin("builds as b", (join) =>
          join.onRef("b.app_id", "=", "i.app_id").onRef("b.version", "=", "i.version").onRef("b.build", "=", "i.build"),
        )
        .select("i.uuid")
        .where((e) => e.or([e("b.ordered_at", ">=", since), e("b.last_seen", ">=", since)]));
      const seen = db
        .selectFrom("images_seen as i")
        .innerJoin("builds as b", (join) =>
          join.onRef("b.app_id", "=", "i.app_id").onRef("b.version", "=", "i.version").onRef("b.build", "=", "i.build"),
        )
        .select("i.uuid")
        .where((e) => e.or([e("b.ordered_at", ">=", since), e("b.last_seen", ">=", since)]));
      const rows = await db
        .selectFrom("symbol_files")
        .select(columns)
        .where("uploaded_at", "<", since)
        // Every app uses those of the OS, and no build names them.
        .where("is_system", "=", 0)
        .where("uuid", "not in", registered)
        .where("uuid", "not in", seen)
        .orderBy("uploaded_at")
        .orderBy("uuid")
        .execute();
      return rows.map(stored);
    },
    async isUsed(blob) {
      const symbols = await db.selectFrom("symbol_files").select("blob").where("blob", "=", blob).executeTakeFirst();
      const upload = await db.selectFrom("inbox").select("id").where("blob", "=", blob).executeTakeFirst();
      return symbols !== undefined || upload !== undefined;
    },
  };
}
