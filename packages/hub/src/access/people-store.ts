/** People, their invitations, and the log of what was done to either and to keys. */
import type { Role } from "@windfall/api";
import { AppError } from "../app-error.ts";
import type { StateTx } from "../pipeline/store.ts";
import type { StateDb } from "../stores/state/schema.ts";
import type { Actor, Person } from "./caller.ts";
import { nameKey } from "./names.ts";
import type { SecretHash } from "./secrets.ts";

export interface StoredPerson extends Person {
  readonly hasPassword: boolean;
  readonly createdAt: string;
  readonly lastActiveAt: string | null;
  readonly sessions: number;
}

export interface StoredInvitation {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly createdBy: string;
}

export interface LogEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: Actor;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

export interface PeopleStore {
  all(now: string): Promise<StoredPerson[]>;
  find(id: string): Promise<Person | undefined>;
  /** With what the password is compared to. */
  findByName(name: string): Promise<{ readonly person: Person; readonly password: string | undefined } | undefined>;
  passwordOf(id: string): Promise<string | undefined>;
  setPassword(id: string, name: string, password: string): Promise<void>;
  /** Throws `last-admin` rather than leave nobody who may invite. */
  setRole(id: string, role: Role, log: LogEntry): Promise<void>;
  remove(id: string, log: LogEntry): Promise<void>;
  addInvitation(invitation: StoredInvitation & { readonly hash: SecretHash }, log: LogEntry): Promise<void>;
  openInvitations(now: string): Promise<StoredInvitation[]>;
  findInvitation(hash: SecretHash, now: string): Promise<StoredInvitation | undefined>;
  /** The new person; undefined for a link that is not valid now. Throws `name-taken`. */
  accept(hash: SecretHash, person: NewPerson, now: string): Promise<Person | undefined>;
  revokeInvitation(id: string, log: LogEntry): Promise<boolean>;
  log(entry: LogEntry): Promise<void>;
}

interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly password: string;
}

export function createPeopleStore(db: StateDb): PeopleStore {
  const invitations = (now: string) =>
    db
      .selectFrom("invitations")
      .select(["id", "name", "role", "created_at as createdAt", "expires_at as expiresAt", "created_by as createdBy"])
      .where("accepted_at", "is", null)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now);
  return {
    async all(now) {
      const people = await db
        .selectFrom("people")
        .select(["id", "name", "role", "password", "created_at as createdAt", "last_sign_in_at as lastSignInAt"])
        .where("removed_at", "is", null)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      const sessions = await db
        .selectFrom("sessions")
        .select((e) => [
          "person_id as personId",
          e.fn.countAll<number>().as("count"),
          e.fn.max("last_used_at").as("lastUsedAt"),
        ])
        .where("expires_at", ">", now)
        .groupBy("person_id")
        .execute();
      const byPerson = new Map(sessions.map((row) => [row.personId, row]));
      return people.map(({ password, lastSignInAt, ...person }) => ({
        ...person,
        hasPassword: password !== null,
        lastActiveAt: byPerson.get(person.id)?.lastUsedAt ?? lastSignInAt,
        sessions: byPerson.get(person.id)?.count ?? 0,
      }));
    },
    find: (id) => present(db).where("id", "=", id).executeTakeFirst(),
    async findByName(name) {
      const row = await present(db).select("password").where("name_key", "=", nameKey(name)).executeTakeFirst();
      if (!row) return undefined;
      const { password, ...person } = row;
      return { person, password: password ?? undefined };
    },
    async passwordOf(id) {
      const row = await db.selectFrom("people").select("password").where("id", "=", id).executeTakeFirst();
      return row?.password ?? undefined;
    },
    setPassword: (id, name, password) =>
      db.transaction().execute(async (tx) => {
        await requireFreeName(tx, name, id);
        await tx
          .updateTable("people")
          .set({ name, name_key: nameKey(name), password })
          .where("id", "=", id)
          .execute();
      }),
    setRole: (id, role, log) =>
      db.transaction().execute(async (tx) => {
        const person = await requirePerson(tx, id);
        if (role !== "admin") await requireOtherAdmin(tx, person);
        await tx.updateTable("people").set({ role }).where("id", "=", id).execute();
        await write(tx, log);
      }),
    remove: (id, log) =>
      db.transaction().execute(async (tx) => {
        await requireOtherAdmin(tx, await requirePerson(tx, id));
        await tx.deleteFrom("sessions").where("person_id", "=", id).execute();
        await tx.deleteFrom("sign_in_links").where("person_id", "=", id).execute();
        await tx.updateTable("people").set({ removed_at: log.at, password: null }).where("id", "=", id).execute();
        await write(tx, log);
      }),
    addInvitation: ({ id, hash, name, role, createdAt, expiresAt, createdBy }, log) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto("invitations")
          .values({
            id,
            hash,
            name,
            role,
            created_at: createdAt,
            created_by: createdBy,
            expires_at: expiresAt,
            accepted_at: null,
            person_id: null,
            revoked_at: null,
          })
          .execute();
        await write(tx, log);
      }),
    openInvitations: (now) => invitations(now).orderBy("created_at").orderBy("id").execute(),
    findInvitation: (hash, now) => invitations(now).where("hash", "=", hash).executeTakeFirst(),
    accept: (hash, { id, name, password }, now) =>
      db.transaction().execute(async (tx) => {
        const invitation = await tx
          .updateTable("invitations")
          .set({ accepted_at: now })
          .where("hash", "=", hash)
          .where("accepted_at", "is", null)
          .where("revoked_at", "is", null)
          .where("expires_at", ">", now)
          .returning(["id", "role"])
          .executeTakeFirst();
        if (!invitation) return undefined;
        await requireFreeName(tx, name, id);
        const { role } = invitation;
        await tx
          .insertInto("people")
          .values({
            id,
            name,
            name_key: nameKey(name),
            role,
            password,
            created_at: now,
            last_sign_in_at: now,
            removed_at: null,
          })
          .execute();
        await tx.updateTable("invitations").set({ person_id: id }).where("id", "=", invitation.id).execute();
        return { id, name, role };
      }),
    revokeInvitation: (id, log) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("invitations")
          .set({ revoked_at: log.at })
          .where("id", "=", id)
          .where("accepted_at", "is", null)
          .where("revoked_at", "is", null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await write(tx, log);
        return true;
      }),
    log: (entry) => write(db, entry),
  };
}

const present = (db: StateDb | StateTx) =>
  db.selectFrom("people").select(["id", "name", "role"]).where("removed_at", "is", null);

async function requirePerson(tx: StateTx, id: string): Promise<Person> {
  const person = await present(tx).where("id", "=", id).executeTakeFirst();
  if (!person) throw new AppError("person-not-found", "nobody here has this id");
  return person;
}

async function requireOtherAdmin(tx: StateTx, { id, role }: Person): Promise<void> {
  if (role !== "admin") return;
  const other = await present(tx).where("role", "=", "admin").where("id", "!=", id).limit(1).executeTakeFirst();
  if (!other) throw new AppError("last-admin", "this is the only admin: make somebody else an admin first");
}

async function requireFreeName(tx: StateTx, name: string, id: string): Promise<void> {
  const other = await present(tx).where("name_key", "=", nameKey(name)).where("id", "!=", id).executeTakeFirst();
  if (other) throw new AppError("name-taken", "somebody here has this name already; people sign in with it");
}

async function write(db: StateDb | StateTx, { actor, ...entry }: LogEntry): Promise<void> {
  await db
    .insertInto("access_log")
    .values({ ...entry, actor: actor.id, actor_name: actor.name })
    .execute();
}
