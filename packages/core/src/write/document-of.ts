/**
 * A `Report` of any format as the two parts of an `.ips`, keys in Apple's order. Only what the report says is in it: thread ids,
 * the symbols of registers and the rest that other formats do not hold is left out, never invented.
 */
import type { Image, JsonValue, Platform, Report, ReportKind, Thread } from "../report.ts";
import { defined, type JsonObject } from "../formats/json-fields.ts";
import { integer } from "./apple-json.ts";
import { framesOf } from "./frames-of.ts";
import { type ListedImages, listImages } from "./listed-images.ts";
import { mainImageOf } from "./main-image.ts";
import { leftOutFrames } from "./recursion-of.ts";
import { stateOf } from "./state-of.ts";

export interface Document {
  readonly header: JsonObject;
  readonly body: JsonObject;
}

/** Facts that stand in the source as Apple prints them and that `Report` holds in another form or not at all. */
export interface SourceFacts {
  /** Body keys that replace or join those made of the report. */
  readonly body?: JsonObject;
  /** The images with the null image where the source lists it. */
  readonly imageLines?: readonly (Image | "none")[];
  /** Per thread: the words behind the fault register. */
  readonly faultWords?: readonly (string | undefined)[];
  /** Per thread: `instructionState`. */
  readonly instructions?: readonly (JsonObject | undefined)[];
}

const PLATFORM_NUMBERS: Readonly<Record<Platform, number>> = {
  macOS: 1,
  iOS: 2,
  iPadOS: 2,
  tvOS: 3,
  watchOS: 4,
  bridgeOS: 5,
  "Mac Catalyst": 6,
  "iOS App on Mac": 2,
  "iOS Simulator": 7,
  "tvOS Simulator": 8,
  "watchOS Simulator": 9,
  visionOS: 11,
  "visionOS Simulator": 12,
};

const TRAINS: Partial<Record<Platform, string>> = {
  iOS: "iPhone OS",
  iPadOS: "iPhone OS",
  tvOS: "Apple TVOS",
  watchOS: "Watch OS",
  bridgeOS: "Bridge OS",
  "Mac Catalyst": "macOS",
  "iOS App on Mac": "macOS",
};

/** Where the source has no number of Apple's for what it is. */
const BUG_TYPES: Partial<Record<ReportKind, string>> = {
  fault: "308",
  hang: "228",
  launch: "238",
  cpu: "202",
  wakeups: "142",
  "disk-writes": "145",
  memory: "152",
  threads: "327",
};

export function documentOf(report: Report, source: SourceFacts = {}): Document {
  const body = bodyOf(report, source);
  return { header: headerOf(report, body), body };
}

function headerOf(report: Report, body: JsonObject): JsonObject {
  const { app, os, process } = report;
  const name = process.name ?? app.name;
  const known = report.metadata["header"];
  const isPlain = known !== null && typeof known === "object" && !Array.isArray(known);
  return defined({
    app_name: name,
    // The time the log was written is not told; that of the crash is the nearest.
    timestamp: typeof body["captureTime"] === "string" ? twoDecimals(body["captureTime"]) : undefined,
    app_version: app.version ?? "",
    slice_uuid: mainImageOf(report)?.uuid,
    build_version: app.build ?? "",
    platform: os.platform && PLATFORM_NUMBERS[os.platform],
    bundleID: app.bundleId,
    ...(isPlain && (known as JsonObject)),
    bug_type: report.bugType ?? BUG_TYPES[report.kind] ?? "309",
    os_version: osText(report, body),
    name,
    incident_id: report.incidentId,
  }) as JsonObject;
}

function osText({ os }: Report, body: JsonObject): string | undefined {
  const known = body["osVersion"] as JsonObject | undefined;
  const train = known?.["train"];
  if (typeof train !== "string") return undefined;
  return os.build === undefined ? train : `${train} (${os.build})`;
}

const twoDecimals = (time: string): string => time.replace(/(:\d\d)(?:\.(\d{1,9}))?(?= |$)/, fraction);
const fraction = (_: string, seconds: string, digits = ""): string => `${seconds}.${digits.slice(0, 2).padEnd(2, "0")}`;

function bodyOf(report: Report, source: SourceFacts): JsonObject {
  const { app, os, process, exception, termination, metadata } = report;
  const images = listImages(report, source.imageLines);
  const own = source.body ?? {};
  const thrown = report.lastExceptionBacktrace;
  const asi = messagesOf(report.applicationSpecificInformation);
  const made = {
    procRole: process.role,
    version: 2,
    modelCode: report.device.model,
    osVersion: osOf(report),
    captureTime: appleTime(report.crashedAt),
    incident: report.incidentId,
    pid: process.pid,
    cpuType: process.cpuType,
    bug_type: report.bugType ?? BUG_TYPES[report.kind] ?? "309",
    procLaunch: appleTime(report.launchedAt),
    procName: process.name ?? app.name,
    procPath: process.path,
    bundleInfo: orNothing({
      CFBundleShortVersionString: app.version,
      CFBundleVersion: app.build,
      CFBundleIdentifier: app.bundleId,
    }),
    isBeta: process.isBeta === true ? 1 : undefined,
    parentProc: process.parent,
    crashReporterKey: process.crashReporterKey,
    isSimulated: process.isSimulated,
    isNonFatal: process.isNonFatal,
    vmRegionInfo: textIn(metadata["vmRegionInfo"] ?? metadata["virtualMemoryRegionInfo"]),
    exception: orNothing({ ...exception, rawCodes: rawCodes(exception?.codes) }),
    termination: termination && orNothing(terminationOf(termination)),
    exceptionReason: reasonOf(metadata["exceptionReason"]),
    ktriageinfo: textIn(metadata["ktriageinfo"]),
    asi,
    lastExceptionBacktrace: thrown && framesOf(thrown, images),
    faultingThread: report.crashedThread,
    threads: report.threads.map((thread, i) => threadOf(thread, report, images, source, i)),
    usedImages: images.entries,
  };
  const body = defined({ ...made, ...own }) as JsonObject;
  return os.platform === undefined && body["osVersion"] === undefined ? body : inOrder(body);
}

