/** Flushes a folder's names to disk; callers that come while a flush runs share the next one. */
import { type FileHandle, open } from "node:fs/promises";

export interface FolderSync {
  /** Resolves when every rename before the call is on disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function createFolderSync(path: string): FolderSync {
  // Stays open: a store has 256 folders at most, and each is flushed again and again.
  let folder: Promise<FileHandle> | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function flushNow(): Promise<void> {
    folder ??= open(path, "r");
    await (await folder).sync();
  }

  function start(): Promise<void> {
    running = flushNow().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    flush() {
      if (!running) return start();
      // The running flush may have begun before the caller's rename.
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return start();
        });
      return next;
    },
    async close() {
      const open = folder;
      folder = undefined;
      await (await open)?.close();
    },
  };
}
