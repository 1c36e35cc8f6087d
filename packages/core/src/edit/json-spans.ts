/**
 * Where the values of a JSON text stand, so that one can be changed and every other byte kept. Accepts what `formats/json.ts`
 * accepts, recurses over nothing, and gives what was complete when the text is cut or damaged.
 */
import { readJson } from "../formats/json.ts";
import { MAX_JSON_VALUES } from "../formats/limits.ts";
import type { JsonValue } from "../report.ts";

export type JsonNode = JsonScalar | JsonObjectNode | JsonArrayNode;

interface Span {
  readonly start: number;
  /** Behind the last character; that of the text for a container that is cut. */
  readonly end: number;
}

export interface JsonScalar extends Span {
  readonly kind: "string" | "number" | "word";
}

export interface JsonObjectNode extends Span {
  readonly kind: "object";
  readonly members: readonly JsonMember[];
}

export interface JsonArrayNode extends Span {
  readonly kind: "array";
  readonly items: readonly JsonNode[];
}

export interface JsonMember {
  readonly key: string;
  /** Of the quote that begins the key, and behind the one that ends it. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface JsonSpans {
  readonly root: JsonNode | undefined;
  /** Behind the last value that was understood, and the comma after it. */
  readonly end: number;
  /** Whether the value was read to its end. */
  readonly complete: boolean;
}

export interface SpanLimits {
  readonly depth: number;
  readonly values: number;
}

/** Nothing here recurses, so that trees of calls may be as deep as they come. */
export const MAX_SPAN_DEPTH = 100_000;

const LIMITS: SpanLimits = { depth: MAX_SPAN_DEPTH, values: MAX_JSON_VALUES };

/** The first JSON value of `text` from `start`. Never throws. */
export function scanJson(text: string, start = 0, limits: SpanLimits = LIMITS): JsonSpans {
  return new Scanner(text, start, limits).run();
}

export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === "object" ? node.members.find((each) => each.key.trim() === key)?.value : undefined;
}

export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === "array" ? node.items : [];
}

/** The value of a scalar, or of a small container. */
export const valueAt = (text: string, node: JsonNode): JsonValue | undefined =>
  readJson(text.slice(node.start, node.end)).value;

export function stringAt(text: string, node: JsonNode | undefined): string | undefined {
  if (node?.kind !== "string") return undefined;
  const inner = text.slice(node.start + 1, node.end - 1);
  if (!inner.includes("\\")) return inner;
  const value = valueAt(text, node);
  return typeof value === "string" ? value : undefined;
}

/** A JSON string in the manner of `like`: Apple's writer escapes slashes. */
export function quoted(value: string, slashesEscaped: boolean): string {
  const text = JSON.stringify(value);
  return slashesEscaped ? text.replaceAll("/", "\\/") : text;
}

interface OpenObject {
  readonly kind: "object";
  readonly start: number;
  end: number;
  readonly members: JsonMember[];
  key: string;
  keyStart: number;
  keyEnd: number;
}
interface OpenArray {
  readonly kind: "array";
  readonly start: number;
  end: number;
  readonly items: JsonNode[];
}

/** Reading ends here: the text does, or something stands in it that cannot. */
class Stop extends Error {}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

class Scanner {
  readonly #text: string;
  readonly #limits: SpanLimits;
  readonly #open: (OpenObject | OpenArray)[] = [];
  #at: number;
  /** Behind the last whole value, comma or opened container. */
  #understood: number;
  #values = 0;
  #root: JsonNode | undefined;

  constructor(text: string, start: number, limits: SpanLimits) {
    this.#text = text;
    this.#at = start;
    this.#understood = start;
    this.#limits = limits;
  }

