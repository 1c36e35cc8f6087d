import { expect, onTestFinished, test } from "vitest";
import { secureRandom } from "../clock.ts";
import { createIds } from "../ids.ts";
import { openState } from "../stores/state/open-state.ts";
import { createAccess, type Session } from "./access.ts";
import { createKeys } from "./keys.ts";
import { createKeysStore } from "./keys-store.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { createPeople, INVITATION_DAYS } from "./people.ts";
import { createPeopleStore } from "./people-store.ts";
import { createAccessStore } from "./store.ts";
import { createTries, PAUSE_MS, TRIES_PER_ADDRESS, TRIES_PER_PERSON } from "./tries.ts";

const DAY_MS = 24 * 3600 * 1000;
const PASSWORD = "correct horse";
const OWNER = { id: "person:owner", name: "Owner" };
const HOME = { address: "192.0.2.1", device: "Safari on macOS" };

async function setUp() {
  const db = await openState(":memory:");
  onTestFinished(() => db.destroy());
  let now = Date.UTC(2026, 0, 1);
  const chance = { clock: () => now, random: secureRandom };
  const newId = createIds(chance);
  const keys = createKeys(createKeysStore(db), chance, newId);
  const access = createAccess({ store: createAccessStore(db), keys, chance, newId });
  const real = createPasswords(secureRandom, { ln: 1, r: 8, p: 1 });
  const compared: (string | undefined)[] = [];
  /** The real ones, at the least cost, and a note of each comparison. */
  const passwords: Passwords = {
    hash: (password) => real.hash(password),
    matches: (password, stored) => (compared.push(stored), real.matches(password, stored)),
  };
  const store = createPeopleStore(db);
  const people = createPeople({ store, access, passwords, tries: createTries(chance.clock), chance, newId });
  await access.firstStart();
  const join = async (name: string, role: "admin" | "member" | "viewer"): Promise<Session> => {
    const { token } = await people.invite(name, role, OWNER);
    return people.accept(token, name, PASSWORD, HOME);
  };
  const ownerId = async () => (await people.list()).people[0]?.id ?? "";
  return { db, access, people, compared, join, ownerId, later: (ms: number) => (now += ms) };
}

test("an invited person has the role of the invitation, and comes back by name and password", async () => {
  const { people, access } = await setUp();
  const { invitation, token } = await people.invite("Tom", "viewer", OWNER);
  expect(await people.open(token, HOME)).toEqual(invitation);
  const first = await people.accept(token, "Tomás Keller", PASSWORD, HOME);
  expect(first.person).toMatchObject({ name: "Tomás Keller", role: "viewer" });
  const again = await people.signIn("  TOMÁS  keller", PASSWORD, HOME);
  expect(await access.callerOfSession(again.sessionToken)).toMatchObject({ person: first.person });
  const { people: listed, invitations } = await people.list();
  expect(listed[1]).toMatchObject({ name: "Tomás Keller", hasPassword: true, sessions: 2 });
  expect(invitations).toEqual([]);
});

test("an invitation is good once, until its day, and not after it was revoked; a forged one never", async () => {
  const { people, later } = await setUp();
  const invalid = { code: "invitation-invalid" };
  const accept = (token: string, name: string) => people.accept(token, name, PASSWORD, HOME);

  const used = await people.invite("a", "member", OWNER);
  await accept(used.token, "a");
  await expect(accept(used.token, "b")).rejects.toMatchObject(invalid);

  const revoked = await people.invite("c", "member", OWNER);
  await people.revokeInvitation(revoked.invitation.id, OWNER);
  await expect(accept(revoked.token, "c")).rejects.toMatchObject(invalid);
  await expect(people.revokeInvitation(revoked.invitation.id, OWNER)).rejects.toMatchObject({ code: "not-found" });

  const { token } = await people.invite("d", "member", OWNER);
  for (const forged of [token.slice(0, -1), `${token}A`, revoked.invitation.id]) {
    await expect(people.open(forged, { ...HOME, address: forged })).rejects.toMatchObject(invalid);
  }
  later(INVITATION_DAYS * DAY_MS);
  await expect(accept(token, "d")).rejects.toMatchObject(invalid);
  expect((await people.list()).people.map(({ name }) => name)).toEqual(["Owner", "a"]);
});

test("two who accept one invitation at the same moment: one comes in", async () => {
  const { people } = await setUp();
  const { token } = await people.invite("a", "member", OWNER);
  const results = await Promise.allSettled([
    people.accept(token, "a", PASSWORD, HOME),
    people.accept(token, "b", PASSWORD, HOME),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await people.list()).people).toHaveLength(2);
});

test("a name that is taken costs nobody the invitation", async () => {
  const { people } = await setUp();
  const { token } = await people.invite("a", "member", OWNER);
  await expect(people.accept(token, "OWNER", PASSWORD, HOME)).rejects.toMatchObject({ code: "name-taken" });
  expect(await people.accept(token, "a", PASSWORD, HOME)).toMatchObject({ person: { name: "a" } });
  await expect(people.invite("A", "member", OWNER)).rejects.toMatchObject({ code: "name-taken" });
});

