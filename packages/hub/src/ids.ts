/**
 * Ids that sort by the time they were made: 48 bits of milliseconds and 80 of chance in Crockford's base 32, lower case
 * (a ULID). Within one millisecond the chance counts up, so that the order of arrival is the order of ids.
 */
import type { Chance } from "./clock.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CHANCE_BITS = 80n;

export function createIds({ clock, random }: Chance): () => string {
  let lastMs = -1;
  let chance = 0n;
  return () => {
    const now = Math.max(clock(), lastMs);
    if (now === lastMs) {
      chance = BigInt.asUintN(80, chance + 1n);
    } else {
      lastMs = now;
      // The top bit stays free: counting up cannot overflow within a millisecond.
      chance = BigInt.asUintN(79, bigintOf(random(10)));
    }
    return base32((BigInt(now) << CHANCE_BITS) | chance, 26);
  };
}

/** A short id that is always the same for the same bytes; 80 bits. */
export function idOfDigest(digest: Uint8Array): string {
  return base32(bigintOf(digest.subarray(0, 10)), 16);
}

function bigintOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function base32(value: bigint, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    text = (ALPHABET[Number(value & 31n)] ?? "") + text;
    value >>= 5n;
  }
  return text;
}
