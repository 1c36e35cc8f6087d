/** Sessions and sign-in links, and the people they belong to. */
import { unlessFull } from "../stores/disk-full.ts";
import type { StateDb } from "../stores/state/schema.ts";
import type { Person } from "./caller.ts";
import { nameKey } from "./names.ts";
import type { SecretHash } from "./secrets.ts";

interface NewSecret {
  readonly hash: SecretHash;
  readonly personId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** How a session began. */
export type SessionBeginning = "link" | "password" | "invitation";

interface StoredSession {
  readonly hash: SecretHash;
  readonly by: SessionBeginning;
  readonly device: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface AccessStore {
  hasPeople(): Promise<boolean>;
  /** Somebody came in at least once. */
  hasSignedIn(): Promise<boolean>;
  /** The first admin. */
  owner(): Promise<Person | undefined>;
  addPerson(person: Person, createdAt: string): Promise<void>;
  addLink(link: NewSecret): Promise<void>;
  dropUnusedLinks(personId: string): Promise<void>;
  /** The person of a link that is valid now; it cannot be used again. */
  useLink(hash: SecretHash, now: string): Promise<Person | undefined>;
  /** Also notes that the person came in. */
  addSession(session: NewSecret & { readonly by: SessionBeginning; readonly device: string }): Promise<void>;
  personOfSession(
    hash: SecretHash,
    now: string,
  ): Promise<(Person & { readonly lastUsedAt: string | null }) | undefined>;
  sessionUsed(hash: SecretHash, now: string): Promise<void>;
  /** Latest use first. */
  sessionsOf(personId: string, now: string): Promise<StoredSession[]>;
  dropSession(hash: SecretHash): Promise<void>;
  dropOtherSessions(personId: string, kept: SecretHash): Promise<number>;
  dropExpired(now: string): Promise<void>;
}

export function createAccessStore(db: StateDb): AccessStore {
  const people = () =>
    db.selectFrom("people").select(["people.id", "people.name", "people.role"]).where("people.removed_at", "is", null);
  return {
    hasPeople: async () => (await people().limit(1).executeTakeFirst()) !== undefined,
    hasSignedIn: async () =>
      (await people().where("last_sign_in_at", "is not", null).limit(1).executeTakeFirst()) !== undefined,
    owner: () => people().where("role", "=", "admin").orderBy("created_at").limit(1).executeTakeFirst(),
    async addPerson(person, createdAt) {
      await db
        .insertInto("people")
        .values({
          ...person,
          name_key: nameKey(person.name),
          password: null,
          created_at: createdAt,
          last_sign_in_at: null,
          removed_at: null,
        })
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
    async useLink(hash, now) {
      const link = await db
        .updateTable("sign_in_links")
        .set({ used_at: now })
        .where("hash", "=", hash)
        .where("used_at", "is", null)
        .where("expires_at", ">", now)
        .returning("person_id")
        .executeTakeFirst();
      return link && people().where("id", "=", link.person_id).executeTakeFirst();
    },
    addSession: ({ hash, personId, createdAt, expiresAt, by, device }) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto("sessions")
          .values({
            hash,
            person_id: personId,
            created_at: createdAt,
            expires_at: expiresAt,
            began_by: by,
            device,
            last_used_at: createdAt,
          })
          .execute();
        await tx.updateTable("people").set({ last_sign_in_at: createdAt }).where("id", "=", personId).execute();
      }),
    personOfSession: (hash, now) =>
      people()
        .innerJoin("sessions", "sessions.person_id", "people.id")
        .select("sessions.last_used_at as lastUsedAt")
        .where("sessions.hash", "=", hash)
        .where("sessions.expires_at", ">", now)
        .executeTakeFirst(),
    async sessionUsed(hash, now) {
      await unlessFull(db.updateTable("sessions").set({ last_used_at: now }).where("hash", "=", hash).execute());
    },
    async sessionsOf(personId, now) {
      const rows = await db
        .selectFrom("sessions")
        .select(["hash", "began_by as by", "device", "created_at as createdAt", "last_used_at as lastUsedAt"])
        .where("person_id", "=", personId)
        .where("expires_at", ">", now)
        .orderBy("last_used_at", "desc")
        .orderBy("hash")
        .execute();
      return rows.map((row) => ({ ...row, hash: row.hash as SecretHash }));
    },
    async dropSession(hash) {
      await db.deleteFrom("sessions").where("hash", "=", hash).execute();
    },
    async dropOtherSessions(personId, kept) {
      const { numDeletedRows } = await db
        .deleteFrom("sessions")
        .where("person_id", "=", personId)
        .where("hash", "!=", kept)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
    async dropExpired(now) {
      await db.deleteFrom("sessions").where("expires_at", "<=", now).execute();
      await db.deleteFrom("sign_in_links").where("expires_at", "<=", now).execute();
    },
  };
}
