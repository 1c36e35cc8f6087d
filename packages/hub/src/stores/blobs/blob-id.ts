/** What a blob is called, and where it lies. */
import { join } from "node:path";

declare const unit: unique symbol;
/** SHA-256 in lower-case hex: the name of a blob. */
export type BlobId = string & { readonly [unit]: "BlobId" };

export function blobPath(folder: string, id: BlobId): string {
  return join(folder, id.slice(0, 2), id);
}
