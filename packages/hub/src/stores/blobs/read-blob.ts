/** A blob's bytes, held against its name: a disk may give back others than it was given. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type BlobId, blobPath } from "./blob-id.ts";

export class BlobDamaged extends Error {
  override readonly name = "BlobDamaged";

  constructor(id: BlobId, what: "missing" | "changed", cause?: unknown) {
    const why = what === "missing" ? "its file is missing" : "its bytes have changed on disk";
    super(`blob ${id} is damaged: ${why}; put it back from a backup`, cause === undefined ? undefined : { cause });
  }
}

export async function readBlob(folder: string, id: BlobId): Promise<Uint8Array> {
  let bytes;
  try {
    bytes = await readFile(blobPath(folder, id));
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw missing ? new BlobDamaged(id, "missing", cause) : cause;
  }
  if (createHash("sha256").update(bytes).digest("hex") !== id) throw new BlobDamaged(id, "changed");
  return new Uint8Array(bytes);
}
