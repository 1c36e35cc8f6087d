/** Keys and tokens: made from 160 bits of chance, shown once, kept only as SHA-256 (nothing weaker could be guessed back). */
import { createHash } from "node:crypto";
import type { RandomBytes } from "../clock.ts";

declare const unit: unique symbol;
/** What is stored of a secret. */
export type SecretHash = string & { readonly [unit]: "SecretHash" };

export type KeyKind = "ingest" | "api";
const PREFIX = { ingest: "wfi_", api: "wfk_" } as const satisfies Record<KeyKind, string>;
const SHOWN_CHARACTERS = 8;

export function newKey(kind: KeyKind, random: RandomBytes): string {
  return PREFIX[kind] + newToken(random);
}

export function newToken(random: RandomBytes): string {
  return Buffer.from(random(20)).toString("base64url");
}

export function hashSecret(secret: string): SecretHash {
  return createHash("sha256").update(secret).digest("hex") as SecretHash;
}

/** Enough to tell keys apart in a list. */
export const shownPrefix = (key: string): string => key.slice(0, SHOWN_CHARACTERS);
