import { type Route, type RouteName, routes } from "@windfall/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHub, type TestHub } from "../../test/hub.ts";
import { OPEN_API_PATH } from "./app.ts";
import type { OpenApiDocument } from "./openapi.ts";

let t: TestHub;
beforeAll(async () => {
  t = await startTestHub();
});
afterAll(() => t.remove());

const all = Object.entries<Route>(routes) as [RouteName, Route][];
const pathOf = (route: Route) => route.path.replace(/:\w+/g, "1");
const statusOf = async (route: Pick<Route, "method">, path: string, headers: Record<string, string>) => {
  const response = await t.hub.fetch(new Request(t.hub.url + path, { method: route.method, headers }));
  const body = (await response.json().catch(() => ({}))) as { error?: { code: string } };
  return `${response.status} ${body.error?.code ?? ""}`.trim();
};

describe("who may call what", () => {
  const closed = all.filter(([, route]) => route.access !== "open");

  test("only ways in are open", () => {
    expect(all.filter(([, route]) => route.access === "open").map(([name]) => name)).toEqual([
      "signIn",
      "signInByPassword",
      "openInvitation",
      "acceptInvitation",
    ]);
  });

  test.each(closed)("%s answers 401 without a key or session", async (_, route) => {
    expect(await statusOf(route, pathOf(route), {})).toBe("401 unauthenticated");
  });

  test.each(closed)("%s answers 401 to a key that does not exist", async (_, route) => {
    const headers = { authorization: "Bearer wfk_AAAAAAAAAAAAAAAAAAAAAAAAAAA" };
    expect(await statusOf(route, pathOf(route), headers)).toBe("401 unauthenticated");
    expect(await statusOf(route, `${pathOf(route)}?key=wfi_AAAAAAAAAAAAAAAAAAAAAAAAAAA`, {})).toBe(
      "401 unauthenticated",
    );
  });

  test.each(closed)("%s answers 401 to a session that does not exist", async (_, route) => {
    const cookie = `windfall_session_${t.hub.port}=AAAAAAAAAAAAAAAAAAAAAAAAAAA`;
    const headers = { cookie, origin: t.hub.url };
    expect(await statusOf(route, pathOf(route), headers)).toBe("401 unauthenticated");
  });

  test.each(closed.filter(([, route]) => route.access !== "ingest"))(
    "%s answers 403 to an ingest key",
    async (_, route) => {
      expect(await statusOf(route, pathOf(route), { authorization: `Bearer ${t.ingestKey}` })).toBe("403 forbidden");
    },
  );

  test.each(closed.filter(([, route]) => route.access === "person"))(
    "%s answers 403 to an API key",
    async (_, route) => {
      expect(await statusOf(route, pathOf(route), { authorization: `Bearer ${t.apiKey}` })).toBe("403 forbidden");
    },
  );

  test("an API key in a URL is refused: URLs are written down everywhere", async () => {
    expect(await statusOf({ method: "POST" }, `/ingest/reports?key=${t.apiKey}`, {})).toBe("403 forbidden");
  });

  test("unknown paths of the API tell a stranger nothing", async () => {
    expect(await statusOf({ method: "GET" }, "/api/v1/nothing", {})).toBe("401 unauthenticated");
    expect(await statusOf({ method: "GET" }, OPEN_API_PATH, {})).toBe("401 unauthenticated");
    const headers = { authorization: `Bearer ${t.apiKey}` };
    expect(await statusOf({ method: "GET" }, "/api/v1/nothing", headers)).toBe("404 not-found");
    expect(await statusOf({ method: "POST" }, "/api/v1/apps", headers)).toBe("405 method-not-allowed");
  });

  test("health is open", async () => {
    expect(await statusOf({ method: "GET" }, "/healthz", {})).toBe("200");
    expect(await statusOf({ method: "GET" }, "/readyz", {})).toBe("200");
  });
});

