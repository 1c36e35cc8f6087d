/** Debug files in memory by UUID: what the CLI found in folders, what was dropped on a page. */
import type { Image, Uuid } from "../report.ts";
import type { SymbolLookup, SymbolProvider, SymbolSlice } from "./provider.ts";

export interface SymbolCollection extends SymbolProvider {
  /** `path` is shown to people and gives the name of the binary: `App.app.dSYM/Contents/Resources/DWARF/App`. */
  add(path: string, slices: readonly SymbolSlice[]): void;
  /** In the order of adding. */
  readonly files: readonly CollectedFile[];
}

export interface CollectedFile {
  readonly path: string;
  readonly slices: readonly SymbolSlice[];
}

/** A slice that is held under the name of an image. */
export interface HeldSlice {
  readonly uuid: Uuid;
  readonly arch: string;
  readonly path?: string;
  readonly bitcode?: true;
}

/**
 * An empty collection to add slices to.
 *
 * @example
 * const symbols = createSymbolCollection();
 * symbols.add(path, await openSymbolSlices(source));
 */
export function createSymbolCollection(): SymbolCollection {
  const files: CollectedFile[] = [];
  const byUuid = new Map<string, { readonly slice: SymbolSlice; readonly path: string }>();
  const byName = new Map<string, HeldSlice[]>();
  return {
    files,
    add(path, slices) {
      files.push({ path, slices });
      const name = fileName(path);
      const held = byName.get(name) ?? [];
      byName.set(name, held);
      for (const slice of slices) {
        const { uuid, arch, bitcode } = slice;
        held.push({ uuid, arch, path, ...(bitcode && { bitcode }) });
        // A binary and its dSYM have one UUID; whichever has the lines wins, then the first.
        const known = byUuid.get(slice.uuid);
        if (known === undefined || (slice.hasDebugInfo && !known.slice.hasDebugInfo)) {
          byUuid.set(slice.uuid, { slice, path });
        }
      }
    },
    async find(image) {
      const known = image.uuid === undefined ? undefined : byUuid.get(image.uuid);
      if (known !== undefined) return { status: "found", ...known };
      return whyMissing(
        image,
        namesOf(image).flatMap((name) => byName.get(name) ?? []),
      );
    },
  };
}

/**
 * What to say of an image whose UUID is not held, given the slices held under its name. The UUID alone decides whether
 * a slice fits (an arm64 dSYM never stands in for arm64e); the architecture only tells which mistake was made.
 */
export function whyMissing(image: Image, held: readonly HeldSlice[]): Exclude<SymbolLookup, { status: "found" }> {
  const sameArch = held.find(({ arch }) => image.arch === undefined || arch === image.arch);
  const other = sameArch ?? held[0];
  if (other === undefined) return { status: "missing" };
  const path = other.path === undefined ? {} : { path: other.path };
  if (sameArch !== undefined) {
    return { status: "uuid-mismatch", ...path, uuid: sameArch.uuid, ...(sameArch.bitcode && { bitcode: true }) };
  }
  const archs = new Set(held.filter((slice) => slice.path === other.path).map(({ arch }) => arch));
  return { status: "wrong-architecture", ...path, arch: [...archs].join(", ") };
}

/** The names under which the debug file of an image may be held: the binary's, which is not always what reports print. */
export function namesOf(image: Image): readonly string[] {
  const names = image.path === undefined ? [] : [fileName(image.path)];
  return [...new Set([...names, image.name])].filter((name) => name !== "");
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
