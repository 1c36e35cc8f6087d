import { expect, onTestFinished, test } from "vitest";
import { secureRandom } from "../clock.ts";
import { createIds } from "../ids.ts";
import { openState } from "../stores/state/open-state.ts";
import { createAccess, LINK_DAYS, SESSION_DAYS } from "./access.ts";
import { createKeys } from "./keys.ts";
import { createKeysStore } from "./keys-store.ts";
import { createAccessStore } from "./store.ts";

const MARA = { id: "person:1", name: "Mara" };
const TOM = { id: "person:2", name: "Tom" };
const DAY_MS = 24 * 3600 * 1000;

async function setUp() {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  let now = Date.UTC(2026, 0, 1);
  const chance = { clock: () => now, random: secureRandom };
  const newId = createIds(chance);
  const keys = createKeys(createKeysStore(db), chance, newId);
  const access = createAccess({ store: createAccessStore(db), keys, chance, newId });
  return { db, access, keys, later: (days: number) => (now += days * DAY_MS) };
}

test("the first start makes an owner and two keys, the next one nothing", async () => {
  const { access } = await setUp();
  const secrets = await access.firstStart();
  expect(secrets?.ingestKey).toMatch(/^wfi_[\w-]{27}$/);
  expect(secrets?.apiKey).toMatch(/^wfk_[\w-]{27}$/);
  expect(await access.callerOfKey(secrets?.ingestKey ?? "")).toMatchObject({ kind: "ingest-key" });
  expect(await access.callerOfKey(secrets?.apiKey ?? "")).toMatchObject({ kind: "api-key", right: "admin" });
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
  const { access, keys } = await setUp();
  const { key, secret } = await keys.create({ kind: "api", name: "CI", right: "read" }, MARA);
  expect(await access.callerOfKey(secret)).toMatchObject({ kind: "api-key", right: "read", name: "CI" });
  await keys.revoke(key.id, TOM);
  expect(await access.callerOfKey(secret)).toBeUndefined();
  expect(await keys.all()).toMatchObject([{ createdBy: "Mara", revokedBy: "Tom" }]);
  await expect(keys.revoke(key.id, MARA)).rejects.toMatchObject({ code: "key-not-found" });
});

test("what a key is used for is noted, not more than once a minute", async () => {
  const { access, keys, later } = await setUp();
  const { secret } = await keys.create({ kind: "ingest", name: "app" }, MARA);
  const lastUse = async () => (await keys.all())[0]?.lastUsedAt;
  expect(await lastUse()).toBeNull();
  await access.callerOfKey(secret);
  const first = await lastUse();
  later(0.5 / 1440);
  await access.callerOfKey(secret);
  expect(await lastUse()).toBe(first);
  later(1 / 1440);
  await access.callerOfKey(secret);
  expect(await lastUse()).not.toBe(first);
});

test("one session is ended, or all but one's own, and never somebody else's", async () => {
  const { access, db } = await setUp();
  await access.firstStart();
  const owner = { id: (await db.selectFrom("people").select("id").executeTakeFirstOrThrow()).id };
  const begin = async () => (await access.begin({ ...owner, name: "Owner", role: "admin" }, "link", "d")).sessionToken;
  const [a, b, c] = [await begin(), await begin(), await begin()];
  const caller = await access.callerOfSession(a);
  if (caller?.kind !== "person") throw new Error("nobody");
  const listed = await access.sessionsOf(owner, caller.session);
  expect(listed.filter(({ current }) => current)).toHaveLength(1);
  expect(listed).toHaveLength(3);
  const other = listed.find(({ current }) => !current)?.id ?? "";
  expect(await access.endSession({ id: "somebody" }, other)).toBe(false);
  expect(await access.endSession(owner, other)).toBe(true);
  expect(await access.endOthers(owner, caller.session)).toBe(1);
  expect(await access.callerOfSession(a)).toBeDefined();
  for (const token of [b, c]) expect(await access.callerOfSession(token)).toBeUndefined();
});
