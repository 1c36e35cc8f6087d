/**
 * From the two parts of an `.ips` to a `Report`. Apple promises few keys to be stable, so every one is optional, and what
 * the model has no place for stays in `metadata` under the key of the source (header keys under `header`).
 */
import type { AppIdentity, Frame, Image, JsonValue, Parsed, ProcessFacts, Report } from "../../report.ts";
import {
  arrayOf,
  defined,
  flagOf,
  type JsonObject,
  numberOf,
  objectOf,
  textOf,
  textsOf,
  without,
} from "../json-fields.ts";
import { createImageMap } from "../crash-text/image-map.ts";
import { isOfException, readPrintedBacktrace } from "../crash-text/printed-backtrace.ts";
import { MAX_FRAMES } from "../limits.ts";
import { withMacPlatform } from "../mac-platform.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { kindOf } from "../report-kind.ts";
import { parseTimestamp } from "../timestamp.ts";
import { EXCEPTION_KEYS, parseException, parseMessages, parseTermination, TERMINATION_KEYS } from "./cause.ts";
import type { JsonBody } from "./container.ts";
import { parseImages } from "./images.ts";
import { parseFrames, parseThreads } from "./threads.ts";

/** A report whose body is JSON, or which has only its header. */
export function parseIps(header: JsonObject, body: JsonBody): Parsed<Report> {
  const problems = new ProblemList();
  if (body.kind === "none") {
    problems.add("missing-part", "the file ends after its header line: there is no body", "body#");
    return { value: reportOf(header, {}, problems), problems: problems.items };
  }
  addReadingProblems(body.reading, "the body", problems);
  return { value: reportOf(header, body.value, problems), problems: problems.items };
}

/** The facts of a header line in the terms of the model; a body that says the same in more detail wins. */
export function headerFacts(header: JsonObject): Pick<Report, "app" | "os"> & Partial<Report> {
  const bugType = textOf(header["bug_type"]);
  return {
    ...defined({
      incidentId: textOf(header["incident_id"])?.toUpperCase(),
      bugType,
      crashedAt: parseTimestamp(textOf(header["timestamp"])),
    }),
    app: defined({
      name: textOf(header["app_name"]) ?? textOf(header["name"]),
      bundleId: textOf(header["bundleID"]),
      version: textOf(header["app_version"]),
      build: textOf(header["build_version"]),
    }),
    os: parseOs({ text: textOf(header["os_version"]), platform: numberOf(header["platform"]) }),
  };
}

export const HEADER_KEYS: readonly string[] = [
  "app_name",
  "name",
  "timestamp",
  "app_version",
  "build_version",
  "bundleID",
  "platform",
  "bug_type",
  "os_version",
  "incident_id",
];

function reportOf(header: JsonObject, body: JsonObject, problems: ProblemList): Report {
  const known = headerFacts(header);
  const bugType = known.bugType ?? textOf(body["bug_type"]);
  const images = parseImages(body["usedImages"], hasFrames(body), problems);
  const threads = parseThreads(body, images.slots, problems);
  const exception = parseException(body["exception"]);
  const termination = parseTermination(body["termination"]);
  const process = parseProcess(header, body);
  const model = textOf(body["modelCode"]);
  const lastException = body["lastExceptionBacktrace"];
  const printed = lastException === undefined ? printedException(body, images.images) : undefined;
  return {
    format: "ips",
    kind: kindOf({
      bugType,
      exceptionType: exception?.type,
      exceptionSubtype: exception?.subtype,
      isSimulated: process.isSimulated,
      isNonFatal: process.isNonFatal,
    }),
    ...defined({
      incidentId: textOf(body["incident"])?.toUpperCase() ?? known.incidentId,
      bugType,
      crashedAt: parseTimestamp(textOf(body["captureTime"])) ?? known.crashedAt,
      launchedAt: parseTimestamp(textOf(body["procLaunch"])),
    }),
    app: parseApp(known.app, body),
    os: withMacPlatform(parseBodyOs(header, body, model), {
      ...process,
      coalition: textOf(body["coalitionName"]),
      images: images.images,
    }),
    device: defined({ model }),
    process,
    ...defined({ exception, termination }),
    applicationSpecificInformation: parseMessages(body["asi"]),
    ...defined({ crashedThread: threads.crashedThread }),
    ...(lastException !== undefined && {
      lastExceptionBacktrace: parseFrames(lastException, images.slots, "body#/lastExceptionBacktrace", problems),
    }),
    ...(printed && { lastExceptionBacktrace: printed }),
    threads: threads.threads,
    images: images.images,
    metadata: metadataOf(header, body, { threads: threads.rest, usedImages: images.rest }),
  };
}

