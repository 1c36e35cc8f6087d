/**
 * The fast half of `readJson`: most bodies are sound JSON, and the engine's own parser reads those ten times faster than
 * anything written in the language. It rounds long integers, so they are quoted for it and put back afterwards. Whatever is not
 * quite plain (damage, depth, a limit near) is left to the reader in `json.ts`, which gives the same for the rest.
 */
import type { JsonValue } from "../report.ts";
import { MAX_INTEGER_DIGITS } from "./limits.ts";

export interface NativeJson {
  readonly value: JsonValue;
  /** Offset behind the value. */
  readonly end: number;
}

export interface NativeLimits {
  readonly depth: number;
  readonly values: number;
  readonly stringLength: number;
}

/** From the private use area: stands before an integer that was quoted. A text that has it is not read here. */
const MARK = "\uf8f1";
const MARK_ESCAPED = /\\uf8f1/i;
/** An integer too long to be surely exact. Inside a string it may match too; the quotes put in then make the whole unreadable. */
const LONG_INTEGER = /([:,[]\s*)(-?\d{16,})(?=\s*[,\]}])/g;

/** A lone number has nothing in front of it that would tell it from a part of something. */
const CONTAINER = /^\s*[[{]/;

/** The value of `text` from `start` to its end, or of its first line; `undefined` when the slow reader must look. */
export function readNatively(text: string, start: number, limits: NativeLimits): NativeJson | undefined {
  const line = text.indexOf("\n", start);
  // The header of an .ips is one line, with the body behind it.
  if (line >= 0) {
    const first = readWhole(text.slice(start, line), limits);
    if (first !== undefined) return { value: first.value, end: start + first.end };
  }
  const whole = readWhole(text.slice(start), limits);
  return whole && { value: whole.value, end: start + whole.end };
}

function readWhole(text: string, limits: NativeLimits): NativeJson | undefined {
  // Every value takes two characters with its comma: a text that could hold more values than allowed is not even begun.
  if (text.length / 2 > limits.values || text.includes(MARK) || MARK_ESCAPED.test(text) || !CONTAINER.test(text))
    return undefined;
  try {
    const value = JSON.parse(text.replace(LONG_INTEGER, `$1"${MARK}$2"`)) as JsonValue;
    return { value: restored(value, 0, limits), end: text.trimEnd().length };
  } catch {
    return undefined;
  }
}

class NotPlain extends Error {}

/** `value` with its long integers back, in place. Throws `NotPlain` beyond a limit. */
function restored(value: JsonValue, depth: number, limits: NativeLimits): JsonValue {
  if (typeof value === "string") {
    if (value.startsWith(MARK)) return integer(value.slice(MARK.length));
    if (value.length > limits.stringLength) throw new NotPlain();
    return value;
  }
  if (value === null || typeof value !== "object") return value;
  if (depth >= limits.depth) throw new NotPlain();
  // The parser made these objects a moment ago, nobody else has them. A member `__proto__` is its own, so assigning is safe.
  const members = value as { [key: string | number]: JsonValue };
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) restoreMember(members, i, depth, limits);
  else for (const key in value) restoreMember(members, key, depth, limits);
  return value;
}

function restoreMember(
  members: { [key: string | number]: JsonValue },
  key: string | number,
  depth: number,
  limits: NativeLimits,
): void {
  const member = members[key] as JsonValue;
  if (typeof member !== "string" && typeof member !== "object") return;
  const after = restored(member, depth + 1, limits);
  // Nearly all stay what they are, and a write costs more than the look.
  if (after !== member) members[key] = after;
}

function integer(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || digits.length > MAX_INTEGER_DIGITS ? value : BigInt(digits);
}
