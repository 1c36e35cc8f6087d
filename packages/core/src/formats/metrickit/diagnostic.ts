/** One diagnostic of MetricKit: what happened in its metadata, where in its tree of calls. */
import type {
  JsonValue,
  Measured,
  Measurement,
  Platform,
  Parsed,
  Report,
  ReportFormat,
  ReportKind,
  Sampling,
} from "../../report.ts";
import type { JsonReading } from "../json.ts";
import {
  arrayOf,
  bigOf,
  defined,
  flagOf,
  type JsonObject,
  numberOf,
  objectOf,
  textOf,
  without,
} from "../json-fields.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { parseUuid } from "../../bytes/uuid.ts";
import { parseCallStacks, stacksOf } from "./call-stacks.ts";
import { CAUSE_KEYS, exceptionReasonOf, parseException, parseTermination, visibilityOf } from "./cause.ts";
import { FrameImages } from "./images.ts";
import { appImage } from "./app-image.ts";
import { parseMeasurement } from "./measurement.ts";
import { momentOf, type PayloadWindow } from "./window.ts";
import { keepShallow } from "./shallow.ts";

export interface DiagnosticSource {
  readonly format: ReportFormat;
  readonly kind: ReportKind;
  readonly meta: JsonObject;
  /** `callStackTree`: an object, or a list of them. */
  readonly tree: JsonValue | undefined;
  readonly window: PayloadWindow;
  /** What stands beside metadata and tree. */
  readonly rest?: JsonObject | undefined;
  readonly where: string;
  readonly reading?: JsonReading | undefined;
}

export function parseDiagnostic(source: DiagnosticSource): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(source.reading, "the payload", problems);
  const { kind, meta, window, where } = source;
  const trees = (arrayOf(source.tree) ?? [source.tree])
    .map((tree) => objectOf(tree))
    .filter((tree) => tree !== undefined);
  const arch = textOf(meta["platformArchitecture"]);
  const images = new FrameImages(arch, problems, binaryNames(trees));
  const blamed: JsonValue[] = [];
  const { threads, chosen } = parseCallStacks(
    {
      stacks: trees.length === 1 ? stacksOf(trees[0]) : trees.flatMap((tree) => arrayOf(stacksOf(tree)) ?? []),
      kind,
      images,
      where: `${where}/callStackTree/callStacks`,
      seen: (frame) => {
        if (flagOf(frame["isBlameFrame"]) === true && blamed.length < MAX_BLAMED) blamed.push(blamedFrame(frame));
      },
    },
    problems,
  );
  if (threads.length === 0)
    problems.add("missing-part", "the diagnostic has no stack of calls", `${where}/callStackTree`);
  const model = textOf(meta["deviceType"]);
  const bundleId = textOf(meta["bundleIdentifier"]) ?? textOf(meta["bundleId"]);
  const isSimulated = isFromXcode(images, threads.length);
  const name = isSimulated && bundleId !== undefined ? undefined : appImage(threads, images.images, bundleId);
  const measured = measuredOf(meta, window);
  const value: Report = {
    format: source.format,
    kind,
    ...defined({ crashedAt: momentOf(window) }),
    app: defined({
      name,
      bundleId,
      version: textOf(meta["appVersion"]) ?? textOf(meta["applicationVersion"]),
      build: textOf(meta["appBuildVersion"]) ?? textOf(meta["applicationBuildVersion"]) ?? textOf(meta["buildVersion"]),
    }),
    os: osOf(meta, model),
    device: defined({ model }),
    process: defined({
      name,
      pid: numberOf(meta["pid"]),
      role: visibilityOf(meta["terminationReason"]),
      cpuType: cpuTypeOf(arch),
      isBeta: flagOf(meta["isTestFlightApp"]),
      isSimulated: isSimulated ? true : undefined,
    }),
    ...defined({ exception: parseException(meta), termination: parseTermination(meta["terminationReason"]) }),
    applicationSpecificInformation: {},
    ...defined({ crashedThread: chosen }),
    threads,
    images: images.images,
    ...defined({ sampling: samplingOf(kind, meta, measured), measured }),
    metadata: keepShallow(
      {
        ...without(meta, META_KEYS),
        ...defined({
          vmRegionInfo: textOf(meta["virtualMemoryRegionInfo"]),
          exceptionReason: exceptionReasonOf(meta),
          blameFrames: blamed.length === 0 ? undefined : blamed,
          callStackPerThread: flagOf(trees[0]?.["callStackPerThread"]),
        }),
        ...source.rest,
      },
      problems,
    ),
  };
  return { value, problems: problems.items };
}

