/**
 * Raw bytes by their SHA-256, in a folder: `ab/abcdef…`. A blob is written under a temporary name, flushed, renamed, and its
 * folder flushed, so a name that can be seen always has all its bytes. What is large goes through a file from its first byte on.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BlobId, blobPath } from "./blob-id.ts";
import { createFolderSync, type FolderSync } from "./folder-sync.ts";
import { readBlob } from "./read-blob.ts";
import { type Arrival, type ArrivalLimits, receiveBytes } from "./arrival.ts";

export { type BlobId, blobPath };

export interface BlobStore {
  /** Reads a stream to its end. Nothing is kept until `keep`; `discard` must be called whatever happens. */
  receive(chunks: AsyncIterable<Uint8Array>, limits: ArrivalLimits): Promise<Arrival>;
  /** On disk when it resolves. The same bytes again are no second copy. */
  keep(arrival: Arrival): Promise<BlobId>;
  put(bytes: Uint8Array): Promise<BlobId>;
  read(id: BlobId): Promise<Uint8Array>;
  /** The caller knows that nothing names it any more; one that is gone already is no error. */
  remove(id: BlobId): Promise<void>;
  close(): Promise<void>;
}

/** Leftovers of a hub that was killed are removed: nobody was told that they arrived. */
export async function openBlobFolder(folder: string): Promise<BlobStore> {
  const temporary = join(folder, "tmp");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const root = createFolderSync(folder);
  const syncs = new Map<string, Promise<FolderSync>>();
  const keeping = new Map<BlobId, Promise<void>>();
  let counter = 0;
  const temporaryPath = () => join(temporary, String(++counter));

  function syncOf(parent: string): Promise<FolderSync> {
    const known = syncs.get(parent);
    if (known) return known;
    const made = makeFolder(parent);
    syncs.set(parent, made);
    made.catch(() => syncs.delete(parent));
    return made;
  }

  async function makeFolder(parent: string): Promise<FolderSync> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    // The new folder's own name must survive too.
    await root.flush();
    return createFolderSync(parent);
  }

  async function place(id: BlobId, arrival: Arrival): Promise<void> {
    const path = blobPath(folder, id);
    const sync = await syncOf(join(folder, id.slice(0, 2)));
    // Over a blob that is there already: it has the same bytes, and asking first would cost each new one a call.
    await rename(await arrival.toFile(temporaryPath), path);
    await sync.flush();
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
      return readBlob(folder, id);
    },
    async remove(id) {
      await rm(blobPath(folder, id), { force: true });
    },
    async close() {
      await Promise.all([root.close(), ...[...syncs.values()].map(async (sync) => (await sync).close())]);
    },
  };
  return store;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
