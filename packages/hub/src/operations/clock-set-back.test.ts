/** The hub's clock jumps back by two days, while it runs and between two starts: nobody is thrown out, nothing is lost or held up. */
import type { App, IngestStatus, Overview, Session } from "@windfall/api";
import { expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";
import { secureRandom } from "../clock.ts";

const TWO_DAYS_MS = 2 * 24 * 3600 * 1000;
const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
let number = 0;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

async function setUp(options: Parameters<typeof startTestHub>[0] = {}) {
  let now = Date.now();
  const chance = { clock: () => now, random: secureRandom };
  const t = await startTestHub({ ...options, chance });
  onTestFinished(() => t.remove());
  return { t, chance, setBack: () => (now -= TWO_DAYS_MS), setRight: () => (now += TWO_DAYS_MS) };
}

/** Of a device, whose own clock is right. */
async function crash(t: TestHub): Promise<string> {
  const body = variantOf(template, { number: ++number, at: new Date(), device: number });
  const sent = await t.send("/ingest/reports", body);
  expect(sent.status).toBe(202);
  return sent.body.id ?? "";
}

const usage = (t: TestHub, installId: string, day: string) =>
  t.send(
    "/ingest/usage",
    JSON.stringify({ installId, day, app: "org.windfall.fixtures.Teebude", version: "2.3", build: "231", sessions: 1 }),
  );

const overview = async (t: TestHub): Promise<Overview & { readonly allCrashes: number }> => {
  const [app] = (await t.json<{ apps: App[] }>("/api/v1/apps")).apps;
  return { ...(await t.json<Overview>(`/api/v1/apps/${app?.id}/overview`)), allCrashes: app?.crashes ?? 0 };
};

test("sessions, keys, invitations and links go on, and end when they should", async () => {
  const { t, setBack } = await setUp();
  const cookie = await t.cookie();
  const owner = { cookie, origin: t.hub.url };
  const invite = async () => {
    const body = JSON.stringify({ name: `person ${++number}`, role: "viewer" });
    const { url } = await t.json<{ url: string }>("/api/v1/invitations", { method: "POST", headers: owner, body });
    return new URL(url).searchParams.get("token");
  };
  const accept = (token: string | null) =>
    t.ask("/api/v1/invitations/accept", {
      method: "POST",
      headers: { origin: t.hub.url, cookie: "none=1" },
      body: JSON.stringify({ token, name: `person ${++number}`, password: "twelve letters" }),
    });
  const before = await invite();
  await crash(t);
  setBack();
  expect((await t.json<Session>("/api/v1/session", { headers: owner })).person.name).toBe("Owner");
  expect((await accept(before)).status).toBe(200);
  expect((await accept(before)).status).toBe(401);
  expect((await accept(await invite())).status).toBe(200);
  expect(await t.cookie()).toMatch(/=\S{20,}/);
  await crash(t);
  await t.hub.settled();
  expect((await overview(t)).waiting).toBe(0);
});

test("crashes of 'the future' are counted on the day they came, and usage of it is refused by name until the clock is right", async () => {
  const { t, setBack, setRight } = await setUp();
  await crash(t);
  await usage(t, "install-before", dayOf(Date.now()));
  await t.hub.settled();
  setBack();
  const id = await crash(t);
  await t.hub.settled();
  const today = dayOf(Date.now() - TWO_DAYS_MS);
  const meanwhile = await overview(t);
  expect(meanwhile.window.to).toBe(today);
  expect(meanwhile.days.filter(({ crashes }) => crashes > 0)).toEqual([{ day: today, crashes: 1 }]);
  expect(meanwhile.allCrashes).toBe(2);
  expect(await usage(t, "install-during", dayOf(Date.now()))).toMatchObject({
    status: 400,
    body: { error: { code: "bad-request", message: expect.stringContaining("more than a day ahead") } },
  });

  setRight();
  expect((await usage(t, "install-during", dayOf(Date.now()))).status).toBe(202);
  await t.hub.settled();
  const { crashes, versions } = await overview(t);
  expect(crashes).toBe(2);
  expect(versions.map(({ adoption }) => adoption?.users)).toEqual([2]);
  expect((await t.json<IngestStatus>(`/api/v1/inbox/${id}`)).state).toBe("done");
});

test("what waited before the start is taken up beside what comes after it", async () => {
  const { t, chance, setBack } = await setUp({ pipeline: { gatherMs: 60_000 } });
  const before = [await crash(t), await crash(t)];
  await t.stop();
  setBack();
  const again = await startTestHub({ dataFolder: t.folder, chance });
  onTestFinished(() => again.stop());
  const after = [await crash(again), await crash(again)];
  // Ids go by the clock of their hub: nothing may rely on later ones being larger.
  expect((after[0] ?? "") < (before[0] ?? "")).toBe(true);
  await again.hub.settled();
  for (const id of [...before, ...after]) {
    expect((await again.json<IngestStatus>(`/api/v1/inbox/${id}`)).state).toBe("done");
  }
  expect((await overview(again)).allCrashes).toBe(4);
});
