/** A disk that tests can fill: a tmpfs of its own, where the machine lets us mount one. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { makeFolder, removeFolder } from "./events.ts";

export interface SmallDisk {
  /** Until not one byte more fits. */
  fill(): void;
  /** Takes so much of the filling away; all of it if not told. */
  free(bytes?: number): void;
  readonly freeBytes: () => number;
}

/** Why no disk can be mounted here; undefined when one can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== "linux") return "a disk to fill is mounted on Linux only";
  if (process.getuid?.() !== 0) return "only root may mount a disk to fill";
  const folder = makeFolder();
  try {
    mount(folder, BLOCK);
    unmount(folder);
    return undefined;
  } catch (error) {
    return `no disk to fill can be mounted: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    removeFolder(folder);
  }
}

const BLOCK = 4_096;
const FILLING = "filling";

/** Over the folder, which is made; gone with the test, so whatever uses it must be asked for later. */
export function mountSmallDisk(folder: string, sizeBytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mount(folder, sizeBytes);
  onTestFinished(() => unmount(folder));
  const path = join(folder, FILLING);
  let filled = 0;
  return {
    fill() {
      const file = openSync(path, "a");
      try {
        for (let size = 256 * BLOCK; size >= BLOCK;) {
          try {
            filled += writeSync(file, Buffer.alloc(size));
          } catch (error) {
            if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
            size /= 2;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free(bytes) {
      if (bytes === undefined) {
        rmSync(path, { force: true });
        filled = 0;
        return;
      }
      filled = Math.max(0, filled - bytes);
      truncateSync(path, filled);
    },
    freeBytes: () => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
  };
}

function mount(folder: string, sizeBytes: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes},mode=700`, "tmpfs", folder], { stdio: "pipe" });
}

/** Also while a process that just ends still holds a file. */
function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder]);
}
