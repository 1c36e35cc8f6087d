/**
 * Ninety days of an app's life from a seed and a time: who used which build on which day, and what crashed. Pure, and the same
 * every time, so that a fill that was cut short goes on where it was, and tests can compute every number that a page shows.
 */
import { createHash } from "node:crypto";
import { createRandom, type Random } from "./random.ts";
import { BUILDS, CRASHES, DEMO_DAYS, type DemoBuild, INSTALLS, MODELS, SYSTEMS } from "./story.ts";

export interface DemoUsage {
  readonly installId: string;
  readonly build: DemoBuild;
  readonly os: { readonly version: string; readonly build: string };
  readonly model: string;
  readonly sessions: number;
  readonly crashedSessions: number;
}

export interface DemoReport {
  readonly kind: string;
  readonly incident: string;
  readonly crashedAt: number;
  /** With the next start of the app. */
  readonly receivedAt: number;
  /** Undefined where it came without an id. */
  readonly installId: string | undefined;
  readonly build: DemoBuild;
  readonly os: { readonly version: string; readonly build: string };
  readonly model: string;
}

export interface DemoDay {
  /** UTC: 2026-11-24. */
  readonly day: string;
  /** One per install and build. */
  readonly usage: readonly DemoUsage[];
  /** What has arrived, by the time it crashed. */
  readonly reports: readonly DemoReport[];
  /** What crashed and is still on the devices: the demo never sends it, and knows it. */
  readonly late: readonly DemoReport[];
}

const DAY_MS = 24 * 3600 * 1000;
const MAX_SESSIONS = 5;
/** Of the installs that run builds which are no release yet. */
const TESTERS = 0.02;
/** Who never takes an update. */
const STAYERS = 0.04;
const MEAN_UPDATE_DAYS = 4;
/** Who crashes, tries again and crashes again. */
const REPEATS = 0.12;
const MAX_DELAY_MS = 30 * 3600 * 1000;
/** Reports that came without an id: most are of testers. */
const WITHOUT_ID = { TestFlight: 0.3, "App Store": 0.015 };

/** Oldest day first; the last is today as far as it has come. */
export function* generateDemo(seed: number, now: number): Generator<DemoDay> {
  const installs = Array.from({ length: INSTALLS }, (_, number) => createInstall(seed, number));
  const today = Math.floor(now / DAY_MS);
  for (let age = DEMO_DAYS - 1; age >= 0; age--) {
    const random = createRandom(hashOf(`${seed} day ${age}`));
    const start = (today - age) * DAY_MS;
    yield dayOf({ seed, random, age, start, end: Math.min(start + DAY_MS, now), now }, installs);
  }
}

interface Install {
  readonly id: string;
  readonly model: string;
  readonly os: DemoUsage["os"];
  readonly firstAge: number;
  /** How likely it is in use on a day. */
  readonly habit: number;
  readonly isTester: boolean;
  /** Days after its upload that it takes each build; never, for some. */
  readonly lags: readonly number[];
}

function createInstall(seed: number, number: number): Install {
  const random = createRandom(hashOf(`${seed} install ${number}`));
  const model = random.pick(MODELS);
  const os = random.pick(SYSTEMS.slice(model.oldest));
  const stays = random.next() < STAYERS;
  return {
    id: uuidOf(`${seed} install ${number}`),
    model: model.model,
    os: { version: os.version, build: os.build },
    // A good half had the app before; the others come evenly over the days.
    firstAge: random.next() < 0.55 ? DEMO_DAYS : random.below(DEMO_DAYS),
    habit: 0.08 + 0.85 * random.next() ** 1.5,
    isTester: random.next() < TESTERS,
    lags: BUILDS.map(() =>
      stays ? Number.POSITIVE_INFINITY : Math.floor(-Math.log(1 - random.next()) * MEAN_UPDATE_DAYS),
    ),
  };
}

