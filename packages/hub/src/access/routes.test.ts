/** People over HTTP: what a stranger may try, and what is answered. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHub, type TestHub } from "../../test/hub.ts";
import { TRIES_PER_PERSON } from "./tries.ts";

const PASSWORD = "correct horse";

let t: TestHub;
beforeAll(async () => {
  t = await startTestHub();
});
afterAll(() => t.remove());

async function post(path: string, body: unknown, headers: Record<string, string> = { origin: t.hub.url }) {
  const init = { method: "POST", body: JSON.stringify(body), headers };
  const response = await t.hub.fetch(new Request(t.hub.url + path, init));
  const answer = (await response.json()) as { error?: { code: string }; url?: string };
  return { status: response.status, code: answer.error?.code, url: answer.url, headers: response.headers };
}

const asAdmin = () => ({ authorization: `Bearer ${t.apiKey}` });

async function invite(name: string): Promise<string> {
  const { url = "" } = await post("/api/v1/invitations", { name, role: "viewer" }, asAdmin());
  return new URL(url).searchParams.get("token") ?? "";
}

test.each([
  ["a forged token", { token: "AAAAAAAAAAAAAAAAAAAAAAAAAAA" }, 401, "invitation-invalid"],
  ["no token", {}, 400, "bad-request"],
  ["a token of 201 characters", { token: "A".repeat(201) }, 400, "bad-request"],
  ["a token that is no text", { token: ["A"] }, 400, "bad-request"],
])("an invitation opened with %s", async (_, body, status, code) => {
  expect(await post("/api/v1/invitations/open", body)).toMatchObject({ status, code });
});

test.each([
  ["a password of 11 characters", { name: "Tom", password: "elevenchars" }],
  ["a password of 201 characters", { name: "Tom", password: "p".repeat(201) }],
  ["no name", { name: "   ", password: PASSWORD }],
  ["a name of 81 characters", { name: "n".repeat(81), password: PASSWORD }],
  ["a name that turns text around", { name: "Tom\u202eremdA", password: PASSWORD }],
  ["a name of two lines", { name: "Tom\nAdmin", password: PASSWORD }],
  ["a name that is not seen", { name: "\u200b", password: PASSWORD }],
])("%s is refused, and the invitation stays good", async (_, body) => {
  const token = await invite("Tom");
  expect(await post("/api/v1/invitations/accept", { token, ...body })).toMatchObject({ status: 400 });
  expect(await post("/api/v1/invitations/open", { token })).toMatchObject({ status: 200 });
});

test("a page of another site can accept nothing in a visitor's name", async () => {
  const token = await invite("Tom");
  const body = { token, name: "Tom", password: PASSWORD };
  const foreign = { origin: "https://evil.example" };
  expect(await post("/api/v1/invitations/accept", body, foreign)).toMatchObject({ status: 403 });
  expect(await post("/api/v1/sign-in/password", { name: "Tom", password: PASSWORD }, foreign)).toMatchObject({
    status: 403,
  });
});

test("who accepts has a session, sees it named by its browser, and can end it", async () => {
  const token = await invite("Ana");
  const agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1";
  const accepted = await post(
    "/api/v1/invitations/accept",
    { token, name: "Ana", password: PASSWORD },
    { origin: t.hub.url, "user-agent": agent },
  );
  const cookie = (accepted.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const headers = { cookie, origin: t.hub.url };
  const { sessions } = await t.json<{ sessions: { id: string }[] }>("/api/v1/sessions", { headers });
  expect(sessions).toMatchObject([{ device: "Safari on iPhone", by: "invitation", current: true }]);
  expect(JSON.stringify(sessions)).not.toContain(cookie.split("=")[1]);
  const end = () => t.ask(`/api/v1/sessions/${sessions[0]?.id}`, { method: "DELETE", headers });
  expect((await end()).status).toBe(200);
  expect((await end()).status).toBe(401);
});

test("after too many guesses the answer says how long to wait, whether or not the name exists", async () => {
  for (const name of ["Ana", "Nobody"]) {
    let last = await post("/api/v1/sign-in/password", { name, password: "a wrong one" });
    expect(last).toMatchObject({ status: 401, code: "sign-in-failed" });
    for (let i = 1; i <= TRIES_PER_PERSON; i++) {
      last = await post("/api/v1/sign-in/password", { name, password: "a wrong one" });
    }
    expect(last).toMatchObject({ status: 429, code: "rate-limited" });
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(800);
  }
});

test("lists hold no secret: no hash, no key, no link", async () => {
  await invite("Zoe");
  const text = JSON.stringify([await t.json("/api/v1/people"), await t.json("/api/v1/keys")]);
  expect(text).not.toMatch(/scrypt|hash|token=|wf[ik]_[\w-]{10}/);
});
