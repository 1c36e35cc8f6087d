/** The facts of an `.ips` document as Apple prints them. */
import type { JsonValue, Report } from "../../report.ts";
import { formatCodes } from "../ips/cause.ts";
import { bigOf, flagOf, type JsonObject, numberOf, objectOf, textOf } from "../json-fields.ts";

export interface IpsDocument {
  readonly header: JsonObject;
  readonly body: JsonObject;
  /** Frames to print in place of those of the document. */
  readonly symbolicated?: Report;
  /** As Apple's servers hand out reports of testers and customers, without what tells the device. */
  readonly style?: TextStyle;
}

export type TextStyle = "app-store-connect";

const SIMULATORS: readonly (number | undefined)[] = [7, 8, 9, 12];

export const isSimulator = ({ header }: IpsDocument): boolean => SIMULATORS.includes(numberOf(header["platform"]));

export function isEmbedded({ header, body }: IpsDocument): boolean {
  const os = objectOf(body["osVersion"]);
  if (os?.["isEmbedded"] !== undefined) return flagOf(os["isEmbedded"]) === true;
  // The flag is absent on macOS, and in files made by hand.
  const train = trainOf({ header, body });
  return train !== "" && !/^(mac|OS X)/i.test(train);
}

/** macOS 26 and later have a text of their own. */
export function isMac26({ header, body }: IpsDocument): boolean {
  const major = /^macOS (\d{1,4})/i.exec(trainOf({ header, body }))?.[1];
  return Number(major ?? 0) >= 26;
}

const trainOf = ({ header, body }: IpsDocument): string =>
  textOf(objectOf(body["osVersion"])?.["train"]) ?? textOf(header["os_version"]) ?? "";

/** `name [pid]` */
export function named(name: JsonValue | undefined, pid: JsonValue | undefined, noName = "???"): string {
  return `${textOf(name) ?? noName} [${textOf(pid) ?? "Unknown"}]`;
}

export function identifierOf(body: JsonObject): string {
  return textOf(objectOf(body["bundleInfo"])?.["CFBundleIdentifier"]) ?? textOf(body["procName"]) ?? "???";
}

/** `short (build)`, what there is of it, or `???`. */
export function versionOf(body: JsonObject): string {
  const bundle = objectOf(body["bundleInfo"]);
  const short = textOf(bundle?.["CFBundleShortVersionString"]);
  const build = textOf(bundle?.["CFBundleVersion"]);
  return short !== undefined && build !== undefined ? `${short} (${build})` : (short ?? build ?? "???");
}

export function codeTypeOf(body: JsonObject): string {
  return `${textOf(body["cpuType"]) ?? "???"} (${flagOf(body["translated"]) === true ? "Translated" : "Native"})`;
}

export function osVersionOf({ header, body }: IpsDocument): string {
  const os = objectOf(body["osVersion"]);
  const train = textOf(os?.["train"]);
  const build = textOf(os?.["build"]);
  return train === undefined
    ? (textOf(header["os_version"]) ?? "???")
    : build === undefined
      ? train
      : `${train} (${build})`;
}

export function exceptionTypeOf(exception: JsonObject | undefined): string {
  const signal = textOf(exception?.["signal"]);
  return `${textOf(exception?.["type"]) ?? "???"}${signal === undefined ? "" : ` (${signal})`}`;
}

export function codesOf(exception: JsonObject | undefined): string | undefined {
  return formatCodes(exception?.["rawCodes"]) ?? textOf(exception?.["codes"]);
}

export function noteOf(body: JsonObject): string | undefined {
  if (flagOf(body["isSimulated"]) === true) return "SIMULATED (this is NOT a crash)";
  if (flagOf(body["isNonFatal"]) === true) return "NON-FATAL CONDITION (this is NOT a crash)";
  return flagOf(body["isCorpse"]) === true ? "EXC_CORPSE_NOTIFY" : undefined;
}

/** Codes are decimal in both dialects. */
export function terminationCode(termination: JsonObject): string {
  return bigOf(termination["code"])?.toString() ?? textOf(termination["code"]) ?? "0";
}

/** The text of the uncaught exception: what was composed, or its format. */
export function exceptionReasonOf(body: JsonObject): string | undefined {
  const reason = objectOf(body["exceptionReason"]);
  return textOf(reason?.["composed_message"]) ?? textOf(reason?.["format_string"]) ?? textOf(body["exceptionReason"]);
}

export const vmRegionInfoOf = (body: JsonObject): string | undefined =>
  textOf(body["vmRegionInfo"]) ?? textOf(body["vmregioninfo"]);
