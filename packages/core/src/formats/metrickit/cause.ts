/** Why the process ended, in the terms of Apple's own reports: MetricKit has numbers where those have names. */
import type { ExceptionFacts, JsonValue, Termination } from "../../report.ts";
import { bigOf, defined, type JsonObject, numberOf, objectOf, textOf } from "../json-fields.ts";

export const CAUSE_KEYS: readonly string[] = [
  "exceptionType",
  "exceptionCode",
  "signal",
  "terminationReason",
  "virtualMemoryRegionInfo",
  "objectiveCexceptionReason",
  "exceptionReason",
];

const EXCEPTIONS = [
  "BAD_ACCESS",
  "BAD_INSTRUCTION",
  "ARITHMETIC",
  "EMULATION",
  "SOFTWARE",
  "BREAKPOINT",
  "SYSCALL",
  "MACH_SYSCALL",
  "RPC_ALERT",
  "CRASH",
  "RESOURCE",
  "GUARD",
  "CORPSE_NOTIFY",
];

const SIGNALS =
  "HUP INT QUIT ILL TRAP ABRT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM URG STOP TSTP CONT CHLD TTIN TTOU IO XCPU XFSZ VTALRM PROF WINCH INFO USR1 USR2".split(
    " ",
  );

/** First codes of EXC_BAD_ACCESS. */
const ACCESS_CODES: Readonly<Record<string, string>> = {
  1: "KERN_INVALID_ADDRESS",
  2: "KERN_PROTECTION_FAILURE",
  50: "KERN_CODESIGN_ERROR",
  257: "EXC_ARM_DA_ALIGN",
};

export function parseException(meta: JsonObject): ExceptionFacts | undefined {
  const type = nameOf(meta["exceptionType"], EXCEPTIONS, "EXC_");
  const signal = nameOf(meta["signal"], SIGNALS, "SIG");
  const code = bigOf(meta["exceptionCode"]);
  const isAccess = type === "EXC_BAD_ACCESS";
  // The second code, which holds the address, is not in the payload; the text about the region begins with it.
  const address = isAccess ? faultAddress(textOf(meta["virtualMemoryRegionInfo"])) : undefined;
  const codeName = isAccess && code !== undefined ? ACCESS_CODES[String(code)] : undefined;
  const facts = defined({
    type,
    signal,
    codes: code === undefined ? undefined : [code, ...(address === undefined ? [] : [address])].map(hex16).join(", "),
    subtype:
      codeName === undefined || address === undefined
        ? (KERN_REASON.exec(textOf(meta["terminationReason"]) ?? "")?.[0] ?? codeName)
        : `${codeName} at ${hex16(address)}`,
  });
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** What other tools put into `terminationReason`. */
const KERN_REASON = /^KERN_[A-Z_]{1,60} at 0x[0-9a-fA-F]{1,16}/;

/** A number, or the name where a tool wrote it out. */
function nameOf(value: JsonValue | undefined, names: readonly string[], prefix: string): string | undefined {
  const number = numberOf(value);
  if (number === undefined) return textOf(value);
  if (number === 0) return undefined;
  return names[number - 1] === undefined ? `${prefix}${number}` : `${prefix}${names[number - 1]}`;
}

const hex16 = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;

/** `0x58 is not in any region.`, `0 is not in any region.` */
function faultAddress(region: string | undefined): bigint | undefined {
  const digits = /^\s*(0x[0-9a-f]{1,16}|\d{1,20}) is (?:not )?in /i.exec(region ?? "")?.[1];
  return digits === undefined ? undefined : BigInt.asUintN(64, BigInt(digits));
}

/** Numbers of xnu's `sys/reason.h`, under the names that reports print. */
const NAMESPACES =
  "JETSAM SIGNAL CODESIGNING HANGTRACER TEST DYLD LIBXPC OBJC EXEC FRONTBOARD TCC REPORTCRASH COREANIMATION AGGREGATED RUNNINGBOARD SKYWALK SETTINGS LIBSYSTEM FOUNDATION WATCHDOG METAL WATCHKIT GUARD ANALYTICS SANDBOX SECURITY ENDPOINTSECURITY PAC_EXCEPTION BLUETOOTH_CHIP PORT_SPACE WEBKIT BACKLIGHTSERVICES MEDIA ROSETTA LIBIGNITION BOOTMOUNT".split(
    " ",
  );

/** `Namespace SIGNAL, Code 0xb`, `Namespace SIGNAL, Code 11 Segmentation fault: 11`. */
const SHORT = /^\s*Namespace ([^\s,]{1,64}), Code (0x[0-9a-f]{1,16}|\d{1,20})(?:[ ,]+([^\n]{1,500}))?/i;
/** `<RBSTerminateContext| domain:10 code:0x8BADF00D explanation:…`, what an `.ips` splits over its `reasons`. */
const CONTEXT = /RBSTerminateContext\|? *domain: ?(\d{1,6}) code: ?(0x[0-9a-f]{1,16}|\d{1,20})/i;

export function parseTermination(value: JsonValue | undefined): Termination | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const context = CONTEXT.exec(text);
  if (context !== null) {
    const [, domain = "", code = "0"] = context;
    return {
      namespace: NAMESPACES[Number(domain) - 1] ?? domain,
      code: BigInt.asUintN(64, BigInt(code)),
      reasons: text.split("\n").slice(0, MAX_REASON_LINES),
    };
  }
  const short = SHORT.exec(text);
  if (short === null) return { reasons: text.split("\n").slice(0, MAX_REASON_LINES) };
  const [, namespace = "", code = "0", indicator] = short;
  return { namespace, code: BigInt.asUintN(64, BigInt(code)), ...defined({ indicator }), reasons: [] };
}

/** Real ones have 20. */
export const MAX_REASON_LINES = 200;

/** `ProcessVisibility: Foreground`, in the text of a watchdog. */
export function visibilityOf(value: JsonValue | undefined): string | undefined {
  return /ProcessVisibility: *(\w{1,40})/.exec(textOf(value) ?? "")?.[1];
}

/** `objectiveCexceptionReason`, under the keys that an `.ips` has for it: the diagnosis reads those. */
export function exceptionReasonOf(meta: JsonObject): JsonObject | undefined {
  const reason = objectOf(meta["objectiveCexceptionReason"]) ?? objectOf(meta["exceptionReason"]);
  if (reason === undefined) return undefined;
  const { composedMessage, formatString, className, exceptionName, exceptionType, arguments: args, ...rest } = reason;
  return {
    ...rest,
    ...defined({
      composed_message: composedMessage,
      format_string: formatString,
      class: className,
      name: exceptionName,
      type: exceptionType,
      arguments: args,
    }),
  };
}
