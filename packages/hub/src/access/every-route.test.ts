/** Every route of the contract against every kind of caller. What must happen stands here once more, apart from the table it tests. */
import { type Access, type Route, type RouteName, routes } from "@windfall/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

const CALLERS = [
  "viewer",
  "member",
  "admin",
  "ingest key",
  "key to read",
  "key to write",
  "key to manage",
  "key for one app",
] as const;
type CallerName = (typeof CALLERS)[number];

const MAY: Readonly<Record<Access, readonly CallerName[]>> = {
  open: CALLERS,
  ingest: ["member", "admin", "ingest key", "key to write", "key to manage", "key for one app"],
  read: ["viewer", "member", "admin", "key to read", "key to write", "key to manage", "key for one app"],
  write: ["member", "admin", "key to write", "key to manage", "key for one app"],
  keys: ["member", "admin", "key to manage"],
  admin: ["admin", "key to manage"],
  person: ["viewer", "member", "admin"],
};

let t: TestHub;
let headers: Record<CallerName, Record<string, string>>;
let own: { app: string; report: string; signature: string };
let other: { app: string; report: string; signature: string };

beforeAll(async () => {
  t = await startTestHub();
  own = await takeIn("reports/swift/01-ios17-unwrap-nil.ips", (text) => text);
  other = await takeIn("reports/swift/01-ios17-unwrap-nil.ips", (text) =>
    text.replaceAll("Teebude", "Skipper").replaceAll("5C2D759C-F0E7", "5C2D759C-F0E8"),
  );
  expect(other.app).not.toBe(own.app);
  const cookie = await t.cookie();
  const signedIn = async (role: string) => ({ cookie: await accept(role), origin: t.hub.url });
  const key = async (body: object) => {
    const { secret } = await t.json<{ secret: string }>("/api/v1/keys", { method: "POST", body: JSON.stringify(body) });
    return { authorization: `Bearer ${secret}` };
  };
  headers = {
    viewer: await signedIn("viewer"),
    member: await signedIn("member"),
    admin: { cookie, origin: t.hub.url },
    "ingest key": { authorization: `Bearer ${t.ingestKey}` },
    "key to read": await key({ kind: "api", name: "reader", right: "read" }),
    "key to write": await key({ kind: "api", name: "writer", right: "write" }),
    "key to manage": await key({ kind: "api", name: "manager", right: "admin" }),
    "key for one app": await key({ kind: "api", name: "one app", right: "write", apps: [own.app] }),
  };
});
afterAll(() => t.remove());

async function takeIn(fixture: string, change: (text: string) => string) {
  const { body } = await t.send("/ingest/reports", change(await fixtureText(fixture)));
  await t.hub.settled();
  const status = await t.json<{ appId: string; signatureId: string }>(`/api/v1/inbox/${body.id}`);
  return { app: status.appId, report: body.id ?? "", signature: status.signatureId };
}

async function accept(role: string): Promise<string> {
  const { url } = await t.json<{ url: string }>("/api/v1/invitations", {
    method: "POST",
    body: JSON.stringify({ name: `a ${role}`, role }),
  });
  const token = new URL(url).searchParams.get("token");
  const response = await t.hub.fetch(
    new Request(`${t.hub.url}/api/v1/invitations/accept`, {
      method: "POST",
      body: JSON.stringify({ token, name: `a ${role}`, password: "twelve letters" }),
      headers: { origin: t.hub.url },
    }),
  );
  expect(response.status).toBe(200);
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

const all = Object.entries<Route>(routes) as [RouteName, Route][];

async function outcome(route: Route, path: string, caller: CallerName) {
  // Bodies that no schema takes: a caller who may is told so, and nothing changes between the tests.
  const init: RequestInit = { method: route.method, headers: headers[caller] };
  if (route.method === "POST") init.body = "{}";
  const abort = new AbortController();
  const response = await t.hub.fetch(new Request(t.hub.url + path, { ...init, signal: abort.signal }));
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const body = isStream ? {} : ((await response.json().catch(() => ({}))) as { error?: { code: string } });
  abort.abort();
  return { status: response.status, code: body.error?.code };
}

const UNKNOWN = { appId: "none", signatureId: "999999", reportId: "none" } as const;
const pathWith = (route: Route, ids: Readonly<Record<string, string>>) =>
  route.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? "none");

