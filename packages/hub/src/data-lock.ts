/**
 * One hub per data folder. The lock is a write transaction that stays open on a database of its own: the system lets go
 * of it with the process, however that ends, so a killed hub leaves nothing to clean up.
 */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "./app-error.ts";

export interface DataLock {
  release(): void;
}

export function lockDataFolder(folder: string): DataLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Made before by somebody else, a container's volume say: raw reports and sessions are nobody else's.
  chmodSync(folder, 0o700);
  const database = new DatabaseSync(join(folder, "hub.lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if (!isBusy(cause)) throw cause;
    throw new AppError(
      "data-folder-locked",
      `another hub already runs on ${folder}: stop it, or choose another folder with --data`,
      cause,
    );
  }
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
