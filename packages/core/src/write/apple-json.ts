/** An `.ips` as Apple lays it out: a line of header, then a body with a line per key, most values compact, slashes escaped. */
import type { JsonValue } from "../report.ts";
import type { JsonObject } from "../formats/json-fields.ts";

export function ipsText(header: JsonObject, body: JsonObject): string {
  const lines = Object.entries(body).map(([key, value]) => `  ${text(key)} : ${member(key, value)}`);
  return `${compact(header, false)}\n{\n${lines.join(",\n")}\n}\n`;
}

/** A number where that is exact. */
export const integer = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= 0n ? Number(value) : value;

/** These three are written by another part of Apple's writer, which puts each of their keys on a line. */
function member(key: string, value: JsonValue): string {
  if (key === "osVersion" && isObject(value)) return spread(value, "    ", "  ");
  if (key === "sharedCache" && isObject(value)) return spread(value, "  ", "");
  if (key === "usedImages" && Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) =>
      isObject(item) ? spread(item, "    ", "  ") : compact(item, true),
    );
    return `[\n${items.map((item) => `  ${item}`).join(",\n")}\n]`;
  }
  return compact(value, true);
}

function spread(object: JsonObject, indent: string, closing: string): string {
  const lines = Object.entries(object).map(([key, value]) => `${indent}${text(key)} : ${compact(value, true)}`);
  return `{\n${lines.join(",\n")}\n${closing}}`;
}

/** As `JSON.stringify`, with integers of any size. Documents made here nest a few levels. */
function compact(value: JsonValue, slashes: boolean): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return slashes ? text(value) : JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${(value as readonly JsonValue[]).map((item) => compact(item, slashes)).join(",")}]`;
  }
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => `${text(key)}:${compact(item, slashes)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

const text = (value: string): string => JSON.stringify(value).replaceAll("/", "\\/");

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
