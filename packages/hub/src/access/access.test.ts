import { expect, onTestFinished, test } from "vitest";
import { secureRandom } from "../clock.ts";
import { createIds } from "../ids.ts";
import { openState } from "../stores/state/open-state.ts";
import { createAccess, LINK_DAYS, SESSION_DAYS } from "./access.ts";
import { mayCall } from "./caller.ts";
import { createAccessStore } from "./store.ts";

const DAY_MS = 24 * 3600 * 1000;

async function setUp() {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  let now = Date.UTC(2026, 0, 1);
  const chance = { clock: () => now, random: secureRandom };
  const access = createAccess(createAccessStore(db), chance, createIds(chance));
  return { db, access, later: (days: number) => (now += days * DAY_MS) };
}

test("the first start makes an owner and two keys, the next one nothing", async () => {
  const { access } = await setUp();
  const secrets = await access.firstStart();
  expect(secrets?.ingestKey).toMatch(/^wfi_[\w-]{27}$/);
  expect(secrets?.apiKey).toMatch(/^wfk_[\w-]{27}$/);
  expect(await access.callerOfKey(secrets?.ingestKey ?? "")).toEqual({ kind: "ingest-key" });
  expect(await access.callerOfKey(secrets?.apiKey ?? "")).toEqual({ kind: "api-key" });
  expect(await access.firstStart()).toBeUndefined();
});

test("no secret is stored in clear", async () => {
  const { access, db } = await setUp();
  const secrets = await access.firstStart();
  const link = await access.newSignInLink();
  const rows = JSON.stringify([
    await db.selectFrom("keys").selectAll().execute(),
    await db.selectFrom("sign_in_links").selectAll().execute(),
  ]);
  for (const secret of [secrets?.ingestKey, secrets?.apiKey, link]) expect(rows).not.toContain(secret?.slice(10));
});

test("links and sessions end", async () => {
  const { access, later } = await setUp();
  await access.firstStart();
  const stale = await access.newSignInLink();
  later(LINK_DAYS + 1);
  await expect(access.signIn(stale)).rejects.toMatchObject({ code: "sign-in-link-invalid" });

  expect(await access.neverSignedIn()).toBe(true);
  const { sessionToken } = await access.signIn(await access.newSignInLink());
  expect(await access.neverSignedIn()).toBe(false);
  expect(await access.callerOfSession(sessionToken)).toMatchObject({ kind: "person", person: { role: "admin" } });
  later(SESSION_DAYS + 1);
  expect(await access.callerOfSession(sessionToken)).toBeUndefined();
});

test("a link that two use at the same moment lets one in", async () => {
  const { access } = await setUp();
  await access.firstStart();
  const token = await access.newSignInLink();
  const results = await Promise.allSettled([access.signIn(token), access.signIn(token)]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("a revoked key is nobody's, and cannot be revoked twice", async () => {
  const { access } = await setUp();
  const { id, key } = await access.createKey("api", "CI");
  expect(await access.callerOfKey(key)).toEqual({ kind: "api-key" });
  await access.revokeKey(id);
  expect(await access.callerOfKey(key)).toBeUndefined();
  await expect(access.revokeKey(id)).rejects.toMatchObject({ code: "key-not-found" });
});

test("a viewer may look and not touch", () => {
  const person = { id: "1", name: "V", role: "viewer" } as const;
  const caller = { kind: "person", person, session: "" as never } as const;
  expect(["read", "person", "write", "ingest"].map((access) => mayCall(caller, access as "read"))).toEqual([
    "yes",
    "yes",
    "no",
    "no",
  ]);
});
