/** Finds out who calls: `Authorization: Bearer`, then `?key=` where a sender may only know a URL, then the session cookie. */
import type { Route } from "@windfall/api";
import type { Access } from "../access/access.ts";
import { type Caller, mayCall } from "../access/caller.ts";
import { AppError } from "../app-error.ts";
import type { SessionCookies } from "./cookies.ts";

type Doors = Pick<Access, "callerOfKey" | "callerOfSession">;

export async function authenticate(
  route: Pick<Route, "access" | "method">,
  request: Request,
  access: Doors,
  cookies: SessionCookies,
  allowedOrigins: (request: Request) => ReadonlySet<string>,
): Promise<Caller> {
  const caller = await identify(route, request, access, cookies);
  switch (mayCall(caller, route.access)) {
    case "unknown":
      throw new AppError("unauthenticated", "sign in, or send a key as `Authorization: Bearer …`");
    case "no":
      throw new AppError("forbidden", `this needs the right to ${NEEDS[route.access]}`);
    case "yes":
      break;
  }
  // Also for signing in: a foreign page must not sign its visitor in as somebody else.
  const cookieCounts = caller.kind === "person" || route.access === "open";
  if (cookieCounts && route.method !== "GET")
    requireOwnPage(request, allowedOrigins(request), caller.kind === "person");
  return caller;
}

const NEEDS = {
  open: "nothing",
  ingest: "send",
  read: "read",
  write: "change things",
  keys: "make and revoke keys: that is for members and admins",
  admin: "manage the hub and its people: that is for admins",
  person: "act as a person: sign in with a link",
} as const satisfies Record<Route["access"], string>;

async function identify(
  route: Pick<Route, "access">,
  request: Request,
  access: Doors,
  cookies: SessionCookies,
): Promise<Caller> {
  const bearer = request.headers.get("authorization");
  if (bearer !== null) {
    const key = /^Bearer +(\S{1,200})$/i.exec(bearer)?.[1];
    return keyOrThrow(key === undefined ? undefined : await access.callerOfKey(key));
  }
  if (route.access === "ingest") {
    const key = new URL(request.url).searchParams.get("key");
    if (key !== null) {
      const caller = keyOrThrow(await access.callerOfKey(key));
      // URLs end up in logs and histories: only keys that may do nothing but send are taken from one.
      if (caller.kind !== "ingest-key") throw new AppError("forbidden", "only an ingest key may stand in a URL");
      return caller;
    }
  }
  const [token] = cookies.tokensOf(request);
  return (token !== undefined && (await access.callerOfSession(token))) || { kind: "anyone" };
}

function keyOrThrow(caller: Caller | undefined): Caller {
  if (!caller) throw new AppError("unauthenticated", "this key is unknown or revoked");
  return caller;
}

/** Cookies travel with requests that other sites cause; the browser says where a request came from. */
function requireOwnPage(request: Request, allowed: ReadonlySet<string>, strict: boolean): void {
  const origin = request.headers.get("origin");
  if (origin !== null) {
    if (allowed.has(origin)) return;
    throw new AppError(
      "forbidden",
      "the request came from another site (behind a proxy, start the hub with --public-url)",
    );
  }
  const site = request.headers.get("sec-fetch-site");
  if (site === "same-origin" || site === "none" || (site === null && !strict)) return;
  throw new AppError("forbidden", "a change with a session cookie needs the Origin header");
}
