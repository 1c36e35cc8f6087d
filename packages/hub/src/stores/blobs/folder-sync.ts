/** Flushes a folder's names to disk; callers that come while a flush runs share the next one. */
import { open } from "node:fs/promises";

/** Resolves when every rename before the call is on disk. */
export type FolderSync = () => Promise<void>;

export function createFolderSync(path: string): FolderSync {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function flush(): Promise<void> {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  function start(): Promise<void> {
    running = flush().finally(() => {
      running = undefined;
    });
    return running;
  }

  return () => {
    if (!running) return start();
    // The running flush may have begun before the caller's rename.
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