/** AppKit prints the backtrace of an exception nobody caught among the messages of the app. */
function printedException(body: JsonObject, images: readonly Image[]): readonly Frame[] | undefined {
  const [printed = ""] = textsOf(body["asiBacktraces"]);
  const frames = readPrintedBacktrace(printed.split("\n", MAX_FRAMES));
  return isOfException(frames) ? frames.map(createImageMap(images, images.length).frame) : undefined;
}

const hasFrames = (body: JsonObject): boolean =>
  (arrayOf(body["threads"]) ?? []).some((thread) => (arrayOf(objectOf(thread)?.["frames"]) ?? []).length > 0);

function parseApp(known: AppIdentity, body: JsonObject): AppIdentity {
  const bundle = objectOf(body["bundleInfo"]);
  return defined({
    name: known.name ?? textOf(body["procName"]),
    bundleId: textOf(bundle?.["CFBundleIdentifier"]) ?? known.bundleId,
    version: textOf(bundle?.["CFBundleShortVersionString"]) ?? known.version,
    build: textOf(bundle?.["CFBundleVersion"]) ?? known.build,
  });
}

function parseBodyOs(header: JsonObject, body: JsonObject, model: string | undefined): Report["os"] {
  const os = objectOf(body["osVersion"]);
  const platform = numberOf(header["platform"]);
  const text = textOf(os?.["train"]) ?? textOf(header["os_version"]) ?? textOf(body["build"]);
  return parseOs({ text, build: textOf(os?.["build"]), platform, model });
}

function parseProcess(header: JsonObject, body: JsonObject): ProcessFacts {
  return defined({
    name: textOf(body["procName"]),
    path: textOf(body["procPath"]),
    pid: numberOf(body["pid"]),
    role: textOf(body["procRole"]),
    cpuType: textOf(body["cpuType"]),
    parent: textOf(body["parentProc"]),
    crashReporterKey: textOf(body["crashReporterKey"]) ?? textOf(header["crashreporter_key"]),
    isBeta: flagOf(body["isBeta"]) ?? flagOf(header["is_beta"]) ?? isFromTestFlight(body),
    isTranslated: flagOf(body["translated"]) === true ? true : undefined,
    isSimulated: flagOf(body["isSimulated"]),
    isNonFatal: flagOf(body["isNonFatal"]),
  });
}

/** Before iOS 26 only the store's own notes tell. */
const isFromTestFlight = (body: JsonObject): true | undefined =>
  textOf(objectOf(body["storeInfo"])?.["distributorID"]) === "com.apple.TestFlight" ? true : undefined;

const BODY_KEYS = [
  "incident",
  "bug_type",
  "captureTime",
  "procLaunch",
  "modelCode",
  "procName",
  "procPath",
  "pid",
  "procRole",
  "cpuType",
  "parentProc",
  "crashReporterKey",
  "isBeta",
  "translated",
  "isSimulated",
  "isNonFatal",
  "asi",
  "lastExceptionBacktrace",
  "faultingThread",
  // Kept without the keys that were understood, below.
  "threads",
  "usedImages",
  "exception",
  "termination",
  "osVersion",
  "bundleInfo",
];

function metadataOf(
  header: JsonObject,
  body: JsonObject,
  lists: { readonly threads: readonly JsonObject[]; readonly usedImages: readonly JsonObject[] },
): Readonly<Record<string, JsonValue>> {
  const rest = defined({
    exception: without(objectOf(body["exception"]), EXCEPTION_KEYS),
    termination: without(objectOf(body["termination"]), TERMINATION_KEYS),
    osVersion: without(objectOf(body["osVersion"]), ["train", "build"]),
    bundleInfo: without(objectOf(body["bundleInfo"]), [
      "CFBundleIdentifier",
      "CFBundleShortVersionString",
      "CFBundleVersion",
    ]),
    threads: lists.threads.length === 0 ? undefined : lists.threads,
    usedImages: lists.usedImages.length === 0 ? undefined : lists.usedImages,
    header: without(header, HEADER_KEYS),
  });
  return { ...without(body, BODY_KEYS), ...rest };
}
