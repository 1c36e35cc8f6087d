/** One device that crashes 10,000 times in an hour, beside the same app where it crashed once: what people read must not be about that device. */
import { expect, test } from "vitest";
import { startEngine } from "../../test/events.ts";
import { type EventRow, rawKey, signatureId } from "../stores/events/event-row.ts";
import { createEventsStore } from "../stores/events/events-store.ts";
import { MAX_CRASHES_PER_DEVICE_DAY } from "../stores/events/usage-questions.ts";
import type { StoredUsage } from "../stores/events/usage-writes.ts";
import { usageNumbers } from "./crash-free.ts";

const LOOP = 10_000;
const USERS = 3_000;
/** Of each version, besides the one in the loop. */
const CRASHED = 30;
const DAY = "2026-11-20";
const HOUR_MS = 3_600_000;
const START = Date.parse(`${DAY}T10:00:00Z`);
const VERSIONS = ["2.0", "2.1"] as const;
const [LOOPING, COMMON] = [rawKey(1n), rawKey(2n)];

const usageOf = (appId: string, install: string, version: string): StoredUsage => ({
  appId,
  day: DAY,
  install,
  version,
  build: "1",
  platform: "iOS",
  os: "26.1",
  osBuild: "23B85",
  device: "iPhone18,1",
  sessions: 2,
  crashedSessions: 0,
  foregroundSeconds: undefined,
});

const crashOf = (appId: string, install: string, version: string, i: number): EventRow => ({
  reportId: `${appId}-${install}-${i}`,
  appId,
  rawKey: install === "loop" ? LOOPING : COMMON,
  kind: "crash",
  crashedAt: new Date(START + (i * HOUR_MS) / LOOP).toISOString(),
  receivedAt: new Date(START + 2 * HOUR_MS).toISOString(),
  platform: "iOS",
  osVersion: "26.1",
  osBuild: "23B85",
  deviceModel: "iPhone18,1",
  appVersion: version,
  appBuild: "1",
  deviceId: install,
  deviceKind: "install",
  incidentId: `${appId}-${install}-${i}`,
});

/** The newer version has the device in the loop. */
function rowsOf(appId: string, times: number) {
  const usage = VERSIONS.flatMap((version) =>
    Array.from({ length: USERS }, (_, i) => usageOf(appId, `user-${version}-${i}`, version)),
  );
  const crashes = VERSIONS.flatMap((version) =>
    Array.from({ length: CRASHED }, (_, i) => crashOf(appId, `user-${version}-${i}`, version, i)),
  );
  const loop = Array.from({ length: times }, (_, i) => crashOf(appId, "loop", "2.1", i));
  return { usage: [...usage, usageOf(appId, "loop", "2.1")], crashes: [...crashes, ...loop] };
}

test("the device counts as one everywhere but in the crash count, and turns no verdict", async ({ onTestFinished }) => {
  const { engine, stop } = await startEngine();
  onTestFinished(stop);
  const store = createEventsStore(engine);
  await store.mapSignatures([
    { rawKey: LOOPING, signatureId: signatureId(1), version: 1 },
    { rawKey: COMMON, signatureId: signatureId(2), version: 1 },
  ]);
  const numbersOf = async (appId: string, times: number) => {
    const { usage, crashes } = rowsOf(appId, times);
    await store.insertUsage(usage);
    await store.insertEvents(appId, crashes);
    const scope = { appIds: [appId], from: "2026-11-11", to: DAY, filters: {} };
    const overview = await store.overview(scope);
    const numbers = usageNumbers({
      window: { from: scope.from, to: scope.to, days: 10 },
      today: "2026-11-24",
      builds: overview.versions,
      usage: await store.usage(scope),
      buildOrder: VERSIONS.map((version) => ({ version, build: "1" })),
    });
    const { signatures } = await store.signatures(scope, { limit: 10, offset: 0 });
    return { overview, numbers, signatures };
  };
  const once = await numbersOf("once", 1);
  const loop = await numbersOf("loop", LOOP);

  // What happened is told as it happened.
  expect(loop.overview.crashes).toBe(2 * CRASHED + LOOP);
  expect(
    loop.signatures.map(({ signatureId: id, crashes, affectedDevices }) => [id, crashes, affectedDevices]),
  ).toEqual([
    [1, LOOP, 1],
    [2, 2 * CRASHED, 2 * CRASHED],
  ]);
  // Who it happened to is told as with one crash.
  expect(loop.overview.affectedDevices).toBe(once.overview.affectedDevices);
  expect(loop.overview.affectedDevices).toBe(2 * CRASHED + 1);
  const { users, usersOfWindow, sessions } = loop.numbers.crashFree ?? {};
  expect({ users, usersOfWindow, sessions }).toEqual({
    users: once.numbers.crashFree?.users,
    usersOfWindow: once.numbers.crashFree?.usersOfWindow,
    sessions: once.numbers.crashFree?.sessions,
  });
  expect(loop.numbers.versions.map(({ version, crashFreeUsers }) => [version, crashFreeUsers])).toEqual(
    once.numbers.versions.map(({ version, crashFreeUsers }) => [version, crashFreeUsers]),
  );
  expect(loop.numbers.comparison).toEqual(once.numbers.comparison);
  expect(loop.numbers.comparison?.verdict).not.toBe("worse");

  // The rate leaves most of it out, says so, and its interval still holds the rate without it.
  const rate = loop.numbers.crashFree?.crashesPer1000Sessions;
  expect(rate).toMatchObject({
    crashes: 2 * CRASHED + MAX_CRASHES_PER_DEVICE_DAY,
    leftOut: LOOP - MAX_CRASHES_PER_DEVICE_DAY,
  });
  const calm = once.numbers.crashFree?.crashesPer1000Sessions?.value ?? 0;
  expect(rate?.low).toBeLessThanOrEqual(calm);
  expect(rate?.high).toBeGreaterThanOrEqual(calm);
});
