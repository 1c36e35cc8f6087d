/** People, their sessions and links, and keys. */
import type { StateDb } from "../stores/state/schema.ts";
import type { Person } from "./caller.ts";
import type { KeyKind, SecretHash } from "./secrets.ts";

export interface NewSecret {
  readonly hash: SecretHash;
  readonly personId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface AccessStore {
  hasPeople(): Promise<boolean>;
  /** Somebody came in at least once. */
  hasSignedIn(): Promise<boolean>;
  owner(): Promise<Person | undefined>;
  addPerson(person: Person, createdAt: string): Promise<void>;
  addLink(link: NewSecret): Promise<void>;
  dropUnusedLinks(personId: string): Promise<void>;
  /** The person of a link that is valid now; it cannot be used again. */
  useLink(hash: SecretHash, now: string): Promise<Person | undefined>;
  addSession(session: NewSecret): Promise<void>;
  personOfSession(hash: SecretHash, now: string): Promise<Person | undefined>;
  dropSession(hash: SecretHash): Promise<void>;
  dropExpired(now: string): Promise<void>;
  addKey(key: {
    id: string;
    kind: KeyKind;
    hash: SecretHash;
    prefix: string;
    name: string;
    createdAt: string;
  }): Promise<void>;
  /** A key that was not revoked. */
  findKey(hash: SecretHash): Promise<{ id: string; kind: KeyKind; lastUsedAt: string | null } | undefined>;
  keyUsed(id: string, now: string): Promise<void>;
  revokeKey(id: string, now: string): Promise<boolean>;
}

export function createAccessStore(db: StateDb): AccessStore {
  const people = () => db.selectFrom("people").select(["people.id", "people.name", "people.role"]);
  return {
    hasPeople: async () => (await people().limit(1).executeTakeFirst()) !== undefined,
    hasSignedIn: async () =>
      (await people().where("last_sign_in_at", "is not", null).limit(1).executeTakeFirst()) !== undefined,
    owner: () => people().where("role", "=", "admin").orderBy("created_at").limit(1).executeTakeFirst(),
    async addPerson(person, createdAt) {
      await db
        .insertInto("people")
        .values({ ...person, created_at: createdAt, last_sign_in_at: null })
        .execute();
    },
    async addLink(link) {
      await db
        .insertInto("sign_in_links")
        .values({
          hash: link.hash,
          person_id: link.personId,
          created_at: link.createdAt,
          expires_at: link.expiresAt,
          used_at: null,
        })
        .execute();
    },
    async dropUnusedLinks(personId) {
      await db.deleteFrom("sign_in_links").where("person_id", "=", personId).where("used_at", "is", null).execute();
    },
    useLink: (hash, now) =>
      db.transaction().execute(async (tx) => {
        const link = await tx
          .updateTable("sign_in_links")
          .set({ used_at: now })
          .where("hash", "=", hash)
          .where("used_at", "is", null)
          .where("expires_at", ">", now)
          .returning("person_id")
          .executeTakeFirst();
        if (!link) return undefined;
        await tx.updateTable("people").set({ last_sign_in_at: now }).where("id", "=", link.person_id).execute();
        return tx
          .selectFrom("people")
          .select(["id", "name", "role"])
          .where("id", "=", link.person_id)
          .executeTakeFirst();
      }),
    async addSession(session) {
      await db
        .insertInto("sessions")
        .values({
          hash: session.hash,
          person_id: session.personId,
          created_at: session.createdAt,
          expires_at: session.expiresAt,
        })
        .execute();
    },
    personOfSession: (hash, now) =>
      people()
        .innerJoin("sessions", "sessions.person_id", "people.id")
        .where("sessions.hash", "=", hash)
        .where("sessions.expires_at", ">", now)
        .executeTakeFirst(),
    async dropSession(hash) {
      await db.deleteFrom("sessions").where("hash", "=", hash).execute();
    },
    async dropExpired(now) {
      await db.deleteFrom("sessions").where("expires_at", "<=", now).execute();
      await db.deleteFrom("sign_in_links").where("expires_at", "<=", now).execute();
    },
    async addKey({ createdAt, ...key }) {
      await db
        .insertInto("keys")
        .values({ ...key, created_at: createdAt, last_used_at: null, revoked_at: null })
        .execute();
    },
    findKey: (hash) =>
      db
        .selectFrom("keys")
        .select(["id", "kind", "last_used_at as lastUsedAt"])
        .where("hash", "=", hash)
        .where("revoked_at", "is", null)
        .executeTakeFirst(),
    async keyUsed(id, now) {
      await db.updateTable("keys").set({ last_used_at: now }).where("id", "=", id).execute();
    },
    async revokeKey(id, now) {
      const { numUpdatedRows } = await db
        .updateTable("keys")
        .set({ revoked_at: now })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}
