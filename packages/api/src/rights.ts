/** Who may do what: the one table of it. The hub enforces it for every route; pages leave out what the reader may not do. */

/**
 * What a route asks of its caller. `open`: nothing. `ingest`: an ingest key or better. `read`, `write`, `admin`: a role, or an API key
 * with that right. `keys`: whoever may give keys away: people, with their own rights at most. `person`: somebody signed in, about themselves.
 */
export type Access = "open" | "ingest" | "read" | "write" | "keys" | "admin" | "person";

export const ROLES = ["admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may do; each includes the one before. */
export const KEY_RIGHTS = ["read", "write", "admin"] as const;
export type KeyRight = (typeof KEY_RIGHTS)[number];

export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Access[]>> = {
  viewer: ["open", "read", "person"],
  member: ["open", "read", "person", "write", "ingest", "keys"],
  admin: ["open", "read", "person", "write", "ingest", "keys", "admin"],
};

export const RIGHTS_OF_KEY: Readonly<Record<KeyRight | "send", readonly Access[]>> = {
  send: ["open", "ingest"],
  read: ["open", "read"],
  write: ["open", "read", "write", "ingest"],
  admin: ["open", "read", "write", "ingest", "keys", "admin"],
};

/** Whether somebody with `own` rights may make a key with this one: it must do nothing that they may not. */
export const mayGive = (own: readonly Access[], right: KeyRight | "send"): boolean =>
  RIGHTS_OF_KEY[right].every((access) => own.includes(access));
