/**
 * Passwords are kept as scrypt hashes (RFC 7914), made by the OpenSSL in Node: no dependency, and memory-hard. Each hash says with what it
 * was made, as `$scrypt$ln=15,r=8,p=3$salt$hash`, so that the cost can grow while older ones still work.
 */
import { scrypt, timingSafeEqual } from "node:crypto";
import { TooSoon } from "../app-error.ts";
import type { RandomBytes } from "../clock.ts";

/** `ln` is the logarithm of scrypt's N. */
export interface Cost {
  readonly ln: number;
  readonly r: 8;
  readonly p: number;
}

/** 32 MiB and about 0.15 s for one: of the settings OWASP names as equal, the one that takes least memory from the hub. */
const COST: Cost = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** What a stored hash may ask for at most. */
const MAX_LN = 18;
const MAX_P = 16;
/** One is computed at a time, so that signing in never takes more memory than one hash; others wait, but not any number of them. */
export const MAX_WAITING = 64;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for somebody who does not exist (`undefined`) as for a wrong password. */
  matches(password: string, stored: string | undefined): Promise<boolean>;
}

export function createPasswords(random: RandomBytes, cost: Cost = COST): Passwords {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const nobody = { ...cost, salt: Buffer.from(random(SALT_BYTES)), hash: Buffer.alloc(HASH_BYTES) };

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= MAX_WAITING) throw new TooSoon("many people are signing in at this moment", 10);
    waiting++;
    const result = last.then(work);
    last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      waiting--;
    }
  }

  return {
    async hash(password) {
      const salt = Buffer.from(random(SALT_BYTES));
      const hash = await inTurn(() => derive(password, { ...cost, salt }));
      return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString("base64")}$${hash.toString("base64")}`;
    },
    async matches(password, stored) {
      const kept = (stored === undefined ? undefined : parseHash(stored)) ?? nobody;
      const hash = await inTurn(() => derive(password, kept));
      return timingSafeEqual(hash, kept.hash) && kept !== nobody;
    },
  };
}

interface Parameters extends Cost {
  readonly salt: Buffer;
}

function derive(password: string, { ln, r, p, salt }: Parameters): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    // The same letters typed on two keyboards may be other code points: they are the same password.
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, { N, r, p, maxmem: 256 * r * (N + p + 2) }, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}

function parseHash(text: string): (Parameters & { readonly hash: Buffer }) | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=8,p=(\d{1,2})\$([\w+/=]{1,64})\$([\w+/=]{1,128})$/.exec(text);
  if (!match) return undefined;
  const [, ln, p, salt = "", hash = ""] = match;
  const parsed = {
    ln: Number(ln),
    r: 8 as const,
    p: Number(p),
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
  const sane = parsed.ln >= 1 && parsed.ln <= MAX_LN && parsed.p >= 1 && parsed.p <= MAX_P;
  return sane && parsed.hash.length === HASH_BYTES ? parsed : undefined;
}
