/** What the hub tells about apps, builds, signatures, reports and symbols. Times are ISO 8601 UTC; shares are 0 to 1 with their denominator beside them. */
import { z } from "zod";
import { Role } from "./people.ts";
import { Analysis, Confidence, Exception } from "./report.ts";

const Time = z.iso.datetime();
const Count = z.int().nonnegative();

/** The filters every list and number accepts; all of them repeatable except the dates. They are the URL of the page. */
export const Filters = z.object({
  platform: z.array(z.string()).exactOptional(),
  version: z.array(z.string()).exactOptional(),
  build: z.array(z.string()).exactOptional(),
  os: z.array(z.string()).exactOptional(),
  device: z.array(z.string()).exactOptional(),
  /** Bundle ids: the app itself, its extensions and widgets, its watch app. */
  process: z.array(z.string()).exactOptional(),
  /** First day, inclusive, UTC: 2026-10-26. Without dates: the last 30 days. */
  from: z.iso.date().exactOptional(),
  /** Last day, inclusive, UTC. */
  to: z.iso.date().exactOptional(),
});
export type Filters = z.infer<typeof Filters>;

/** The window that a set of numbers was counted in. */
export const Window = z.object({ from: z.iso.date(), to: z.iso.date(), days: z.int().positive() });

export const App = z.object({
  id: z.string(),
  bundleId: z.string(),
  name: z.string(),
  platforms: z.array(z.string()),
  /** Crashes ever received, those of its processes included. */
  crashes: Count,
  lastSeen: Time.nullable(),
  /** What is counted with it: extensions, widgets, watch apps, joined Debug and Beta builds; without the app itself. */
  processes: z.array(
    z.object({
      id: z.string(),
      bundleId: z.string(),
      name: z.string(),
      crashes: Count,
      /** Joined because of its bundle id, or by a person. */
      by: z.enum(["prefix", "person"]),
    }),
  ),
  /** Made from the repo's own sample, not from a user's report. */
  sample: z.boolean(),
});
export type App = z.infer<typeof App>;

/** Values a filter can take, with the crashes of each in the window; most first. */
export const FacetValue = z.object({
  value: z.string(),
  crashes: Count,
  /** What people call it, where that is not the value itself: iPhone 17 Pro for iPhone18,1. */
  label: z.string().exactOptional(),
});
export const Facets = z.object({
  platform: z.array(FacetValue),
  version: z.array(FacetValue),
  build: z.array(FacetValue),
  os: z.array(FacetValue),
  device: z.array(FacetValue),
  process: z.array(FacetValue),
});
export type Facets = z.infer<typeof Facets>;

export const VersionRow = z.object({
  version: z.string(),
  build: z.string(),
  crashes: Count,
  affectedDevices: Count,
  signatures: Count,
  firstSeen: Time,
  lastSeen: Time,
});
export type VersionRow = z.infer<typeof VersionRow>;

export const Day = z.object({ day: z.iso.date(), crashes: Count });

export const Overview = z.object({
  window: Window,
  crashes: Count,
  /** Distinct devices that sent a crash and can be told apart (a CrashReporter Key or install id). */
  affectedDevices: Count,
  /** Crashes whose device cannot be told apart (TestFlight and App Store downloads carry no key). */
  crashesWithoutDevice: Count,
  versions: z.array(VersionRow),
  days: z.array(Day),
  /** Reports accepted but not yet processed. */
  waiting: Count,
});
export type Overview = z.infer<typeof Overview>;

export const SignatureState = z.enum(["new", "open", "resolved", "snoozed", "ignored", "regressed"]);

export const BuildRef = z.object({ version: z.string(), build: z.string() });

export const SignatureRow = z.object({
  id: z.string(),
  /** Short and friendly, unique in its app: TEEBUDE-12 */
  shortId: z.string(),
  title: z.string(),
  /** Apple's term beside our own words: EXC_BAD_ACCESS (SIGSEGV) */
  appleTerm: z.string(),
  category: z.string(),
  family: z.string(),
  confidence: Confidence,
  state: SignatureState,
  crashes: Count,
  affectedDevices: Count,
  /** Of the crashes in the window and filters: 0 to 1. */
  share: z.number().min(0).max(1),
  firstSeen: Time,
  lastSeen: Time,
  firstBuild: BuildRef,
  lastBuild: BuildRef,
  days: z.array(Day),
});
export type SignatureRow = z.infer<typeof SignatureRow>;

export const SignatureList = z.object({
  window: Window,
  /** Crashes in the window and filters: the denominator of every share. */
  crashes: Count,
  /** Signatures in all, before limit and offset. */
  total: Count,
  signatures: z.array(SignatureRow),
});
export type SignatureList = z.infer<typeof SignatureList>;

