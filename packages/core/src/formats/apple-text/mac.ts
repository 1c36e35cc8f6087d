/** macOS: "Report Version 12", values in column 23; ends with the modification and region summaries, without `EOF`. */
import { arrayOf, numberOf, objectOf, textOf } from "../json-fields.ts";
import { writeFrames, writeMessages, writeThreads } from "./backtraces.ts";
import {
  codesOf,
  codeTypeOf,
  exceptionTypeOf,
  identifierOf,
  type IpsDocument,
  named,
  noteOf,
  osVersionOf,
  saysWhatEndedIt,
  terminationCode,
  versionOf,
  vmRegionInfoOf,
} from "./document.ts";
import { writeImages } from "./images.ts";
import { writeDyldMessages, writeNotes, writeSection, writeSignatures, writeWarnings } from "./notes.ts";
import type { TextWriter } from "./text-writer.ts";
import { writeState } from "./thread-state.ts";

const COLUMN = 23;

export function writeMac(document: IpsDocument, out: TextWriter): void {
  writeHead(document, out);
  writeCause(document, out);
  writeRest(document, out);
}

/** From the region of the fault to the end: the same in the text of macOS 26. */
export function writeRest(document: IpsDocument, out: TextWriter): void {
  const { body } = document;
  writeWarnings(document, out);
  const region = vmRegionInfoOf(body);
  if (region !== undefined) {
    out.line(`VM Region Info: ${region}`);
    out.blank();
  }
  const gpu = textOf(body["externalGPUInfo"]);
  if (gpu !== undefined) {
    out.block(gpu);
    out.blank();
  }
  writeMessages(document, out);
  writeSignatures(document, out);
  writeDyldMessages(document, out);
  const lastException = arrayOf(body["lastExceptionBacktrace"]);
  if (lastException !== undefined) {
    out.line("Last Exception Backtrace:");
    writeFrames(document, lastException, document.symbolicated?.lastExceptionBacktrace, out);
    out.blank();
  }
  const triage = textOf(body["ktriageinfo"]);
  if (triage !== undefined) writeSection("Kernel Triage", [triage], out);
  writeThreads(document, "mac", out);
  out.blank();
  writeState(document, out);
  writeImages(document, "mac", out);
  writeModifications(document, out);
  const summary = textOf(body["vmSummary"]);
  if (summary !== undefined) {
    writeSection("VM Region Summary", [summary], out);
    out.blank();
  }
  writeNotes(document, "Filtered log messages", out);
}

function writeHead(document: IpsDocument, out: TextWriter): void {
  const { header, body } = document;
  const field = (label: string, value: string) => out.field(label, value, COLUMN);
  const optional = (label: string, value: string | undefined) => out.optional(label, value, COLUMN);
  field("Process", named(body["procName"], body["pid"]));
  optional("Path", textOf(body["procPath"]));
  field("Identifier", identifierOf(body));
  field("Version", versionOf(body));
  field("Code Type", codeTypeOf(body));
  field("Parent Process", named(body["parentProc"], body["parentPid"]));
  if (body["responsibleProc"] !== undefined)
    field("Responsible", named(body["responsibleProc"], body["responsiblePid"]));
  optional("User ID", textOf(body["userID"]));
  out.blank();
  optional("Date/Time", textOf(body["captureTime"]) ?? textOf(header["timestamp"]));
  field("OS Version", osVersionOf(document));
  field("Report Version", "12");
  const bridge = objectOf(body["bridgeVersion"]);
  if (bridge !== undefined) {
    field("Bridge OS Version", `${textOf(bridge["train"]) ?? "???"} (${textOf(bridge["build"]) ?? "???"})`);
  }
  optional("Anonymous UUID", textOf(body["crashReporterKey"]));
  out.blank();
  optional("Sleep/Wake UUID", textOf(body["sleepWakeUUID"]));
  out.blank();
  const uptime = textOf(body["uptime"]);
  const wake = textOf(body["wakeTime"]);
  optional("Time Awake Since Boot", uptime === undefined ? undefined : `${uptime} seconds`);
  optional("Time Since Wake", wake === undefined ? undefined : `${wake} seconds`);
  out.blank();
  const sip = textOf(body["sip"]);
  if (sip !== undefined) {
    out.line(`System Integrity Protection: ${sip}`);
    out.blank();
  }
}

function writeCause(document: IpsDocument, out: TextWriter): void {
  if (!saysWhatEndedIt(document)) return;
  const { body } = document;
  const field = (label: string, value: string) => out.field(label, value, COLUMN);
  const optional = (label: string, value: string | undefined) => out.optional(label, value, COLUMN);
  const faulting = numberOf(body["faultingThread"]);
  if (faulting !== undefined) {
    const thread = objectOf(arrayOf(body["threads"])?.[faulting]);
    const legacy = objectOf(objectOf(body["legacyInfo"])?.["threadTriggered"]);
    const queue = textOf(thread?.["queue"]) ?? textOf(legacy?.["queue"]);
    field("Crashed Thread", `${faulting}${queue === undefined ? "" : `  Dispatch queue: ${queue}`}`);
    out.blank();
  }
  const exception = objectOf(body["exception"]);
  field("Exception Type", exceptionTypeOf(exception));
  optional("Exception Codes", textOf(exception?.["subtype"]));
  optional("Exception Codes", codesOf(exception));
  optional("Exception Note", noteOf(body));
  out.blank();
  const termination = objectOf(body["termination"]);
  if (termination === undefined) return;
  const indicator = textOf(termination["indicator"]);
  field(
    "Termination Reason",
    `Namespace ${textOf(termination["namespace"]) ?? "<unknown>"}, Code ${terminationCode(termination)}${
      indicator === undefined ? "" : ` ${indicator}`
    }`,
  );
  if (termination["byProc"] !== undefined)
    field("Terminating Process", named(termination["byProc"], termination["byPid"], "<unknown>"));
  out.blank();
}

const GROUPS = [
  ["targeted", "Calls made by other processes targeting this process"],
  ["caller", "Calls made by this process"],
  ["system", "Calls made by all processes on this machine"],
] as const;

function writeModifications({ body }: IpsDocument, out: TextWriter): void {
  const modifications = objectOf(body["extMods"]);
  if (modifications === undefined) return;
  out.line("External Modification Summary:");
  for (const [key, title] of GROUPS) {
    const group = objectOf(modifications[key]);
    out.line(`  ${title}:`);
    for (const call of ["task_for_pid", "thread_create", "thread_set_state"]) {
      out.line(`    ${call}: ${textOf(group?.[call]) ?? "0"}`);
    }
  }
  out.blank();
}
