/** `crash.error`: why the process ended, in the terms Apple's reports use, so that one bug told twice is one bug. */
import type { ExceptionFacts, JsonValue, ReportKind } from "../../report.ts";
import { bigOf, defined, type JsonObject, objectOf, textOf } from "../json-fields.ts";

export interface KsCrashCause {
  readonly kind: ReportKind;
  readonly exception?: ExceptionFacts;
  /** Message and name of an exception, in the words of Apple's own reports. */
  readonly messages: Readonly<Record<string, readonly string[]>>;
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** The crashed thread's backtrace is the exception's own, taken where it was thrown. */
  readonly backtraceOf: "fault" | "objc-exception" | "call";
  /** The app reported it and went on. */
  readonly isNonFatal: boolean;
}

export function parseCause(error: JsonObject): KsCrashCause {
  const type = textOf(error["type"]) ?? "";
  const exception = exceptionOf(error);
  const reason = textOf(error["reason"]);
  const base = {
    kind: "crash" as ReportKind,
    ...(exception && { exception }),
    messages: {},
    metadata: defined({ errorType: type === "" ? undefined : type, reason }),
    backtraceOf: "fault" as const,
    isNonFatal: false,
  };
  switch (type) {
    case "nsexception": {
      const source = objectOf(error["nsexception"]);
      const name = textOf(source?.["name"]) ?? "NSException";
      const text = textOf(source?.["reason"]) ?? reason ?? "";
      return {
        ...base,
        messages: { CoreFoundation: [`*** Terminating app due to uncaught exception '${name}', reason: '${text}'`] },
        // As iOS 17 and later write it.
        metadata: { ...base.metadata, exceptionReason: { type: "objc-exception", name, composed_message: text } },
        backtraceOf: "objc-exception",
      };
    }
    case "cpp_exception": {
      const name = textOf(objectOf(error["cpp_exception"])?.["name"]);
      return {
        ...base,
        metadata: { ...base.metadata, cppException: defined({ name, reason }) },
        backtraceOf: "call",
      };
    }
    case "deadlock":
      // KSCrash's own watch on the main thread; it ends the process itself, without exception or signal.
      return { ...base, metadata: { ...base.metadata, mainThreadDeadlock: true } };
    case "user": {
      const source = objectOf(error["user_reported"]);
      const name = textOf(source?.["name"]);
      return {
        ...base,
        kind: "fault",
        messages: { [name ?? "user"]: [reason ?? name ?? "reported by the app"] },
        metadata: { ...base.metadata, ...(source && { userReported: source }) },
        backtraceOf: "call",
        isNonFatal: true,
      };
    }
    case "memory_termination": {
      const source = objectOf(error["memory_termination"]);
      return { ...base, kind: "memory", metadata: { ...base.metadata, ...(source && { memoryTermination: source }) } };
    }
    default:
      return base;
  }
}

/** `mach` is filled in for signals too; a deadlock has zeros in both. */
function exceptionOf(error: JsonObject): ExceptionFacts | undefined {
  const mach = objectOf(error["mach"]);
  const signal = objectOf(error["signal"]);
  const type = textOf(mach?.["exception_name"]);
  const code = bigOf(mach?.["code"]);
  const address = bigOf(error["address"]);
  const subcode = bigOf(mach?.["subcode"]);
  // Versions before 3.3 leave the subcode 0 and write the address beside it.
  const second = subcode === undefined || subcode === 0n ? address : subcode;
  const codeName = textOf(mach?.["code_name"]);
  const isAccess = type === "EXC_BAD_ACCESS" && second !== undefined;
  const facts = defined({
    type,
    signal: textOf(signal?.["name"]),
    codes:
      type === undefined || code === undefined
        ? undefined
        : `${hex16(code)}, ${hex16(isAccess ? second : (subcode ?? 0n))}`,
    subtype: isAccess && codeName !== undefined ? `${codeName} at ${hex16(second)}` : undefined,
  });
  return Object.keys(facts).length === 0 ? undefined : facts;
}

const hex16 = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;
