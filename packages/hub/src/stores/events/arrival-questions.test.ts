/** How long crashes take to arrive, and what may not count as a delay: wrong clocks, old reports, a device in a loop, a hub's first day. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { startEngine } from "../../../test/events.ts";
import { createArrivalQuestions, MAX_DELAY_DAYS, PAST_DAYS } from "./arrival-questions.ts";
import type { EventEngine } from "./event-engine.ts";
import { type EventRow, rawKey } from "./event-row.ts";
import { createEventsStore, type EventsStore } from "./events-store.ts";
import { MAX_CRASHES_PER_DEVICE_DAY } from "./usage-questions.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 09:00 UTC. */
const NOW = Date.UTC(2026, 10, 24, 9);
const TODAY = "2026-11-24";
const YESTERDAY = "2026-11-23";
const dayAt = (ago: number) => new Date(NOW - ago * DAY).toISOString().slice(0, 10);
/** A closed day in the middle of what is looked at, and its neighbours' limits. */
const CLOSED = MAX_DELAY_DAYS + 10;
const OLDEST = MAX_DELAY_DAYS + PAST_DAYS;

let engine: EventEngine;
let events: EventsStore;
let next = 0;
/** Each test has an app of its own. */
let own = "";

beforeAll(async () => {
  const started = await startEngine();
  engine = started.engine;
  events = createEventsStore(engine);
  return started.stop;
});

beforeEach(async () => {
  own = `app-${next}`;
  // The hub is older than all that is looked at here.
  await insert([crash({ ago: OLDEST, at: 1, delay: 0, device: "first" })]);
});

interface Crash {
  readonly ago: number;
  /** Hours into its day. */
  readonly at: number;
  /** Hours until it arrived. */
  readonly delay: number;
  readonly device?: string;
  readonly kind?: EventRow["kind"];
  readonly app?: string;
}

function crash({ ago, at, delay, device = "", kind = "crash", app = own }: Crash): EventRow {
  const crashedAt = Date.parse(dayAt(ago)) + at * HOUR;
  return {
    reportId: `report-${next++}`,
    appId: app,
    rawKey: rawKey(1n),
    kind,
    crashedAt: new Date(crashedAt).toISOString(),
    receivedAt: new Date(crashedAt + delay * HOUR).toISOString(),
    platform: "iOS",
    osVersion: "26.1",
    osBuild: "23B85",
    deviceModel: "iPhone18,1",
    appVersion: "2.1",
    appBuild: "1",
    deviceId: device,
    deviceKind: device === "" ? "" : "install",
    incidentId: "",
  };
}

const insert = (rows: readonly EventRow[]) => events.insertEvents(`batch-${next}`, rows);
const on = async (ago: number, day = TODAY) =>
  (await events.arrivals([own], [TODAY, YESTERDAY], NOW)).get(day)?.find((row) => row.day === dayAt(ago));

test("a past day is cut where today stands: what crashed by then, and how much of it was there", async () => {
  await insert([
    crash({ ago: CLOSED, at: 2, delay: 1, device: "a" }),
    crash({ ago: CLOSED, at: 8, delay: 0.5, device: "b" }),
    crash({ ago: CLOSED, at: 8, delay: 1.5, device: "c" }),
    crash({ ago: CLOSED, at: 3, delay: 30 }),
    // Later in the day than now.
    crash({ ago: CLOSED, at: 9.5, delay: 0, device: "d" }),
  ]);
  expect(await on(CLOSED)).toEqual({
    day: dayAt(CLOSED),
    crashes: { arrived: 2, total: 4 },
    users: { arrived: 2, total: 3 },
  });
  // Yesterday's counterpart is whole, and a day older.
  expect(await on(CLOSED, YESTERDAY)).toMatchObject({
    crashes: { arrived: 5, total: 5 },
    users: { arrived: 4, total: 4 },
  });
});

