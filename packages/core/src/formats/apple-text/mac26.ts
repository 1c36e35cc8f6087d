/**
 * macOS 26 and later: values in column 21, the facts of the exception in column 19, both ids in the head. The order of the lines is
 * that of Apple's template; published reports that hold their text and their `.ips` agree with it.
 */
import { arrayOf, flagOf, numberOf, objectOf, textOf, textsOf } from "../json-fields.ts";
import {
  betaIdentifierOf,
  codesOf,
  codeTypeOf,
  exceptionReasonOf,
  exceptionTypeOf,
  identifierOf,
  type IpsDocument,
  named,
  noteOf,
  osVersionOf,
  saysWhatEndedIt,
  terminationCode,
  triggeredBy,
  versionOf,
} from "./document.ts";
import { writeRest } from "./mac.ts";
import { writeWorkQueueLimits } from "./notes.ts";
import type { TextWriter } from "./text-writer.ts";

const COLUMN = 21;
const EXCEPTION_COLUMN = 19;
/** Of the lines that were taken over from the text of macOS 12. */
const WIDE = 23;
const PLUGIN_COLUMN = 25;

export function writeMac26(document: IpsDocument, out: TextWriter): void {
  writeHead(document, out);
  writeIds(document, out);
  writeCause(document, out);
  writeRest(document, out);
}

function writeHead(document: IpsDocument, out: TextWriter): void {
  const { header, body } = document;
  const store = objectOf(body["storeInfo"]);
  const field = (label: string, value: string) => out.field(label, value, COLUMN);
  const optional = (label: string, value: string | undefined) => out.optional(label, value, COLUMN);
  field("Process", named(body["procName"], body["pid"]));
  optional("Path", textOf(body["procPath"]));
  field("Identifier", identifierOf(body));
  field("Version", versionOf(body));
  optional("Build Info", buildInfoOf(document));
  optional("AppStoreTools", textOf(objectOf(body["bundleInfo"])?.["DTAppStoreToolsBuild"]));
  optional("AppVariant", textOf(store?.["applicationVariant"]));
  if (flagOf(body["isBeta"]) === true) field("Beta", "YES");
  field("Code Type", codeTypeOf(body));
  field("Role", textOf(body["procRole"]) ?? "Unspecified");
  field("Parent Process", named(body["parentProc"], body["parentPid"]));
  field("Coalition", named(body["coalitionName"], body["coalitionID"] ?? 0, "<none>"));
  if (body["responsibleProc"] !== undefined)
    field("Responsible Process", named(body["responsibleProc"], body["responsiblePid"]));
  else optional("Responsible PID", textOf(body["responsiblePid"]));
  optional("User ID", textOf(body["userID"]));
  out.blank();
  writePlugIn(document, out);
  optional("Date/Time", textOf(body["captureTime"]) ?? textOf(header["timestamp"]));
  optional("Launch Time", textOf(body["procLaunch"]));
  optional("Hardware Model", textOf(body["modelCode"]));
  optional("Device Model", textOf(body["codeName"]));
  field("OS Version", osVersionOf(document));
  optional("Release Type", textOf(objectOf(body["osVersion"])?.["releaseType"]));
  const bridge = objectOf(body["bridgeVersion"]);
  const train = textOf(bridge?.["train"]);
  if (train !== undefined) out.field("Bridge OS Version", `${train} (${textOf(bridge?.["build"]) ?? "???"})`, WIDE);
  out.optional("Bridge OS Version", textOf(bridge?.["status"]), WIDE);
  optional("Baseband Version", textOf(body["basebandVersion"]));
  out.blank();
}

function writePlugIn({ body }: IpsDocument, out: TextWriter): void {
  const plugin = objectOf(body["plugin"]);
  if (plugin === undefined) return;
  out.field("PlugIn Path", textOf(plugin["ExecutablePath"]) ?? "???", PLUGIN_COLUMN);
  out.field("PlugIn Identifier", textOf(plugin["Identifier"]) ?? "???", PLUGIN_COLUMN);
  const version = `${textOf(plugin["ShortVersionString"]) ?? "???"} (${textOf(plugin["Version"]) ?? "???"})`;
  out.field("PlugIn Version", version, PLUGIN_COLUMN);
  out.blank();
}

