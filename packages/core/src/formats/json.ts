/**
 * A JSON reader for reports: 64-bit integers stay exact (`JSON.parse` rounds register values), a document cut in the
 * middle gives what was complete before the cut, and nothing in it recurses. A second value behind the first is not
 * looked at: panics carry a system profile there.
 */
import type { JsonValue } from "../report.ts";
import { MAX_INTEGER_DIGITS, MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_STRING_LENGTH } from "./limits.ts";
import { readNatively } from "./native-json.ts";

interface JsonFault {
  /** `truncated`: the text ended inside the value. `damaged`: a character that cannot stand there. */
  readonly kind: "truncated" | "damaged" | "too-deep" | "too-many";
  /** Character offset in the text. */
  readonly offset: number;
  /** Where in the document, as a JSON pointer. */
  readonly pointer: string;
}

export interface JsonReading {
  /** `undefined` when not even a first value could be read. */
  readonly value: JsonValue | undefined;
  /** Offset behind the value. */
  readonly end: number;
  /** Why reading ended early; `value` then holds the members that were complete. */
  readonly fault?: JsonFault;
  /** How many strings were cut at `MAX_STRING_LENGTH`. */
  readonly cutStrings: number;
}

export interface JsonLimits {
  readonly depth: number;
  readonly values: number;
  readonly stringLength: number;
}

const REPORT_LIMITS: JsonLimits = {
  depth: MAX_JSON_DEPTH,
  values: MAX_JSON_VALUES,
  stringLength: MAX_STRING_LENGTH,
};

/** Reads the first JSON value of `text` from `start`. Never throws. */
export function readJson(text: string, start = 0, limits: JsonLimits = REPORT_LIMITS): JsonReading {
  const native = readNatively(text, start, limits);
  return native ? { ...native, cutStrings: 0 } : new JsonReader(text, start, limits).read();
}

/** The same for a document that nests deeper than reports do. Nothing behind it may recurse over the value. */
export function readDeepJson(text: string, start: number, depth: number): JsonReading {
  return new JsonReader(text, start, { ...REPORT_LIMITS, depth }).read();
}

type MutableObject = { [key: string]: JsonValue };
type Container = MutableObject | JsonValue[];

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What may follow the digits of a number that is not finished, up to the end of the text. */
const CUT_NUMBER = /^(?:-|\.|[eE][+-]?)$/;
const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Fifteen digits always fit into 2^53; only longer integers need a closer look. */
const SAFE_DIGITS = 15;

class Stop extends Error {
  readonly kind: JsonFault["kind"];
  readonly offset: number;
  constructor(kind: JsonFault["kind"], offset: number) {
    super(kind);
    this.kind = kind;
    this.offset = offset;
  }
}

