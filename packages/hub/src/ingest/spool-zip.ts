/** A zip inside an upload is unpacked to the disk to be looked into, so that none is held in memory. */
import { chunksOf, FormatError, type SpooledZip, type TreeFile } from "@windfall/core";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { arrivalSource } from "./arrival-source.ts";

/** What is scrubbed before it is stored is not even for a moment on the disk; then less of it is taken. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

export async function spoolZip(
  blobs: BlobStore,
  file: TreeFile,
  limit: number,
  { inMemory = false }: { readonly inMemory?: boolean } = {},
): Promise<SpooledZip> {
  const maxBytes = inMemory ? Math.min(limit, MAX_HELD_BYTES) : limit;
  if (file.size > maxBytes) throw new FormatError("too-large", "larger than a zip inside a zip may be");
  const arrival = await blobs.receive(chunksOf(file.stream()), {
    maxBytes,
    ...(inMemory && { memoryBytes: maxBytes }),
  });
  const source = await arrivalSource(arrival);
  return {
    source,
    async close() {
      await source.close();
      await arrival.discard();
    },
  };
}
