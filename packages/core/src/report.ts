/**
 * The one model every format ends in. Everything after parsing (symbolication, diagnosis, grouping, the writers, the pages)
 * knows only what stands here. Times are ISO 8601 in UTC, addresses are `bigint` (they may pass 2^53), offsets are bytes.
 * What goes out as JSON is the flat projection in `report-json.ts`.
 */

declare const unit: unique symbol;

/** Bytes from an image's load address (the start of its `__TEXT`). Never an address in a process. */
export type ImageOffset = number & { readonly [unit]: "ImageOffset" };

/** A Mach-O UUID, lower case with hyphens: `4c4c44d7-5555-3144-a17f-702897e64204`. */
export type Uuid = string & { readonly [unit]: "Uuid" };

export type ReportFormat =
  | "ips"
  | "crash"
  | "metrickit"
  | "kscrash"
  | "asc"
  | "text"
  | "json"
  | "feedback"
  | "sentry"
  | "measure"
  | "plcrash";

/** What the body is. A closed list; INTERFACES names it. */
export const REPORT_KINDS = [
  "crash",
  "fault",
  "hang",
  "launch",
  "cpu",
  "wakeups",
  "disk-writes",
  "memory",
  "threads",
  "jetsam",
  "stackshot",
  "panic",
  "metrics",
  "feedback",
  "telemetry",
  "other",
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const PLATFORMS = [
  "iOS",
  "iPadOS",
  "macOS",
  "watchOS",
  "tvOS",
  "visionOS",
  "Mac Catalyst",
  /** An iPhone or iPad app that a Mac runs as it is. */
  "iOS App on Mac",
  "bridgeOS",
  "iOS Simulator",
  "watchOS Simulator",
  "tvOS Simulator",
  "visionOS Simulator",
] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface Report {
  readonly format: ReportFormat;
  readonly kind: ReportKind;
  /** Apple's incident id, upper case as Apple writes it. The natural key for finding duplicates. */
  readonly incidentId?: string;
  readonly bugType?: string;
  readonly app: AppIdentity;
  readonly os: OperatingSystem;
  readonly device: { readonly model?: string };
  readonly process: ProcessFacts;
  /** When it happened, ISO 8601 UTC with milliseconds. */
  readonly crashedAt?: string;
  readonly launchedAt?: string;
  readonly exception?: ExceptionFacts;
  readonly termination?: Termination;
  /** Image name to the messages it left, as Apple writes them. */
  readonly applicationSpecificInformation: Readonly<Record<string, readonly string[]>>;
  /** Index into `threads`. */
  readonly crashedThread?: number;
  /** The throw site of an uncaught exception; innermost first. */
  readonly lastExceptionBacktrace?: readonly Frame[];
  readonly threads: readonly Thread[];
  readonly images: readonly Image[];
  /** Of a report about a limit or a wait: what was measured, and what was allowed (hang, CPU, wakeups, disk writes, stackshot). */
  readonly sampling?: Sampling;
  /** Of a jetsam report: whom the system killed to get memory, and what the others held. */
  readonly memoryKill?: MemoryKill;
  /** Of a kernel panic. */
  readonly panic?: PanicFacts;
  /** What a person wrote to the makers of the app; with `kind: "feedback"`. */
  readonly feedback?: Feedback;
  /** What MetricKit measured: a day of the app's life with `kind: "metrics"`, else the limits that a diagnostic is about. */
  readonly measured?: Measured;
  /** What the format gave beyond the model, keys and values as in the source. */
  readonly metadata: Readonly<Record<string, JsonValue>>;
}

/** TestFlight's feedback and whatever is shaped like it. Comment, e-mail and name say who somebody is. */
export interface Feedback {
  /** Apple's own id of it. */
  readonly id?: string;
  readonly comment?: string;
  readonly email?: string;
  readonly personName?: string;
  /** Names of the pictures that came with it. */
  readonly screenshots: readonly string[];
  /** Incident id of the crash it is about. */
  readonly crashIncidentId?: string;
  /** The number of the app in App Store Connect; feedback has no bundle id. */
  readonly appAppleId?: string;
  /** en-US */
  readonly locale?: string;
  /** Europe/Lisbon */
  readonly timeZone?: string;
  readonly carrier?: string;
  /** WIFI, MOBILE_DATA, … as App Store Connect's API spells them. */
  readonly connection?: string;
  readonly appUptimeMs?: number;
  readonly batteryPercent?: number;
  readonly diskFreeBytes?: number;
  readonly diskTotalBytes?: number;
  /** In points. */
  readonly screenWidth?: number;
  readonly screenHeight?: number;
}

export interface AppIdentity {
  readonly name?: string;
  readonly bundleId?: string;
  /** CFBundleShortVersionString: 2.1.0 */
  readonly version?: string;
  /** CFBundleVersion: 431 */
  readonly build?: string;
}

export interface OperatingSystem {
  readonly platform?: Platform;
  /** 17.6.1 */
  readonly version?: string;
  /** 21G93 */
  readonly build?: string;
}

export interface ProcessFacts {
  readonly name?: string;
  readonly path?: string;
  readonly pid?: number;
  /** Foreground, Background, … */
  readonly role?: string;
  /** ARM-64, X86-64, … as the report says it. */
  readonly cpuType?: string;
  readonly parent?: string;
  /** Apple's device-stable pseudonym (CrashReporter Key). */
  readonly crashReporterKey?: string;
  /** What the app's own crash reporter tells this install by (KSCrash's `device_app_hash`). */
  readonly installId?: string;
  readonly isBeta?: boolean;
  /** Intel code that Rosetta ran. */
  readonly isTranslated?: true;
  readonly isSimulated?: boolean;
  readonly isNonFatal?: boolean;
}

export interface ExceptionFacts {
  /** EXC_BAD_ACCESS */
  readonly type?: string;
  /** SIGSEGV */
  readonly signal?: string;
  readonly codes?: string;
  readonly subtype?: string;
  readonly message?: string;
}

export interface Termination {
  readonly namespace?: string;
  readonly code?: bigint;
  readonly indicator?: string;
  readonly reasons: readonly string[];
  readonly details?: readonly string[];
  readonly byProcess?: string;
}

/** Values in the words of the report; `undefined` where it does not say. */
export interface Sampling {
  /** disk writes, cpu usage, wakeups, hang, shutdown stall, … */
  readonly event?: string;
  /** What the system did about it: "none", "Process killed". */
  readonly action?: string;
  /** Why the samples were taken. */
  readonly reason?: string;
  /** The sentence that compares both: "1073.74 MB of file backed memory dirtied over 8588 seconds, exceeding limit of …". */
  readonly observed?: string;
  /** "1073.74 MB", "90s" */
  readonly limit?: string;
  /** The span the limit is for. */
  readonly limitSeconds?: number;
  /** The span that was looked at. */
  readonly durationSeconds?: number;
  /** Samples taken of the process. */
  readonly sampleCount?: number;
}

export interface MemoryKill {
  /** Who was killed, the one a user would have noticed first: in the foreground before others, apps before daemons, larger before smaller. */
  readonly victims: readonly MemoryProcess[];
  /** The five that held most, victims included. */
  readonly largest: readonly MemoryProcess[];
  /** As the system names it, cut at 32 characters; by no means always a victim. */
  readonly largestProcess?: string;
  readonly processCount: number;
  /** What all processes held. */
  readonly residentBytes: number;
  readonly pageBytes: number;
  /** Pages by their state: free, active, wired, … */
  readonly pages: Readonly<Record<string, number>>;
}

export interface MemoryProcess {
  readonly name: string;
  readonly pid?: number;
  /** Of its binary: tells the build. */
  readonly uuid?: Uuid;
  /** Why it was killed: per-process-limit, highwater, vm-pageshortage, … */
  readonly reason?: string;
  /** frontmost, suspended, daemon, idle, … */
  readonly states: readonly string[];
  readonly residentBytes: number;
  /** The most it ever held. */
  readonly peakBytes?: number;
}

export interface Measured {
  /** The window, ISO 8601 UTC. */
  readonly begin?: string;
  readonly end?: string;
  readonly values: readonly Measurement[];
  readonly histograms: readonly Histogram[];
}

export interface Measurement {
  /** Where it stands in the source: `cpuMetrics/cumulativeCPUTime`. */
  readonly name: string;
  readonly value: number;
  /** ms, byte, kiloinstructions, ms/s, bars, apl, pixels, percent, count; the word of the source where it is none of them. */
  readonly unit: string;
  /** As the source has it: numbers and units are those of the device's region and language. */
  readonly raw: string;
  /** Of an average. */
  readonly sampleCount?: number;
  readonly standardDeviation?: number;
  /** What it is measured of, where that is not the app as a whole: a signpost, a state of the app. */
  readonly scope?: Readonly<Record<string, string>>;
}

export interface Histogram {
  readonly name: string;
  readonly unit: string;
  /** By their start. */
  readonly buckets: readonly HistogramBucket[];
  readonly scope?: Readonly<Record<string, string>>;
}

/** Both bounds belong to it. */
export interface HistogramBucket {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

export interface PanicFacts {
  /** The first line without its address: "Kernel data abort", "btn_rst". */
  readonly message: string;
  /** What the message is known to mean. */
  readonly cause?: string;
  /** The task that ran on the processor that panicked. */
  readonly process?: string;
}

export interface Thread {
  readonly index: number;
  /** The kernel's number of it, as the report prints it: other threads say that they wait for it. */
  readonly id?: string;
  /** `name [pid]`, in a report about several processes. */
  readonly process?: string;
  readonly name?: string;
  readonly queue?: string;
  readonly crashed: boolean;
  readonly frames: readonly Frame[];
  readonly registers?: Readonly<Record<string, bigint>>;
  /** The backtrace was taken by a function that was called (where an exception is thrown): its first address is a return address too. */
  readonly startsAtCall?: true;
  /** Recursion the system's writer left out, in the order of the frames. */
  readonly elided?: readonly ElidedFrames[];
  /** What it was doing when it was seen, in the words of the report: running, blocked by …; what it did most if it did several. */
  readonly state?: string;
  /** Samples taken of this thread, where the report was sampled (hang, CPU, disk writes). `frames` is then its heaviest path. */
  readonly sampleCount?: number;
  /** The whole tree of a sampled thread, depth first from the outermost frames. */
  readonly callTree?: readonly CallTreeNode[];
}

/** A stack overflow has ten thousands of frames: only the first and last rounds of the circle are written. */
export interface ElidedFrames {
  /** How many frames stand before the gap. Inlined ones are not counted: symbolication adds some. */
  readonly after: number;
  /** How many frames are missing there. */
  readonly count: number;
  /** How often the circle goes round in the gap, where the report says so. */
  readonly levels?: number;
}

/** One line of a tree of sampled calls; flat, because trees nest a thousand deep. */
export interface CallTreeNode {
  /** 0 for a root: an outermost frame, called by none. A node's callees follow it with depth + 1. */
  readonly depth: number;
  /** Samples in which the node was on the stack, its callees included. */
  readonly sampleCount: number;
  /** Innermost first: the physical frame last, what was inlined into it before it. */
  readonly frames: readonly Frame[];
}

/** One entry of a backtrace. Innermost first; inlined frames stand before the frame they were inlined into. */
export interface Frame {
  /** Index into `Report.images`; absent when no listed image holds the address. */
  readonly image?: number;
  readonly imageOffset?: ImageOffset;
  /** As the report gives it: an exact pc for the first frame of a thread, a return address after it. */
  readonly address: bigint;
  readonly symbol?: FrameSymbol;
  readonly inlined?: true;
}

export interface FrameSymbol {
  /** For people: demangled where we can, else the linkage name. */
  readonly function: string;
  /** The mangled name without Mach-O's leading underscore, where it is known. */
  readonly linkageName?: string;
  /** Bytes from the start of the function. */
  readonly functionOffset?: number;
  /** Path as the debug information gives it. */
  readonly file?: string;
  /** 1-based; absent where the compiler says 0 ("no line"). */
  readonly line?: number;
  readonly source: "report" | "dwarf" | "symbol-table";
}

export interface Image {
  readonly name: string;
  readonly path?: string;
  readonly uuid?: Uuid;
  /** arm64, arm64e, x86_64, … */
  readonly arch?: string;
  /** Load address. */
  readonly base: bigint;
  /** Bytes; 0 when unknown. */
  readonly size: number;
  readonly bundleId?: string;
  readonly version?: string;
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a parser could not read, where, and why. Never thrown: the rest of the report still helps. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** A pointer into the input: `header#/bug_type`, `body#/threads/3`, `line:41`, `offset:4096`. */
  readonly where?: string;
}

export const PROBLEM_CODES = [
  "truncated",
  "unreadable-header",
  "unreadable-frame",
  "unreadable-image",
  "unreadable-thread",
  "unreadable-value",
  "unknown-dialect",
  "unknown-format",
  "missing-part",
  "limit-reached",
  "damaged-symbols",
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
