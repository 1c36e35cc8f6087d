/**
 * What the debug files of a machine hold, kept on the disk: UUIDs and where the code lies, by path, size and time of change. A folder
 * that was looked at once is not read again; a file that changed is. Whatever is wrong with the file of the index, it is made anew.
 *
 *     windfall symbol index 1 <sha256 of what follows>\n
 *     [[path, size, modified, [[path in the zip or "", size, [[uuid, arch, text address, text size, flags], …]], …]], …]
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseUuid, type SymbolSlice } from "@windfall/core";

export type SliceFacts = Pick<SymbolSlice, "uuid" | "arch" | "textAddress" | "textSize" | "hasDebugInfo" | "bitcode">;

/** A debug file, or one in a zip. */
export interface IndexedFile {
  /** As people are told of it; `App.dSYM.zip!/…/App` in a zip. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly slices: readonly SliceFacts[];
}

export interface FileState {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface SymbolIndex {
  /** None in a file that is no debug file; `undefined` for one that is not known as it is now. */
  find(file: FileState): readonly IndexedFile[] | undefined;
  put(file: FileState, held: readonly IndexedFile[]): void;
  forget(path: string): void;
  /** Forgets files below `root` that are not there any more. */
  prune(root: string, there: ReadonlySet<string>): void;
  /** Writes what changed. An index that cannot be written is only slower. */
  save(): void;
}

/** Files of some dozen DeviceSupport folders; beyond it those that were not asked for longest are forgotten. */
export const MAX_INDEXED_FILES = 200_000;
/** Such an index has some 40 MB. */
export const MAX_INDEX_BYTES: number = 128 << 20;

const FILE_NAME = "symbols.index";
const HAS_DEBUG_INFO = 1;
const IS_BITCODE = 2;
const MAGIC = "windfall symbol index 1 ";

/** `folder` undefined: nothing is kept. */
export function openSymbolIndex(folder: string | undefined, maxFiles: number = MAX_INDEXED_FILES): SymbolIndex {
  const path = folder && join(folder, FILE_NAME);
  const known = new Map<string, Omit<FileState, "path"> & { readonly held: readonly IndexedFile[] }>();
  let changed = false;
  if (path !== undefined) {
    for (const row of readRows(path)) {
      const { path: of, ...state } = row;
      known.set(of, state);
    }
  }

  return {
    find({ path, sizeBytes, modifiedMs }) {
      const file = known.get(path);
      if (file === undefined || file.sizeBytes !== sizeBytes || file.modifiedMs !== modifiedMs) return undefined;
      // Last used, last out.
      known.delete(path);
      known.set(path, file);
      return file.held;
    },
    put({ path, sizeBytes, modifiedMs }, held) {
      known.delete(path);
      known.set(path, { sizeBytes, modifiedMs, held });
      changed = true;
    },
    forget(path) {
      changed = known.delete(path) || changed;
    },
    prune(root, there) {
      const prefix = root.endsWith("/") ? root : `${root}/`;
      for (const path of known.keys()) {
        if (path.startsWith(prefix) && !there.has(path)) changed = known.delete(path) || changed;
      }
    },
    save() {
      if (!changed || folder === undefined || path === undefined) return;
      const left = [...known].slice(-maxFiles);
      const body = JSON.stringify(left.map(([of, file]) => rowOf(of, file)));
      const temporary = `${path}.${process.pid}`;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(temporary, `${MAGIC}${sumOf(body)}\n${body}`, { mode: 0o600 });
        renameSync(temporary, path);
        changed = false;
      } catch {
        // A home that may not be written to, a full disk.
        removed(temporary);
      }
    },
  };
}

/** Where macOS and Linux keep what can be made again; `undefined` where there is no home. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME: xdg = "", HOME: home = "" } = env;
  if (xdg.startsWith("/")) return join(xdg, "windfall");
  // A service's account may name a home that is not there: none is made.
  if (!home.startsWith("/") || !existsSync(home)) return undefined;
  const caches = join(home, "Library/Caches");
  return existsSync(caches) ? join(caches, "windfall") : join(home, ".cache/windfall");
}

function removed(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It lies where nothing can be written.
  }
}

type Row = FileState & { readonly held: readonly IndexedFile[] };

function rowOf(path: string, { sizeBytes, modifiedMs, held }: Omit<Row, "path">): unknown[] {
  const inZip = (shown: string) => (shown === path ? "" : shown.slice(path.length));
  const slices = (of: readonly SliceFacts[]) =>
    of.map(({ uuid, arch, textAddress, textSize, hasDebugInfo, bitcode }) => [
      uuid,
      arch,
      textAddress.toString(16),
      textSize,
      (hasDebugInfo ? HAS_DEBUG_INFO : 0) + (bitcode ? IS_BITCODE : 0),
    ]);
  return [path, sizeBytes, modifiedMs, held.map((file) => [inZip(file.path), file.sizeBytes, slices(file.slices)])];
}

function readRows(path: string): readonly Row[] {
  try {
    if (statSync(path).size > MAX_INDEX_BYTES) return [];
    const text = readFileSync(path, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (text.slice(0, Math.max(end, 0)) !== MAGIC + sumOf(body)) return [];
    return list(JSON.parse(body)).map(row);
  } catch {
    // Not there, not readable, not ours.
    return [];
  }
}

const sumOf = (body: string): string => createHash("sha256").update(body).digest("hex");

function row(value: unknown): Row {
  const [path, sizeBytes, modifiedMs, held] = list(value);
  const of = text(path);
  return {
    path: of,
    sizeBytes: number(sizeBytes),
    modifiedMs: number(modifiedMs),
    held: list(held).map((file) => {
      const [inZip, size, slices] = list(file);
      return { path: of + text(inZip), sizeBytes: number(size), slices: list(slices).map(sliceFacts) };
    }),
  };
}

function sliceFacts(value: unknown): SliceFacts {
  const [uuid, arch, textAddress, textSize, flags] = list(value);
  const parsed = parseUuid(text(uuid));
  if (parsed === undefined) throw new TypeError("no UUID");
  return {
    uuid: parsed,
    arch: text(arch),
    textAddress: BigInt(`0x${text(textAddress)}`),
    textSize: number(textSize),
    hasDebugInfo: (number(flags) & HAS_DEBUG_INFO) !== 0,
    ...((number(flags) & IS_BITCODE) !== 0 && { bitcode: true }),
  };
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError("no list");
  return value as readonly unknown[];
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("no text");
  return value;
}

function number(value: unknown): number {
  if (typeof value !== "number") throw new TypeError("no number");
  return value;
}
