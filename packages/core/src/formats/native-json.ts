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
const MARK_CODE = 0xf8f1;
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
  if (mayHoldMore(text, limits.values) || text.includes(MARK) || !CONTAINER.test(text)) return undefined;
  if (text.includes("\\u") && MARK_ESCAPED.test(text)) return undefined;
  try {
    const value = JSON.parse(withLongIntegersQuoted(text)) as JsonValue;
    return { value: restored(value, limits), end: text.trimEnd().length };
  } catch {
    return undefined;
  }
}

/** A text that could hold more values than allowed is not even begun. Commas in strings count too: that only makes it careful. */
function mayHoldMore(text: string, values: number): boolean {
  // Every value takes two characters with its comma.
  if (text.length / 2 <= values) return false;
  let count = 1;
  for (let i = 0; i < text.length && count <= values; i++) {
    const code = text.charCodeAt(i);
    if (code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) count++;
  }
  return count > values;
}

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

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
function restored(value: JsonValue, limits: NativeLimits): JsonValue {
  if (typeof value === "string") return restoredText(value, limits);
  // The parser made these objects a moment ago, nobody else has them.
  if (value !== null && typeof value === "object") restore(value as Members, 0, limits);
  return value;
}

type Members = { [key: string | number]: JsonValue };

/** Nearly everything stays what it is: the walk looks at every member and writes hardly ever. */
function restore(members: Members, depth: number, limits: NativeLimits): void {
  if (depth >= limits.depth) throw new NotPlain();
  if (Array.isArray(members)) {
    for (let i = 0; i < members.length; i++) restoreMember(members, i, depth, limits);
  } else for (const key in members) restoreMember(members, key, depth, limits);
}

function restoreMember(members: Members, key: string | number, depth: number, limits: NativeLimits): void {
  const member = members[key];
  if (typeof member === "string") {
    // A member `__proto__` is the object's own, so that assigning is safe.
    if (member.charCodeAt(0) === MARK_CODE) members[key] = restoredText(member, limits);
    else if (member.length > limits.stringLength) throw new NotPlain();
  } else if (typeof member === "object" && member !== null) restore(member as Members, depth + 1, limits);
}

function restoredText(value: string, limits: NativeLimits): JsonValue {
  if (value.startsWith(MARK)) return integer(value.slice(MARK.length));
  if (value.length > limits.stringLength) throw new NotPlain();
  return value;
}

function integer(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || digits.length > MAX_INTEGER_DIGITS ? value : BigInt(digits);
}
