/**
 * What testers write: `feedback.json` of the zip that App Store Connect gives for one feedback, and `PointInfo.json` of the
 * `.xcfeedbackpoint` bundles that Xcode's Organizer keeps. Neither names the bundle id; whoever knows the place it lay in does.
 */
import type { Feedback, JsonValue, Parsed, Report } from "../../report.ts";
import type { JsonDocument, JsonFormat } from "../format.ts";
import { defined, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { parseTimestamp } from "../timestamp.ts";

export const feedbackFormat: JsonFormat = {
  format: "feedback",
  is: (value) => isZipFeedback(value) || isPointFeedback(value),
  parse: (document) => [parseFeedback(document)],
};

const isZipFeedback = (value: JsonObject): boolean =>
  Object.hasOwn(value, "cfBundleVersion") && (Object.hasOwn(value, "comment") || Object.hasOwn(value, "appAppleId"));

const isPointFeedback = (value: JsonObject): boolean =>
  Object.hasOwn(value, "comment") &&
  objectOf(value["appInfo"]) !== undefined &&
  (objectOf(value["testerInfo"]) !== undefined || objectOf(value["deviceMetadata"]) !== undefined);

function parseFeedback({ value, reading }: JsonDocument): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the feedback", problems);
  const facts = isPointFeedback(value) ? pointFacts(value) : zipFacts(value);
  const { time, model } = facts;
  const crashedAt = parseTimestamp(time);
  if (time !== undefined && crashedAt === undefined) {
    problems.add("unreadable-value", `${JSON.stringify(time.slice(0, 80))} is no time`, "body#/timestamp");
  }
  return {
    value: {
      format: "feedback",
      kind: "feedback",
      ...defined({ crashedAt }),
      app: facts.app,
      // The number alone, without the name of the system: the model tells it.
      os: parseOs({ text: facts.os === undefined ? undefined : `${systemOf(model)}${facts.os}`, model }),
      device: defined({ model }),
      process: defined({ cpuType: facts.architecture, isBeta: true }),
      applicationSpecificInformation: {},
      threads: [],
      images: [],
      feedback: facts.feedback,
      metadata: facts.rest,
    },
    problems: problems.items,
  };
}

interface Facts {
  /** `2026-04-30T15:34:54.739Z[UTC]`: what Java puts behind the zone is not looked at. */
  readonly time: string | undefined;
  readonly model: string | undefined;
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly app: Report["app"];
  readonly feedback: Feedback;
  readonly rest: Readonly<Record<string, JsonValue>>;
}

/** Not Apple's: what a form tells beside a comment, when a hub writes it down as such a file. */
const FORM_KEYS = ["bundleIdentifier", "crashIncidentId", "personName"];

const ZIP_KEYS = [
  "id",
  "timestamp",
  "appAppleId",
  "cfBundleShortVersion",
  "cfBundleVersion",
  "deviceModel",
  "osVersion",
  "locale",
  "carrier",
  "timezone",
  "architecture",
  "connectionStatus",
  "appUptimeMillis",
  "availableDiskBytes",
  "totalDiskBytes",
  "batteryPercentage",
  "screenWidth",
  "screenHeight",
  "emailAddress",
  "comment",
  ...FORM_KEYS,
];

function zipFacts(value: JsonObject): Facts {
  return {
    time: textOf(value["timestamp"]),
    model: textOf(value["deviceModel"]),
    os: textOf(value["osVersion"]),
    architecture: textOf(value["architecture"]),
    app: defined({
      bundleId: textOf(value["bundleIdentifier"]),
      version: textOf(value["cfBundleShortVersion"]),
      build: textOf(value["cfBundleVersion"]),
    }),
    feedback: {
      screenshots: [],
      ...defined({
        id: textOf(value["id"]),
        comment: textOf(value["comment"]),
        email: textOf(value["emailAddress"]),
        personName: textOf(value["personName"]),
        crashIncidentId: textOf(value["crashIncidentId"])?.toUpperCase(),
        appAppleId: textOf(value["appAppleId"]),
        locale: textOf(value["locale"]),
        timeZone: textOf(value["timezone"]),
        carrier: textOf(value["carrier"]),
        connection: connectionOf(textOf(value["connectionStatus"])),
        appUptimeMs: positive(value["appUptimeMillis"]),
        batteryPercent: positive(value["batteryPercentage"]),
        diskFreeBytes: positive(value["availableDiskBytes"]),
        diskTotalBytes: positive(value["totalDiskBytes"]),
        screenWidth: positive(value["screenWidth"]),
        screenHeight: positive(value["screenHeight"]),
      }),
    },
    rest: restOf(value, ZIP_KEYS),
  };
}

function pointFacts(value: JsonObject): Facts {
  const app = objectOf(value["appInfo"]) ?? {};
  const tester = objectOf(value["testerInfo"]) ?? {};
  const device = objectOf(value["deviceMetadata"]) ?? {};
  const name = [textOf(tester["firstName"]), textOf(tester["lastName"])].filter((part) => part !== undefined).join(" ");
  return {
    time: textOf(value["timestamp"]),
    model: textOf(device["deviceModel"]) ?? textOf(device["model"]),
    os: textOf(device["osVersion"]),
    architecture: textOf(device["architecture"]),
    app: defined({
      name: textOf(app["name"]),
      bundleId: textOf(app["bundleIdentifier"]) ?? textOf(app["bundleId"]),
      version: textOf(app["versionString"]),
      build: textOf(app["buildNumber"]),
    }),
    feedback: {
      screenshots: [],
      ...defined({
        id: textOf(value["id"]) ?? textOf(value["identifier"]),
        comment: textOf(value["comment"]),
        email: textOf(tester["emailAddress"]),
        personName: name === "" ? undefined : name,
        locale: textOf(device["locale"]),
        timeZone: textOf(device["timeZone"]) ?? textOf(device["timezone"]),
        carrier: textOf(device["carrier"]),
        connection: connectionOf(textOf(device["connectionStatus"]) ?? textOf(device["connectionType"])),
        appUptimeMs: positive(device["appUptimeInMilliseconds"]),
        batteryPercent: positive(device["batteryPercentage"]),
        diskFreeBytes: positive(device["diskBytesAvailable"]),
        diskTotalBytes: positive(device["diskBytesTotal"]),
        screenWidth: positive(device["screenWidthInPoints"]),
        screenHeight: positive(device["screenHeightInPoints"]),
      }),
    },
    rest: restOf(value, ["timestamp", "testerInfo", "comment"]),
  };
}

/** The zip says WI_FI, App Store Connect's API WIFI. */
const connectionOf = (text: string | undefined): string | undefined => (text === "WI_FI" ? "WIFI" : text);

function positive(value: JsonValue | undefined): number | undefined {
  const number = numberOf(value);
  return number === undefined || number < 0 ? undefined : number;
}

/** What is empty says nothing: the zip writes every key always. */
function restOf(value: JsonObject, known: readonly string[]): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(without(value, known) ?? {}).filter(([, item]) => item !== null && item !== ""),
  );
}

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/^(iPhone|iPod|iPad)/, "iOS "],
  [/^AppleTV/, "tvOS "],
  [/^Watch/, "watchOS "],
  [/^Mac|^iMac/, "macOS "],
  [/^RealityDevice/, "visionOS "],
];

const systemOf = (model: string | undefined): string =>
  SYSTEMS.find(([pattern]) => pattern.test(model ?? ""))?.[1] ?? "";