/** Without the empty lines around, which no message has. */
function messagesOf(messages: Report["applicationSpecificInformation"]): JsonObject | undefined {
  const trimmed = Object.entries(messages).flatMap(([image, lines]) => {
    const first = lines.findIndex((line) => line.trim() !== "");
    const last = lines.findLastIndex((line) => line.trim() !== "");
    return first < 0 ? [] : [[image, lines.slice(first, last + 1)] as const];
  });
  return trimmed.length === 0 ? undefined : Object.fromEntries(trimmed);
}

/** Apple's order, as far as it is the same in the files that are known. */
const ORDER: readonly string[] = [
  "uptime",
  "procRole",
  "version",
  "userID",
  "modelCode",
  "coalitionID",
  "osVersion",
  "captureTime",
  "incident",
  "pid",
  "translated",
  "cpuType",
  "bug_type",
  "procLaunch",
  "procName",
  "procPath",
  "bundleInfo",
  "buildInfo",
  "storeInfo",
  "isBeta",
  "parentProc",
  "parentPid",
  "coalitionName",
  "crashReporterKey",
  "systemID",
  "responsiblePid",
  "responsibleProc",
  "bridgeVersion",
  "basebandVersion",
  "codeName",
  "productName",
  "wakeTime",
  "sleepWakeUUID",
  "sip",
  "isCorpse",
  "isSimulated",
  "isNonFatal",
  "vmRegionInfo",
  "exception",
  "termination",
  "exceptionReason",
  "ktriageinfo",
  "asi",
  "extMods",
  "lastExceptionBacktrace",
  "faultingThread",
  "threads",
  "usedImages",
  "sharedCache",
  "vmSummary",
];

function inOrder(body: JsonObject): JsonObject {
  const place = new Map(ORDER.map((key, i) => [key, i]));
  const entries = Object.entries(body).sort(
    ([a], [b]) => (place.get(a) ?? ORDER.length) - (place.get(b) ?? ORDER.length),
  );
  return Object.fromEntries(entries);
}

function osOf({ os }: Report): JsonObject | undefined {
  const { platform, version, build } = os;
  if (platform === undefined && version === undefined) return undefined;
  // What is simulated names the OS of the Mac.
  const simulated = platform?.endsWith("Simulator") === true;
  const name = platform === undefined ? "" : simulated ? "macOS" : (TRAINS[platform] ?? platform);
  const isMac = name === "macOS";
  return defined({
    ...(!isMac && { isEmbedded: true }),
    train: [name, version].filter((part) => part !== undefined && part !== "").join(" "),
    build,
  }) as JsonObject;
}

function terminationOf(termination: NonNullable<Report["termination"]>): Record<string, JsonValue | undefined> {
  const { namespace, code, indicator, reasons, details, byProcess } = termination;
  return {
    code: code === undefined ? undefined : integer(code),
    namespace,
    indicator,
    reasons: reasons.length === 0 ? undefined : reasons,
    details,
    byProc: byProcess,
  };
}

/** `0x…, 0x…` as integers; words such as `KERN_INVALID_ADDRESS at 0x0` are no codes. */
function rawCodes(codes: string | undefined): readonly JsonValue[] | undefined {
  if (codes === undefined || !/^0x[0-9a-f]{1,16}(?:, 0x[0-9a-f]{1,16}){0,7}$/i.test(codes)) return undefined;
  return codes.split(", ").map((code) => integer(BigInt(code)));
}

function threadOf(
  thread: Thread,
  report: Report,
  images: ListedImages,
  source: SourceFacts,
  position: number,
): JsonObject {
  const frames = framesOf(thread.frames, images);
  return defined({
    triggered: thread.crashed ? true : undefined,
    threadState: stateOf(thread, report, source.faultWords?.[position]),
    instructionState: source.instructions?.[position],
    name: thread.name,
    queue: thread.queue,
    frames,
    ...leftOutFrames(thread, frames),
  }) as JsonObject;
}

function orNothing(values: Record<string, JsonValue | undefined>): JsonObject | undefined {
  const object = defined(values) as JsonObject;
  return Object.keys(object).length === 0 ? undefined : object;
}

const textIn = (value: JsonValue | undefined): string | undefined => (typeof value === "string" ? value : undefined);

function reasonOf(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === "string") return { composed_message: value };
  return value;
}

/** `2022-09-18 06:28:37.3450 +0000` */
function appleTime(iso: string | undefined): string | undefined {
  const match = iso === undefined ? null : /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(iso);
  return match === null ? undefined : `${match[1]} ${match[2]}.${(match[3] ?? "").slice(0, 4).padEnd(4, "0")} +0000`;
}
