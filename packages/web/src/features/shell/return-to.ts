/** Where somebody wanted to go before signing in. The link opens in the same browser, often in another tab. */
const KEY = "windfall-return-to";
/** An address somebody was sent a day ago is not where they want to be now. */
const MAX_AGE_MS = 3_600_000;

export function rememberAddress(storage: Storage, address: string, nowMs: number): void {
  if (!isOwn(address) || address === "/") return;
  storage.setItem(KEY, JSON.stringify({ address, at: nowMs }));
}

/** Once: the next sign-in starts anew. */
export function takeAddress(storage: Storage, nowMs: number): string {
  const text = storage.getItem(KEY);
  storage.removeItem(KEY);
  if (text === null) return "/";
  try {
    const { address, at } = JSON.parse(text) as { address?: unknown; at?: unknown };
    const fresh = typeof at === "number" && nowMs - at < MAX_AGE_MS;
    return fresh && typeof address === "string" && isOwn(address) ? address : "/";
  } catch {
    return "/";
  }
}

/** A path of this hub, not of another host (`//example.org`), and not the sign-in page itself. */
const isOwn = (address: string) => /^\/(?![/\\])/.test(address) && !address.startsWith("/sign-in");