class JsonReader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #offset: number;
  #values = 0;
  /** The next backslash at or behind the last string, or the end of the text. */
  #backslash = -1;
  #cutStrings = 0;
  /** Open containers, outermost first, and for each the key a member is being read for (unused for arrays). */
  readonly #open: Container[] = [];
  readonly #keys: string[] = [];
  #result: JsonValue | undefined;

  constructor(text: string, start: number, limits: JsonLimits) {
    this.#text = text;
    this.#offset = start;
    this.#limits = limits;
  }

  read(): JsonReading {
    try {
      this.#run();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const fault = { kind: error.kind, offset: error.offset, pointer: this.#pointer() };
      this.#closeAll();
      return { value: this.#result, end: this.#offset, fault, cutStrings: this.#cutStrings };
    }
    return { value: this.#result, end: this.#offset, cutStrings: this.#cutStrings };
  }

  #run(): void {
    for (;;) {
      let value = this.#value();
      // A finished value goes into its container; a container that closes right behind it is finished too.
      while (value !== undefined) {
        const container = this.#open.at(-1);
        if (container === undefined) {
          this.#result = value;
          return;
        }
        this.#place(container, value);
        value = this.#next(container);
      }
    }
  }

  /** A scalar or an empty container; `undefined` after opening one that has members. */
  #value(): JsonValue | undefined {
    if (++this.#values > this.#limits.values) throw new Stop("too-many", this.#offset);
    const char = this.#peek();
    switch (char) {
      case QUOTE:
        return this.#string();
      case OPEN_BRACE:
        this.#enter({});
        if (this.#peek() === CLOSE_BRACE) return this.#leave();
        this.#key();
        return undefined;
      case OPEN_BRACKET:
        this.#enter([]);
        if (this.#peek() === CLOSE_BRACKET) return this.#leave();
        return undefined;
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  /** Behind a member: the closed container, or `undefined` when another member follows. */
  #next(container: Container): JsonValue | undefined {
    const char = this.#peek();
    if (Array.isArray(container)) {
      if (char === CLOSE_BRACKET) return this.#leave();
      if (char !== COMMA) throw new Stop("damaged", this.#offset);
      this.#offset++;
      return undefined;
    }
    if (char === CLOSE_BRACE) return this.#leave();
    if (char !== COMMA) throw new Stop("damaged", this.#offset);
    this.#offset++;
    this.#key();
    return undefined;
  }

  #enter(container: Container): void {
    if (this.#open.length >= this.#limits.depth) throw new Stop("too-deep", this.#offset);
    this.#offset++;
    this.#open.push(container);
    this.#keys.push("");
  }

  #leave(): JsonValue {
    this.#offset++;
    this.#keys.pop();
    return this.#open.pop() as JsonValue;
  }

  #key(): void {
    if (this.#peek() !== QUOTE) throw new Stop("damaged", this.#offset);
    const key = this.#string();
    if (this.#peek() !== COLON) throw new Stop("damaged", this.#offset);
    this.#offset++;
    this.#keys[this.#keys.length - 1] = key;
  }

  #place(container: Container, value: JsonValue): void {
    if (Array.isArray(container)) container.push(value);
    else setMember(container, this.#keys[this.#keys.length - 1] ?? "", value);
  }

  /** The next character that is no white space. */
  #peek(): number {
    const text = this.#text;
    let offset = this.#offset;
    for (;;) {
      const char = text.charCodeAt(offset);
      if (char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09 || char === 0xa0) offset++;
      else {
        this.#offset = offset;
        if (Number.isNaN(char)) throw new Stop("truncated", offset);
        return char;
      }
    }
  }

  /** By `indexOf`, which is fast in a cold process too; a loop over characters took most of the time of a first report. */
  #string(): string {
    const text = this.#text;
    const start = this.#offset + 1;
    let end = text.indexOf('"', start);
    if (this.#backslash < start) this.#backslash = indexOrEnd(text, "\\", start);
    const escaped = end > this.#backslash;
    while (end > this.#backslash) {
      // The character behind a backslash, a quote or a second backslash, belongs to it.
      const next = this.#backslash + 2;
      if (end < next) end = text.indexOf('"', next);
      this.#backslash = indexOrEnd(text, "\\", next);
    }
    if (end < 0) throw new Stop("truncated", text.length);
    this.#offset = end + 1;
    const { stringLength } = this.#limits;
    // Six characters of text make at least one of the string (`\u0041`): what lies farther would be cut anyway.
    const value = escaped ? unescape(text, start, Math.min(end, start + 6 * stringLength + 6)) : text.slice(start, end);
    if (value.length <= stringLength) return value;
    this.#cutStrings++;
    return value.slice(0, stringLength);
  }

  #word(word: string, value: JsonValue): JsonValue {
    if (this.#text.startsWith(word, this.#offset)) {
      this.#offset += word.length;
      return value;
    }
    throw new Stop(word.startsWith(this.#text.slice(this.#offset)) ? "truncated" : "damaged", this.#offset);
  }

  #number(): number | bigint {
    const short = this.#shortInteger();
    if (short !== undefined) return short;
    NUMBER.lastIndex = this.#offset;
    const match = NUMBER.exec(this.#text);
    const end = match === null ? this.#offset : NUMBER.lastIndex;
    // A number the text ends in may lack its last digits: "12", "-", "1.", "1e-".
    const ends = end === this.#text.length || CUT_NUMBER.test(this.#text.slice(end, end + 4));
    if (ends && this.#open.length > 0) throw new Stop("truncated", end);
    if (match === null) throw new Stop("damaged", end);
    this.#offset = end;
    const [digits] = match;
    if (digits.length <= SAFE_DIGITS || match[1] !== undefined || match[2] !== undefined) return Number(digits);
    if (digits.length > MAX_INTEGER_DIGITS) return Number(digits);
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }

  /** Nearly every number is a small positive integer with more text behind it: no pattern and no copy for those. */
  #shortInteger(): number | undefined {
    const text = this.#text;
    let offset = this.#offset;
    let value = 0;
    for (; offset < text.length; offset++) {
      const digit = text.charCodeAt(offset) - 0x30;
      if (digit >= 0 && digit <= 9) value = value * 10 + digit;
      else break;
    }
    const digits = offset - this.#offset;
    const next = text.charCodeAt(offset);
    const ends = next === COMMA || next === CLOSE_BRACE || next === CLOSE_BRACKET;
    if (digits === 0 || digits > SAFE_DIGITS || !ends) return undefined;
    this.#offset = offset;
    return value;
  }

  /**
   * Ends a document that was cut: every open container keeps its complete members, but for an object of a list that has
   * only scalars so far. Half a frame or half an image would be a wrong one; half a thread still has its first frames.
   */
  #closeAll(): void {
    let inner = this.#open.pop();
    this.#keys.pop();
    while (inner !== undefined) {
      const outer = this.#open.pop();
      const key = this.#keys.pop();
      if (outer === undefined) {
        this.#result = inner;
        return;
      }
      if (!Array.isArray(outer)) setMember(outer, key ?? "", inner);
      else if (Array.isArray(inner) || Object.values(inner).some(isContainer)) outer.push(inner);
      inner = outer;
    }
  }

  #pointer(): string {
    return this.#open
      .map((container, i) => `/${Array.isArray(container) ? container.length : (this.#keys[i] ?? "")}`)
      .join("");
  }
}

function indexOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

const isContainer = (value: JsonValue) => value !== null && typeof value === "object";

function setMember(object: MutableObject, key: string, value: JsonValue): void {
  // Plain assignment to `__proto__` would replace the prototype instead of making a member.
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Unknown escapes keep their character: hand-edited files have them. */
function unescape(text: string, start: number, end: number): string {
  let result = "";
  let from = start;
  for (let at = text.indexOf("\\", start); at >= 0 && at < end; at = text.indexOf("\\", from)) {
    result += text.slice(from, at);
    const char = text[at + 1] ?? "";
    const code = char === "u" ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, Math.min(at + 6, end)))?.[0] : undefined;
    if (code === undefined) {
      result += ESCAPES[char] ?? char;
      from = at + 2;
    } else {
      result += String.fromCharCode(Number.parseInt(code, 16));
      from = at + 6;
    }
  }
  return result + text.slice(from, end);
}
