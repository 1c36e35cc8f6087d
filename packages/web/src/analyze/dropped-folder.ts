/**
 * A dropped folder where the page itself was opened from a disk: Chromium answers no `FileSystemEntry` there, but it hands out
 * handles. Limits as for entries.
 */
import { MAX_ENTRIES, MAX_FILES } from "../features/symbols/dropped-files.ts";
import type { GivenFile } from "./messages.ts";

export type Handle =
  | { readonly kind: "file"; readonly name: string; getFile(): Promise<File> }
  | { readonly kind: "directory"; readonly name: string; values(): AsyncIterable<Handle> };

/** Must be called in the drop event itself. Absent where the browser has no handles. */
export function handleOf(item: DataTransferItem): Promise<Handle | null> | undefined {
  const withHandles = item as DataTransferItem & { getAsFileSystemHandle?(): Promise<Handle | null> };
  return withHandles.getAsFileSystemHandle?.();
}

export async function filesOfHandle(root: Handle, wanted: (path: string) => boolean): Promise<readonly GivenFile[]> {
  const found: GivenFile[] = [];
  const queue = [{ handle: root, path: root.name }];
  for (let visited = 0; visited < queue.length && visited < MAX_ENTRIES && found.length < MAX_FILES; visited++) {
    const next = queue[visited];
    if (!next) break;
    const { handle, path } = next;
    if (handle.kind === "file") {
      if (wanted(path)) found.push({ path, file: await handle.getFile() });
      continue;
    }
    for await (const child of handle.values()) {
      if (queue.length >= MAX_ENTRIES) break;
      queue.push({ handle: child, path: `${path}/${child.name}` });
    }
  }
  return found;
}
