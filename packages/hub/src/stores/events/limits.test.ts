/** Answers about an app with one value more than a page is told of: the most frequent, or the latest, stay. */
import { beforeAll, expect, test } from "vitest";
import { startEngine } from "../../../test/events.ts";
import { MAX_VALUES } from "./app-questions.ts";
import { MAX_BUILDS } from "./event-counts.ts";
import { type EventRow, rawKey, signatureId } from "./event-row.ts";
import { createEventsStore, type EventsStore } from "./events-store.ts";
import { MAX_BUILDS_OF_USAGE } from "./usage-questions.ts";
import type { StoredUsage } from "./usage-writes.ts";

const DAY_MS = 24 * 3600 * 1000;
const FIRST = Date.UTC(2026, 0, 1, 12);
const scope = (appId: string) => ({ appIds: [appId], from: "2026-01-01", to: "2026-12-31", filters: {} });
const number = (i: number) => String(i).padStart(4, "0");

const crash = (appId: string, i: number, more: Partial<EventRow>): EventRow => ({
  reportId: `${appId}-${i}`,
  appId,
  rawKey: rawKey(1n),
  kind: "crash",
  crashedAt: new Date(FIRST + i).toISOString(),
  receivedAt: new Date(FIRST + 100 * DAY_MS).toISOString(),
  platform: "iOS",
  osVersion: "26.1",
  osBuild: "23B85",
  deviceModel: "iPhone18,1",
  appVersion: "1",
  appBuild: "1",
  deviceId: String(i),
  deviceKind: "install",
  incidentId: "",
  ...more,
});

let store: EventsStore;
beforeAll(async () => {
  const { engine, stop } = await startEngine();
  store = createEventsStore(engine);
  await store.mapSignatures([{ rawKey: rawKey(1n), signatureId: signatureId(1), version: 1 }]);
  const builds = Array.from({ length: MAX_BUILDS + 1 }, (_, i) => crash("builds", i, { appBuild: number(i) }));
  // The first value stands twice, so that the last of those that stand once is left out.
  const values = Array.from({ length: MAX_VALUES + 2 }, (_, i) => {
    const value = number(Math.max(0, i - 1));
    return crash("values", i, { deviceModel: value, osVersion: value });
  });
  await store.insertEvents("limits", [...builds, ...values]);
  await store.insertUsage(
    Array.from({ length: MAX_BUILDS_OF_USAGE + 1 }, (_, i): StoredUsage => ({
      appId: "usage",
      // The latest hundred on days of their own.
      day: new Date(FIRST + Math.max(0, i - MAX_BUILDS_OF_USAGE + 100) * DAY_MS).toISOString().slice(0, 10),
      install: String(i),
      version: "1",
      build: number(i),
      platform: "iOS",
      os: "26.1",
      osBuild: "23B85",
      device: "iPhone18,1",
      sessions: 1,
      crashedSessions: 0,
      foregroundSeconds: undefined,
    })),
  );
  return stop;
});

test("builds of an overview and of a signature: the first of all is left out", async () => {
  const { crashes, versions } = await store.overview(scope("builds"));
  expect(crashes).toBe(MAX_BUILDS + 1);
  expect([versions.length, versions[0]?.build, versions.at(-1)?.build]).toEqual([
    MAX_BUILDS,
    number(MAX_BUILDS),
    number(1),
  ]);
  expect((await store.distributions(scope("builds"), signatureId(1))).byVersion).toHaveLength(MAX_BUILDS);
});

test("values of a filter and of a distribution: the most frequent stay", async () => {
  const { device } = await store.facets(scope("values"));
  expect([device.length, device[0], device.at(-1)?.value]).toEqual([
    MAX_VALUES,
    { value: number(0), crashes: 2 },
    number(MAX_VALUES - 1),
  ]);
  const { byDevice, byOs } = await store.distributions(scope("values"), signatureId(1));
  expect([byDevice.length, byOs.length]).toEqual([MAX_VALUES, MAX_VALUES]);
  // Shares are of all crashes, also of those whose value is not told.
  expect(byOs[0]?.share).toBeCloseTo(2 / (MAX_VALUES + 2), 12);
});

test("builds that sent usage: the oldest is left out", async () => {
  const usage = await store.usage(scope("usage"));
  expect(usage?.builds).toHaveLength(MAX_BUILDS_OF_USAGE);
  expect(usage?.builds.map(({ build }) => build)).not.toContain(number(0));
  expect(usage?.total.active).toBe(MAX_BUILDS_OF_USAGE + 1);
});
