/** Keys for devices, tools and scripts: made by a person, shown once, good until revoked. */
import type { NewKey } from "@windfall/api";
import { AppError } from "../app-error.ts";
import { type Chance, iso } from "../clock.ts";
import type { Actor, Caller } from "./caller.ts";
import type { KeysStore, StoredKey } from "./keys-store.ts";
import { hashSecret, newKey, shownPrefix } from "./secrets.ts";

/** `last used` is for people; writing it on every request would be one commit each. */
export const LAST_USED_STEP_MS = 60_000;

export interface Keys {
  callerOf(secret: string): Promise<Caller | undefined>;
  create(wanted: NewKey, actor: Actor): Promise<{ key: StoredKey; secret: string }>;
  /** Of `owner` only, where one is told. */
  all(owner?: Actor): Promise<readonly StoredKey[]>;
  revoke(id: string, actor: Actor, owner?: Actor): Promise<void>;
}

export function createKeys(store: KeysStore, { clock, random }: Chance, newId: () => string): Keys {
  return {
    async callerOf(secret) {
      const found = await store.find(hashSecret(secret));
      if (!found) return undefined;
      const { id, name, right, apps, lastUsedAt } = found;
      if (lastUsedAt === null || Date.parse(lastUsedAt) < clock() - LAST_USED_STEP_MS) {
        await store.used(id, iso(clock()));
      }
      if (right === "send") return { kind: "ingest-key", id, name };
      return { kind: "api-key", id, name, right, ...(apps && { apps: new Set(apps) }) };
    },
    async create(wanted, actor) {
      const apps = wanted.kind === "api" ? (wanted.apps ?? null) : null;
      const right = wanted.kind === "api" ? wanted.right : "send";
      if (right === "admin" && apps) {
        throw new AppError(
          "bad-request",
          "a key with the right `admin` is for all apps: what it manages belongs to none",
        );
      }
      const secret = newKey(wanted.kind, random);
      const key: StoredKey = {
        id: newId(),
        kind: wanted.kind,
        name: wanted.name,
        prefix: shownPrefix(secret),
        right,
        apps,
        createdAt: iso(clock()),
        createdBy: actor.name,
        owner: actor.id,
        lastUsedAt: null,
        revokedAt: null,
        revokedBy: null,
      };
      const { lastUsedAt: _used, revokedAt: _at, revokedBy: _by, ...row } = key;
      await store.add({ ...row, hash: hashSecret(secret) });
      return { key, secret };
    },
    async all(owner) {
      const keys = await store.all();
      return owner ? keys.filter((key) => key.owner === owner.id) : keys;
    },
    async revoke(id, actor, owner) {
      if (!(await store.revoke(id, actor.name, iso(clock()), owner?.id))) {
        throw new AppError("key-not-found", `no key ${id} that could be revoked`);
      }
    },
  };
}
