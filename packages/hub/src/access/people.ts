/** Who belongs to the hub: invitations, roles, removal, and signing in with a name and a password. */
import type { Role } from "@windfall/api";
import { AppError } from "../app-error.ts";
import { type Chance, iso } from "../clock.ts";
import type { Access, Session } from "./access.ts";
import type { Actor, SignedIn } from "./caller.ts";
import { nameKey } from "./names.ts";
import type { Passwords } from "./passwords.ts";
import type { PeopleStore, StoredInvitation, StoredPerson } from "./people-store.ts";
import { hashSecret, newToken } from "./secrets.ts";
import type { Tries } from "./tries.ts";

const DAY_MS = 24 * 3600 * 1000;
export const INVITATION_DAYS = 7;

/** Where a request comes from. */
export interface Origin {
  readonly address: string;
  readonly device: string;
}

export interface People {
  list(): Promise<{ people: readonly StoredPerson[]; invitations: readonly StoredInvitation[] }>;
  /** The token is for the link, and told once. */
  invite(name: string, role: Role, actor: Actor): Promise<{ invitation: StoredInvitation; token: string }>;
  revokeInvitation(id: string, actor: Actor): Promise<void>;
  open(token: string, origin: Origin): Promise<StoredInvitation>;
  accept(token: string, name: string, password: string, origin: Origin): Promise<Session>;
  signIn(name: string, password: string, origin: Origin): Promise<Session>;
  /** `current` is needed by those who have a password. Ends the other sessions. */
  setPassword(
    caller: SignedIn,
    given: { readonly name: string; readonly password: string; readonly current?: string },
    origin: Origin,
  ): Promise<void>;
  setRole(id: string, role: Role, actor: Actor): Promise<void>;
  link(id: string, actor: Actor): Promise<{ token: string; expiresAt: string }>;
  remove(id: string, actor: Actor): Promise<void>;
}

export interface PeopleDeps {
  readonly store: PeopleStore;
  readonly access: Access;
  readonly passwords: Passwords;
  readonly tries: Tries;
  readonly chance: Chance;
  readonly newId: () => string;
}

export function createPeople({ store, access, passwords, tries, chance, newId }: PeopleDeps): People {
  const { clock, random } = chance;
  const now = () => iso(clock());
  const entry = (actor: Actor, action: string, subject: string, detail = "") => ({
    id: newId(),
    at: now(),
    actor,
    action,
    subject,
    detail,
  });

  /** Guesses at links count for the address alone: what they name is not known. */
  async function validInvitation(token: string, { address }: Origin): Promise<StoredInvitation> {
    tries.count(`invitation at ${address}`, address);
    const invitation = await store.findInvitation(hashSecret(token), now());
    if (!invitation) throw invitationInvalid();
    tries.succeeded(`invitation at ${address}`, address);
    return invitation;
  }

  return {
    async list() {
      return { people: await store.all(now()), invitations: await store.openInvitations(now()) };
    },
    async invite(name, role, actor) {
      if (await store.findByName(name)) throw new AppError("name-taken", "somebody here has this name already");
      const token = newToken(random);
      const invitation: StoredInvitation = {
        id: newId(),
        name,
        role,
        createdAt: now(),
        expiresAt: iso(clock() + INVITATION_DAYS * DAY_MS),
        createdBy: actor.name,
      };
      const log = entry(actor, "invite", invitation.id, `${name}, ${role}`);
      await store.addInvitation({ ...invitation, hash: hashSecret(token) }, log);
      return { invitation, token };
    },
    async revokeInvitation(id, actor) {
      if (!(await store.revokeInvitation(id, entry(actor, "revoke-invitation", id)))) {
        throw new AppError("not-found", "no open invitation has this id");
      }
    },
    open: validInvitation,
    async accept(token, name, password, origin) {
      await validInvitation(token, origin);
      const hash = await passwords.hash(password);
      const person = await store.accept(hashSecret(token), { id: newId(), name, password: hash }, now());
      if (!person) throw invitationInvalid();
      return access.begin(person, "invitation", origin.device);
    },
    async signIn(name, password, origin) {
      const key = nameKey(name);
      tries.count(key, origin.address);
      const found = await store.findByName(name);
      if (!(await passwords.matches(password, found?.password)) || !found) {
        throw new AppError("sign-in-failed", "no person here has this name and this password");
      }
      tries.succeeded(key, origin.address);
      return access.begin(found.person, "password", origin.device);
    },
    async setPassword({ person, session }, { name, password, current }, origin) {
      const stored = await store.passwordOf(person.id);
      if (stored !== undefined) {
        const key = nameKey(person.name);
        tries.count(key, origin.address);
        if (!(await passwords.matches(current ?? "", stored))) {
          throw new AppError("sign-in-failed", "this is not the current password");
        }
        tries.succeeded(key, origin.address);
      }
      await store.setPassword(person.id, name, await passwords.hash(password));
      await access.endOthers({ id: person.id }, session);
    },
    setRole: (id, role, actor) => store.setRole(id, role, entry(actor, "set-role", id, role)),
    async link(id, actor) {
      const person = await store.find(id);
      if (!person) throw new AppError("person-not-found", "nobody here has this id");
      const link = await access.linkFor(person);
      await store.log(entry(actor, "make-link", id, person.name));
      return link;
    },
    remove: (id, actor) => store.remove(id, entry(actor, "remove-person", id)),
  };
}

const invitationInvalid = () =>
  new AppError("invitation-invalid", "this invitation was used, revoked or is out of date; ask for a new one");
