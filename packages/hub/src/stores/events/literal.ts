/**
 * Values as text, for the two places where ClickHouse takes no bound parameter: `SET` statements and DDL.
 * Two encodings stack for a parameter: its own transport form (tab-separated rules), then a string literal around that.
 */
import type { QueryValue } from "./event-engine.ts";

const LITERAL_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\0": "\\0" };
const TRANSPORT_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** `it's` becomes `'it\'s'`; nothing inside can end the literal. */
export function quoteLiteral(text: string): string {
  return `'${text.toWellFormed().replace(/[\\'\0]/g, (character) => LITERAL_ESCAPES[character] ?? character)}'`;
}

/** How ClickHouse expects the value of a `{name:Type}` parameter. */
export function formatParameter(value: QueryValue): string {
  if (value === null) return "\\N";
  if (typeof value === "string") {
    return value.toWellFormed().replace(/[\\\0\b\f\n\r\t]/g, (character) => TRANSPORT_ESCAPES[character] ?? character);
  }
  return formatNested(value);
}

/** Inside arrays strings stand quoted. */
function formatNested(value: QueryValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return quoteLiteral(value);
  if (typeof value === "object") return `[${value.map(formatNested).join(",")}]`;
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`not a number to ask with: ${value}`);
  return String(value);
}