test("an install is known with its first report; a device in a loop weighs no more than it counts", async () => {
  const loop = Array.from({ length: 100 }, (_, i) =>
    crash({ ago: CLOSED, at: 5, delay: i < 25 ? 1 : 20, device: "a" }),
  );
  await insert([...loop, crash({ ago: CLOSED, at: 5, delay: 20, device: "b" })]);
  expect(await on(CLOSED)).toMatchObject({
    crashes: { arrived: MAX_CRASHES_PER_DEVICE_DAY / 4, total: MAX_CRASHES_PER_DEVICE_DAY + 1 },
    users: { arrived: 1, total: 2 },
  });
});

test.for([
  ["an old report that somebody uploads", { delay: MAX_DELAY_DAYS * 24 + 0.01 }, 0],
  ["as late as a delay may be", { delay: MAX_DELAY_DAYS * 24 }, 1],
  ["a clock that is ahead by half an hour", { delay: -0.5 }, 0],
  ["one that is ahead by five minutes", { delay: -5 / 60 }, 1],
  ["a hang", { delay: 1, kind: "hang" }, 0],
  ["another app", { delay: 1, app: "ferry" }, 0],
] as const)("%s", async ([, told, counted]) => {
  await insert([crash({ ago: CLOSED, at: 5, device: "a", ...told })]);
  expect((await on(CLOSED))?.crashes.total ?? 0).toBe(counted);
});

test("a time that cannot be true is none to learn from", async () => {
  // Beyond a day ahead the event counts as of its arrival: a delay of nothing, if it were believed.
  const row = crash({ ago: CLOSED, at: 5, delay: 0, device: "a" });
  await insert([{ ...row, crashedAt: "2031-01-01T00:00:00Z" }]);
  expect(await on(CLOSED)).toBeUndefined();
});

test.for([
  ["the last", MAX_DELAY_DAYS + 1, true],
  ["a later one, whose reports may not all be there", MAX_DELAY_DAYS, false],
  ["the first", OLDEST - 1, true],
  ["an older one", OLDEST + 1, false],
] as const)("which days: %s", async ([, ago, isIn]) => {
  await insert([crash({ ago, at: 5, delay: 1, device: "a" })]);
  expect((await on(ago)) !== undefined).toBe(isIn);
});

test("of an app with more reports than are needed each so-many-th device is asked, with all of its reports", async () => {
  const some = createArrivalQuestions(engine, 1_000);
  const rows = Array.from({ length: 2_000 }, (_, i) =>
    crash({ ago: CLOSED, at: 5, delay: i % 4 < 2 ? 1 : 20, device: `device-${i % 400}` }),
  );
  await insert(rows);
  const day = (await some.arrivals([own], [TODAY], NOW)).get(TODAY)?.find((row) => row.day === dayAt(CLOSED));
  if (!day) throw new Error("no such day");
  // Half of the devices, each with its five reports; half of them reported at once.
  expect(day.users.total).toBeGreaterThan(150);
  expect(day.users.total).toBeLessThan(250);
  expect(day.crashes.total).toBe(5 * day.users.total);
  expect(day.crashes.arrived).toBe(5 * day.users.arrived);
  expect(Math.abs(day.users.arrived / day.users.total - 0.5)).toBeLessThan(0.15);
  // Where they are not too many, all are asked.
  expect((await on(CLOSED))?.users.total).toBe(400);
});

test("what had waited for a hub's first day tells nothing: only days that began under its eyes", async () => {
  const app = "started";
  // Three days of reports come at once with the hub's start on the fourth.
  const started = Date.parse(dayAt(CLOSED)) + 12 * HOUR;
  const waited = [3, 2, 1, 0].map((days) => {
    const row = crash({ ago: CLOSED + days, at: 5, delay: 0, device: `a${days}`, app });
    return { ...row, receivedAt: new Date(started).toISOString() };
  });
  await insert([...waited, crash({ ago: CLOSED - 1, at: 5, delay: 2, device: "b", app })]);
  expect((await events.arrivals([app], [TODAY], NOW)).get(TODAY)?.map(({ day }) => day)).toEqual([dayAt(CLOSED - 1)]);
});