test("guessing is stopped per person, for strangers' names as for real ones, and a pause ends it", async () => {
  const { people, join, later } = await setUp();
  await join("Tom", "viewer");
  for (const name of ["Tom", "Nobody"]) {
    for (let i = 0; i < TRIES_PER_PERSON; i++) {
      const guess = people.signIn(name, `guess ${i}`, { ...HOME, address: `${name} ${i}` });
      await expect(guess).rejects.toMatchObject({ code: "sign-in-failed" });
    }
    await expect(people.signIn(name, PASSWORD, { ...HOME, address: "elsewhere" })).rejects.toMatchObject({
      code: "rate-limited",
      retryAfterSeconds: PAUSE_MS / 1000,
    });
  }
  later(PAUSE_MS);
  expect(await people.signIn("Tom", PASSWORD, HOME)).toMatchObject({ person: { name: "Tom" } });
});

test("one address is stopped, whichever names it tries", async () => {
  const { people } = await setUp();
  for (let i = 0; i < TRIES_PER_ADDRESS; i++) {
    await expect(people.signIn(`p${i}`, "guess", HOME)).rejects.toMatchObject({ code: "sign-in-failed" });
  }
  await expect(people.signIn("p", "guess", HOME)).rejects.toMatchObject({ code: "rate-limited" });
});

test("a name that nobody has, a person without a password and a wrong password cost the same work and say the same", async () => {
  const { people, join, compared } = await setUp();
  await join("Tom", "viewer");
  const said = [];
  for (const name of ["Tom", "Owner", "Nobody"]) {
    said.push(await people.signIn(name, "guess", HOME).catch((error: unknown) => String(error)));
  }
  expect(new Set(said).size).toBe(1);
  expect(compared).toEqual([expect.stringMatching(/^\$scrypt\$/), undefined, undefined]);
});

test("the owner sets a name and a password; changing it needs the old one and ends the other sessions", async () => {
  const { people, access, ownerId } = await setUp();
  const { sessionToken } = await access.signIn(await access.newSignInLink());
  const caller = async () => {
    const found = await access.callerOfSession(sessionToken);
    if (found?.kind !== "person") throw new Error("signed out");
    return found;
  };
  await people.setPassword(await caller(), { name: "Mara", password: PASSWORD }, HOME);
  const elsewhere = await people.signIn("mara", PASSWORD, HOME);
  const change = (current?: string) =>
    caller().then((who) =>
      people.setPassword(who, { name: "Mara", password: "another horse", ...(current && { current }) }, HOME),
    );
  await expect(change()).rejects.toMatchObject({ code: "sign-in-failed" });
  await expect(change("wrong")).rejects.toMatchObject({ code: "sign-in-failed" });
  await change(PASSWORD);
  expect(await access.callerOfSession(elsewhere.sessionToken)).toBeUndefined();
  expect((await caller()).person).toEqual({ id: await ownerId(), name: "Mara", role: "admin" });
});

test("a removed person is out at once, and the name is free again", async () => {
  const { people, access, join, db } = await setUp();
  const { person, sessionToken } = await join("Tom", "member");
  const { token: link } = await people.link(person.id, OWNER);
  await people.remove(person.id, OWNER);
  expect(await access.callerOfSession(sessionToken)).toBeUndefined();
  await expect(access.signIn(link)).rejects.toMatchObject({ code: "sign-in-link-invalid" });
  await expect(people.signIn("Tom", PASSWORD, HOME)).rejects.toMatchObject({ code: "sign-in-failed" });
  await expect(people.remove(person.id, OWNER)).rejects.toMatchObject({ code: "person-not-found" });
  await join("Tom", "viewer");
  const log = await db.selectFrom("access_log").select(["actor_name", "action"]).orderBy("id").execute();
  expect(log.map(({ action }) => action)).toEqual(["invite", "make-link", "remove-person", "invite"]);
  expect(new Set(log.map(({ actor_name }) => actor_name))).toEqual(new Set(["Owner"]));
});

test("there is always an admin", async () => {
  const { people, join, ownerId } = await setUp();
  const owner = await ownerId();
  const last = { code: "last-admin" };
  await expect(people.remove(owner, OWNER)).rejects.toMatchObject(last);
  await expect(people.setRole(owner, "viewer", OWNER)).rejects.toMatchObject(last);
  const { person } = await join("Tom", "viewer");
  await people.setRole(person.id, "admin", OWNER);
  await people.remove(owner, OWNER);
  await expect(people.remove(person.id, OWNER)).rejects.toMatchObject(last);
});

test("no secret is stored in clear", async () => {
  const { people, db, join } = await setUp();
  await join("Tom", "member");
  const { token } = await people.invite("a", "member", OWNER);
  const rows = JSON.stringify([
    await db.selectFrom("people").selectAll().execute(),
    await db.selectFrom("invitations").selectAll().execute(),
    await db.selectFrom("access_log").selectAll().execute(),
  ]);
  for (const secret of [PASSWORD, token.slice(10)]) expect(rows).not.toContain(secret);
});
