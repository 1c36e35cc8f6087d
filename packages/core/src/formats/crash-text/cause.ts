/** The exception and termination block of a text report. The same label may stand twice (macOS prints the subtype as codes). */
import type { ExceptionFacts, Termination } from "../../report.ts";
import { defined } from "../json-fields.ts";

const HEX_CODES = /^0x[0-9a-fA-F]{1,16}(?:, 0x[0-9a-fA-F]{1,16}){0,7}$/;

export function parseException(values: (label: string) => readonly string[]): ExceptionFacts | undefined {
  const type = values("Exception Type")[0];
  const codes = values("Exception Codes");
  const subtype = values("Exception Subtype")[0];
  const message = values("Exception Message")[0];
  if (type === undefined && codes.length === 0 && subtype === undefined) return undefined;
  const raw = codes.find((code) => HEX_CODES.test(code));
  const named = codes.find((code) => !HEX_CODES.test(code));
  // What macOS prints in place of a subtype has a name; SDKs print bare numbers: `#0 at 0x182114c4c`.
  const inPlace = named !== undefined && /^[A-Z]/.test(named) ? named : undefined;
  return defined({ ...parseType(type), codes: raw ?? named, subtype: subtype ?? inPlace, message });
}

/** `EXC_CRASH (SIGABRT)`, `EXC_GUARD`, `SIGSEGV`. */
function parseType(text: string | undefined): { type?: string; signal?: string } {
  // KSCrash has no exception to tell when the main thread hangs: `0 (0)`.
  if (text === undefined || text === "" || text === "0 (0)") return {};
  const match = /^(\S{1,100})(?: \(([^()]{1,100})\))?/.exec(text);
  if (match?.[1] === undefined) return { type: text };
  if (/^SIG[A-Z]+$/.test(match[1])) return { signal: match[1] };
  return { type: match[1], ...defined({ signal: match[2] }) };
}

/**
 * `Namespace SIGNAL, Code 0xb` (native), `Namespace SIGNAL, Code 11 Segmentation fault: 11` (macOS), `SIGNAL 6 Abort
 * trap: 6` (iOS), `DYLD, [0x4] Symbol missing` (old dyld).
 */
const REASON = /^(?:Namespace )?([^\s,]{1,64}),? (?:Code )?\[?(0x[0-9a-fA-F]{1,16}|\d{1,20})\]?(?:[ ,]+(.*))?$/s;

export function parseTermination(
  values: (label: string) => readonly string[],
  more: readonly string[],
): Termination | undefined {
  const text = values("Termination Reason")[0];
  const signal = values("Termination Signal")[0];
  const by = values("Terminating Process")[0];
  const description = values("Termination Description")[0];
  const killed = killCode(values);
  if (killed !== undefined && text === undefined) {
    return { namespace: "SPRINGBOARD", code: killed, reasons: description === undefined ? [] : [description] };
  }
  if (text === undefined && signal === undefined && by === undefined && description === undefined) return undefined;
  const match = text === undefined ? null : REASON.exec(text);
  const indicator = match?.[3]?.trim();
  const details = more.filter(isDetail);
  return {
    ...defined({
      namespace: match?.[1],
      code: match?.[2] === undefined ? undefined : BigInt.asUintN(64, BigInt(match[2])),
      indicator: indicator === undefined || indicator === "" ? signal : indicator,
      byProcess: by?.replace(/ \[[^[\]]{1,20}\]$/, ""),
    }),
    reasons: [
      // What no grammar fits is still the reason.
      ...(text !== undefined && text !== "" && match === null ? [text] : []),
      ...(description === undefined ? [] : [description]),
      ...more.filter((line) => !isDetail(line)),
    ],
    ...(details.length > 0 && { details }),
  };
}

/** Up to iOS 6, SpringBoard's kills are told as an exception of a type of their own, with the code that later systems put into the reason. */
const SPRINGBOARD_KILL = /^0{0,7}20$/;

function killCode(values: (label: string) => readonly string[]): bigint | undefined {
  const [type = ""] = values("Exception Type");
  const [code = ""] = values("Exception Codes");
  return SPRINGBOARD_KILL.test(type) && /^0x[0-9a-fA-F]{1,16}$/.test(code) ? BigInt(code) : undefined;
}

const isDetail = (line: string): boolean => line.startsWith("(") && line.endsWith(")");
