/** Files out of a drop, a chooser or the clipboard, under the names people know them by. */
import { mayHoldReports, reportName } from "@windfall/core";
import { droppedFiles, isDebugPath, MAX_FILES } from "../features/symbols/dropped-files.ts";
import { filesOfHandle, type Handle, handleOf } from "./dropped-folder.ts";
import type { GivenFile } from "./messages.ts";

/** Of a folder: its debug files, its archives, and what is named like a report. */
export function isWanted(path: string): boolean {
  if (isDebugPath(path)) return true;
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  if (!parts.slice(0, -1).every(mayHoldReports)) return false;
  return reportName(name) !== "other" || /\.zip$/i.test(name);
}

/** Must be called in the drop event itself: the list of items is empty afterwards. */
export async function fromDrop(transfer: DataTransfer): Promise<readonly GivenFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const asked = items.map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
    handle: handleOf(item)?.catch(() => null),
  }));
  const found: GivenFile[] = [];
  for (const { entry, file, handle } of asked) {
    if (entry?.isDirectory) found.push(...(await inFolder(entry, handle)));
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}

async function inFolder(
  entry: FileSystemEntry,
  asked: Promise<Handle | null> | undefined,
): Promise<readonly GivenFile[]> {
  try {
    const found = await droppedFiles([entry], isWanted);
    return foundFiles(found.map(({ name, file }) => ({ path: name, file })));
  } catch (error) {
    const handle = await asked;
    if (!handle) throw error;
    return foundFiles(await filesOfHandle(handle, isWanted));
  }
}

/** `chosen` names files one by one, or those of a folder with their paths in it. */
export function fromChooser(chosen: FileList | null): readonly GivenFile[] {
  const files = [...(chosen ?? [])].map((file) => ({ path: file.webkitRelativePath, file }));
  const named = files.filter(({ path }) => path === "").map(({ file }) => ({ path: file.name, file }));
  const inFolders = files.filter(({ path }) => path !== "" && isWanted(path)).slice(0, MAX_FILES);
  return [...named, ...foundFiles(inFolders)];
}

/** An .xccrashpoint holds each report twice; the copy in `LocallySymbolicated` has more names in it. */
export function foundFiles(files: readonly GivenFile[]): readonly GivenFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const hasBetterCopy = (path: string) => paths.has(path.replace(/(\/Logs)(\/[^/]+)$/, "$1/LocallySymbolicated$2"));
  return files
    .filter(({ path }) => !/\/Logs\/[^/]+$/.test(path) || !hasBetterCopy(path))
    .map((given) => ({ ...given, found: true }));
}

export function fromClipboard(clipboard: DataTransfer): readonly GivenFile[] {
  const files = [...clipboard.files].map((file) => ({ path: file.name, file }));
  if (files.length > 0) return files;
  const text = clipboard.getData("text/plain");
  return text.trim() === "" ? [] : [{ path: "Pasted text", file: new Blob([text]) }];
}
