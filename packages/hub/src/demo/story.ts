/**
 * What happened to the example app in the last ninety days: which builds came, who runs them on what, and what breaks in each. One
 * crash is gone since the newest version, one version had three bad days, and of one build nobody kept the dSYM.
 */
import type { ReportKind } from "@windfall/core";

export const DEMO_BUNDLE_ID = "org.windfall.demo.Harbor";
export const DEMO_DAYS = 90;
/** Everybody who ever had the app; some two in five use it on a day. */
export const INSTALLS = 7_800;

export interface DemoBuild {
  readonly version: string;
  readonly build: string;
  /** Days before today that it was uploaded. */
  readonly age: number;
  readonly channel: "App Store" | "TestFlight";
  readonly commit: string;
  readonly branch: string;
  readonly tag?: string;
  /** Whether somebody kept its dSYM. */
  readonly hasSymbols: boolean;
}

/** In order of upload. */
export const BUILDS = [
  {
    version: "2.0.4",
    build: "401",
    age: 118,
    channel: "App Store",
    commit: "6b1f0c2d9a",
    branch: "release/2.0",
    tag: "v2.0.4",
    hasSymbols: true,
  },
  {
    version: "2.0.5",
    build: "412",
    age: 66,
    channel: "App Store",
    commit: "d02e77a41c",
    branch: "release/2.0",
    tag: "v2.0.5",
    hasSymbols: true,
  },
  {
    version: "2.1.0",
    build: "429",
    age: 41,
    channel: "TestFlight",
    commit: "90c3b8f5e1",
    branch: "main",
    hasSymbols: false,
  },
  {
    version: "2.1.0",
    build: "431",
    age: 34,
    channel: "App Store",
    commit: "f7714ad02b",
    branch: "release/2.1",
    tag: "v2.1.0",
    hasSymbols: true,
  },
  {
    version: "2.1.1",
    build: "437",
    age: 11,
    channel: "App Store",
    commit: "3e58d61c70",
    branch: "release/2.1",
    tag: "v2.1.1",
    hasSymbols: true,
  },
] as const satisfies readonly DemoBuild[];

export const SYSTEMS = [
  { version: "17.6.1", build: "21G93", weight: 8 },
  { version: "18.5", build: "22F76", weight: 12 },
  { version: "18.6.2", build: "22G100", weight: 24 },
  { version: "26.0.1", build: "23A355", weight: 22 },
  { version: "26.1", build: "23B85", weight: 34 },
] as const;

/** `oldest` is the first system that a model runs, as a place in `SYSTEMS`. */
export const MODELS = [
  { model: "iPhone18,1", weight: 9, oldest: 3 },
  { model: "iPhone18,3", weight: 8, oldest: 3 },
  { model: "iPhone17,1", weight: 12, oldest: 1 },
  { model: "iPhone17,3", weight: 11, oldest: 1 },
  { model: "iPhone16,1", weight: 13, oldest: 0 },
  { model: "iPhone15,4", weight: 11, oldest: 0 },
  { model: "iPhone14,7", weight: 9, oldest: 0 },
  { model: "iPhone14,5", weight: 9, oldest: 0 },
  { model: "iPhone13,2", weight: 6, oldest: 0 },
  { model: "iPhone12,1", weight: 5, oldest: 0 },
  { model: "iPhone14,6", weight: 3, oldest: 0 },
  { model: "iPad13,18", weight: 4, oldest: 0 },
] as const;

export interface DemoCrash {
  /** Also the name of its report in `assets/demo`. */
  readonly kind: string;
  /** Crashes per 1,000 active installs and day, by build number. */
  readonly rates: Readonly<Record<string, number>>;
  /** Days on which it came more often. */
  readonly spike?: { readonly fromAge: number; readonly toAge: number; readonly times: number };
  /** On this model it comes more often. */
  readonly worseOn?: { readonly model: string; readonly times: number };
}

export const CRASHES: readonly DemoCrash[] = [
  // Mended in 2.1.1.
  { kind: "cxx-out-of-range", rates: { 401: 3.1, 412: 3.3, 429: 3, 431: 2.9 } },
  {
    kind: "range-exception",
    rates: { 401: 0.5, 412: 0.5, 429: 1, 431: 1.5, 437: 0.6 },
    spike: { fromAge: 27, toAge: 25, times: 11 },
  },
  { kind: "null-dereference", rates: { 401: 1.3, 412: 1.2, 429: 1.2, 431: 1.1, 437: 1 } },
  // Came with 2.1.
  { kind: "nil-unwrap", rates: { 429: 4, 431: 1.6, 437: 1.9 } },
  { kind: "unrecognized-selector", rates: { 429: 2, 431: 1.4, 437: 1.3 } },
  {
    kind: "watchdog",
    rates: { 401: 0.9, 412: 0.9, 429: 1, 431: 1, 437: 0.9 },
    worseOn: { model: "iPhone12,1", times: 6 },
  },
  { kind: "released-object", rates: { 401: 0.6, 412: 0.6, 431: 0.6, 437: 0.7 } },
  { kind: "stack-overflow", rates: { 401: 0.5, 412: 0.5, 431: 0.5, 437: 0.5 } },
  { kind: "fatal-abort", rates: { 401: 0.3, 412: 0.2, 431: 0.3, 437: 0.2 } },
  { kind: "throttle-trap", rates: { 431: 0.3, 437: 0.3 } },
];

export interface DemoOther {
  /** Also the name of its template in `assets/demo`. */
  readonly kind: string;
  /** What each of its reports becomes. */
  readonly tells: readonly ReportKind[];
  readonly file: string;
  readonly everyDays: number;
  /** Which of those days. */
  readonly on: number;
}

/** Older ones nobody looks at. */
export const OTHERS_DAYS = 60;

/** What is no crash. A payload of MetricKit may tell of two things. */
export const OTHERS: readonly DemoOther[] = [
  { kind: "hang", tells: ["hang"], file: "hang.json", everyDays: 2, on: 0 },
  {
    kind: "hang-and-disk-writes",
    tells: ["hang", "disk-writes"],
    file: "hang-and-disk-writes.json",
    everyDays: 5,
    on: 1,
  },
  { kind: "cpu", tells: ["cpu"], file: "cpu.json", everyDays: 9, on: 4 },
  { kind: "jetsam", tells: ["jetsam"], file: "jetsam.ips", everyDays: 58, on: 52 },
];
