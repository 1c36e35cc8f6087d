/**
 * Core's door to symbols, over the debug files the hub holds. Packed symbols are asked where they are there and good, else the debug
 * file itself. What is asked again and again stays open.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  FormatError,
  type Image,
  type ImageOffset,
  namesOf,
  openSymbolSlices,
  openSymcache,
  type SymbolLookup,
  type SymbolProvider,
  type SymbolSlice,
  type Uuid,
  whyMissing,
} from "@windfall/core";
import { type FileSource, fileSource } from "@windfall/core/node";
import { blobPath, type BlobId } from "../stores/blobs/blob-store.ts";
import { type SymcacheFolders, symcacheName } from "../symbols/symcache-files.ts";
import type { HeldSymbols, SymbolQuestion } from "./jobs.ts";

/** Each holds a file handle and the tables read from it so far. */
export const MAX_OPEN_FILES = 8;
/** Packed symbols hold what was asked of them, at most the whole file. */
export const MAX_OPEN_SYMCACHES = 64;
export const MAX_OPEN_SYMCACHE_BYTES: number = 256 << 20;

interface Open {
  readonly source: FileSource;
  readonly slices: readonly SymbolSlice[];
}

export interface HeldSymbolsOptions extends SymcacheFolders {
  readonly ask: (question: SymbolQuestion) => Promise<readonly HeldSymbols[]>;
  /** Told when a debug file had to be asked itself. */
  readonly unpacked: (blob: BlobId, uuid: string) => void;
}

export function createHeldSymbolsProvider({
  blobFolder,
  symcacheFolder,
  ask,
  unpacked,
}: HeldSymbolsOptions): SymbolProvider {
  const files = createOpenFiles(MAX_OPEN_FILES, Infinity);
  const symcaches = createOpenFiles(MAX_OPEN_SYMCACHES, MAX_OPEN_SYMCACHE_BYTES);

  async function sliceOf({ blob, uuid }: HeldSymbols): Promise<SymbolSlice | undefined> {
    const packed = await packedOf(blob, uuid);
    if (packed !== undefined) return packed;
    const slice = await fromFile(blob, uuid);
    if (slice !== undefined) unpacked(blob, uuid);
    return slice;
  }

  async function fromFile(blob: BlobId, uuid: string): Promise<SymbolSlice | undefined> {
    const { slices } = await files.get(blob, async () => {
      const source = await fileSource(blobPath(blobFolder, blob));
      return { source, read: () => openSymbolSlices(source) };
    });
    return slices.find((slice) => slice.uuid === uuid);
  }

  async function packedOf(blob: BlobId, uuid: string): Promise<SymbolSlice | undefined> {
    const name = symcacheName(blob, uuid);
    const path = join(symcacheFolder, name);
    try {
      const { slices } = await symcaches.get(name, async () => {
        const source = await fileSource(path);
        return { source, read: async () => [{ ...(await openSymcache(source)), uuid: uuid as Uuid }] };
      });
      const [slice] = slices;
      return slice && { ...slice, resolve: (offsets) => resolve(slice, offsets) };
    } catch (error) {
      // Of another version, or damaged: it is made again, and until then the debug file answers.
      if (error instanceof FormatError) await rm(path, { force: true });
      else if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      return undefined;
    }

    async function resolve(slice: SymbolSlice, offsets: readonly ImageOffset[]) {
      try {
        return await slice.resolve(offsets);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        await symcaches.drop(name);
        await rm(path, { force: true });
        const fallback = await fromFile(blob, uuid);
        if (fallback === undefined) throw error;
        unpacked(blob, uuid);
        return fallback.resolve(offsets);
      }
    }
  }

  return {
    async find(image: Image): Promise<SymbolLookup> {
      const held = await ask({ uuid: image.uuid, names: namesOf(image) });
      const match = held.find(({ uuid }) => uuid === image.uuid);
      const slice = match && (await sliceOf(match));
      if (match && slice) return { status: "found", slice, path: match.name };
      return whyMissing(
        image,
        held.map(({ uuid, arch, name }) => ({ uuid: uuid as Uuid, arch, path: name })),
      );
    },
  };
}

/** Files by a key; of too many, or too large ones, the one that was not asked for longest is closed. */
function createOpenFiles(maxCount: number, maxBytes: number) {
  const open = new Map<string, Open>();
  let bytes = 0;

  async function drop(key: string): Promise<void> {
    const file = open.get(key);
    if (file === undefined) return;
    open.delete(key);
    bytes -= file.source.size;
    await file.source.close();
  }

  return {
    drop,
    async get(
      key: string,
      openFile: () => Promise<{ readonly source: FileSource; readonly read: () => Promise<readonly SymbolSlice[]> }>,
    ): Promise<Open> {
      const known = open.get(key);
      if (known) {
        // Last used, last out.
        open.delete(key);
        open.set(key, known);
        return known;
      }
      const { source, read } = await openFile();
      try {
        const file = { source, slices: await read() };
        open.set(key, file);
        bytes += source.size;
        for (const oldest of open.keys()) {
          if (open.size <= maxCount && bytes <= maxBytes) break;
          if (oldest === key) break;
          await drop(oldest);
        }
        return file;
      } catch (error) {
        await source.close();
        throw error;
      }
    },
  };
}
