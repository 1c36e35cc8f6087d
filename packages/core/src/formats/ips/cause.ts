/** Why the process ended: `exception`, `termination`, `asi`. */
import type { ExceptionFacts, JsonValue, Termination } from "../../report.ts";
import { arrayOf, bigOf, defined, type JsonObject, objectOf, textOf, textsOf } from "../json-fields.ts";

export const EXCEPTION_KEYS: readonly string[] = ["type", "signal", "codes", "rawCodes", "subtype", "message"];
export const TERMINATION_KEYS: readonly string[] = [
  "namespace",
  "code",
  "indicator",
  "reasons",
  "reason",
  "details",
  "byProc",
];

export function parseException(value: JsonValue | undefined): ExceptionFacts | undefined {
  const source = objectOf(value);
  if (source === undefined) return undefined;
  return defined({
    type: textOf(source["type"]),
    signal: textOf(source["signal"]),
    codes: textOf(source["codes"]) ?? formatCodes(source["rawCodes"]),
    subtype: textOf(source["subtype"]),
    message: textOf(source["message"]),
  });
}

/** Apple prints the codes as 16 hex digits each; `codes` and `rawCodes` say the same. */
export function formatCodes(value: JsonValue | undefined): string | undefined {
  const codes = arrayOf(value)?.map(bigOf);
  if (codes === undefined || codes.length === 0) return undefined;
  return codes.map((code) => (code === undefined ? "???" : `0x${code.toString(16).padStart(16, "0")}`)).join(", ");
}

export function parseTermination(value: JsonValue | undefined): Termination | undefined {
  const source = objectOf(value);
  if (source === undefined) return undefined;
  const reasons = [...textsOf(source["reasons"]), ...textsOf(source["reason"])];
  return {
    ...defined({
      namespace: textOf(source["namespace"]),
      code: bigOf(source["code"]),
      indicator: textOf(source["indicator"]),
      byProcess: textOf(source["byProc"]),
    }),
    reasons,
    ...(source["details"] !== undefined && { details: textsOf(source["details"]) }),
  };
}

/** `asi`: image name to the messages it left. */
export function parseMessages(value: JsonValue | undefined): Readonly<Record<string, readonly string[]>> {
  const source: JsonObject = objectOf(value) ?? {};
  return Object.fromEntries(
    Object.entries(source)
      .map(([image, lines]) => [image, textsOf(lines)] as const)
      .filter(([, lines]) => lines.length > 0),
  );
}
