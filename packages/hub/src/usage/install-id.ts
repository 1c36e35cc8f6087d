/**
 * The random id that an app makes at its first start and sends with its usage and its crashes. It is stored hashed: what joins
 * the two must not be something that could be looked up elsewhere.
 */
import { hash } from "node:crypto";
import { idOfDigest } from "../ids.ts";

/** On the request that brings reports. */
export const INSTALL_HEADER = "x-windfall-install-id";
/** The same for senders that know only a URL. */
export const INSTALL_PARAM = "install";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PLAIN = /^[\x21-\x7e]{8,200}$/;
const ONLY_ZEROS = /^[0-]+$/;

/** Undefined when this cannot tell one install from another. */
export function installOf(id: string): string | undefined {
  const readable = readInstallId(id);
  return readable === undefined ? undefined : hashInstallId(readable);
}

/** The id in the one form that is hashed. */
export function readInstallId(id: string): string | undefined {
  const trimmed = id.trim();
  if (!PLAIN.test(trimmed) || ONLY_ZEROS.test(trimmed)) return undefined;
  // Swift writes a UUID in capitals, most others do not.
  return UUID.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

export function hashInstallId(readable: string): string {
  return idOfDigest(hash("sha256", readable, "buffer"));
}

export function installOfRequest(request: Request): string | undefined {
  const told = request.headers.get(INSTALL_HEADER) ?? new URL(request.url).searchParams.get(INSTALL_PARAM);
  return told === null ? undefined : installOf(told);
}
