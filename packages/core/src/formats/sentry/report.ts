/**
 * An event of Sentry's SDK for Apple platforms, as it is sent and as the server gives it out: threads, the exception, and the loaded
 * images in `debug_meta`. Frames stand outermost first there, innermost first here. Known from events of versions 1.4 of the SDK
 * and from the schema that Sentry documents for events; what else an event holds stays in the metadata.
 */
import type { Image, JsonValue, OperatingSystem, Parsed, Platform, Report, Thread } from "../../report.ts";
import { codeTypeOf } from "../cpu-arch.ts";
import type { JsonDocument, JsonFormat } from "../format.ts";
import { arrayOf, defined, type JsonObject, objectOf, textOf, without } from "../json-fields.ts";
import { parseTime } from "../kscrash/times.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { parseCause } from "./cause.ts";
import { parseImages } from "./images.ts";
import { parseThreads } from "./threads.ts";

export const sentryFormat: JsonFormat = {
  format: "sentry",
  is: (value) => isApplePlatform(value) && (valuesOf(value, "threads") ?? valuesOf(value, "exception")) !== undefined,
  parse: (document) => [parseSentry(document)],
};

const isApplePlatform = (value: JsonObject): boolean =>
  Object.hasOwn(value, "event_id") && (value["platform"] === "cocoa" || value["platform"] === "native");

/** `{ values: […] }`, or the list itself. */
const valuesOf = (value: JsonObject, key: string): readonly JsonValue[] | undefined =>
  arrayOf(objectOf(value[key])?.["values"]) ?? arrayOf(value[key]);

const EVENT_KEYS = ["contexts", "debug_meta", "event_id", "exception", "platform", "threads", "timestamp"];

function parseSentry({ value, reading }: JsonDocument): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the event", problems);
  const contexts = objectOf(value["contexts"]) ?? {};
  const exceptions = (valuesOf(value, "exception") ?? []).map(objectOf).filter((item) => item !== undefined);
  // A chain of causes ends with what the process died of.
  const exception = exceptions.at(-1);
  const cause = parseCause(exception ?? {}, value);
  const images = parseImages(arrayOf(objectOf(value["debug_meta"])?.["images"]), problems);
  const threads = parseThreads(
    { threads: valuesOf(value, "threads") ?? [], exception, images, startsAtCall: cause.startsAtCall },
    problems,
  );
  if (threads.length === 0) problems.add("missing-part", "the event has no threads", "body#/threads");
  const crashed = threads.findIndex((thread) => thread.crashed);
  return { value: reportOf(value, { contexts, cause, images, threads, crashed }), problems: problems.items };
}

interface Parts {
  readonly contexts: JsonObject;
  readonly cause: ReturnType<typeof parseCause>;
  readonly images: readonly Image[];
  readonly threads: readonly Thread[];
  readonly crashed: number;
}

function reportOf(value: JsonObject, { contexts, cause, images, threads, crashed }: Parts): Report {
  const app = objectOf(contexts["app"]) ?? {};
  const device = objectOf(contexts["device"]) ?? {};
  const main = mainImage(images);
  const thrown = cause.isObjcException ? threads[crashed]?.frames : undefined;
  const release = releaseOf(textOf(value["release"]));
  return {
    format: "sentry",
    kind: cause.kind,
    ...defined({
      incidentId: textOf(value["event_id"])?.toUpperCase(),
      crashedAt: parseTime(value["timestamp"]),
      launchedAt: parseTime(app["app_start_time"]),
    }),
    app: defined({
      name: textOf(app["app_name"]) ?? main?.name,
      bundleId: textOf(app["app_identifier"]) ?? release.bundleId,
      version: textOf(app["app_version"]) ?? release.version,
      build: textOf(app["app_build"]) ?? textOf(value["dist"]) ?? release.build,
    }),
    os: osOf(objectOf(contexts["os"]) ?? {}, device),
    device: defined({ model: textOf(device["model"]) }),
    process: defined({
      name: main?.name,
      path: main?.path,
      cpuType: codeTypeOf(main?.arch ?? textOf(device["arch"])),
      installId: textOf(app["device_app_hash"]),
      isNonFatal: cause.isNonFatal ? true : undefined,
    }),
    ...(cause.exception && { exception: cause.exception }),
    applicationSpecificInformation: cause.messages,
    ...(crashed >= 0 && { crashedThread: crashed }),
    ...(thrown !== undefined && thrown.length > 0 && { lastExceptionBacktrace: thrown }),
    threads,
    images,
    metadata: { ...without(value, EVENT_KEYS), ...cause.metadata, contexts },
  };
}

/** `org.example.harbor@2.1.0+431` */
function releaseOf(text: string | undefined): Report["app"] {
  const match = /^(?:([^@]{1,200})@)?([^+@]{1,100})(?:\+([^+@]{1,100}))?$/.exec(text ?? "");
  return match === null ? {} : defined({ bundleId: match[1], version: match[2], build: match[3] });
}

/** The executable of the app around everything else: it lies in the bundle itself, an extension deeper. */
function mainImage(images: readonly Image[]): Image | undefined {
  const isExecutable = ({ path = "" }: Image) => /\.(?:app|appex)\/(?:Contents\/MacOS\/)?[^/]+$/.test(path);
  return images.find((image) => isExecutable(image) && !image.name.endsWith(".dylib"));
}

const SIMULATORS: Partial<Record<Platform, Platform>> = {
  iOS: "iOS Simulator",
  iPadOS: "iOS Simulator",
  watchOS: "watchOS Simulator",
  tvOS: "tvOS Simulator",
  visionOS: "visionOS Simulator",
};

function osOf(os: JsonObject, device: JsonObject): OperatingSystem {
  const facts = parseOs({
    text: [textOf(os["name"]), textOf(os["version"])].filter((part) => part !== undefined).join(" "),
    build: textOf(os["build"]),
    model: textOf(device["model"]),
  });
  const { platform } = facts;
  return device["simulator"] === true && platform !== undefined
    ? { ...facts, platform: SIMULATORS[platform] ?? platform }
    : facts;
}