/** `Project-Source~Build (Product)` of Apple's own software. */
function buildInfoOf({ body }: IpsDocument): string | undefined {
  const info = objectOf(body["buildInfo"]);
  const project = textOf(info?.["ProjectName"]);
  if (project === undefined) return undefined;
  const product = textOf(info?.["ProductBuildVersion"]);
  const source = `${project}-${textOf(info?.["SourceVersion"]) ?? "???"}~${textOf(info?.["BuildVersion"]) ?? "???"}`;
  return product === undefined ? source : `${source} (${product})`;
}

function writeIds({ header, body }: IpsDocument, out: TextWriter): void {
  const optional = (label: string, value: string | undefined) => out.optional(label, value, COLUMN);
  if (flagOf(body["isBeta"]) === true) out.field("Beta Identifier", betaIdentifierOf(body), COLUMN);
  else optional("Crash Reporter Key", textOf(body["crashReporterKey"]));
  optional("UDID", textOf(body["systemID"]));
  optional("Incident Identifier", textOf(body["incident"]) ?? textOf(header["incident_id"]));
  out.blank();
  const sleep = textOf(body["sleepWakeUUID"]);
  if (sleep !== undefined) {
    out.field("Sleep/Wake UUID", sleep, WIDE);
    out.blank();
  }
  const uptime = textOf(body["uptime"]);
  const wake = textOf(body["wakeTime"]);
  out.optional("Time Awake Since Boot", uptime && `${uptime} seconds`, WIDE);
  out.optional("Time Since Wake", wake && `${wake} seconds`, WIDE);
  const sip = textOf(body["sip"]);
  if (sip !== undefined) {
    if (uptime !== undefined || wake !== undefined) out.blank();
    out.line(`System Integrity Protection: ${sip}`);
  }
  out.blank();
}

function triggerLine({ body }: IpsDocument): string {
  const { label, value } = triggeredBy(body);
  const faulting = numberOf(body["faultingThread"]);
  if (faulting === undefined) return `${label} ${value}`;
  const thread = objectOf(arrayOf(body["threads"])?.[faulting]);
  const legacy = objectOf(objectOf(body["legacyInfo"])?.["threadTriggered"]);
  const name = textOf(thread?.["name"]) ?? textOf(legacy?.["name"]);
  const queue = textOf(thread?.["queue"]) ?? textOf(legacy?.["queue"]);
  const named = name === undefined ? "" : `  ${name}`;
  return `${label} ${value}${named}${queue === undefined ? "" : `, Dispatch Queue: ${queue}`}`;
}

function writeCause(document: IpsDocument, out: TextWriter): void {
  if (!saysWhatEndedIt(document)) return;
  const { body } = document;
  const optional = (label: string, value: string | undefined) => out.optional(label, value, EXCEPTION_COLUMN);
  out.line(triggerLine(document));
  out.blank();
  const exception = objectOf(body["exception"]);
  out.field("Exception Type", exceptionTypeOf(exception), EXCEPTION_COLUMN);
  optional("Exception Subtype", textOf(exception?.["subtype"]));
  optional("Exception Message", textOf(exception?.["message"]));
  optional("Exception Codes", codesOf(exception));
  optional("Exception Reason", exceptionReasonOf(body));
  optional("Exception Note", noteOf(body));
  out.blank();
  const termination = objectOf(body["termination"]);
  if (termination !== undefined) {
    const space = textOf(termination["namespace"]) ?? "<unknown>";
    const indicator = textOf(termination["indicator"]);
    const words = indicator === undefined ? "" : `, ${indicator}`;
    out.field("Termination Reason", `Namespace ${space}, Code ${terminationCode(termination)}${words}`, COLUMN);
    for (const line of [...textsOf(termination["reasons"]), ...textsOf(termination["details"])]) out.line(line);
    if (termination["byProc"] !== undefined || termination["byPid"] !== undefined)
      out.field("Terminating Process", named(termination["byProc"], termination["byPid"], "<unknown>"), COLUMN);
    out.blank();
  }
  const failure = textOf(body["fatalDyldError"]);
  if (failure !== undefined) {
    out.line("Dyld Error Message:");
    out.line(`  ${failure}`);
    out.blank();
  }
  out.blank();
  writeWorkQueueLimits(document, out);
}
