/** What has arrived as a source of bytes, to be read here and there: in memory or in its temporary file. */
import { type ByteSource, bytesSource } from "@windfall/core";
import { fileSource } from "@windfall/core/node";
import type { Arrival } from "../stores/blobs/arrival.ts";

export interface ArrivalSource extends ByteSource {
  close(): Promise<void>;
}

/** The caller closes it, before the arrival is kept or discarded. */
export async function arrivalSource({ path, head }: Pick<Arrival, "path" | "head">): Promise<ArrivalSource> {
  return path === undefined ? { ...bytesSource(head), close: async () => {} } : fileSource(path);
}
