/** How often a secret that people choose may be guessed: per person and per address, in memory. */
import { TooSoon } from "../app-error.ts";
import type { Clock } from "../clock.ts";

export const TRIES_PER_PERSON = 5;
/** Several people may share an address. */
export const TRIES_PER_ADDRESS = 20;
export const PAUSE_MS = 15 * 60_000;
/** Beyond this many names and addresses the oldest are forgotten. */
export const MAX_REMEMBERED = 10_000;

export interface Tries {
  /** Counts one try, before its outcome is known; throws `rate-limited` when there were too many. */
  count(nameKey: string, address: string): void;
  /** It was the right one: the person's tries are forgotten, and the address gets this one back. */
  succeeded(nameKey: string, address: string): void;
}

interface Entry {
  readonly tries: number;
  /** Forgotten then. */
  readonly until: number;
}

export function createTries(clock: Clock): Tries {
  const entries = new Map<string, Entry>();
  const current = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (!entry || entry.until <= clock()) return undefined;
    // Longer than a pause can be: the clock was set back, and nobody is to wait for it.
    return { ...entry, until: Math.min(entry.until, clock() + PAUSE_MS) };
  };
  const remember = (key: string, tries: number) => {
    // Set anew, so that the first in the map is the one least recently tried.
    entries.delete(key);
    entries.set(key, { tries, until: clock() + PAUSE_MS });
    const [oldest] = entries.keys();
    if (entries.size > MAX_REMEMBERED && oldest !== undefined) entries.delete(oldest);
  };
  return {
    count(nameKey, address) {
      const limits = [
        [`person ${nameKey}`, TRIES_PER_PERSON],
        [`address ${address}`, TRIES_PER_ADDRESS],
      ] as const;
      for (const [key, limit] of limits) {
        const entry = current(key);
        if (entry && entry.tries >= limit) {
          entries.set(key, entry);
          throw new TooSoon("too many tries; wait, or use a sign-in link", (entry.until - clock()) / 1000);
        }
      }
      for (const [key] of limits) remember(key, (current(key)?.tries ?? 0) + 1);
    },
    succeeded(nameKey, address) {
      entries.delete(`person ${nameKey}`);
      const own = current(`address ${address}`);
      if (own) entries.set(`address ${address}`, { ...own, tries: own.tries - 1 });
    },
  };
}
