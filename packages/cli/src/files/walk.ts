/** Files below a folder, in name order. Bounded, and safe against symbolic links that lead back up. */
import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** Deeper folders are left out: an archive of archives stays below 12. */
export const MAX_DEPTH = 32;
/** Files and folders looked at under one path; a home folder given by mistake ends here. */
export const MAX_ENTRIES = 200_000;

export interface WalkedFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface Walk {
  /** Whether to go into a folder of this name. */
  readonly enter?: (name: string, path: string) => boolean;
  readonly maxDepth?: number;
  readonly maxEntries?: number;
  /** Told once when the walk ended before all was seen. */
  readonly onLimit?: (limit: "depth" | "entries", path: string) => void;
}

/** What cannot be read below `root` is passed over; `root` itself must be readable. */
export function* walkFiles(root: string, walk: Walk = {}): Generator<WalkedFile> {
  const { enter = () => true, maxDepth = MAX_DEPTH, maxEntries = MAX_ENTRIES, onLimit = () => {} } = walk;
  const seen = new Set<string>();
  const told = new Set<string>();
  let entries = 0;
  yield* walkFolder(root, 0);

  function* walkFolder(folder: string, depth: number): Generator<WalkedFile> {
    const real = realpathSync.native(folder);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of namesIn(folder, depth === 0)) {
      if (++entries > maxEntries) {
        limit("entries", folder);
        return;
      }
      const path = join(folder, name);
      const status = statusOf(path);
      if (status?.isFile()) yield { path, name, sizeBytes: status.size, modifiedMs: status.mtimeMs };
      else if (status?.isDirectory() && enter(name, path)) {
        if (depth + 1 > maxDepth) limit("depth", path);
        else yield* walkFolder(path, depth + 1);
      }
    }
  }

  function limit(kind: "depth" | "entries", path: string): void {
    if (told.has(kind)) return;
    told.add(kind);
    onLimit(kind, path);
  }
}

/** What a walk that ended early says of itself. */
export function limitMessage(limit: "depth" | "entries"): string {
  return limit === "depth"
    ? `folders deeper than ${MAX_DEPTH} are not looked into`
    : `more than ${MAX_ENTRIES} files and folders; the rest is not looked at, name a smaller folder`;
}

/** `true` for a folder; throws where nothing is. */
export function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

function namesIn(folder: string, isRoot: boolean): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isRoot) throw error;
    return [];
  }
}

/** `undefined` for what is gone, may not be looked at, or is a link that leads to itself. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
