/** Why a hub did not start, in one sentence with the way out. Everything else is a bug and keeps its stack. */
import { isDiskFull } from "./stores/disk-full.ts";

export interface StartSettings {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOT_A_DATABASE = 26;

export function startFailure(error: unknown, { dataFolder, host, port }: StartSettings): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const errcode = "errcode" in error ? Number(error.errcode) & 0xff : undefined;
  if (errcode === SQLITE_NOT_A_DATABASE || errcode === SQLITE_CORRUPT) {
    return `the state in ${dataFolder} is damaged (${error.message}): put back a copy of state.db, or choose another folder with --data`;
  }
  if (isDiskFull(error)) return `no space left for ${dataFolder}: free some, or choose another folder with --data`;
  const code = "code" in error ? String(error.code) : "";
  const syscall = "syscall" in error ? String(error.syscall) : "";
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} is taken: stop what listens there, or choose another with --port`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is no address of this machine: choose another with --host`;
    case "EACCES":
    case "EPERM":
      return syscall === "listen"
        ? `this user may not listen on port ${port}: choose one above 1023 with --port`
        : `this user may not write to ${dataFolder}: change its owner, or choose another folder with --data`;
    case "EEXIST":
    case "ENOTDIR":
      return `${dataFolder} is a file, not a folder: choose another with --data`;
    case "EROFS":
      return `${dataFolder} lies on a read-only disk: choose another folder with --data`;
    default:
      return undefined;
  }
}