export const Distribution = z.array(
  z.object({
    value: z.string(),
    crashes: Count,
    affectedDevices: Count,
    share: z.number(),
    /** As in `FacetValue`. */
    label: z.string().exactOptional(),
  }),
);

export const ReportRow = z.object({
  id: z.string(),
  incidentId: z.string().nullable(),
  crashedAt: Time,
  version: z.string(),
  build: z.string(),
  os: z.string(),
  device: z.string(),
  /** Its marketing name, where the hub knows it. */
  deviceLabel: z.string().exactOptional(),
});
export type ReportRow = z.infer<typeof ReportRow>;

export const SignatureDetail = z.object({
  window: Window,
  signature: SignatureRow,
  appId: z.string(),
  appName: z.string(),
  exception: Exception,
  crashesWithoutDevice: Count,
  byOs: Distribution,
  byDevice: Distribution,
  byVersion: z.array(VersionRow),
  /** The id of the signature that this answer is about, when the one that was asked for became part of it. */
  movedTo: z.string().exactOptional(),
  /** Newest first; the report a page opens with is `reports[0]`. */
  reports: z.array(ReportRow),
  why: z.array(z.string()),
});
export type SignatureDetail = z.infer<typeof SignatureDetail>;

export const ReportDetail = z.object({
  id: z.string(),
  appId: z.string(),
  signatureId: z.string().nullable(),
  receivedAt: Time,
  sizeBytes: Count,
  /** What `download?format=` accepts for this report. */
  downloads: z.array(z.enum(["original", "crash"])),
  analysis: Analysis,
});
export type ReportDetail = z.infer<typeof ReportDetail>;

export const IngestStatus = z.object({
  id: z.string(),
  state: z.enum(["waiting", "done", "set-aside"]),
  /** Why a report was set aside. */
  reason: z.string().nullable(),
  appId: z.string().nullable(),
  signatureId: z.string().nullable(),
});
export type IngestStatus = z.infer<typeof IngestStatus>;

export const IngestAnswer = z.object({
  id: z.string(),
  /** One id per report; several when the upload held several. */
  reports: z.array(z.string()).exactOptional(),
  duplicate: z.literal(true).exactOptional(),
});
export type IngestAnswer = z.infer<typeof IngestAnswer>;

/** What is wrong with one row of usage. */
export const UsageProblem = z.object({
  /** Counted from 1. */
  row: z.int().positive(),
  /** Empty when it is the row as a whole. */
  field: z.string(),
  reason: z.string(),
});
export type UsageProblem = z.infer<typeof UsageProblem>;

export const UsageAnswer = z.object({
  id: z.string(),
  accepted: Count,
  rejected: Count,
  /** The first of the rejected, by name. */
  problems: z.array(UsageProblem),
  duplicate: z.literal(true).exactOptional(),
});
export type UsageAnswer = z.infer<typeof UsageAnswer>;

export const SymbolSliceRow = z.object({
  uuid: z.string(),
  arch: z.string(),
  name: z.string(),
  /** Bytes of the debug file. */
  sizeBytes: Count,
  hasDebugInfo: z.boolean(),
  uploadedAt: Time,
});
export type SymbolSliceRow = z.infer<typeof SymbolSliceRow>;

export const MissingImage = z.object({
  uuid: z.string(),
  name: z.string(),
  arch: z.string(),
  appId: z.string(),
  version: z.string(),
  build: z.string(),
  crashes: Count,
});
export const SymbolsList = z.object({ held: z.array(SymbolSliceRow), missing: z.array(MissingImage) });
export type SymbolsList = z.infer<typeof SymbolsList>;

/** One time that reports were read again because their symbols had come. */
export const SymbolRun = z.object({
  startedAt: Time,
  /** Null while it goes on. */
  endedAt: Time.nullable(),
  /** Names of the debug files that had come. */
  images: z.array(z.string()),
  /** Kinds of crash that were read again, and their reports. */
  rawKeys: Count,
  reports: Count,
  renamed: Count,
  /** Signatures that turned out to be another one; their links lead there. */
  merged: Count,
  /** New signatures, for reports that turned out not to be what most of theirs are. */
  added: Count,
  /** Kinds of crash that could not be read again. */
  failed: Count,
});
export type SymbolRun = z.infer<typeof SymbolRun>;

export const SymbolsProgress = z.object({
  /** Kinds of crash (raw keys) that wait to be read again. */
  waiting: Count,
  /** Newest first; the first may go on. */
  runs: z.array(SymbolRun),
});
export type SymbolsProgress = z.infer<typeof SymbolsProgress>;

