/** From usage and reports sent to the hub to the numbers of the overview. */
import type { Overview } from "@windfall/api";
import { secureRandom } from "../clock.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureText, startTestHub, type TestHub } from "../../test/hub.ts";

const HARBOR = "org.windfall.fixtures.Harbor";
const DAY_MS = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 10, 24, 12);
const day = (ago: number) => new Date(NOW - ago * DAY_MS).toISOString().slice(0, 10);

let hub: TestHub;
let report: string;

beforeAll(async () => {
  hub = await startTestHub({ chance: { clock: () => NOW, random: secureRandom } });
  report = await fixtureText("reports/sample-null-dereference/input.ips");
});
afterAll(() => hub.remove());

interface Numbers {
  readonly app: string;
  readonly overview: (query?: string) => Promise<Overview>;
}

/** The fixture as another incident of another version, day and app. */
function crashReport(app: string, version: string, ago: number, number: number): string {
  const at = new Date(NOW - ago * DAY_MS - 3600_000);
  return variantOf(report, { number, at, device: number, app: { version, build: "1" } }).replaceAll(HARBOR, app);
}

async function numbersOf(app: string): Promise<Numbers> {
  await hub.hub.settled();
  const { apps } = await hub.json<{ apps: { id: string; bundleId: string }[] }>("/api/v1/apps");
  const id = apps.find((one) => one.bundleId === app)?.id ?? "";
  return { app: id, overview: (query = "") => hub.json<Overview>(`/api/v1/apps/${id}/overview${query}`) };
}

const usageRow = (app: string, n: number, version: string, ago: number, crashedSessions = 0) => ({
  installId: `INSTALL-${n}`,
  day: day(ago),
  app,
  version,
  build: "1",
  platform: "macOS",
  sessions: 2,
  crashedSessions,
});

const sendUsage = async (rows: readonly object[]) =>
  expect((await hub.send("/ingest/usage", JSON.stringify(rows))).status).toBe(202);

test("without usage there is no crash-free figure, and the sentence names what is missing", async () => {
  expect((await hub.send("/ingest/reports", crashReport("com.example.none", "1.0", 3, 1))).status).toBe(202);
  const { crashFree, crashFreeMissing, versions } = await (await numbersOf("com.example.none")).overview();
  expect(crashFree).toBeNull();
  expect(crashFreeMissing?.code).toBe("no-usage");
  expect(versions).toMatchObject([{ version: "1.0", adoption: null, crashFreeUsers: null }]);
});

test("reports that name no install are never divided by usage", async () => {
  await sendUsage(Array.from({ length: 50 }, (_, n) => usageRow("com.example.mixed", n, "1.0", 3, n === 7 ? 1 : 0)));
  await hub.send("/ingest/reports", crashReport("com.example.mixed", "1.0", 3, 2));
  const { crashFree, crashFreeMissing, comparison } = await (await numbersOf("com.example.mixed")).overview();
  expect(crashFreeMissing?.code).toBe("no-install-ids");
  expect(crashFree).toMatchObject({ users: null, crashesPer1000Sessions: null, notCounted: { withoutInstallId: 1 } });
  // What the app says of its own sessions needs no report.
  expect(crashFree?.sessions).toMatchObject({ n: 100, crashed: 1, value: 0.99 });
  expect(comparison).toBeNull();
});