/** These do something with an empty body; they are called by those who may not only. */
const CHANGES = new Set<string>([
  "signOut",
  "endOtherSessions",
  "loadSample",
  "loadDemo",
  "removeDemo",
  "startRebuild",
  "retrySetAside",
]);

describe.each(CALLERS)("%s", (caller) => {
  const allowed = (route: Route) => MAY[route.access].includes(caller);

  test.each(all.filter(([, route]) => !allowed(route)))("is refused %s", async (_, route) => {
    expect(await outcome(route, pathWith(route, UNKNOWN), caller)).toEqual({ status: 403, code: "forbidden" });
  });

  test("is let in everywhere else", async () => {
    const refused = [];
    for (const [name, route] of all) {
      if (!allowed(route) || caller === "key for one app" || CHANGES.has(name)) continue;
      const { status, code } = await outcome(route, pathWith(route, UNKNOWN), caller);
      if (status === 403 || code === "unauthenticated" || status >= 500) refused.push([name, status, code]);
    }
    expect(refused).toEqual([]);
  });
});

describe("keys that a member makes", () => {
  const made: { id: string; secret: string }[] = [];
  const create = async (caller: CallerName, body: object) => {
    const response = await t.ask("/api/v1/keys", {
      method: "POST",
      body: JSON.stringify(body),
      headers: headers[caller],
    });
    const answer = (await response.json()) as { key?: { id: string }; secret?: string };
    return { status: response.status, id: answer.key?.id ?? "", secret: answer.secret ?? "" };
  };
  const listed = async (caller: CallerName) => {
    const { keys } = await t.json<{ keys: { id: string; createdBy: string; revokedAt: string | null }[] }>(
      "/api/v1/keys",
      {
        headers: headers[caller],
      },
    );
    return keys;
  };
  const revoke = async (caller: CallerName, id: string) =>
    (await t.ask(`/api/v1/keys/${id}`, { method: "DELETE", headers: headers[caller] })).status;

  test.each([
    ["to send", { kind: "ingest" }, 200],
    ["to read", { kind: "api", right: "read" }, 200],
    ["to write in one app", () => ({ kind: "api", right: "write", apps: [own.app] }), 200],
    ["to manage", { kind: "api", right: "admin" }, 403],
  ])("may be %s", async (name, wanted, status) => {
    const body = typeof wanted === "function" ? wanted() : wanted;
    const answer = await create("member", { ...body, name: `a member's ${name}` });
    expect(answer.status).toBe(status);
    if (status === 200) made.push(answer);
  });

  test("are the only ones that the member sees; an admin sees them with the others", async () => {
    const seen = await listed("member");
    expect(seen.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
    expect(new Set(seen.map(({ createdBy }) => createdBy))).toEqual(new Set(["a member"]));
    const all = (await listed("admin")).map(({ id }) => id);
    expect(all).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    expect(all.length).toBeGreaterThan(made.length);
  });

  test("do what they say", async () => {
    const [, reader] = made;
    const ask = (path: string) => t.ask(path, { headers: { authorization: `Bearer ${reader?.secret}` } });
    expect((await ask("/api/v1/apps")).status).toBe(200);
    expect((await ask("/api/v1/keys")).status).toBe(403);
  });

  test("are revoked by the member or an admin; those of others by an admin only", async () => {
    const foreign = await create("admin", { kind: "ingest", name: "the admin's" });
    expect(await revoke("member", foreign.id)).toBe(404);
    expect((await listed("admin")).find(({ id }) => id === foreign.id)?.revokedAt).toBeNull();
    expect(await revoke("member", made[0]?.id ?? "")).toBe(200);
    expect(await revoke("admin", made[1]?.id ?? "")).toBe(200);
    const { secret } = made[0] ?? {};
    expect(
      (await t.ask("/ingest/reports", { method: "POST", headers: { authorization: `Bearer ${secret}` } })).status,
    ).toBe(401);
  });

  test("are not for a viewer, nor for a key that may not manage", async () => {
    for (const caller of ["viewer", "key to write", "key for one app", "ingest key"] as const) {
      expect((await create(caller, { kind: "api", name: "x", right: "read" })).status, caller).toBe(403);
    }
  });
});

describe("a key for one app", () => {
  const caller = "key for one app";
  const ids = ({ app, report, signature }: typeof own) => ({ appId: app, reportId: report, signatureId: signature });
  const callable = all.filter(([name, route]) => MAY[route.access].includes(caller) && !CHANGES.has(name));
  const naming = callable.filter(([, route]) => /:(?:appId|reportId|signatureId)\b/.test(route.path));

  test("there is something of each to ask for", () => {
    const names = naming.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(["overview", "signature", "report", "downloadReport", "ingestStatus"]),
    );
  });

  test.each(naming)("finds its own by %s", async (_, route) => {
    const { status, code } = await outcome(route, pathWith(route, ids(own)), caller);
    expect([status, code]).not.toEqual([404, "app-not-found"]);
    expect([403, 500]).not.toContain(status);
    if (route.method === "GET") expect(code ?? "").not.toMatch(/^(?:app|signature|report)-not-found$/);
  });

  test.each(naming)("cannot tell what is another app's from what is not there, by %s", async (_, route) => {
    const there = await outcome(route, pathWith(route, ids(other)), caller);
    const nowhere = await outcome(route, pathWith(route, UNKNOWN), caller);
    expect(there).toEqual(nowhere);
    // A body is looked at first; it says nothing about what is there.
    if (route.body === undefined || route.body === "bytes") expect(there.status).toBe(404);
  });

  test.each(callable.filter(([name, route]) => route.access !== "open" && !naming.some(([other]) => other === name)))(
    "is refused %s, or sees its own app only",
    async (_, route) => {
      const { status, code } = await outcome(route, route.path, caller);
      if (route.reach === "filtered") expect(status).toBe(200);
      else expect([400, 403]).toContain(status);
      if (status === 403) expect(code).toBe("forbidden");
    },
  );

  test("lists its own app, and what it cannot see is seen by others", async () => {
    const listed = async (who: CallerName) => {
      const { apps } = await t.json<{ apps: { id: string }[] }>("/api/v1/apps", { headers: headers[who] });
      return apps.map(({ id }) => id);
    };
    expect(await listed(caller)).toEqual([own.app]);
    expect(await listed("key to read")).toEqual(expect.arrayContaining([own.app, other.app]));
  });

  test("cannot join its app to one it may not see", async () => {
    const attach = (appId: string, hostId: string) =>
      t.ask(`/api/v1/apps/${appId}/host`, {
        method: "POST",
        body: JSON.stringify({ hostId }),
        headers: headers[caller],
      });
    expect((await attach(own.app, other.app)).status).toBe(404);
    expect((await attach(other.app, own.app)).status).toBe(404);
  });

  test("may not manage people or keys, however it is made", async () => {
    const body = JSON.stringify({ kind: "api", name: "x", right: "admin", apps: [own.app] });
    expect((await t.ask("/api/v1/keys", { method: "POST", body })).status).toBe(400);
    const unknown = JSON.stringify({ kind: "api", name: "x", right: "read", apps: ["none"] });
    expect((await t.ask("/api/v1/keys", { method: "POST", body: unknown })).status).toBe(404);
  });
});
