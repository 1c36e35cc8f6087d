/** What admins do: people, invitations, keys; members their own keys. */
import { mayGive } from "@windfall/api";
import { AppError } from "../app-error.ts";
import type { AppsStore } from "../apps/store.ts";
import type { Handlers } from "../http/handlers.ts";
import { type Actor, actorOf, type Caller, mayCall, rightsOf } from "./caller.ts";
import type { Keys } from "./keys.ts";
import type { StoredKey } from "./keys-store.ts";
import type { People } from "./people.ts";
import { invitationAddress, signInAddress } from "./sign-in-link.ts";

export interface AdminRoutesDeps {
  readonly people: People;
  readonly keys: Keys;
  readonly apps: Pick<AppsStore, "all">;
  readonly publicUrl: string;
}

type AdminRoutes = Pick<
  Handlers,
  | "people"
  | "invite"
  | "revokeInvitation"
  | "setRole"
  | "linkForPerson"
  | "removePerson"
  | "keys"
  | "createKey"
  | "revokeKey"
>;

export function adminRoutes({ people, keys, apps, publicUrl }: AdminRoutesDeps): AdminRoutes {
  return {
    async people({ caller }) {
      const listed = await people.list();
      const you = caller.kind === "person" ? caller.person.id : undefined;
      return {
        body: {
          people: listed.people.map((person) => ({ ...person, you: person.id === you })),
          invitations: [...listed.invitations],
        },
      };
    },
    async invite({ caller, body }) {
      const { invitation, token } = await people.invite(body.name, body.role, actorOf(caller));
      return { body: { invitation, url: invitationAddress(publicUrl, token) } };
    },
    async revokeInvitation({ caller, params }) {
      await people.revokeInvitation(params.invitationId, actorOf(caller));
      return { body: {} };
    },
    async setRole({ caller, params, body }) {
      await people.setRole(params.personId, body.role, actorOf(caller));
      return { body: {} };
    },
    async linkForPerson({ caller, params }) {
      const { token, expiresAt } = await people.link(params.personId, actorOf(caller));
      return { body: { url: signInAddress(publicUrl, token), expiresAt } };
    },
    async removePerson({ caller, params }) {
      await people.remove(params.personId, actorOf(caller));
      return { body: {} };
    },
    async keys({ caller }) {
      const [all, names] = await Promise.all([keys.all(ownerFor(caller)), namesOfApps()]);
      return { body: { keys: all.map((key) => shown(key, names)) } };
    },
    async createKey({ caller, body }) {
      const right = body.kind === "api" ? body.right : "send";
      if (caller.kind === "anyone" || !mayGive(rightsOf(caller), right)) {
        throw new AppError("forbidden", `a key with the right \`${right}\` could do more than you may`);
      }
      const names = await namesOfApps();
      const unknown = (body.kind === "api" ? (body.apps ?? []) : []).find((id) => !names.has(id));
      if (unknown !== undefined) throw new AppError("app-not-found", `no app has the id ${unknown}`);
      const { key, secret } = await keys.create(body, actorOf(caller));
      return { body: { key: shown(key, names), secret } };
    },
    async revokeKey({ caller, params }) {
      await keys.revoke(params.keyId, actorOf(caller), ownerFor(caller));
      return { body: {} };
    },
  };

  async function namesOfApps(): Promise<ReadonlyMap<string, string>> {
    return new Map((await apps.all()).map(({ id, name }) => [id, name]));
  }
}

/** Whose keys a caller deals with; undefined for admins, who deal with all. */
const ownerFor = (caller: Caller): Actor | undefined =>
  mayCall(caller, "admin") === "yes" ? undefined : actorOf(caller);

function shown(key: StoredKey, names: ReadonlyMap<string, string>) {
  const { apps, owner: _owner, ...row } = key;
  return { ...row, apps: apps && apps.map((id) => ({ id, name: names.get(id) ?? null })) };
}
