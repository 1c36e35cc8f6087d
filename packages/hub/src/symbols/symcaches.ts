/**
 * Has symbols packed in the background, one slice at a time in a thread of its own: a 400 MB dSYM keeps nobody waiting. Until it is
 * done, and where it fails, the debug file itself is asked.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorField, type Logger } from "../logger.ts";
import type { WorkerPool } from "../pipeline/worker-pool.ts";
import type { BlobId } from "../stores/blobs/blob-store.ts";
import { isSymcacheName, symcacheName } from "./symcache-files.ts";

export interface HeldFile {
  readonly blob: BlobId;
  readonly uuid: string;
}

export interface SymcacheProgress {
  readonly total: number;
  readonly done: number;
  /** Those that cannot be packed: the debug file itself is asked. */
  readonly failed: number;
}

export interface Symcaches {
  /** Packs it soon, unless that is done or was in vain. */
  want(file: HeldFile): void;
  /** Removes packed symbols that belong to nothing and packs what lacks them; with `anew` all. Resolves when that is done. */
  refresh(options?: {
    readonly anew?: boolean;
    readonly progress?: (progress: SymcacheProgress) => void;
  }): Promise<void>;
  remove(file: HeldFile): Promise<void>;
  close(): Promise<void>;
}

export interface SymcachesDeps {
  readonly folder: string;
  /** For nothing else. */
  readonly workers: WorkerPool;
  readonly held: () => Promise<readonly HeldFile[]>;
  readonly logger: Logger;
}

export function createSymcaches({ folder, workers, held, logger }: SymcachesDeps): Symcaches {
  const waiting = new Map<string, HeldFile>();
  const failed = new Set<string>();
  let running: Promise<void> | undefined;
  let closed = false;

  const keyOf = ({ blob, uuid }: HeldFile): string => symcacheName(blob, uuid);

  async function work(): Promise<void> {
    for (const [key, file] of waiting) {
      if (closed) return;
      waiting.delete(key);
      await pack(key, file);
    }
  }

  async function pack(key: string, file: HeldFile): Promise<boolean> {
    try {
      const { sizeBytes, isNew } = await workers.run<"symcache">({ kind: "symcache", ...file });
      if (isNew) logger.info({ uuid: file.uuid, sizeBytes }, "symbols are packed");
      return true;
    } catch (error) {
      if (closed) return false;
      failed.add(key);
      logger.warn(
        { uuid: file.uuid, error: errorField(error) },
        "symbols cannot be packed; the debug file itself is asked",
      );
      return false;
    }
  }

  function start(): Promise<void> {
    running ??= work().finally(() => {
      running = undefined;
      if (waiting.size > 0 && !closed) void start();
    });
    return running;
  }

  async function names(): Promise<string[]> {
    try {
      return await readdir(folder);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    }
  }

  return {
    want(file) {
      const key = keyOf(file);
      if (closed || failed.has(key)) return;
      waiting.set(key, file);
      void start();
    },
    async refresh({ anew = false, progress } = {}) {
      const files = await held();
      const wanted = new Set(files.map(keyOf));
      for (const name of await names()) {
        if (anew || !isSymcacheName(name) || !wanted.has(name)) await rm(join(folder, name), { force: true });
      }
      failed.clear();
      let done = 0;
      let inVain = 0;
      for (const file of files) {
        if (closed) return;
        if (await pack(keyOf(file), file)) done++;
        else inVain++;
        progress?.({ total: files.length, done, failed: inVain });
      }
    },
    async remove(file) {
      waiting.delete(keyOf(file));
      await rm(join(folder, keyOf(file)), { force: true });
    },
    async close() {
      closed = true;
      waiting.clear();
      await workers.close();
      await running;
    },
  };
}
