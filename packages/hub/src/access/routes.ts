/** Signing in and out. */
import { endedSessionCookie, sessionCookie } from "../http/cookies.ts";
import type { Handlers } from "../http/handlers.ts";
import type { Access } from "./access.ts";
import type { Person } from "./caller.ts";
import { AppError } from "../app-error.ts";

export interface AccessRoutesDeps {
  readonly access: Access;
  readonly version: string;
  readonly publicUrl: string;
}

export function accessRoutes({
  access,
  version,
  publicUrl,
}: AccessRoutesDeps): Pick<Handlers, "session" | "signIn" | "signOut"> {
  const secure = publicUrl.startsWith("https:");
  const sessionOf = (person: Person) => ({ person, hub: { version, publicUrl } });
  return {
    async session({ caller }) {
      return { body: sessionOf(personOf(caller).person) };
    },
    async signIn({ body }) {
      const { person, sessionToken, expiresAt } = await access.signIn(body.token);
      return {
        body: sessionOf(person),
        headers: { "set-cookie": sessionCookie(sessionToken, expiresAt, secure) },
      };
    },
    async signOut({ caller }) {
      await access.signOut(personOf(caller).session);
      return { body: {}, headers: { "set-cookie": endedSessionCookie(secure) } };
    },
  };
}

function personOf(caller: Parameters<Handlers["session"]>[0]["caller"]) {
  if (caller.kind !== "person") throw new AppError("unauthenticated", "nobody is signed in");
  return caller;
}
