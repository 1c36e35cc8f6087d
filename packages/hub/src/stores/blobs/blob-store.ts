/**
 * Raw bytes by their SHA-256, in a folder: `ab/abcdef…`. A blob is written under a temporary name, flushed, renamed, and its
 * folder flushed, so a name that can be seen always has all its bytes. What is large goes through a file from its first byte on.
 */
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FileSource, fileSource } from "@windfall/core/node";
import { createFolderSync, type FolderSync } from "./folder-sync.ts";
import { type Arrival, type ArrivalLimits, receiveBytes } from "./arrival.ts";

declare const unit: unique symbol;
/** SHA-256 in lower-case hex: the name of a blob. */
export type BlobId = string & { readonly [unit]: "BlobId" };

export interface BlobStore {
  /** Reads a stream to its end. Nothing is kept until `keep`; `discard` must be called whatever happens. */
  receive(chunks: AsyncIterable<Uint8Array>, limits: ArrivalLimits): Promise<Arrival>;
  /** On disk when it resolves. The same bytes again are no second copy. */
  keep(arrival: Arrival): Promise<BlobId>;
  put(bytes: Uint8Array): Promise<BlobId>;
  read(id: BlobId): Promise<Uint8Array>;
  /** The caller closes it. */
  source(id: BlobId): Promise<FileSource>;
  sizeOf(id: BlobId): Promise<number>;
}

export function blobPath(folder: string, id: BlobId): string {
  return join(folder, id.slice(0, 2), id);
}

/** Leftovers of a hub that was killed are removed: nobody was told that they arrived. */
export async function openBlobFolder(folder: string): Promise<BlobStore> {
  const temporary = join(folder, "tmp");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const syncs = new Map<string, FolderSync>();
  const keeping = new Map<BlobId, Promise<void>>();
  let counter = 0;
  const temporaryPath = () => join(temporary, String(++counter));

  async function syncOf(parent: string): Promise<FolderSync> {
    const known = syncs.get(parent);
    if (known) return known;
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const made = createFolderSync(parent);
    // The new folder's own name must survive too.
    await createFolderSync(folder)();
    syncs.set(parent, made);
    return made;
  }

  async function place(id: BlobId, arrival: Arrival): Promise<void> {
    const path = blobPath(folder, id);
    const sync = await syncOf(join(folder, id.slice(0, 2)));
    if (!(await exists(path))) {
      await rename(await arrival.toFile(temporaryPath), path);
    }
    // Also for a blob that was there: an earlier hub may have been killed between its rename and its flush.
    await sync();
  }

  const store: BlobStore = {
    receive: (chunks, limits) => receiveBytes(chunks, limits, temporaryPath),
    async keep(arrival) {
      const id = arrival.sha256 as BlobId;
      let running = keeping.get(id);
      if (!running) {
        running = place(id, arrival).finally(() => keeping.delete(id));
        keeping.set(id, running);
      }
      await running;
      return id;
    },
    async put(bytes) {
      return store.keep(await store.receive(oneChunk(bytes), { maxBytes: bytes.length, memoryBytes: bytes.length }));
    },
    async read(id) {
      return new Uint8Array(await readFile(blobPath(folder, id)));
    },
    source: (id) => fileSource(blobPath(folder, id)),
    sizeOf: async (id) => (await stat(blobPath(folder, id))).size,
  };
  return store;
}

async function exists(path: string): Promise<boolean> {
  try {
    const file = await open(path, "r");
    await file.close();
    return true;
  } catch {
    return false;
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
