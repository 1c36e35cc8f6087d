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

/** A lone number has nothing in front of it that would tell it from a part of something. */
const CONTAINER = /^\s*[[{]/;

/** The value of `text` from `start` to its end, or of its first line; `undefined` when the slow reader must look. */
export function readNatively(text: string, start: number, limits: NativeLimits): NativeJson | undefined {
  const line = text.indexOf("\n", start);
  // The header of an .ips is one line, with the body behind it.
  // A body begins with a line of one bracket: failing on that costs more than reading a small body.
  if (line >= 0 && CONTAINER_END.test(text.slice(Math.max(start + 1, line - LOOK_BACK), line))) {
    const first = readWhole(text.slice(start, line), limits);
    if (first !== undefined) return { value: first.value, end: start + first.end };
  }
  const whole = readWhole(text.slice(start), limits);
  return whole && { value: whole.value, end: start + whole.end };
}

/** Blanks and a carriage return may stand behind the last bracket of a line. */
const LOOK_BACK = 32;
const CONTAINER_END = /[\]}]\s*$/;

function readWhole(text: string, limits: NativeLimits): NativeJson | undefined {
  // Every value takes two characters with its comma: a text that could hold more values than allowed is not even begun.
  if (text.length / 2 > limits.values || text.includes(MARK) || !CONTAINER.test(text)) return undefined;
  if (text.includes("\\u") && MARK_ESCAPED.test(text)) return undefined;
  try {
    const value = JSON.parse(withLongIntegersQuoted(text)) as JsonValue;
    return { value: restored(value, 0, limits), end: text.trimEnd().length };
  } catch {
    return undefined;
  }
}

/** An integer with fewer digits is exact. */
const LONG = 16;
const ZERO = 0x30;
const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9;

/**
 * Integers too long to be surely exact, in quotes and with the mark. So many digits in a row stand at least once where a multiple of
 * their number is: one character of sixteen is looked at. Inside a string one may be found too; the quotes put in then make the whole
 * unreadable.
 */
function withLongIntegersQuoted(text: string): string {
  let result = "";
  let from = 0;
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    while (start > from && isDigit(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isDigit(text.charCodeAt(end))) end++;
    at = end - 1;
    if (end - start < LONG) continue;
    if (text[start - 1] === "-") start--;
    if (!isBetween(text, start, end)) continue;
    result += `${text.slice(from, start)}"${MARK}${text.slice(start, end)}"`;
    from = end;
  }
  return from === 0 ? text : result + text.slice(from);
}

/** Whether what stands between two offsets is a whole value, as far as its neighbours tell. */
function isBetween(text: string, start: number, end: number): boolean {
  let before = start - 1;
  while (isBlank(text.charCodeAt(before))) before--;
  let after = end;
  while (isBlank(text.charCodeAt(after))) after++;
  return ":,[".includes(text.charAt(before) || "x") && ",]}".includes(text.charAt(after) || "x");
}

const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

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
  else for (const key in members) restoreMember(members, key, depth, limits);
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
