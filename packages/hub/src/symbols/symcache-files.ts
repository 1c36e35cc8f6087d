/** Packed symbols on disk: one file per slice. They are made from debug files at any time, so nothing here needs to be safe from a crash. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildSymcacheOf, FormatError, isCurrentSymcache, type Uuid } from "@windfall/core";
import { fileSource } from "@windfall/core/node";
import { type BlobId, blobPath } from "../stores/blobs/blob-id.ts";

/** Sections of a debug file up to this size are held whole while it is packed: a 400 MB dSYM is read through windows. */
const MAX_WHOLE_SECTION = 48 << 20;
/** What tables and names may take beside them. */
const MAX_TABLE_BYTES = 768 << 20;

export const SYMCACHE_FOLDER = "symcaches";
const ENDING = ".symcache";

export interface SymcacheFolders {
  readonly blobFolder: string;
  readonly symcacheFolder: string;
}

/** Two files of one UUID (a binary and its dSYM) have packed symbols each. */
export const symcacheName = (blob: BlobId, uuid: string): string => `${uuid}-${blob.slice(0, 16)}${ENDING}`;

export const isSymcacheName = (name: string): boolean => name.endsWith(ENDING);

/** Makes the file unless a good one is there. */
export async function packSlice(
  { blobFolder, symcacheFolder }: SymcacheFolders,
  blob: BlobId,
  uuid: string,
): Promise<{ readonly sizeBytes: number; readonly isNew: boolean }> {
  const path = join(symcacheFolder, symcacheName(blob, uuid));
  const known = await currentSize(path);
  if (known !== undefined) return { sizeBytes: known, isNew: false };
  const source = await fileSource(blobPath(blobFolder, blob));
  let bytes: Uint8Array | undefined;
  try {
    bytes = await buildSymcacheOf(source, uuid as Uuid, {
      maxWholeSection: MAX_WHOLE_SECTION,
      maxTableBytes: MAX_TABLE_BYTES,
    });
  } finally {
    await source.close();
  }
  if (bytes === undefined) throw new FormatError("not-mach-o", `no slice ${uuid} in the debug file`);
  await mkdir(symcacheFolder, { recursive: true, mode: 0o700 });
  const unfinished = `${path}.unfinished`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { sizeBytes: bytes.length, isNew: true };
}

async function currentSize(path: string): Promise<number | undefined> {
  try {
    await using source = await fileSource(path);
    return (await isCurrentSymcache(source)) ? source.size : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
