/** What a conversion cannot carry over, in one sentence each. */
import { type IpsDocument, isEmbedded } from "../formats/apple-text/document.ts";
import type { JsonObject } from "../formats/json-fields.ts";
import { arrayOf, objectOf } from "../formats/json-fields.ts";
import type { Report } from "../report.ts";

/** Keys of a body that Apple's text has no line for, in either of its forms. */
const NOT_IN_TEXT = [
  "appleIntelligenceStatus",
  "bootProgressRegister",
  "bootSessionUUID",
  "codeSigningAuxiliaryInfo",
  "codeSigningFlags",
  "codeSigningID",
  "codeSigningMonitor",
  "codeSigningTeamID",
  "codeSigningTrustLevel",
  "codeSigningValidationCategory",
  "developerMode",
  "drmInfo",
  "instructionByteStream",
  "isLocked",
  "logWritingSignature",
  "mtePageTags",
  "os_fault",
  "procExitAbsTime",
  "procStartAbsTime",
  "sharedCache",
  "throttleTimeout",
  "trialInfo",
  "trmStatus",
  "wasUnlockedSinceBoot",
];

/** Those that only the Mac's text has a line for. */
const NOT_EMBEDDED = ["asiBacktraces", "asiSignatures", "workQueueLimits"];

export function leftOutOfText({ header, body }: IpsDocument): readonly string[] {
  const without = isEmbedded({ header, body }) ? [...NOT_EMBEDDED, ...NOT_IN_TEXT] : NOT_IN_TEXT;
  const keys = without.filter((key) => body[key] !== undefined);
  const faulting = body["faultingThread"];
  const states = (arrayOf(body["threads"]) ?? []).filter(
    (thread, i) => i !== faulting && objectOf(thread)?.["threadState"] !== undefined,
  ).length;
  return [
    ...(keys.length > 0 ? [`text has no line for ${keys.join(", ")}: left out`] : []),
    ...(states > 0
      ? [`text has the registers of the crashed thread only: those of ${states} others are left out`]
      : []),
  ];
}

export function leftOutOfIps(report: Report, body: JsonObject): readonly string[] {
  const notes = ["thread ids and register symbols are not in the source: the .ips has none"];
  if (typeof body["captureTime"] === "string")
    notes.push("the time the log was written is not told: the header has that of the event");
  if (report.images.length === 0) notes.push("there is no list of images: frames cannot be symbolicated");
  const gaps = report.threads.some(({ index }, i) => index !== i);
  if (gaps) notes.push("threads are numbered anew: the source leaves some numbers out");
  return notes;
}