test("users, sessions and rate, by day and version, with the install in a header, an address and any case", async () => {
  const app = "com.example.full";
  const users = (version: string, ago: number, count: number) =>
    Array.from({ length: count }, (_, n) => usageRow(app, n, version, ago));
  const rows = [...users("1.0", 20, 300), ...users("1.0", 6, 200), ...users("1.1", 6, 150), ...users("1.1", 1, 120)];
  await sendUsage(rows);
  // Again, in another order and with fewer sessions: nothing changes.
  await sendUsage(rows.map((row) => ({ ...row, sessions: 1 })).toReversed());
  const send = (ago: number, version: string, incident: number, path: string, headers = {}) =>
    hub.send(`/ingest/reports${path}`, crashReport(app, version, ago, incident), headers);
  await send(20, "1.0", 10, "", { "X-Windfall-Install-Id": "INSTALL-1" });
  await send(20, "1.0", 11, "?install=INSTALL-1");
  await send(6, "1.1", 12, "?install=INSTALL-2");
  await send(6, "1.0", 13, "?install=INSTALL-3");
  // Of a version that sends no usage, and one without an install.
  await send(25, "0.9", 14, "?install=INSTALL-4");
  await send(6, "1.0", 15, "");

  const { overview } = await numbersOf(app);
  const { crashFree, crashFreeMissing, versions, crashes } = await overview();
  expect(crashes).toBe(6);
  expect(crashFreeMissing).toBeNull();
  // 200 installs used 1.0 on that day, 150 of them also 1.1.
  expect(crashFree?.users).toMatchObject({ n: 300 + 200 + 120, crashed: 3 });
  expect(crashFree?.usersOfWindow).toMatchObject({ n: 300, crashed: 3 });
  expect(crashFree?.sessions).toMatchObject({ n: 2 * rows.length, crashed: 0 });
  expect(crashFree?.crashesPer1000Sessions).toMatchObject({ crashes: 4, sessions: 2 * rows.length, leftOut: 0 });
  expect(crashFree?.notCounted).toEqual({ withoutInstallId: 1, withoutUsage: 1 });
  const of = (ago: number) => crashFree?.days.find((row) => row.day === day(ago));
  expect(of(20)).toMatchObject({ open: false, users: { n: 300, crashed: 1 } });
  expect(of(1)).toMatchObject({ open: true, users: { n: 120, crashed: 0, value: 1 } });
  expect(of(2)).toMatchObject({ open: false, users: null });
  expect(versions.map(({ version }) => version)).toEqual(["1.1", "1.0", "0.9"]);
  expect(versions[0]).toMatchObject({
    crashes: 1,
    adoption: { value: 1, users: 120, day: day(1) },
    crashFreeUsers: { n: 270, crashed: 1 },
    crashesPer1000Sessions: { crashes: 1, sessions: 540 },
  });
  expect(versions[2]).toMatchObject({ crashes: 1, adoption: null, crashFreeUsers: null });
  expect((await overview("?version=1.1")).crashFree?.users).toMatchObject({ n: 270, crashed: 1 });
  expect((await overview("?version=0.9")).crashFreeMissing?.code).toBe("no-usage-in-window");
});

test("what a person saw and what they did not are counted apart, and what is no crash beside them", async () => {
  const app = "com.example.ground";
  const role = /"procRole" : "Foreground"/;
  const made = Array.from({ length: 6 }, (_, n) => crashReport(app, "1.0", 4, 600 + n));
  const sent = [
    ...made.slice(0, 3),
    ...made.slice(3, 5).map((text) => text.replace(role, '"procRole" : "Background"')),
    ...made.slice(5).map((text) => text.replace(role, '"procRole" : "Non UI"')),
    // Apple's word for a process that did not end.
    crashReport(app, "1.0", 4, 606).replace(role, '"procRole" : "Foreground", "isSimulated" : 1'),
    // The person who held the app ended it.
    crashReport(app, "1.0", 4, 607).replace(
      /"termination" : \{[^}]*\}/,
      '"termination" : {"code":3735943697,"flags":0,"namespace":"SPRINGBOARD"}',
    ),
  ];
  expect(new Set(sent).size).toBe(8);
  for (const text of sent) expect((await hub.send("/ingest/reports", text)).status).toBe(202);
  const { ground, crashes, kinds } = await (await numbersOf(app)).overview();
  expect(crashes).toBe(6);
  expect(ground).toEqual({ foreground: 3, background: 2, unknown: 1 });
  expect(kinds).toEqual([
    { kind: "fault", reports: 1 },
    { kind: "other", reports: 1 },
  ]);
});

test("a bad version is worse than the one before it, and too few users are said to be too few", async () => {
  const app = "com.example.worse";
  const many = (version: string, ago: number, count: number) =>
    Array.from({ length: count }, (_, n) => usageRow(app, n, version, ago));
  await sendUsage([...many("1.0", 12, 2_000), ...many("1.1", 5, 2_000)]);
  const crashed = Array.from({ length: 40 }, (_, n) => n);
  await Promise.all([
    ...crashed.map((n) => hub.send(`/ingest/reports?install=INSTALL-${n}`, crashReport(app, "1.1", 5, 100 + n))),
    hub.send("/ingest/reports?install=INSTALL-1", crashReport(app, "1.0", 12, 99)),
  ]);
  const { overview } = await numbersOf(app);
  const { comparison, weeks, crashFree } = await overview();
  expect(comparison).toMatchObject({ verdict: "worse", newer: { version: "1.1" }, older: { version: "1.0" } });
  expect(comparison?.difference?.low).toBeGreaterThan(0);
  expect(weeks).toMatchObject({ verdict: "worse", to: day(2), users: { crashed: 40 }, usersBefore: { crashed: 1 } });
  expect(crashFree?.releases.map(({ version }) => version)).toEqual(["1.0", "1.1"]);

  const small = "com.example.small";
  await sendUsage([
    ...Array.from({ length: 200 }, (_, n) => usageRow(small, n, "1.0", 12)),
    ...Array.from({ length: 150 }, (_, n) => usageRow(small, n, "1.1", 5)),
  ]);
  await hub.send("/ingest/reports?install=INSTALL-1", crashReport(small, "1.1", 5, 500));
  const few = (await (await numbersOf(small)).overview()).comparison;
  expect(few?.verdict).toBe("not-enough-data");
  expect(few?.usersMissing).toBe((few?.usersNeeded ?? 0) - 150);
});
