/** Keys, sign-in links and sessions: who may in. Every secret is shown once, by whoever asked for it, and stored as a hash. */
import { AppError } from "../app-error.ts";
import { type Chance, iso } from "../clock.ts";
import type { Caller, Person } from "./caller.ts";
import { hashSecret, type KeyKind, newKey, newToken, type SecretHash, shownPrefix } from "./secrets.ts";
import type { AccessStore } from "./store.ts";

const DAY_MS = 24 * 3600 * 1000;
export const LINK_DAYS = 7;
export const SESSION_DAYS = 30;
/** `last used` is for people; writing it on every request would be one commit each. */
const LAST_USED_STEP_MS = 60_000;

export interface FirstSecrets {
  readonly ingestKey: string;
  readonly apiKey: string;
}

export interface Access {
  /** On the very first start: an owner and two keys. */
  firstStart(): Promise<FirstSecrets | undefined>;
  /** Nobody has ever used a link: the one that was printed may be lost. */
  neverSignedIn(): Promise<boolean>;
  /** The token of a new one-time link for the owner; earlier unused links stop working. */
  newSignInLink(): Promise<string>;
  signIn(token: string): Promise<{ person: Person; sessionToken: string; expiresAt: string }>;
  signOut(session: SecretHash): Promise<void>;
  callerOfSession(sessionToken: string): Promise<Caller | undefined>;
  callerOfKey(key: string): Promise<Caller | undefined>;
  createKey(kind: KeyKind, name: string): Promise<{ id: string; key: string }>;
  revokeKey(id: string): Promise<void>;
}

export function createAccess(store: AccessStore, chance: Chance, newId: () => string): Access {
  const { clock, random } = chance;
  const now = () => iso(clock());
  const inDays = (days: number) => iso(clock() + days * DAY_MS);

  const access: Access = {
    async firstStart() {
      await store.dropExpired(now());
      if (await store.hasPeople()) return undefined;
      const ingest = await access.createKey("ingest", "first ingest key");
      const api = await access.createKey("api", "first API key");
      // Last: a start that was cut short before this line begins anew.
      await store.addPerson({ id: newId(), name: "Owner", role: "admin" }, now());
      return { ingestKey: ingest.key, apiKey: api.key };
    },
    neverSignedIn: async () => !(await store.hasSignedIn()),
    async newSignInLink() {
      const owner = await store.owner();
      if (!owner) throw new AppError("internal", "the hub has no owner");
      const token = newToken(random);
      await store.dropUnusedLinks(owner.id);
      await store.addLink({
        hash: hashSecret(token),
        personId: owner.id,
        createdAt: now(),
        expiresAt: inDays(LINK_DAYS),
      });
      return token;
    },
    async signIn(token) {
      const person = await store.useLink(hashSecret(token), now());
      if (!person) {
        throw new AppError(
          "sign-in-link-invalid",
          "this link was used before or is out of date; `windfall people link` on the hub's machine prints a new one",
        );
      }
      const sessionToken = newToken(random);
      const expiresAt = inDays(SESSION_DAYS);
      await store.addSession({ hash: hashSecret(sessionToken), personId: person.id, createdAt: now(), expiresAt });
      return { person, sessionToken, expiresAt };
    },
    signOut: (session) => store.dropSession(session),
    async callerOfSession(sessionToken) {
      const session = hashSecret(sessionToken);
      const person = await store.personOfSession(session, now());
      return person && { kind: "person", person, session };
    },
    async callerOfKey(key) {
      const found = await store.findKey(hashSecret(key));
      if (!found) return undefined;
      if (found.lastUsedAt === null || Date.parse(found.lastUsedAt) < clock() - LAST_USED_STEP_MS) {
        await store.keyUsed(found.id, now());
      }
      return { kind: found.kind === "ingest" ? "ingest-key" : "api-key" };
    },
    async createKey(kind, name) {
      const key = newKey(kind, random);
      const id = newId();
      await store.addKey({ id, kind, hash: hashSecret(key), prefix: shownPrefix(key), name, createdAt: now() });
      return { id, key };
    },
    async revokeKey(id) {
      if (!(await store.revokeKey(id, now())))
        throw new AppError("key-not-found", `no key ${id} that could be revoked`);
    },
  };
  return access;
}
