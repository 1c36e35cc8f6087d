/**
 * How much one key, person or address may ask for: a token bucket each, in memory. The limits are there to keep one sender from taking
 * the hub from all others, so they lie far above what devices and pages do.
 */
import { TooSoon } from "../app-error.ts";
import type { Caller } from "../access/caller.ts";
import type { Clock } from "../clock.ts";

export interface Limit {
  /** Requests at once after a pause. */
  readonly burst: number;
  readonly perSecond: number;
}

export const LIMITS = {
  /** All of an app's devices share one key. */
  ingestKey: { burst: 10_000, perSecond: 5_000 },
  apiKey: { burst: 2_000, perSecond: 200 },
  person: { burst: 2_000, perSecond: 200 },
  /** A whole office, a build farm or a proxy may be one address. */
  address: { burst: 20_000, perSecond: 10_000 },
  /** Requests of an address with a wrong key or none. */
  stranger: { burst: 1_000, perSecond: 20 },
} as const satisfies Record<string, Limit>;

/** Beyond this many senders the one unheard of for longest is forgotten. */
export const MAX_BUCKETS = 50_000;

export interface RateLimiter {
  /** Throws `rate-limited` when the bucket is empty. */
  take(kind: keyof typeof LIMITS, who: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

export function createRateLimiter(clock: Clock): RateLimiter {
  const buckets = new Map<string, Bucket>();

  function filled(kind: keyof typeof LIMITS, who: string): Bucket {
    const key = `${kind} ${who}`;
    const limit = LIMITS[kind];
    const now = clock();
    const known = buckets.get(key);
    const bucket = known ?? { tokens: limit.burst, at: now };
    if (known) buckets.delete(key);
    // Inserted anew, so that the first in the map is the one unheard of for longest.
    buckets.set(key, bucket);
    if (buckets.size > MAX_BUCKETS) {
      const [oldest] = buckets.keys();
      if (oldest !== undefined) buckets.delete(oldest);
    }
    // A clock that was set back gives nothing, and takes nothing.
    const seconds = Math.max(0, now - bucket.at) / 1000;
    bucket.tokens = Math.min(limit.burst, bucket.tokens + seconds * limit.perSecond);
    bucket.at = now;
    return bucket;
  }

  return {
    take(kind, who) {
      const bucket = filled(kind, who);
      if (bucket.tokens < 1) {
        throw new TooSoon("too many requests; slow down", (1 - bucket.tokens) / LIMITS[kind].perSecond);
      }
      bucket.tokens--;
    },
  };
}

/** What a known caller is counted as. */
export function takeFor(limiter: RateLimiter, caller: Caller): void {
  if (caller.kind === "ingest-key") limiter.take("ingestKey", caller.id);
  if (caller.kind === "api-key") limiter.take("apiKey", caller.id);
  if (caller.kind === "person") limiter.take("person", caller.person.id);
}
