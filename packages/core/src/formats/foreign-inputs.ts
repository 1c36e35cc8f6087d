/**
 * What people send by mistake, or what another reader is for: named, with what to do about it. "This is not a report" alone
 * sends nobody on their way.
 */
import type { FormatErrorCode } from "../bytes/errors.ts";
import type { JsonObject } from "./json-fields.ts";

export interface Foreign {
  readonly code: FormatErrorCode;
  readonly message: string;
}

/** By the first bytes of a file. */
export function foreignBytes(bytes: Uint8Array): Foreign | undefined {
  return foreign(SIGNATURES.find(({ starts }) => starts.some((start) => start.every((byte, i) => bytes[i] === byte))));
}

/** By the keys of a JSON object. */
export function foreignJson(object: JsonObject): Foreign | undefined {
  return foreign(JSON_SIGNATURES.find(({ has }) => has.every((key) => Object.hasOwn(object, key))));
}

function foreign(kind: Kind | undefined): Foreign | undefined {
  if (kind === undefined) return undefined;
  const what = kind.code === "unsupported" ? kind.name : `${kind.name}, not a report`;
  return { code: kind.code, message: `this is ${what}: ${kind.advice}` };
}

interface Kind {
  readonly name: string;
  readonly code: FormatErrorCode;
  readonly advice: string;
}

interface Signature extends Kind {
  readonly starts: readonly (readonly number[])[];
}

const DEBUG_FILE = "it belongs with the symbols: `windfall symbols upload`, or --symbols";

const SIGNATURES: readonly Signature[] = [
  {
    name: "a Mach-O binary or debug file",
    starts: [
      [0xcf, 0xfa, 0xed, 0xfe],
      [0xce, 0xfa, 0xed, 0xfe],
      [0xfe, 0xed, 0xfa, 0xcf],
      [0xfe, 0xed, 0xfa, 0xce],
      [0xca, 0xfe, 0xba, 0xbe],
      [0xca, 0xfe, 0xba, 0xbf],
    ],
    code: "not-a-report",
    advice: DEBUG_FILE,
  },
  {
    name: "a zip archive",
    starts: [ascii("PK\u0003\u0004"), ascii("PK\u0005\u0006")],
    code: "not-a-report",
    advice: "unpack it, or pass the report in it",
  },
  { name: "gzip data", starts: [[0x1f, 0x8b]], code: "not-a-report", advice: "unpack it first" },
  {
    name: "a binary property list",
    starts: [ascii("bplist")],
    code: "not-a-report",
    advice: "reports are JSON or text",
  },
  {
    name: "an XML document",
    starts: [ascii("<?xml"), ascii("<plist"), ascii("<!DOCTYPE")],
    code: "not-a-report",
    advice: "reports are JSON or text; save the report itself, not the page around it",
  },
  { name: "a Breakpad symbol file", starts: [ascii("MODULE ")], code: "not-a-report", advice: "Windfall reads dSYMs" },
  {
    name: "a PNG image",
    starts: [[0x89, 0x50, 0x4e, 0x47]],
    code: "not-a-report",
    advice: "pass the report, not its picture",
  },
  {
    name: "a tar archive of xz or bzip2",
    starts: [[0xfd, 0x37, 0x7a, 0x58, 0x5a], ascii("BZh")],
    code: "not-a-report",
    advice: "unpack it first",
  },
];

const LATER = "it is not read yet";

const JSON_SIGNATURES: readonly (Kind & { readonly has: readonly string[] })[] = [
  {
    name: "a Sentry event",
    has: ["event_id", "sdk"],
    code: "unsupported",
    advice: "it is of no Apple platform, or has no backtrace",
  },
  { name: "an answer of App Store Connect about metrics", has: ["productData"], code: "unsupported", advice: LATER },
];

function ascii(text: string): readonly number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}
