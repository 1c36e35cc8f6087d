/** Core's door to symbols, over the debug files the hub holds. Slices stay open while they are in use again and again. */
import {
  type Image,
  namesOf,
  openSymbolSlices,
  type SymbolLookup,
  type SymbolProvider,
  type SymbolSlice,
  type Uuid,
  whyMissing,
} from "@windfall/core";
import { type FileSource, fileSource } from "@windfall/core/node";
import { blobPath, type BlobId } from "../stores/blobs/blob-store.ts";
import type { HeldSymbols, SymbolQuestion } from "./jobs.ts";

/** Each holds a file handle and the tables read from it so far. */
export const MAX_OPEN_FILES = 8;

interface OpenFile {
  readonly source: FileSource;
  readonly slices: readonly SymbolSlice[];
}

export function createHeldSymbolsProvider(
  blobFolder: string,
  ask: (question: SymbolQuestion) => Promise<readonly HeldSymbols[]>,
): SymbolProvider {
  const open = new Map<BlobId, OpenFile>();

  async function fileOf(blob: BlobId): Promise<OpenFile> {
    const known = open.get(blob);
    if (known) {
      // Last used, last out.
      open.delete(blob);
      open.set(blob, known);
      return known;
    }
    const source = await fileSource(blobPath(blobFolder, blob));
    try {
      const file = { source, slices: await openSymbolSlices(source) };
      open.set(blob, file);
      const [oldest] = open;
      if (open.size > MAX_OPEN_FILES && oldest) {
        open.delete(oldest[0]);
        await oldest[1].source.close();
      }
      return file;
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  return {
    async find(image: Image): Promise<SymbolLookup> {
      const held = await ask({ uuid: image.uuid, names: namesOf(image) });
      const match = held.find(({ uuid }) => uuid === image.uuid);
      const slice = match && (await fileOf(match.blob)).slices.find(({ uuid }) => uuid === image.uuid);
      if (match && slice) return { status: "found", slice, path: match.name };
      return whyMissing(
        image,
        held.map(({ uuid, arch, name }) => ({ uuid: uuid as Uuid, arch, path: name })),
      );
    },
  };
}
