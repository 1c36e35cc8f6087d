/** A zip inside an upload is unpacked to the disk to be looked into, so that none is held in memory. */
import { chunksOf, FormatError, type SpooledZip, type TreeFile } from "@windfall/core";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { arrivalSource } from "./arrival-source.ts";

export async function spoolZip(blobs: BlobStore, file: TreeFile, maxBytes: number): Promise<SpooledZip> {
  if (file.size > maxBytes) throw new FormatError("too-large", "larger than a zip inside a zip may be");
  const arrival = await blobs.receive(chunksOf(file.stream()), { maxBytes });
  const source = await arrivalSource(arrival);
  return {
    source,
    async close() {
      await source.close();
      await arrival.discard();
    },
  };
}
