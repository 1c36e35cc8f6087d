/**
 * macOS 26 and later: values in column 21, the facts of the exception in column 19, both ids in the head. Written by reports as
 * people post them; no `.ips` is known together with its text, so that rare lines stand where the string tables put them.
 */
import { arrayOf, flagOf, numberOf, objectOf, textOf, textsOf } from "../json-fields.ts";
import {
  codesOf,
  codeTypeOf,
  exceptionReasonOf,
  exceptionTypeOf,
  identifierOf,
  type IpsDocument,
  named,
  noteOf,
  osVersionOf,
  terminationCode,
  versionOf,
} from "./document.ts";
import { writeRest } from "./mac.ts";
import type { TextWriter } from "./text-writer.ts";

const COLUMN = 21;
const EXCEPTION_COLUMN = 19;

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
  optional("Role", textOf(body["procRole"]));
  field("Parent Process", named(body["parentProc"], body["parentPid"]));
  field("Coalition", named(body["coalitionName"], body["coalitionID"] ?? 0, "<none>"));
  if (body["responsibleProc"] !== undefined)
    field("Responsible Process", named(body["responsibleProc"], body["responsiblePid"]));
  optional("User ID", textOf(body["userID"]));
  out.blank();
  optional("Date/Time", textOf(body["captureTime"]) ?? textOf(header["timestamp"]));
  optional("Launch Time", textOf(body["procLaunch"]));
  optional("Hardware Model", textOf(body["modelCode"]));
  field("OS Version", osVersionOf(document));
  optional("Release Type", textOf(objectOf(body["osVersion"])?.["releaseType"]));
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
  optional("Crash Reporter Key", textOf(body["crashReporterKey"]));
  optional("UDID", textOf(body["systemID"]));
  optional("Incident Identifier", textOf(body["incident"]) ?? textOf(header["incident_id"]));
  out.blank();
  const sleep = textOf(body["sleepWakeUUID"]);
  if (sleep !== undefined) {
    optional("Sleep/Wake UUID", sleep);
    out.blank();
  }
  const uptime = textOf(body["uptime"]);
  const wake = textOf(body["wakeTime"]);
  if (uptime !== undefined) out.line(`Time Awake Since Boot: ${uptime} seconds`);
  if (wake !== undefined) out.line(`Time Since Wake:       ${wake} seconds`);
  if (uptime !== undefined || wake !== undefined) out.blank();
  const sip = textOf(body["sip"]);
  if (sip === undefined) return;
  out.line(`System Integrity Protection: ${sip}`);
  out.blank();
}

function writeCause({ body }: IpsDocument, out: TextWriter): void {
  const optional = (label: string, value: string | undefined) => out.optional(label, value, EXCEPTION_COLUMN);
  const faulting = numberOf(body["faultingThread"]);
  if (faulting !== undefined) {
    const thread = objectOf(arrayOf(body["threads"])?.[faulting]);
    const legacy = objectOf(objectOf(body["legacyInfo"])?.["threadTriggered"]);
    const queue = textOf(thread?.["queue"]) ?? textOf(legacy?.["queue"]);
    out.line(`Triggered by Thread: ${faulting}${queue === undefined ? "" : `, Dispatch Queue: ${queue}`}`);
    out.blank();
  }
  const exception = objectOf(body["exception"]);
  out.field("Exception Type", exceptionTypeOf(exception), EXCEPTION_COLUMN);
  optional("Exception Subtype", textOf(exception?.["subtype"]));
  optional("Exception Message", textOf(exception?.["message"]));
  optional("Exception Codes", codesOf(exception));
  optional("Exception Reason", exceptionReasonOf(body));
  optional("Exception Note", noteOf(body));
  out.blank();
  const termination = objectOf(body["termination"]);
  if (termination === undefined) return;
  const space = textOf(termination["namespace"]) ?? "<unknown>";
  const indicator = textOf(termination["indicator"]);
  const words = indicator === undefined ? "" : `, ${indicator}`;
  out.field("Termination Reason", `Namespace ${space}, Code ${terminationCode(termination)}${words}`, COLUMN);
  for (const line of [...textsOf(termination["reasons"]), ...textsOf(termination["details"])]) out.line(line);
  if (termination["byProc"] !== undefined)
    out.field("Terminating Process", named(termination["byProc"], termination["byPid"], "<unknown>"), COLUMN);
  out.blank();
}
