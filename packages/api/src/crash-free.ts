/** Crash-free users and sessions. No number without its n and its 95 % interval; where one is not known, a sentence says what is missing. */
import { z } from "zod";

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1);

/** Who was spared: 1 − `crashed` / `n`. The interval is Wilson's. */
export const Spared = z.object({ value: Share, low: Share, high: Share, n: Count, crashed: Count });
export type Spared = z.infer<typeof Spared>;

/** Crashes per 1,000 sessions. The interval is exact Poisson, widened where crashes come in groups. */
export const CrashRate = z.object({
  value: z.number().nonnegative(),
  low: z.number().nonnegative(),
  high: z.number().nonnegative(),
  crashes: Count,
  sessions: Count,
  /** Crashes of devices in a loop beyond what counts per device, day and build. */
  leftOut: Count,
});
export type CrashRate = z.infer<typeof CrashRate>;

/** Why a number is not shown. */
export const NotShown = z.object({
  code: z.enum(["no-usage", "no-usage-in-window", "no-install-ids"]),
  sentence: z.string(),
});
export type NotShown = z.infer<typeof NotShown>;

export const CrashFreeDay = z.object({
  day: z.iso.date(),
  /** Crashes and usage of the last 48 h still come in. */
  open: z.boolean(),
  /** Null on a day without usage, and where crashes cannot be told to users. */
  users: Spared.nullable(),
  sessions: Spared.nullable(),
});
export type CrashFreeDay = z.infer<typeof CrashFreeDay>;

export const CrashFree = z.object({
  /** Usage that the app sends, and crash reports with its install id; no other source is mixed in. */
  source: z.literal("usage"),
  /** Crashed over active users of each day, both summed over the days: `n` counts user-days. */
  users: Spared.nullable(),
  /** The same over distinct users of the whole window; another number, not to be shown in place of `users`. */
  usersOfWindow: Spared.nullable(),
  /** As the app tells how its sessions ended. */
  sessions: Spared.nullable(),
  crashesPer1000Sessions: CrashRate.nullable(),
  days: z.array(CrashFreeDay),
  /** First usage of builds that at least a tenth of the users of a day had. */
  releases: z.array(z.object({ version: z.string(), build: z.string(), day: z.iso.date() })),
  notCounted: z.object({
    /** Crashes without an install id: another source. */
    withoutInstallId: Count,
    /** Crashes of builds, or of extensions, that never sent usage. */
    withoutUsage: Count,
  }),
});
export type CrashFree = z.infer<typeof CrashFree>;

/** Of a day that still fills: how much had usually arrived when a past day was as old. */
const UsuallyArrived = z.object({
  fraction: Share,
  /** Past reports, or user-days, that it rests on; capped devices count as capped. */
  total: z.number().nonnegative(),
  /** Past days with any. */
  days: Count,
});

/** What the number of an open day will be when all has arrived: what is there over what usually is. */
const Late = {
  value: z.number().nonnegative(),
  low: z.number().nonnegative(),
  high: z.number().nonnegative(),
  arrived: UsuallyArrived,
};
export const LateCount = z.object(Late);
export type LateCount = z.infer<typeof LateCount>;

/** `value`, `low` and `high` as in `Spared`, which holds what is there so far. */
export const LateSpared = z.object({ ...Late, n: Count });
export type LateSpared = z.infer<typeof LateSpared>;

export const NotCorrected = z.object({ code: z.enum(["too-little", "too-early"]), sentence: z.string() });
export type NotCorrected = z.infer<typeof NotCorrected>;

/** A day of the window that still fills, corrected by the app's own delay; each number is null with its reason beside it. */
export const LateDay = z.object({
  day: z.iso.date(),
  crashes: LateCount.nullable(),
  crashesNotCorrected: NotCorrected.nullable(),
  /** Without a reason where that day has no crash-free users. */
  users: LateSpared.nullable(),
  usersNotCorrected: NotCorrected.nullable(),
});
export type LateDay = z.infer<typeof LateDay>;

export const Verdict = z.object({
  verdict: z.enum(["worse", "better", "no-clear-difference", "not-enough-data"]),
  /** Crashed users of the first less those of the second, as shares: above 0 is worse. Newcombe's interval. */
  difference: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** The difference that matters, by default half the old rate. */
  relevant: z.number(),
  usersNeeded: Count,
  /** User-days that the smaller side lacks to show it. */
  usersMissing: Count,
  /** When the smaller side has them at its pace of the last days; null where it has none. */
  daysMissing: Count.nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

const Build = z.object({ version: z.string(), build: z.string() });

export const VersionComparison = Verdict.extend({ newer: Build, older: Build });
export type VersionComparison = z.infer<typeof VersionComparison>;

/** The last seven closed days against the seven before. */
export const WeekComparison = Verdict.extend({
  from: z.iso.date(),
  to: z.iso.date(),
  users: Spared,
  usersBefore: Spared,
});
export type WeekComparison = z.infer<typeof WeekComparison>;

export const VersionUsage = z.object({
  /** Users of the build among all users of the last day of data that is over. */
  adoption: z.object({ value: Share, users: Count, allUsers: Count, day: z.iso.date() }).nullable(),
  crashFreeUsers: Spared.nullable(),
  crashFreeSessions: Spared.nullable(),
  crashesPer1000Sessions: CrashRate.nullable(),
});
