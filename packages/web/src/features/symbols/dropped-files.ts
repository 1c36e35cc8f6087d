/**
 * The debug files in what was dropped or chosen. A `.dSYM` and an `.xcarchive` are folders: of those, the Mach-O files in
 * `Contents/Resources/DWARF` are taken; a zip or a single file goes as it is.
 */

export interface DebugFile {
  readonly name: string;
  readonly file: File;
}

/** A dropped folder may be a whole disk: it is not searched without end. */
export const MAX_ENTRIES = 20_000;
export const MAX_FILES = 500;

/** Whether a path inside a dropped folder is a debug file. */
export function isDebugPath(path: string): boolean {
  return /\.dSYM\/Contents\/Resources\/DWARF\/[^/]+$/i.test(path);
}

/** Must be called in the drop event itself: the list of items is empty afterwards. */
export function droppedEntries(transfer: DataTransfer): readonly FileSystemEntry[] {
  return [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
}

export const debugFiles = (entries: readonly FileSystemEntry[]): Promise<readonly DebugFile[]> =>
  droppedFiles(entries, isDebugPath);

/** Of folders only the files whose path is `wanted`; what was dropped itself is always among them. */
export async function droppedFiles(
  entries: readonly FileSystemEntry[],
  wanted: (path: string) => boolean,
): Promise<readonly DebugFile[]> {
  const found: DebugFile[] = [];
  const queue = entries.map((entry) => ({ entry, chosen: true }));
  for (let visited = 0; visited < queue.length && visited < MAX_ENTRIES && found.length < MAX_FILES; visited++) {
    const next = queue[visited];
    if (!next) break;
    const { entry, chosen } = next;
    if (isDirectory(entry)) {
      for (const child of await readDirectory(entry)) queue.push({ entry: child, chosen: false });
    } else if (isFile(entry) && (chosen || wanted(entry.fullPath))) {
      found.push({
        name: entry.fullPath.replace(/^\//, ""),
        file: await new Promise<File>((done, fail) => entry.file(done, fail)),
      });
    }
  }
  return found;
}

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** A directory is read in portions until one is empty. */
async function readDirectory(directory: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = directory.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (portion.length === 0 || entries.length >= MAX_ENTRIES) return entries;
    entries.push(...portion);
  }
}