  run(): JsonSpans {
    try {
      this.#scan();
      return { root: this.#root, end: this.#at, complete: true };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      for (const container of this.#open) container.end = this.#text.length;
      return { root: this.#open[0] ?? this.#root, end: this.#understood, complete: false };
    }
  }

  #scan(): void {
    for (;;) {
      let value = this.#value();
      while (value !== undefined) {
        const container = this.#open.at(-1);
        if (container === undefined) {
          this.#root = value;
          return;
        }
        // An opened container is in its parent already.
        if (value.kind !== "object" && value.kind !== "array") place(container, value);
        value = this.#next(container);
      }
    }
  }

  /** A whole value, or `undefined` after opening a container that has members. */
  #value(): JsonNode | undefined {
    if (++this.#values > this.#limits.values) throw new Stop();
    const start = this.#peek();
    switch (this.#text[start]) {
      case '"':
        this.#string();
        this.#understood = this.#at;
        return { kind: "string", start, end: this.#at };
      case "{": {
        const object: OpenObject = {
          kind: "object",
          start,
          end: start,
          members: [],
          key: "",
          keyStart: start,
          keyEnd: start,
        };
        this.#enter(object);
        if (this.#is("}")) return this.#leave();
        this.#key(object);
        return undefined;
      }
      case "[":
        this.#enter({ kind: "array", start, end: start, items: [] });
        return this.#is("]") ? this.#leave() : undefined;
      default:
        return this.#number(start) ?? this.#word(start);
    }
  }

  #next(container: OpenObject | OpenArray): JsonNode | undefined {
    if (this.#is(container.kind === "object" ? "}" : "]")) return this.#leave();
    if (!this.#is(",")) throw new Stop();
    this.#advance(1);
    if (container.kind === "object") this.#key(container);
    return undefined;
  }

  #enter(container: OpenObject | OpenArray): void {
    if (this.#open.length >= this.#limits.depth) throw new Stop();
    const parent = this.#open.at(-1);
    if (parent !== undefined) place(parent, container);
    this.#open.push(container);
    this.#advance(1);
  }

  #leave(): JsonNode | undefined {
    this.#advance(1);
    const container = this.#open.pop();
    if (container !== undefined) container.end = this.#at;
    return container;
  }

  #key(object: OpenObject): void {
    const start = this.#peek();
    if (this.#text[start] !== '"') throw new Stop();
    const end = this.#string();
    object.keyStart = start;
    object.keyEnd = end;
    object.key = stringAt(this.#text, { kind: "string", start, end }) ?? "";
    if (!this.#is(":")) throw new Stop();
    this.#at++;
  }

  /** Moves behind the string that begins here. */
  #string(): number {
    let at = this.#at + 1;
    for (;;) {
      const quote = this.#text.indexOf('"', at);
      if (quote < 0) throw new Stop();
      let escapes = 0;
      while (this.#text[quote - 1 - escapes] === "\\") escapes++;
      at = quote + 1;
      if (escapes % 2 === 0) break;
    }
    this.#at = at;
    return at;
  }

  #number(start: number): JsonNode | undefined {
    NUMBER.lastIndex = start;
    if (!NUMBER.test(this.#text)) return undefined;
    const end = NUMBER.lastIndex;
    // A number that the text ends in may lack its last digits.
    if (end === this.#text.length && this.#open.length > 0) throw new Stop();
    this.#at = end;
    this.#understood = end;
    return { kind: "number", start, end };
  }

  #word(start: number): JsonNode {
    WORD.lastIndex = start;
    if (!WORD.test(this.#text)) throw new Stop();
    this.#at = WORD.lastIndex;
    this.#understood = this.#at;
    return { kind: "word", start, end: this.#at };
  }

  #advance(by: number): void {
    this.#at += by;
    this.#understood = this.#at;
  }

  #is(character: string): boolean {
    return this.#text[this.#peek()] === character;
  }

  /** The next character that is no white space; UTF-8's non-breaking blank may stand as its two bytes. */
  #peek(): number {
    let at = this.#at;
    for (; ; at++) {
      const char = this.#text.charCodeAt(at);
      if (Number.isNaN(char)) throw new Stop();
      const isBlank = char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09 || char === 0xa0;
      if (!isBlank && !(char === 0xc2 && this.#text.charCodeAt(at + 1) === 0xa0)) break;
    }
    this.#at = at;
    return at;
  }
}

function place(container: OpenObject | OpenArray, value: JsonNode): void {
  if (container.kind === "array") container.items.push(value);
  else {
    const { key, keyStart, keyEnd } = container;
    container.members.push({ key, keyStart, keyEnd, value });
  }
}