describe("signing in", () => {
  test("a link works once, the session until its end", async () => {
    const token = new URL(await t.hub.newSignInLink()).searchParams.get("token");
    const signIn = () =>
      t.hub.fetch(
        new Request(`${t.hub.url}/api/v1/sign-in`, {
          method: "POST",
          body: JSON.stringify({ token }),
          headers: { origin: t.hub.url },
        }),
      );
    const first = await signIn();
    expect(first.status).toBe(200);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^windfall_session_\d+=[\w-]{27}; Path=\/; HttpOnly; SameSite=Lax; Expires=/);
    const [pair = ""] = cookie.split(";");
    expect(await t.json("/api/v1/session", { headers: { cookie: pair } })).toMatchObject({ person: { role: "admin" } });

    expect((await signIn()).status).toBe(401);

    const out = await t.ask("/api/v1/sign-out", { method: "POST", headers: { cookie: pair, origin: t.hub.url } });
    expect(out.status).toBe(200);
    expect((await t.ask("/api/v1/session", { headers: { cookie: pair } })).status).toBe(401);
  });

  test("a session from before the port was in the cookie's name goes on, and signing out ends both", async () => {
    const [, older = ""] = (await t.cookie()).split("=");
    const both = `windfall_session=${older}; ${await t.cookie()}`;
    const legacy = { cookie: `windfall_session=${older}` };
    expect((await t.ask("/api/v1/session", { headers: legacy })).status).toBe(200);
    await t.ask("/api/v1/sign-out", { method: "POST", headers: { cookie: both, origin: t.hub.url } });
    expect((await t.ask("/api/v1/session", { headers: legacy })).status).toBe(401);
  });

  test("a newer link ends the older one", async () => {
    const older = new URL(await t.hub.newSignInLink()).searchParams.get("token");
    await t.hub.newSignInLink();
    const response = await t.ask("/api/v1/sign-in", { method: "POST", body: JSON.stringify({ token: older }) });
    expect(response.status).toBe(401);
  });

  test("another site can change nothing with the visitor's cookie, nor sign them in", async () => {
    const cookie = await t.cookie();
    const change = (headers: Record<string, string>) =>
      statusOf({ method: "POST" }, "/api/v1/sign-out", { cookie, ...headers });
    expect(await change({ origin: "https://evil.example" })).toBe("403 forbidden");
    expect(await change({ origin: "null" })).toBe("403 forbidden");
    expect(await change({ "sec-fetch-site": "cross-site" })).toBe("403 forbidden");
    expect(await change({})).toBe("403 forbidden");
    expect(await statusOf({ method: "POST" }, "/api/v1/sign-in", { origin: "https://evil.example" })).toBe(
      "403 forbidden",
    );
    expect(await change({ origin: t.hub.url })).toBe("200");
  });
});

describe("every answer", () => {
  test("carries the security headers and a request id", async () => {
    for (const path of ["/healthz", "/api/v1/apps", "/nowhere.png"]) {
      const { headers } = await t.ask(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  test("is refused to a name that was pointed at this machine", async () => {
    const response = await t.hub.fetch(new Request(`http://rebound.example:${t.hub.port}/healthz`));
    expect(response.status).toBe(403);
    for (const host of ["localhost", "hub.localhost", "[::1]"]) {
      expect((await t.hub.fetch(new Request(`http://${host}:${t.hub.port}/healthz`))).status).toBe(200);
    }
  });

  test("names what is wrong with a filter", async () => {
    const response = await t.ask("/api/v1/apps/none/overview?from=yesterday");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "bad-request", message: expect.stringContaining("from") },
    });
  });
});

test("a JSON body has a limit, announced or not", async () => {
  const body = JSON.stringify({ token: "x".repeat(1024 * 1024) });
  const post = (init: RequestInit & { duplex?: "half" }) => t.ask("/api/v1/sign-in", { method: "POST", ...init });
  expect((await post({ body, headers: { "content-length": String(body.length) } })).status).toBe(413);
  expect((await post({ body: new Blob([body]).stream(), duplex: "half" })).status).toBe(413);
  expect((await post({ body: "{" })).status).toBe(400);
  expect((await post({ body: "" })).status).toBe(400);
});

test("the OpenAPI document holds every route, its parameters and its answers", async () => {
  const document = await t.json<OpenApiDocument>(OPEN_API_PATH);
  expect(document.openapi).toBe("3.1.0");
  expect(document.info.version).toBe("0.0.0-test");
  for (const [name, route] of all) {
    const operation = document.paths[route.path.replace(/:(\w+)/g, "{$1}")]?.[route.method.toLowerCase()];
    expect(operation, name).toMatchObject({ operationId: name, summary: route.summary });
    for (const status of route.statuses ?? [200]) expect(operation?.responses, name).toHaveProperty(String(status));
    const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter);
    const described = (operation?.parameters ?? []) as { name: string; in: string; required: boolean }[];
    expect(
      described.filter((p) => p.in === "path" && p.required).map((p) => p.name),
      name,
    ).toEqual(inPath);
  }
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((o) => o.operationId));
  expect(ids).toHaveLength(all.length);
  expect(JSON.stringify(document)).not.toContain('"$schema"');
});
