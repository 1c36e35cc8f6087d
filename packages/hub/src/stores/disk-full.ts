/** How each of the stores says that there is no room left. */
const ERRNO = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const SQLITE_FULL = 13;
/** The engine's words: its own check before a write, and what the system told it. */
const ENGINE =
  /NOT_ENOUGH_SPACE|No space left on device|Cannot reserve [\d.]+ \w+, not enough space|File too large|Disk quota exceeded/;

export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_FULL) return true;
  if ("code" in error && ERRNO.has(String(error.code))) return true;
  return ENGINE.test(error.message) || isDiskFull(error.cause);
}

/** For a note that is not worth the answer it is made beside: on a full disk reading goes on without it. */
export async function unlessFull(note: Promise<unknown>): Promise<void> {
  try {
    await note;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}
