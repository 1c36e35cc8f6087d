/** Reading fields of a JSON report whose writers disagree: numbers as strings, flags as 0/1, true or "YES", codes in hex. */
import type { JsonValue } from "../report.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function arrayOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
}

/** Non-empty text; a number stands for its digits. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
}

/** A number that is exact: integers beyond 2^53 are none. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "string" && /^\s*-?\d{1,15}(\.\d{1,15})?\s*$/.test(value)) return Number(value);
  return undefined;
}

/** A 64-bit value as an unsigned integer: from a number, decimal text or `0x…`. */
export function bigOf(value: JsonValue | undefined): bigint | undefined {
  if (typeof value === "bigint") return BigInt.asUintN(64, value);
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return undefined;
    return value >= 0 && value <= Number.MAX_SAFE_INTEGER ? BigInt(value) : BigInt.asUintN(64, BigInt(value));
  }
  if (typeof value === "string" && /^\s*(0[xX][0-9a-fA-F]{1,16}|\d{1,20})\s*$/.test(value)) {
    return BigInt.asUintN(64, BigInt(value.trim()));
  }
  return undefined;
}

export function flagOf(value: JsonValue | undefined): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1" || value === "YES" || value === "true") return true;
  if (value === 0 || value === "0" || value === "NO" || value === "false") return false;
  return undefined;
}

/** The strings of a list; one string alone counts as a list of one. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  return (arrayOf(value) ?? []).filter((item) => typeof item === "string");
}

/** Hand-edited files have keys such as `"os_version "`. */
export function trimKeys(object: JsonObject): JsonObject {
  const keys = Object.keys(object);
  if (keys.every((key) => key === key.trim())) return object;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key.trim(), value]));
}

/** What is left of an object when the named keys were understood; `undefined` when nothing is. */
export function without(object: JsonObject | undefined, known: readonly string[]): JsonObject | undefined {
  if (object === undefined) return undefined;
  const rest = Object.keys(object).filter((key) => !known.includes(key));
  return rest.length === 0 ? undefined : Object.fromEntries(rest.map((key) => [key, object[key] ?? null]));
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops the keys whose value is `undefined`. */
export function defined<T extends object>(values: T): Defined<T> {
  const result: Partial<T> = {};
  // Only ever given literals, so that no key is inherited; a list of the keys would be made for nothing.
  for (const key in values) if (values[key] !== undefined) result[key] = values[key];
  return result as Defined<T>;
}
