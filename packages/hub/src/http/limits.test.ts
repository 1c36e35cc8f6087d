/** What a request may say at most: as much is understood, one more is refused by name. */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHub, type TestHub } from "../../test/hub.ts";
import { MAX_JSON_BODY_BYTES } from "./decode.ts";
import { MAX_HEADER_BYTES } from "./server.ts";

let t: TestHub;
let owner: Record<string, string>;
beforeAll(async () => {
  t = await startTestHub();
  owner = { cookie: await t.cookie(), origin: t.hub.url };
});
afterAll(() => t.remove());

const letters = (count: number) => "x".repeat(count);
const ids = (count: number) => Array.from({ length: count }, (_, i) => `id-${i}`);
const key = (body: object) => ({ kind: "api", name: "a key", right: "read", ...body });
const build = (body: object) => ({ bundleId: "com.example.limits", version: "1", build: "1", ...body });
const image = (i: number) => ({ uuid: i.toString(16).padStart(32, "0"), arch: "arm64", name: "Limits" });

/** Of what is within the limit something else may be wrong: an app that is not there, a link that was made up. */
const BODIES: readonly (readonly [what: string, path: string, most: number, of: (count: number) => object])[] = [
  ["letters of a link's token", "/api/v1/sign-in", 200, (n) => ({ token: letters(n) })],
  ["letters of an invitation's token", "/api/v1/invitations/open", 200, (n) => ({ token: letters(n) })],
  ["letters of a new name", "/api/v1/invitations", 80, (n) => ({ name: letters(n), role: "viewer" })],
  ["letters of a given name", "/api/v1/sign-in/password", 80, (n) => ({ name: letters(n), password: "x" })],
  ["letters of a given password", "/api/v1/sign-in/password", 200, (n) => ({ name: "x", password: letters(n) })],
  ["letters of a new password", "/api/v1/password", 200, (n) => ({ name: "Owner", password: letters(n) })],
  ["letters of a key's name", "/api/v1/keys", 80, (n) => key({ name: letters(n) })],
  ["apps of a key", "/api/v1/keys", 100, (n) => key({ apps: ids(n) })],
  ["letters of a key's app", "/api/v1/keys", 100, (n) => key({ apps: [letters(n)] })],
  ["uploads to try again", "/api/v1/set-aside/retry", 1_000, (n) => ({ ids: ids(n) })],
  ["letters of a bundle id", "/api/v1/builds", 200, (n) => build({ bundleId: letters(n) })],
  ["letters of a version", "/api/v1/builds", 100, (n) => build({ version: letters(n) })],
  ["letters of a build number", "/api/v1/builds", 100, (n) => build({ build: letters(n) })],
  ["letters of a commit", "/api/v1/builds", 200, (n) => build({ commit: letters(n) })],
  [
    "images of a build",
    "/api/v1/builds",
    2_000,
    (n) => build({ images: Array.from({ length: n }, (_, i) => image(i)) }),
  ],
];

test.each(BODIES)("%s", async (_, path, most, of) => {
  const post = async (count: number) => {
    const response = await t.ask(path, { method: "POST", body: JSON.stringify(of(count)), headers: owner });
    const { error } = (await response.json()) as { error?: { code: string; message: string } };
    return error?.code === "bad-request" ? error.message : `understood (${response.status})`;
  };
  expect(await post(most)).toMatch(/^understood/);
  expect(await post(most + 1)).toMatch(/^body \S+: Too big/);
});

const QUERIES: readonly (readonly [path: string, parameter: string, most: number])[] = [
  ["/api/v1/signatures/1/reports", "limit", 500],
  ["/api/v1/signatures/1/reports", "offset", 1_000_000],
  ["/api/v1/apps/none/signatures", "limit", 500],
  ["/api/v1/apps/none/symbols", "limit", 200],
  ["/api/v1/set-aside", "limit", 500],
  ["/api/v1/operations/doctor", "blobs", 100_000],
];

test.each(QUERIES)("%s?%s=%i", async (path, parameter, most) => {
  const ask = async (count: number) => (await t.ask(`${path}?${parameter}=${count}`)).status;
  expect([200, 404]).toContain(await ask(most));
  expect([await ask(most + 1), await ask(-1)]).toEqual([400, 400]);
});

test("letters of an id", async () => {
  expect((await t.ask(`/api/v1/apps/${letters(100)}/overview`)).status).toBe(404);
  expect((await t.ask(`/api/v1/apps/${letters(101)}/overview`)).status).toBe(400);
});

test("bytes of a JSON body, announced or not", async () => {
  const body = (bytes: number) => JSON.stringify({ token: "x" }).padEnd(bytes);
  const post = async (init: RequestInit & { duplex?: "half" }) =>
    (await t.ask("/api/v1/sign-in", { method: "POST", headers: { origin: t.hub.url }, ...init })).status;
  const stream = (bytes: number) => ({ body: new Blob([body(bytes)]).stream(), duplex: "half" as const });
  expect([await post({ body: body(MAX_JSON_BODY_BYTES) }), await post(stream(MAX_JSON_BODY_BYTES))]).toEqual([
    401, 401,
  ]);
  expect([await post({ body: body(MAX_JSON_BODY_BYTES + 1) }), await post(stream(MAX_JSON_BODY_BYTES + 1))]).toEqual([
    413, 413,
  ]);
});

test("bytes of a request's head", async () => {
  const statusWith = (bytes: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port: t.hub.port, path: "/healthz", headers: { "x-long": letters(bytes) }, agent: false },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      asked.on("error", reject);
      asked.end();
    });
  // Of what else a head holds.
  expect(await statusWith(MAX_HEADER_BYTES - 500)).toBe(200);
  expect(await statusWith(MAX_HEADER_BYTES)).toBe(431);
});