/** The platform comes with the text on MetricKit; App Store Connect writes the number alone, and only the model tells. */
export function osOf(meta: JsonObject, model: string | undefined): Report["os"] {
  const os = objectOf(meta["osVersion"]);
  const text =
    os === undefined
      ? textOf(meta["osVersion"])
      : `${textOf(os["platform"]) ?? ""} ${textOf(os["number"]) ?? textOf(os["version"]) ?? ""}`.trim();
  const build = textOf(os?.["buildNumber"]) ?? textOf(os?.["build"]);
  const parsed = parseOs({ text, build, model });
  const platform = parsed.platform ?? PLATFORMS_BY_MODEL.find(([start]) => model?.startsWith(start))?.[1];
  return { ...parsed, ...defined({ platform }) };
}

const PLATFORMS_BY_MODEL: readonly (readonly [string, Platform])[] = [
  ["iPhone", "iOS"],
  ["iPod", "iOS"],
  ["iPad", "iPadOS"],
  ["AppleTV", "tvOS"],
  ["Watch", "watchOS"],
  ["RealityDevice", "visionOS"],
  ["Mac", "macOS"],
];

export function cpuTypeOf(arch: string | undefined): string | undefined {
  if (arch === undefined) return undefined;
  if (arch.startsWith("arm64")) return "ARM-64";
  return arch.startsWith("x86_64") ? "X86-64" : arch.toUpperCase();
}

/** What Xcode's "Simulate MetricKit Payloads" puts into every tree. */
const SIMULATED_BINARY = "testBinaryName";

function isFromXcode({ images }: FrameImages, threads: number): boolean {
  return threads > 0 && images.length > 0 && images.every(({ name }) => name === SIMULATED_BINARY);
}

/** MetricKit 27 tells the names of the binaries once, beside the frames. */
function binaryNames(trees: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(
    trees
      .flatMap((tree) => arrayOf(tree["binaryInfo"]) ?? [])
      .flatMap((entry) => {
        const info = objectOf(entry);
        const uuid = parseUuid(textOf(info?.["uuid"]) ?? textOf(info?.["binaryUUID"]) ?? "");
        const name = textOf(info?.["name"]) ?? textOf(info?.["binaryName"]);
        return uuid === undefined || name === undefined ? [] : [[uuid, name] as const];
      }),
  );
}

const LIMITS: readonly (readonly [key: string, event: string])[] = [
  ["hangDuration", "hang"],
  ["totalCPUTime", "cpu usage"],
  ["writesCaused", "disk writes"],
  ["launchDuration", "launch"],
];
const MEASURED_KEYS = ["hangDuration", "totalCPUTime", "totalSampledTime", "writesCaused", "launchDuration"];

const META_KEYS = [
  ...CAUSE_KEYS,
  ...MEASURED_KEYS,
  "appVersion",
  "applicationVersion",
  "appBuildVersion",
  "applicationBuildVersion",
  "buildVersion",
  "bundleIdentifier",
  "bundleId",
  "osVersion",
  "deviceType",
  "platformArchitecture",
  "pid",
  "isTestFlightApp",
];

function measuredOf(meta: JsonObject, { begin, end }: PayloadWindow): Measured | undefined {
  const region = textOf(meta["regionFormat"]);
  const values = MEASURED_KEYS.flatMap((key): Measurement[] => {
    const raw = textOf(meta[key]);
    const parsed = raw === undefined ? undefined : parseMeasurement(raw, { key, region });
    return parsed === undefined || parsed === "unknown-unit" ? [] : [{ name: key, ...parsed }];
  });
  if (values.length === 0 && begin === undefined && end === undefined) return undefined;
  return { ...defined({ begin, end }), values, histograms: [] };
}

function samplingOf(kind: ReportKind, meta: JsonObject, measured: Measured | undefined): Sampling | undefined {
  if (kind === "crash") return undefined;
  const [key, event] = LIMITS.find(([name]) => textOf(meta[name]) !== undefined) ?? [];
  if (key === undefined) return undefined;
  const ms = (name: string) => measured?.values.find((value) => value.name === name && value.unit === "ms")?.value;
  const durationMs = ms("totalSampledTime") ?? ms(key);
  return defined({
    event,
    observed: textOf(meta[key]),
    durationSeconds: durationMs === undefined ? undefined : durationMs / 1000,
  });
}

/** Frames that App Store Connect blames; one of a log is usual. */
export const MAX_BLAMED = 20;

function blamedFrame(frame: JsonObject): JsonObject {
  const address = bigOf(frame["address"]);
  return defined({
    binaryName: textOf(frame["binaryName"]),
    symbolName: textOf(frame["symbolName"]),
    insightsCategory: textOf(frame["insightsCategory"]),
    address: address === undefined ? undefined : `0x${address.toString(16)}`,
  });
}
