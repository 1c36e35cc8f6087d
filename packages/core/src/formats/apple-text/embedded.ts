/** iOS, watchOS, tvOS, visionOS and simulators: "Report Version 104", values in column 21, `EOF` at the end. */
import { arrayOf, flagOf, objectOf, textOf, textsOf } from "../json-fields.ts";
import { writeFrames, writeMessages, writeThreads } from "./backtraces.ts";
import {
  betaIdentifierOf,
  codesOf,
  codeTypeOf,
  exceptionReasonOf,
  exceptionTypeOf,
  identifierOf,
  type IpsDocument,
  isSimulator,
  named,
  noteOf,
  osVersionOf,
  saysWhatEndedIt,
  terminationCode,
  triggeredBy,
  versionOf,
  vmRegionInfoOf,
} from "./document.ts";
import { writeImages } from "./images.ts";
import { writeDyldMessages, writeNotes } from "./notes.ts";
import type { TextWriter } from "./text-writer.ts";
import { writeState } from "./thread-state.ts";

const COLUMN = 21;

export function writeEmbedded(document: IpsDocument, out: TextWriter): void {
  const form = isSimulator(document) ? "mac" : "embedded";
  writeHead(document, out);
  writeCause(document, out);
  const thrown = arrayOf(document.body["lastExceptionBacktrace"]);
  if (document.style !== undefined && thrown === undefined) out.blank();
  writeMessages(document, out);
  writeDyldMessages(document, out);
  if (thrown !== undefined) {
    out.line("Last Exception Backtrace:");
    writeFrames(document, thrown, document.symbolicated?.lastExceptionBacktrace, out);
    out.blank();
  }
  const triage = textOf(document.body["ktriageinfo"]);
  if (triage !== undefined) {
    out.line("Kernel Triage:");
    out.block(triage);
    out.blank();
  }
  writeThreads(document, form, out);
  out.blank();
  writeState(document, out);
  if (document.style !== undefined) out.blank();
  writeImages(document, form, out);
  writeNotes(document, "Filtered syslog", out);
  out.line("EOF");
}

function writeHead(document: IpsDocument, out: TextWriter): void {
  const { header, body } = document;
  const store = objectOf(body["storeInfo"]);
  const field = (label: string, value: string) => out.field(label, value, COLUMN);
  const optional = (label: string, value: string | undefined) => out.optional(label, value, COLUMN);
  const isBeta = flagOf(body["isBeta"]) === true;
  optional("Incident Identifier", textOf(body["incident"]) ?? textOf(header["incident_id"]));
  if (document.style === undefined) {
    if (isBeta) field("Beta Identifier", betaIdentifierOf(body));
    else optional("CrashReporter Key", textOf(body["crashReporterKey"]));
  }
  optional("Distributor ID", textOf(store?.["distributorID"]));
  optional("Hardware Model", textOf(body["modelCode"]));
  const device = [textOf(body["codeName"]), textOf(body["productName"])].filter((part) => part !== undefined);
  optional("Device Model", device.length === 0 ? undefined : device.join("/"));
  field("Process", named(body["procName"], body["pid"]));
  optional("Path", textOf(body["procPath"]));
  field("Identifier", identifierOf(body));
  field("Version", versionOf(body));
  optional("AppStoreTools", textOf(objectOf(body["bundleInfo"])?.["DTAppStoreToolsBuild"]));
  optional("AppVariant", textOf(store?.["applicationVariant"]));
  if (isBeta) field("Beta", "YES");
  field("Code Type", codeTypeOf(body));
  field("Role", textOf(body["procRole"]) ?? "Unspecified");
  field("Parent Process", named(body["parentProc"], body["parentPid"]));
  field("Coalition", named(body["coalitionName"], body["coalitionID"] ?? 0, "<none>"));
  if (body["responsibleProc"] !== undefined)
    field("Responsible Process", named(body["responsibleProc"], body["responsiblePid"]));
  out.blank();
  optional("Date/Time", textOf(body["captureTime"]) ?? textOf(header["timestamp"]));
  optional("Launch Time", textOf(body["procLaunch"]));
  field("OS Version", osVersionOf(document));
  optional("Release Type", textOf(objectOf(body["osVersion"])?.["releaseType"]));
  optional("Baseband Version", textOf(body["basebandVersion"]));
  optional("UDID", textOf(body["systemID"]));
  field("Report Version", "104");
  out.blank();
}

function writeCause(document: IpsDocument, out: TextWriter): void {
  if (!saysWhatEndedIt(document)) return;
  const { body } = document;
  const exception = objectOf(body["exception"]);
  const termination = objectOf(body["termination"]);
  const optional = (label: string, value: string | undefined) => {
    if (value !== undefined) out.line(`${label} ${value}`);
  };
  out.line(`Exception Type:  ${exceptionTypeOf(exception)}`);
  optional("Exception Subtype:", textOf(exception?.["subtype"]));
  optional("Exception Message:", textOf(exception?.["message"]));
  optional("Exception Codes:", codesOf(exception));
  optional("Exception Reason:", exceptionReasonOf(body));
  optional("VM Region Info:", vmRegionInfoOf(body));
  optional("Exception Note: ", noteOf(body));
  if (termination !== undefined) {
    const indicator = textOf(termination["indicator"]);
    const space = textOf(termination["namespace"]) ?? "<unknown>";
    out.line(
      `Termination Reason: ${space} ${terminationCode(termination)}${indicator === undefined ? "" : ` ${indicator}`}`,
    );
    for (const line of [...textsOf(termination["reasons"]), ...textsOf(termination["details"])]) out.line(line);
    if (termination["byProc"] !== undefined) {
      out.line(`Terminating Process: ${named(termination["byProc"], termination["byPid"], "<unknown>")}`);
    }
  }
  out.blank();
  const { label, value } = triggeredBy(body);
  out.line(`${label}  ${value}`);
  out.blank();
}
