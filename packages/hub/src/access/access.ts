/** Sign-in links and sessions: who may in. Every secret is shown once, by whoever asked for it, and stored as a hash. */
import { AppError } from "../app-error.ts";
import { type Chance, iso } from "../clock.ts";
import { unlessFull } from "../stores/disk-full.ts";
import { type Caller, type Person, THE_HUB } from "./caller.ts";
import { type Keys, LAST_USED_STEP_MS } from "./keys.ts";
import { hashSecret, newToken, type SecretHash } from "./secrets.ts";
import type { AccessStore, SessionBeginning } from "./store.ts";

const DAY_MS = 24 * 3600 * 1000;
export const LINK_DAYS = 7;
export const SESSION_DAYS = 30;
/** Characters of a session's hash that stand for it in lists: no secret, and nothing to sign in with. */
const SESSION_ID_LENGTH = 20;

export interface FirstSecrets {
  readonly ingestKey: string;
  readonly apiKey: string;
}

/** One that just began. */
export interface Session {
  readonly person: Person;
  readonly sessionToken: string;
  readonly expiresAt: string;
}

export interface ListedSession {
  readonly id: string;
  readonly device: string;
  readonly by: SessionBeginning;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly current: boolean;
}

export interface Access {
  /** On the very first start: an owner and two keys. */
  firstStart(): Promise<FirstSecrets | undefined>;
  /** Nobody has ever used a link: the one that was printed may be lost. */
  neverSignedIn(): Promise<boolean>;
  /** The token of a new one-time link for the owner; earlier unused links stop working. */
  newSignInLink(): Promise<string>;
  /** The same for anybody. */
  linkFor(person: Pick<Person, "id">): Promise<{ token: string; expiresAt: string }>;
  signIn(token: string, device?: string): Promise<Session>;
  begin(person: Person, by: SessionBeginning, device: string): Promise<Session>;
  signOut(session: SecretHash): Promise<void>;
  sessionsOf(person: Pick<Person, "id">, current: SecretHash): Promise<ListedSession[]>;
  /** False when the person has no such session. */
  endSession(person: Pick<Person, "id">, id: string): Promise<boolean>;
  /** How many there were. */
  endOthers(person: Pick<Person, "id">, current: SecretHash): Promise<number>;
  callerOfSession(sessionToken: string): Promise<Caller | undefined>;
  callerOfKey(key: string): Promise<Caller | undefined>;
}

export interface AccessDeps {
  readonly store: AccessStore;
  readonly keys: Keys;
  readonly chance: Chance;
  readonly newId: () => string;
}

export function createAccess({ store, keys, chance, newId }: AccessDeps): Access {
  const { clock, random } = chance;
  const now = () => iso(clock());
  const inDays = (days: number) => iso(clock() + days * DAY_MS);

  const access: Access = {
    async firstStart() {
      await unlessFull(store.dropExpired(now()));
      if (await store.hasPeople()) return undefined;
      const ingest = await keys.create({ kind: "ingest", name: "first ingest key" }, THE_HUB);
      const api = await keys.create({ kind: "api", name: "first API key", right: "admin" }, THE_HUB);
      // Last: a start that was cut short before this line begins anew.
      await store.addPerson({ id: newId(), name: "Owner", role: "admin" }, now());
      return { ingestKey: ingest.secret, apiKey: api.secret };
    },
    neverSignedIn: async () => !(await store.hasSignedIn()),
    async newSignInLink() {
      const owner = await store.owner();
      if (!owner) throw new AppError("internal", "the hub has no owner");
      return (await access.linkFor(owner)).token;
    },
    async linkFor({ id }) {
      const token = newToken(random);
      const expiresAt = inDays(LINK_DAYS);
      await store.dropUnusedLinks(id);
      await store.addLink({ hash: hashSecret(token), personId: id, createdAt: now(), expiresAt });
      return { token, expiresAt };
    },
    async signIn(token, device = "") {
      const person = await store.useLink(hashSecret(token), now());
      if (!person) {
        throw new AppError(
          "sign-in-link-invalid",
          "this link was used before or is out of date; `windfall people link` on the hub's machine prints a new one",
        );
      }
      return access.begin(person, "link", device);
    },
    async begin(person, by, device) {
      const sessionToken = newToken(random);
      const expiresAt = inDays(SESSION_DAYS);
      await store.addSession({
        hash: hashSecret(sessionToken),
        personId: person.id,
        createdAt: now(),
        expiresAt,
        by,
        device,
      });
      return { person, sessionToken, expiresAt };
    },
    signOut: (session) => store.dropSession(session),
    async sessionsOf({ id }, current) {
      const sessions = await store.sessionsOf(id, now());
      return sessions.map(({ hash, createdAt, lastUsedAt, ...session }) => ({
        ...session,
        id: hash.slice(0, SESSION_ID_LENGTH),
        createdAt,
        lastUsedAt: lastUsedAt ?? createdAt,
        current: hash === current,
      }));
    },
    async endSession({ id: personId }, id) {
      const sessions = await store.sessionsOf(personId, now());
      const session = sessions.find(({ hash }) => hash.slice(0, SESSION_ID_LENGTH) === id);
      if (session) await store.dropSession(session.hash);
      return session !== undefined;
    },
    endOthers: ({ id }, current) => store.dropOtherSessions(id, current),
    async callerOfSession(sessionToken) {
      const session = hashSecret(sessionToken);
      const found = await store.personOfSession(session, now());
      if (!found) return undefined;
      const { lastUsedAt, ...person } = found;
      if (lastUsedAt === null || Date.parse(lastUsedAt) < clock() - LAST_USED_STEP_MS) {
        await store.sessionUsed(session, now());
      }
      return { kind: "person", person, session };
    },
    callerOfKey: (key) => keys.callerOf(key),
  };
  return access;
}
