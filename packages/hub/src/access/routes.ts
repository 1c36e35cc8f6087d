/** Signing in and out, invitations taken up, and one's own sessions and password. */
import type { Call, Handlers } from "../http/handlers.ts";
import { createSessionCookies } from "../http/cookies.ts";
import { AppError } from "../app-error.ts";
import type { Access, Session } from "./access.ts";
import type { Person, SignedIn } from "./caller.ts";
import { deviceHint } from "./device-hint.ts";
import type { Origin, People } from "./people.ts";
import type { PeopleStore } from "./people-store.ts";
import { hashSecret } from "./secrets.ts";

export interface AccessRoutesDeps {
  readonly access: Access;
  readonly people: People;
  readonly store: Pick<PeopleStore, "passwordOf" | "find">;
  readonly version: string;
  readonly publicUrl: string;
}

type AccessRoutes = Pick<
  Handlers,
  | "session"
  | "signIn"
  | "signInByPassword"
  | "signOut"
  | "openInvitation"
  | "acceptInvitation"
  | "setPassword"
  | "sessions"
  | "endSession"
  | "endOtherSessions"
>;

export function accessRoutes({ access, people, store, version, publicUrl }: AccessRoutesDeps): AccessRoutes {
  const cookies = createSessionCookies(publicUrl);
  const sessionOf = async (person: Person) => ({
    person: { ...person, hasPassword: (await store.passwordOf(person.id)) !== undefined },
    hub: { version, publicUrl },
  });
  const signedIn = async ({ person, sessionToken, expiresAt }: Session) => ({
    body: await sessionOf(person),
    headers: { "set-cookie": cookies.begin(sessionToken, expiresAt) },
  });
  return {
    session: async ({ caller }) => ({ body: await sessionOf(signedInBy(caller).person) }),
    signIn: async ({ body, request }) => signedIn(await access.signIn(body.token, originOf({ request }).device)),
    signInByPassword: async (call) => signedIn(await people.signIn(call.body.name, call.body.password, originOf(call))),
    async signOut({ request }) {
      // One from before its cookie had the port would come into force when the newer one is gone.
      for (const token of cookies.tokensOf(request)) await access.signOut(hashSecret(token));
      return { body: {}, headers: { "set-cookie": cookies.end() } };
    },
    async openInvitation(call) {
      const { name, role, createdBy, expiresAt } = await people.open(call.body.token, originOf(call));
      return { body: { name, role, invitedBy: createdBy, expiresAt } };
    },
    acceptInvitation: async (call) =>
      signedIn(await people.accept(call.body.token, call.body.name, call.body.password, originOf(call))),
    async setPassword(call) {
      const caller = signedInBy(call.caller);
      await people.setPassword(caller, call.body, originOf(call));
      return { body: await sessionOf({ ...caller.person, name: call.body.name }) };
    },
    async sessions({ caller }) {
      const { person, session } = signedInBy(caller);
      return { body: { sessions: await access.sessionsOf(person, session) } };
    },
    async endSession({ caller, params }) {
      if (!(await access.endSession(signedInBy(caller).person, params.sessionId))) {
        throw new AppError("not-found", "you have no such session");
      }
      return { body: {} };
    },
    async endOtherSessions({ caller }) {
      const { person, session } = signedInBy(caller);
      return { body: { ended: await access.endOthers(person, session) } };
    },
  };
}

function originOf({ request, address = "" }: Pick<Call<"session">, "request"> & { address?: string }): Origin {
  return { address, device: deviceHint(request.headers.get("user-agent")) };
}

function signedInBy(caller: Call<"session">["caller"]): SignedIn {
  if (caller.kind !== "person") throw new AppError("unauthenticated", "nobody is signed in");
  return caller;
}
