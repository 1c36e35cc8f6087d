/** From counted users, sessions and crashes to the numbers of a page: each with its interval, and none across sources. */
import type {
  CrashFree,
  CrashRate,
  NotShown,
  OverviewVersion,
  Spared,
  Verdict,
  VersionComparison,
  WeekComparison,
} from "@windfall/api";
import { compareCrashed, per1000, type Share, spared } from "@windfall/core";
import type { BuildCount } from "../stores/events/event-answers.ts";
import type { BuildName, OrderedBuild } from "../stores/events/event-scope.ts";
import type { UsageCounts, UsageOfBuild, UsageOfDay, UsageSum } from "../stores/events/usage-questions.ts";
import { OPEN_DAYS } from "./late-arrivals.ts";

const WEEK = 7;
/** A build is adopted once this part of a day's users has it. */
const ADOPTED = 0.1;
const DAY_MS = 24 * 3600 * 1000;

export interface Window {
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

export interface UsageNumbers {
  readonly crashFree: CrashFree | null;
  readonly crashFreeMissing: NotShown | null;
  readonly comparison: VersionComparison | null;
  readonly versions: readonly OverviewVersion[];
}

export interface NumbersOf {
  readonly window: Window;
  /** UTC. */
  readonly today: string;
  readonly builds: readonly BuildCount[];
  /** Undefined when the app never sent usage. */
  readonly usage: UsageCounts | undefined;
  /** As they were uploaded, oldest first. */
  readonly buildOrder: readonly OrderedBuild[];
}

export function usageNumbers({ window, today, builds, usage, buildOrder }: NumbersOf): UsageNumbers {
  if (!usage || usage.total.active === 0) {
    return {
      crashFree: null,
      crashFreeMissing: usage ? NOTHING_IN_WINDOW : NO_USAGE,
      comparison: null,
      versions: builds.map((row) => ({ ...row, ...NO_VERSION_USAGE })),
    };
  }
  const unknown = whyUsersUnknown(usage, usage.crashes);
  const versions = versionRows(builds, usage, buildOrder, today);
  return {
    crashFree: crashFreeOf(usage, window, today, unknown === undefined),
    crashFreeMissing: unknown ?? null,
    comparison: unknown ? null : compareVersions(versions, usage, today),
    versions,
  };
}

/** The two weeks of closed days that end in the window. */
export function weeksOf(window: Window, today: string): { readonly from: string; readonly to: string } {
  const closed = addDays(today, -OPEN_DAYS);
  const to = window.to < closed ? window.to : closed;
  return { from: addDays(to, 1 - 2 * WEEK), to };
}

export function compareWeeks(days: readonly UsageOfDay[], { to }: { readonly to: string }): WeekComparison | null {
  const start = addDays(to, 1 - WEEK);
  const latest = shareOf(days.filter(({ day }) => day >= start));
  const before = shareOf(days.filter(({ day }) => day < start));
  const [users, usersBefore] = [sparedOf(latest), sparedOf(before)];
  if (!users || !usersBefore) return null;
  return { from: start, to, users, usersBefore, ...verdictOf(latest, before, latest.n / WEEK) };
}

const NO_USAGE: NotShown = {
  code: "no-usage",
  sentence:
    "Crash-free users are not shown: the app has sent no usage, so it is not known how many people used it without a crash.",
};
const NOTHING_IN_WINDOW: NotShown = {
  code: "no-usage-in-window",
  sentence: "Crash-free users are not shown: no usage of these days and filters has arrived.",
};
const NO_INSTALLS: NotShown = {
  code: "no-install-ids",
  sentence:
    "Crash-free users are not shown: usage says how many people used the app, but the crash reports name no install id, so it is not known who of them crashed.",
};

/** After every time. */
const LAST = "9";

const NO_VERSION_USAGE = {
  adoption: null,
  crashFreeUsers: null,
  crashFreeSessions: null,
  crashesPer1000Sessions: null,
} as const;

/** With crashes that all come from another source, "nobody crashed" would be an invention. */
function whyUsersUnknown(
  { namesInstalls }: UsageCounts,
  crashes: readonly { readonly measured: boolean; readonly withInstall: number; readonly withoutInstall: number }[],
): NotShown | undefined {
  const measured = crashes.filter((row) => row.measured);
  const told = measured.some(({ withInstall }) => withInstall > 0);
  const untold = measured.some(({ withoutInstall }) => withoutInstall > 0);
  return !namesInstalls || (untold && !told) ? NO_INSTALLS : undefined;
}

function crashFreeOf(usage: UsageCounts, window: Window, today: string, usersKnown: boolean): CrashFree {
  const byDay = new Map(usage.byDay.map((row) => [row.day, row]));
  const users = (share: Share) => (usersKnown ? sparedOf(share) : null);
  const firstOpen = addDays(today, 1 - OPEN_DAYS);
  return {
    source: "usage",
    users: users(shareOf(usage.byDay)),
    usersOfWindow: users({ count: usage.total.crashed, n: usage.total.active }),
    sessions: sessionsOf(usage.total),
    crashesPer1000Sessions: usersKnown ? rateOf(usage.total) : null,
    days: Array.from({ length: window.days }, (_, i) => {
      const day = addDays(window.from, i);
      const row = byDay.get(day);
      return {
        day,
        open: day >= firstOpen,
        // Without a session there was no usage: crashes alone would make a day of nobody but crashed users.
        users: row && row.sessions > 0 ? users({ count: row.crashed, n: row.active }) : null,
        sessions: row ? sessionsOf(row) : null,
      };
    }),
    releases: usage.builds
      .filter(({ firstDay }) => firstDay >= window.from && firstDay <= window.to)
      .filter((build) => isAdopted(usage, build))
      .map(({ version, build, firstDay }) => ({ version, build, day: firstDay })),
    notCounted: {
      withoutInstallId: sum(usage.crashes.map(({ withoutInstall }) => withoutInstall)),
      withoutUsage: sum(usage.crashes.map(({ measured, withInstall }) => (measured ? 0 : withInstall))),
    },
  };
}

function versionRows(
  builds: readonly BuildCount[],
  usage: UsageCounts,
  buildOrder: readonly OrderedBuild[],
  today: string,
): OverviewVersion[] {
  const counted = new Map(builds.map((row) => [nameOf(row), row]));
  const used = new Map(usage.byBuild.map((row) => [nameOf(row), row]));
  const firstDays = new Map(usage.builds.map((row) => [nameOf(row), row.firstDay]));
  const order = new Map(buildOrder.map((row, place) => [nameOf(row), { ...row, place }]));
  // A day that is not over holds few users of every build.
  const day =
    usage.byDay.findLast((row) => row.day < today && row.sessions > 0)?.day ?? usage.byDay.at(-1)?.day ?? today;
  const rows = [...new Set([...counted.keys(), ...used.keys()])].map((key): OverviewVersion => {
    const crashes = counted.get(key);
    const sums = used.get(key);
    const row = crashes ?? emptyBuild(sums, usage);
    if (!sums) return { ...row, ...NO_VERSION_USAGE };
    return { ...row, ...versionUsage(usage, sums, day) };
  });
  const startOf = (row: OverviewVersion): string => {
    const known = order.get(nameOf(row));
    if (known?.registeredAt && known.orderedAt) return known.orderedAt;
    // The first report may have come late, and of an old build: whatever shows it in use earlier counts.
    const seen = [known?.orderedAt, firstDays.get(nameOf(row)), row.firstSeen];
    return seen.reduce<string>((first, time) => (time !== undefined && time < first ? time : first), LAST);
  };
  const place = (row: OverviewVersion): number => order.get(nameOf(row))?.place ?? -1;
  return rows.sort((a, b) => compareText(startOf(b), startOf(a)) || place(b) - place(a));
}

function versionUsage(usage: UsageCounts, sums: UsageOfBuild, day: string) {
  const ofBuild = usage.byBuildDay.filter((row) => nameOf(row) === nameOf(sums));
  const unknown = whyUsersUnknown(
    usage,
    usage.crashes.filter((row) => nameOf(row) === nameOf(sums)),
  );
  const all = usage.byDay.find((row) => row.day === day);
  const users = ofBuild.find((row) => row.day === day)?.active ?? 0;
  return {
    adoption: all && all.active > 0 ? { value: users / all.active, users, allUsers: all.active, day } : null,
    crashFreeUsers: unknown ? null : sparedOf(shareOf(ofBuild)),
    crashFreeSessions: sessionsOf(sums),
    crashesPer1000Sessions: unknown ? null : rateOf(sums),
  };
}

/** A build that nobody crashed in. */
function emptyBuild(sums: UsageOfBuild | undefined, usage: UsageCounts): BuildCount {
  const { version, build } = sums ?? { version: "", build: "" };
  const days = usage.byBuildDay.filter((row) => row.version === version && row.build === build);
  const time = (day: string | undefined) => `${day ?? "1970-01-01"}T00:00:00.000Z`;
  return {
    version,
    build,
    crashes: 0,
    affectedDevices: 0,
    signatures: 0,
    firstSeen: time(days[0]?.day),
    lastSeen: time(days.at(-1)?.day),
  };
}

function compareVersions(
  versions: readonly OverviewVersion[],
  usage: UsageCounts,
  today: string,
): VersionComparison | null {
  const [newer, older] = versions.filter((row) => row.crashFreeUsers && isAdopted(usage, row));
  if (!newer?.crashFreeUsers || !older?.crashFreeUsers) return null;
  const smaller = newer.crashFreeUsers.n < older.crashFreeUsers.n ? newer : older;
  const since = addDays(today, -WEEK);
  const pace = sum(
    usage.byBuildDay
      .filter((row) => nameOf(row) === nameOf(smaller) && row.day >= since && row.day < today)
      .map(({ active }) => active),
  );
  const share = ({ crashed, n }: Spared): Share => ({ count: crashed, n });
  return {
    newer: { version: newer.version, build: newer.build },
    older: { version: older.version, build: older.build },
    ...verdictOf(share(newer.crashFreeUsers), share(older.crashFreeUsers), pace / WEEK),
  };
}

function verdictOf(newer: Share, older: Share, perDay: number): Verdict {
  const { difference = null, ...comparison } = compareCrashed(newer, older);
  return {
    ...comparison,
    difference,
    daysMissing: perDay > 0 ? Math.ceil(comparison.usersMissing / perDay) : null,
  };
}

function isAdopted(usage: UsageCounts, build: BuildName): boolean {
  const all = new Map(usage.byDay.map(({ day, active }) => [day, active]));
  return usage.byBuildDay.some(
    (row) => nameOf(row) === nameOf(build) && row.active >= ADOPTED * (all.get(row.day) ?? Infinity),
  );
}

/** User-days: users are distinct within each day, and days are added. */
function shareOf(days: readonly UsageSum[]): Share {
  // Days without any usage have no denominator.
  const used = days.filter(({ sessions }) => sessions > 0);
  return { count: sum(used.map(({ crashed }) => crashed)), n: sum(used.map(({ active }) => active)) };
}

function sparedOf(share: Share): Spared | null {
  const estimate = spared(share);
  return estimate ? { ...estimate, crashed: share.count } : null;
}

function sessionsOf({ crashedSessions, sessionsTold }: UsageSum): Spared | null {
  return sparedOf({ count: Math.min(crashedSessions, sessionsTold), n: sessionsTold });
}

function rateOf({ crashes, cappedCrashes, squaredCrashes, sessions }: UsageSum): CrashRate | null {
  const dispersion = cappedCrashes === 0 ? 1 : squaredCrashes / cappedCrashes;
  const rate = per1000({ count: cappedCrashes, exposure: sessions, dispersion });
  if (!rate) return null;
  const { value, low, high } = rate;
  return { value, low, high, crashes: cappedCrashes, sessions, leftOut: crashes - cappedCrashes };
}

const nameOf = ({ version, build }: BuildName): string => JSON.stringify([version, build]);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