/** Who runs what on a day, by number. */
export function deviceOn(
  seed: number,
  number: number,
  age: number,
): Pick<DemoReport, "installId" | "build" | "os" | "model"> {
  const install = createInstall(seed, number);
  return { installId: install.id, build: currentBuild(install, age), os: install.os, model: install.model };
}

/** The builds an install runs on a day: two on the day of an update. */
function buildsOn(install: Install, age: number): readonly DemoBuild[] {
  const current = currentBuild(install, age);
  const before = currentBuild(install, age + 1);
  return before === current || age >= install.firstAge ? [current] : [before, current];
}

function currentBuild(install: Install, age: number): DemoBuild {
  let current: DemoBuild | undefined;
  for (const [i, build] of BUILDS.entries()) {
    if (build.channel === "TestFlight" && !install.isTester) continue;
    // A new user gets what the store has; testers take a build when it comes.
    const isNew = current === undefined || build.age >= install.firstAge;
    const lag = isNew ? 0 : build.channel === "TestFlight" ? 1 : (install.lags[i] ?? 0);
    if (age <= build.age - lag) current = build;
  }
  return current ?? BUILDS[0];
}

interface DayTools {
  readonly seed: number;
  readonly random: Random;
  readonly age: number;
  /** In UTC; `end` is now on the last day. */
  readonly start: number;
  readonly end: number;
  readonly now: number;
}

function dayOf(tools: DayTools, installs: readonly Install[]): DemoDay {
  const { random, age, start, end } = tools;
  const day = new Date(start).toISOString().slice(0, 10);
  const passed = (end - start) / DAY_MS;
  const weekend = [0, 6].includes(new Date(start).getUTCDay()) ? 0.86 : 1;
  const usage: DemoUsage[] = [];
  const made: DemoReport[] = [];
  for (const install of installs) {
    if (age > install.firstAge || random.next() >= install.habit * weekend * passed) continue;
    for (const build of buildsOn(install, age)) {
      const crashes = crashesOf(tools, install, build, made.length);
      made.push(...crashes);
      const sessions = Math.max(1 + random.below(MAX_SESSIONS), crashes.length);
      const { id: installId, model, os } = install;
      // The app learns at its next start that a session ended in a crash, and sends the report with it.
      const known = crashes.filter((report) => hasArrived(report, tools)).length;
      usage.push({ installId, build, os, model, sessions, crashedSessions: known });
    }
  }
  made.sort((a, b) => a.crashedAt - b.crashedAt);
  return {
    day,
    usage,
    reports: made.filter((report) => hasArrived(report, tools)),
    late: made.filter((report) => !hasArrived(report, tools)),
  };
}

const hasArrived = ({ receivedAt }: DemoReport, { now }: DayTools): boolean => receivedAt <= now;

function crashesOf(
  { seed, random, age, start, end }: DayTools,
  install: Install,
  build: DemoBuild,
  before: number,
): DemoReport[] {
  const found: DemoReport[] = [];
  for (const { kind, rates, spike, worseOn } of CRASHES) {
    const rate = rates[build.build] ?? 0;
    const isSpike = spike !== undefined && age <= spike.fromAge && age >= spike.toAge && build.version === "2.1.0";
    const chance = (rate / 1000) * (isSpike ? spike.times : 1) * (worseOn?.model === install.model ? worseOn.times : 1);
    if (random.next() >= chance) continue;
    const times = random.next() < REPEATS ? 2 + random.below(2) : 1;
    for (let i = 0; i < times; i++) {
      const crashedAt = start + Math.floor((random.next() * (end - start)) / 1000) * 1000;
      const withoutId = random.next() < WITHOUT_ID[build.channel];
      found.push({
        kind,
        incident: uuidOf(`${seed} incident ${age} ${before + found.length}`),
        crashedAt,
        receivedAt: crashedAt + 5_000 + Math.floor(random.next() ** 3 * MAX_DELAY_MS),
        installId: withoutId ? undefined : install.id,
        build,
        os: install.os,
        model: install.model,
      });
    }
  }
  return found;
}

const hashOf = (text: string): number => createHash("sha256").update(text).digest().readUInt32LE();

export function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
