/** The facts of an `.ips` document as Apple prints them. */
import type { JsonValue, Report } from "../../report.ts";
import { BUG_TYPES } from "../bug-types.ts";
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

/** `iMac20,1`, `MacBookPro18,3`, `Mac16,7`, `VirtualMac2,1` */
const MAC_MODEL = /^(i?Mac|VirtualMac|Xserve)/;

export function isEmbedded({ header, body }: IpsDocument): boolean {
  const train = trainOf({ header, body });
  // What is simulated or made of another format may carry the flag and still name the Mac's system.
  if (/^(mac|OS X)/i.test(train)) return false;
  const os = objectOf(body["osVersion"]);
  if (os?.["isEmbedded"] !== undefined) return flagOf(os["isEmbedded"]) === true;
  // The flag is absent on macOS, and in files made by hand.
  return train !== "" && !MAC_MODEL.test(textOf(body["modelCode"]) ?? "");
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

/** `short (build)`, the build alone, or `???`. */
export function versionOf(body: JsonObject): string {
  const bundle = objectOf(body["bundleInfo"]);
  const short = textOf(bundle?.["CFBundleShortVersionString"]);
  const build = textOf(bundle?.["CFBundleVersion"]);
  return short === undefined ? (build ?? "???") : `${short} (${build ?? "???"})`;
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
  const caller = textOf(body["simulatedCaller"]);
  if (caller !== undefined) return `SIMULATED (this is NOT a crash) requested by ${caller}`;
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

/** What a build of TestFlight has in place of the key of the device. */
export const betaIdentifierOf = (body: JsonObject): string =>
  textOf(objectOf(body["storeInfo"])?.["deviceIdentifierForVendor"]) ?? "Unknown";

/** The thread that ended the process, else the one that the system points at. */
export function triggeredBy(body: JsonObject): { readonly label: string; readonly value: string } {
  const faulting = numberOf(body["faultingThread"]);
  if (faulting !== undefined) return { label: "Triggered by Thread:", value: String(faulting) };
  const highlighted = objectOf(body["legacyInfo"])?.["threadHighlighted"];
  const index = textOf(highlighted) ?? textOf(objectOf(highlighted)?.["index"]);
  return index === undefined
    ? { label: "Triggered by Thread:", value: "Unknown" }
    : { label: "Highlighted by Thread:", value: index };
}

/** A hang or a sampled report has no exception and no thread that ended it; a crash that does not say them is printed with `???`. */
export function saysWhatEndedIt({ header, body }: IpsDocument): boolean {
  if (body["exception"] !== undefined || body["termination"] !== undefined) return true;
  const kind = BUG_TYPES.get(textOf(header["bug_type"]) ?? textOf(body["bug_type"]) ?? "309")?.kind;
  return kind === undefined || kind === "crash" || kind === "fault";
}
