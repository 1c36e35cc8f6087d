/** `exception.values[]`: why the process ended, in the terms Apple's reports use, so that one bug told twice is one bug. */
import type { ExceptionFacts, JsonValue, ReportKind } from "../../report.ts";
import { bigOf, defined, type JsonObject, objectOf, textOf } from "../json-fields.ts";

export interface SentryCause {
  readonly kind: ReportKind;
  readonly exception?: ExceptionFacts;
  readonly messages: Readonly<Record<string, readonly string[]>>;
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** The backtrace was taken where an exception was thrown: its first address is a return address too. */
  readonly startsAtCall: boolean;
  readonly isObjcException: boolean;
  /** The app reported it and went on. */
  readonly isNonFatal: boolean;
}

/** What the SDK puts before the reason of an exception. */
const PREFIX = /^Application threw exception [^:]{1,200}: /;

export function parseCause(exception: JsonObject, event: JsonObject): SentryCause {
  const mechanism = objectOf(exception["mechanism"]) ?? {};
  const type = textOf(exception["type"]) ?? "";
  const value = textOf(exception["value"]);
  const facts = exceptionFacts(mechanism);
  const handled = mechanism["handled"] === true || (event["level"] !== "fatal" && mechanism["handled"] !== false);
  const isFault = facts.type !== undefined || facts.signal !== undefined;
  const isNonFatal = handled && !isFault;
  const isCxx = type === "cpp_exception" || mechanism["type"] === "cpp_exception" || type.startsWith("C++");
  const isObjc = !isCxx && type !== "" && !isFaultName(type) && !isHang(type, mechanism);
  const reason = value?.replace(PREFIX, "");
  return {
    kind: isHang(type, mechanism) ? "hang" : isNonFatal ? "fault" : "crash",
    ...(Object.keys(facts).length > 0 && { exception: facts }),
    messages: isObjc
      ? { CoreFoundation: [`*** Terminating app due to uncaught exception '${type}', reason: '${reason ?? ""}'`] }
      : {},
    metadata: {
      ...(isObjc && { exceptionReason: { type: "objc-exception", name: type, composed_message: reason ?? "" } }),
      ...(isCxx && value !== undefined && { cppException: { name: value } }),
      ...(!isObjc && !isCxx && reason !== undefined && { reason }),
      ...(Object.keys(mechanism).length > 0 && { mechanism }),
    },
    startsAtCall: isObjc || isCxx || isNonFatal,
    isObjcException: isObjc,
    isNonFatal,
  };
}

const isFaultName = (type: string): boolean => /^(?:EXC_|SIG)[A-Z_]+$/.test(type) || type === "Unknown Exception";

const isHang = (type: string, mechanism: JsonObject): boolean =>
  /^App ?Hang/i.test(type) || mechanism["type"] === "AppHang";

/** Older versions put them into the mechanism itself, later ones into its `meta`, the names with them. */
function exceptionFacts(mechanism: JsonObject): ExceptionFacts {
  const meta = objectOf(mechanism["meta"]) ?? {};
  const mach = objectOf(mechanism["mach_exception"]) ?? objectOf(meta["mach_exception"]);
  const signal = objectOf(mechanism["posix_signal"]) ?? objectOf(meta["signal"]);
  const type = textOf(mach?.["exception_name"]) ?? textOf(mach?.["name"]);
  const code = bigOf(mach?.["code"]);
  const subcode = bigOf(mach?.["subcode"]);
  const address =
    bigOf(mechanism["relevant_address"]) ?? bigOf(objectOf(mechanism["data"])?.["relevant_address"]) ?? undefined;
  const isAccess = type === "EXC_BAD_ACCESS";
  const second = isAccess && address !== undefined ? address : (subcode ?? 0n);
  const codeName = textOf(mach?.["code_name"]);
  return defined({
    type,
    signal: textOf(signal?.["name"]),
    codes: type === undefined || code === undefined ? undefined : `${hex16(code)}, ${hex16(second)}`,
    subtype: isAccess && codeName !== undefined ? `${codeName} at ${hex16(second)}` : undefined,
  });
}

const hex16 = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;