/** `expected`: registered with the build or named by its reports. `mismatched`: not held, but a file of that name that no build has. */
export const ImageState = z.enum(["held", "names-only", "missing", "mismatched"]);
export type ImageState = z.infer<typeof ImageState>;

export const BuildSymbols = z.object({
  version: z.string(),
  build: z.string(),
  /** Upload, or the first report. */
  since: Time,
  channel: z.string().nullable(),
  /** Where it was built: a CI provider and its run. */
  ci: z.string().nullable(),
  registered: z.boolean(),
  images: z.array(
    z.object({ name: z.string(), arch: z.string(), uuid: z.string(), state: ImageState, crashes: Count }),
  ),
  /** Reports name code of the OS, whose names come with them. */
  system: z.boolean(),
  /** Crashes that wait for symbols of this build. */
  unnamed: Count,
});
export type BuildSymbols = z.infer<typeof BuildSymbols>;

export const SymbolGap = z.object({
  name: z.string(),
  arch: z.string(),
  uuid: z.string(),
  state: z.enum(["missing", "mismatched"]),
  builds: z.array(BuildRef.extend({ ci: z.string().nullable() })),
  crashes: Count,
  /** The UUID of the file that is held by that name. */
  heldUuid: z.string().exactOptional(),
});
export type SymbolGap = z.infer<typeof SymbolGap>;

export const SymbolsMatrix = z.object({
  /** Newest first. */
  builds: z.array(BuildSymbols),
  /** Builds in all, before the limit. */
  total: Count,
  /** Most crashes first; of all builds. */
  gaps: z.array(SymbolGap),
});
export type SymbolsMatrix = z.infer<typeof SymbolsMatrix>;

export const SymbolsAnswer = z.object({
  slices: z.array(SymbolSliceRow.extend({ duplicate: z.boolean() })),
  /** Files in the upload that were no debug files, and why. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type SymbolsAnswer = z.infer<typeof SymbolsAnswer>;

export const Session = z.object({
  person: z.object({ id: z.string(), name: z.string(), role: Role, hasPassword: z.boolean() }),
  hub: z.object({ version: z.string(), publicUrl: z.string() }),
});
export type Session = z.infer<typeof Session>;

export const SampleAnswer = z.object({ appId: z.string(), reportId: z.string() });

const BuildText = z.string().trim().min(1).max(200);
export const BuildImage = z.object({
  uuid: z.string().regex(/^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i),
  arch: z.string().min(1).max(40),
  name: BuildText,
});
export type BuildImage = z.infer<typeof BuildImage>;

/** What a build machine knows of a build it has uploaded. What is left out stays as it was. */
export const RegisterBuild = z.object({
  bundleId: BuildText,
  /** Of the app, as people call it. */
  name: z.string().trim().min(1).max(100).exactOptional(),
  version: z.string().trim().min(1).max(100),
  build: z.string().trim().min(1).max(100),
  platform: z.string().trim().min(1).max(40).exactOptional(),
  commit: BuildText.exactOptional(),
  branch: BuildText.exactOptional(),
  tag: BuildText.exactOptional(),
  /** App Store, TestFlight, internal: a word of the team's own. */
  channel: BuildText.exactOptional(),
  ci: z
    .object({
      provider: BuildText,
      runId: BuildText.exactOptional(),
      runUrl: z
        .url({ protocol: /^https?$/ })
        .max(1_000)
        .exactOptional(),
    })
    .exactOptional(),
  /** When it was uploaded, where that is not now: builds are ordered by this. */
  uploadedAt: Time.exactOptional(),
  /** Every image it is made of. */
  images: z.array(BuildImage).max(2_000).exactOptional(),
});
export type RegisterBuild = z.infer<typeof RegisterBuild>;

export const Build = z.object({
  /** Of the process: an app's extension may have builds of its own. */
  appId: z.string(),
  version: z.string(),
  build: z.string(),
  platform: z.string().nullable(),
  commit: z.string().nullable(),
  branch: z.string().nullable(),
  tag: z.string().nullable(),
  channel: z.string().nullable(),
  ciProvider: z.string().nullable(),
  ciRunId: z.string().nullable(),
  ciRunUrl: z.string().nullable(),
  /** Null for a build that only reports speak of. */
  uploadedAt: Time.nullable(),
  /** Arrival of its first and latest report; null before. */
  firstSeen: Time.nullable(),
  lastSeen: Time.nullable(),
});
export type Build = z.infer<typeof Build>;

export const RegisteredBuild = z.object({
  appId: z.string(),
  /** Known before, by a registration or by its reports. */
  known: z.boolean(),
  images: Count,
  /** Images whose symbols the hub does not hold. */
  missingSymbols: z.array(BuildImage),
});
export type RegisteredBuild = z.infer<typeof RegisteredBuild>;
