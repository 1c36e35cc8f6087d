/**
 * Rust names of the v0 scheme (`_R…`, rust-lang/rfcs 2603): read and printed in one go, because back-references repeat text that was
 * read before. The short form leaves out the hashes of crates and the types of constants, as `{:#}` of rustc's own demangler does.
 */
import { decodePunycode, standardDigit } from "../punycode.ts";

/** Nesting of paths, types and constants; upstream's own bound. */
export const MAX_RUST_DEPTH = 500;
/** Characters printed for one name: back-references make text grow exponentially. */
export const MAX_RUST_LENGTH = 1_000_000;

export interface RustOptions {
  /** With the hashes of crates, and the types of constants. */
  readonly full: boolean;
}

/** The text of a name of the v0 scheme, or `undefined` for any other. */
export function demangleRustV0(name: string, { full }: RustOptions): string | undefined {
  const prefix = name.indexOf("R") + 1;
  if (prefix < 1 || prefix > 3 || !"__R".endsWith(name.slice(0, prefix))) return undefined;
  if (!isCapital(name.charCodeAt(prefix))) return undefined;
  const dot = name.indexOf(".");
  const { text, suffix } = dot < 0 ? { text: name, suffix: "" } : withoutSuffix(name, dot);
  const reader = new V0Reader(text, prefix, full);
  reader.path(true);
  // The crate that made this copy of a generic function: read, not shown.
  if (!reader.failed && isCapital(text.charCodeAt(reader.pos))) reader.quietly(() => reader.path(false));
  if (reader.failed) return undefined;
  if (reader.pos < text.length || !isAscii(suffix, 0, suffix.length)) return undefined;
  return reader.out + suffix;
}

function isAscii(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

const isCapital = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isSmall = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** `.llvm.1A2B` comes from the optimiser and is of no use to anybody. */
function withoutSuffix(text: string, dot: number): { text: string; suffix: string } {
  const at = text.indexOf(".llvm.");
  const end = at >= 0 && /^[0-9A-F@]*$/.test(text.slice(at + 6)) ? at : text.length;
  return { text: text.slice(0, dot), suffix: text.slice(dot, end) };
}

const BASIC_TYPES: Readonly<Record<string, string>> = {
  b: "bool",
  c: "char",
  e: "str",
  u: "()",
  a: "i8",
  s: "i16",
  l: "i32",
  x: "i64",
  n: "i128",
  i: "isize",
  h: "u8",
  t: "u16",
  m: "u32",
  y: "u64",
  o: "u128",
  j: "usize",
  f: "f32",
  d: "f64",
  z: "!",
  p: "_",
  v: "...",
};

/** By character code: every type begins with one look here. */
const BASIC_BY_CODE: readonly (string | undefined)[] = Array.from(
  { length: 128 },
  (_, code) => BASIC_TYPES[String.fromCharCode(code)],
);

const UNDERSCORE = 0x5f;
const ZERO = 0x30;
const TWO_32 = 0x1_0000_0000;
/** Above this half of 64 bits a number is no longer exact. */
const EXACT_HIGH = 0x1f_ffff;

/** A `bigint` where a number would not be exact. */
type Integer = number | bigint;
const plusOne = (value: Integer): Integer => (typeof value === "bigint" ? value + 1n : value + 1);

class V0Reader {
  readonly text: string;
  /** Where the name begins, behind its prefix; back-references count from there. */
  readonly start: number;
  readonly full: boolean;
  pos: number;
  out = "";
  failed = false;
  #depth = 0;
  #quiet = false;
  #boundLifetimes = 0;
  #high = 0;
  #low = 0;

  constructor(text: string, start: number, full: boolean) {
    this.text = text;
    this.start = start;
    this.pos = start;
    this.full = full;
  }

  quietly(read: () => void): void {
    const before = this.#quiet;
    this.#quiet = true;
    read();
    this.#quiet = before;
  }

  #print(text: string): void {
    if (this.#quiet) return;
    this.out += text;
    if (this.out.length > MAX_RUST_LENGTH) this.failed = true;
  }

  #next(): string {
    const char = this.text.charAt(this.pos++);
    if (char === "") this.failed = true;
    return char;
  }

  #eat(char: string): boolean {
    if (this.failed || this.text.charAt(this.pos) !== char) return false;
    this.pos++;
    return true;
  }

  /** Digits, small and capital letters, ended by `_`; `_` alone is 0. */
  #integer62(): Integer {
    if (this.#eat("_")) return 0;
    this.#read62();
    const high = this.#high;
    return high < EXACT_HIGH ? high * TWO_32 + this.#low + 1 : (BigInt(high) << 32n) + BigInt(this.#low) + 1n;
  }

  /** The digits and the end, into two halves of 32 bits: numbers are exact to 53, and the hashes of crates have 64. */
  #read62(): void {
    let high = 0;
    let low = 0;
    for (;;) {
      const code = this.text.charCodeAt(this.pos++);
      if (code === UNDERSCORE) break;
      const digit = digit62(code);
      low = low * 62 + digit;
      const carry = Math.floor(low / TWO_32);
      high = high * 62 + carry;
      low -= carry * TWO_32;
      if (digit < 0 || high >= TWO_32) {
        this.failed = true;
        return;
      }
    }
    this.#high = high;
    this.#low = low;
  }

  #optionalInteger62(tag: string): Integer {
    return this.#eat(tag) ? plusOne(this.#integer62()) : 0;
  }

  #disambiguator(): Integer {
    return this.#optionalInteger62("s");
  }

  /** The same where nobody asks for its value. */
  #skipDisambiguator(): void {
    if (this.#eat("s") && !this.#eat("_")) this.#read62();
  }

  #identifier(): string {
    const isPunycode = this.#eat("u");
    let code = this.text.charCodeAt(this.pos);
    if (!isDigit(code)) {
      this.failed = true;
      return "";
    }
    let length = 0;
    // A length that begins with 0 is 0; none has more than nine digits.
    for (const last = this.pos + (code === ZERO ? 1 : 9); this.pos < last && isDigit(code);) {
      length = length * 10 + (code - ZERO);
      code = this.text.charCodeAt(++this.pos);
    }
    this.#eat("_");
    const end = this.pos + length;
    // What stands between identifiers is ASCII, or it is no tag.
    if (end > this.text.length || !isAscii(this.text, this.pos, end)) this.failed = true;
    const text = this.text.slice(this.pos, end);
    this.pos = end;
    if (!isPunycode) return text;
    const decoded = text === "" ? undefined : decodePunycode(text, standardDigit);
    return decoded ?? `punycode{${text.replace(/_(?=[^_]*$)/, "-")}}`;
  }

  /** What stood at an earlier place, read again. */
  #backReference(read: () => void): void {
    const tagAt = this.pos - 1 - this.start;
    const at = this.#integer62();
    if (this.failed || at >= tagAt) {
      this.failed = true;
      return;
    }
    // Nothing is printed, and what is behind it was checked when it was read.
    if (this.#quiet) return;
    const after = this.pos;
    this.pos = this.start + Number(at);
    if (this.#enter()) {
      read();
      this.#depth--;
    }
    this.pos = after;
  }

  /** False past the limit or behind a failure; else whoever asked takes the depth back. */
  #enter(): boolean {
    if (this.#depth >= MAX_RUST_DEPTH) this.failed = true;
    if (this.failed) return false;
    this.#depth++;
    return true;
  }

  /** Elements up to the `E`, and how many there were. */
  #list(separator: string, read: () => void): number {
    let count = 0;
    while (!this.failed && !this.#eat("E")) {
      if (count++ > 0) this.#print(separator);
      read();
    }
    return count;
  }

  path(inValue: boolean): void {
    if (!this.#enter()) return;
    this.#path(inValue);
    this.#depth--;
  }

  #path(inValue: boolean): void {
    const tag = this.#next();
    switch (tag) {
      case "C": {
        if (!this.full) {
          this.#skipDisambiguator();
          this.#print(this.#identifier());
          return;
        }
        const hash = this.#disambiguator();
        this.#print(this.#identifier());
        if (hash !== 0) this.#print(`[${hash.toString(16)}]`);
        return;
      }
      case "N": {
        const namespace = this.text.charCodeAt(this.pos++);
        this.path(inValue);
        const index = this.#disambiguator();
        const name = this.#identifier();
        if (isCapital(namespace)) {
          const letter = String.fromCharCode(namespace);
          const kind = letter === "C" ? "closure" : letter === "S" ? "shim" : letter;
          this.#print(`::{${kind}${name === "" ? "" : `:${name}`}#${index}}`);
        } else if (isSmall(namespace)) {
          if (name === "") return;
          this.#print("::");
          this.#print(name);
        } else this.failed = true;
        return;
      }
      case "M":
      case "X":
      case "Y":
        if (tag !== "Y") {
          // The path of the implementation itself says nothing more.
          this.#skipDisambiguator();
          const before = this.#quiet;
          this.#quiet = true;
          this.path(false);
          this.#quiet = before;
        }
        this.#print("<");
        this.#type();
        if (tag !== "M") {
          this.#print(" as ");
          this.path(false);
        }
        this.#print(">");
        return;
      case "I":
        this.path(inValue);
        this.#print(inValue ? "::<" : "<");
        this.#genericArguments();
        this.#print(">");
        return;
      case "B":
        this.#backReference(() => this.path(inValue));
        return;
      default:
        this.failed = true;
    }
  }

  #genericArguments(): void {
    for (let isFirst = true; !this.failed && !this.#eat("E"); isFirst = false) {
      if (!isFirst) this.#print(", ");
      this.#genericArgument();
    }
  }

  #genericArgument(): void {
    if (this.#eat("L")) this.#lifetime(this.#integer62());
    else if (this.#eat("K")) this.#constant(false);
    else this.#type();
  }

  /** 0 is erased; others count from the innermost binder. */
  #lifetime(index: Integer): void {
    if (this.#quiet) return;
    const depth = this.#boundLifetimes - Number(index);
    if (index === 0) this.#print("'_");
    else if (depth < 0) this.failed = true;
    else this.#print(depth < 26 ? `'${String.fromCharCode(0x61 + depth)}` : `'_${depth}`);
  }

  #binder(read: () => void): void {
    const bound = Number(this.#optionalInteger62("G"));
    if (this.#quiet || bound === 0) {
      read();
      return;
    }
    this.#print("for<");
    for (let i = 0; i < bound && !this.failed; i++) {
      if (i > 0) this.#print(", ");
      this.#boundLifetimes++;
      this.#lifetime(1);
    }
    this.#print("> ");
    read();
    this.#boundLifetimes -= bound;
  }

  #type(): void {
    if (!this.#enter()) return;
    this.#bareType();
    this.#depth--;
  }

  #bareType(): void {
    const basic = BASIC_BY_CODE[this.text.charCodeAt(this.pos)];
    if (basic !== undefined) {
      this.pos++;
      this.#print(basic);
      return;
    }
    const tag = this.#next();
    switch (tag) {
      case "R":
      case "Q":
        this.#print("&");
        if (this.#eat("L")) {
          const index = this.#integer62();
          if (index !== 0) {
            this.#lifetime(index);
            this.#print(" ");
          }
        }
        if (tag === "Q") this.#print("mut ");
        this.#type();
        return;
      case "P":
      case "O":
        this.#print(tag === "P" ? "*const " : "*mut ");
        this.#type();
        return;
      case "A":
      case "S":
        this.#print("[");
        this.#type();
        if (tag === "A") {
          this.#print("; ");
          this.#constant(true);
        }
        this.#print("]");
        return;
      case "T":
        this.#print("(");
        if (this.#list(", ", () => this.#type()) === 1) this.#print(",");
        this.#print(")");
        return;
      case "F":
        this.#binder(() => this.#functionType());
        return;
      case "D":
        this.#print("dyn ");
        this.#binder(() => this.#list(" + ", () => this.#dynTrait()));
        if (!this.#eat("L")) this.failed = true;
        else {
          const index = this.#integer62();
          if (index !== 0) {
            this.#print(" + ");
            this.#lifetime(index);
          }
        }
        return;
      case "W":
        this.#type();
        this.#print(" is ");
        this.#pattern();
        return;
      case "B":
        this.#backReference(() => this.#type());
        return;
      default:
        this.pos--;
        this.path(false);
    }
  }

  #functionType(): void {
    if (this.#eat("U")) this.#print("unsafe ");
    if (this.#eat("K")) {
      const abi = this.#eat("C") ? "C" : this.#identifier();
      if (abi === "") this.failed = true;
      // Hyphens were written as underscores.
      this.#print(`extern "${abi.replaceAll("_", "-")}" `);
    }
    this.#print("fn(");
    this.#list(", ", () => this.#type());
    this.#print(")");
    if (this.#eat("u")) return;
    this.#print(" -> ");
    this.#type();
  }

  #dynTrait(): void {
    let isOpen = this.#pathWithOpenGenerics();
    while (this.#eat("p")) {
      this.#print(isOpen ? ", " : "<");
      isOpen = true;
      this.#print(`${this.#identifier()} = `);
      if (this.#eat("K")) this.#constant(false);
      else this.#type();
    }
    if (isOpen) this.#print(">");
  }

  #pathWithOpenGenerics(): boolean {
    if (this.#eat("B")) {
      let isOpen = false;
      this.#backReference(() => {
        isOpen = this.#pathWithOpenGenerics();
      });
      return isOpen;
    }
    if (!this.#eat("I")) {
      this.path(false);
      return false;
    }
    this.path(false);
    this.#print("<");
    this.#genericArguments();
    // The list has taken the end; the names of associated types may follow.
    return true;
  }

  #pattern(): void {
    const tag = this.#next();
    switch (tag) {
      case "R":
        this.#constant(false);
        this.#print("..=");
        this.#constant(false);
        return;
      case "O":
        this.#list(" | ", () => this.#pattern());
        return;
      case "N":
        this.#print("!null");
        return;
      default:
        this.failed = true;
    }
  }

  #constant(inValue: boolean): void {
    if (!this.#enter()) return;
    this.#bareConstant(inValue);
    this.#depth--;
  }

  #bareConstant(inValue: boolean): void {
    const tag = this.#next();
    if ("htmyojaslxni".includes(tag) && tag !== "") {
      if ("aslxni".includes(tag) && this.#eat("n")) this.#print("-");
      this.#number(tag);
      return;
    }
    // An expression that is no literal stands in braces among generic arguments.
    const braced = (read: () => void) => {
      if (!inValue) this.#print("{");
      read();
      if (!inValue) this.#print("}");
    };
    switch (tag) {
      case "p":
        this.#print("_");
        return;
      case "b": {
        const hex = this.#hex().replace(/^0+/, "");
        if (hex === "" || hex === "1") this.#print(hex === "1" ? "true" : "false");
        else this.failed = true;
        return;
      }
      case "c": {
        const code = Number(`0x${this.#hex() || "0"}`);
        if (code > 0x10_ffff || (code >= 0xd800 && code < 0xe000)) this.failed = true;
        else this.#print(quoted(String.fromCodePoint(code), "'"));
        return;
      }
      case "e":
        braced(() => {
          this.#print("*");
          this.#string();
        });
        return;
      case "R":
      case "Q":
        // `"…"` is a reference already.
        if (tag === "R" && this.#eat("e")) this.#string();
        else
          braced(() => {
            this.#print(tag === "R" ? "&" : "&mut ");
            this.#constant(true);
          });
        return;
      case "A":
        braced(() => {
          this.#print("[");
          this.#list(", ", () => this.#constant(true));
          this.#print("]");
        });
        return;
      case "T":
        braced(() => {
          this.#print("(");
          if (this.#list(", ", () => this.#constant(true)) === 1) this.#print(",");
          this.#print(")");
        });
        return;
      case "V":
        braced(() => this.#variant());
        return;
      case "B":
        this.#backReference(() => this.#constant(inValue));
        return;
      default:
        this.failed = true;
    }
  }

  #variant(): void {
    this.path(true);
    switch (this.#next()) {
      case "U":
        return;
      case "T":
        this.#print("(");
        this.#list(", ", () => this.#constant(true));
        this.#print(")");
        return;
      case "S":
        this.#print(" { ");
        this.#list(", ", () => {
          this.#disambiguator();
          this.#print(`${this.#identifier()}: `);
          this.#constant(true);
        });
        this.#print(" }");
        return;
      default:
        this.failed = true;
    }
  }

  #hex(): string {
    const end = this.text.indexOf("_", this.pos);
    const hex = end < 0 ? "-" : this.text.slice(this.pos, end);
    this.pos = end + 1;
    if (/^[0-9a-f]*$/.test(hex)) return hex;
    this.failed = true;
    return "";
  }

  #number(tag: string): void {
    const hex = this.#hex();
    const digits = hex.replace(/^0+/, "");
    this.#print(digits.length > 16 ? `0x${digits}` : BigInt(`0x${digits || "0"}`).toString());
    if (this.full) this.#print(BASIC_TYPES[tag] ?? "");
  }

  /** The bytes of its UTF-8, two digits each. */
  #string(): void {
    const hex = this.#hex();
    if (hex.length % 2 !== 0) this.failed = true;
    const bytes = Uint8Array.from({ length: hex.length >> 1 }, (_, i) => Number(`0x${hex.slice(2 * i, 2 * i + 2)}`));
    try {
      this.#print(quoted(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), '"'));
    } catch {
      this.failed = true;
    }
  }
}

function digit62(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 10;
  return code >= 0x41 && code <= 0x5a ? code - 0x41 + 36 : -1;
}

const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\r": "\\r", "\n": "\\n", "\\": "\\\\", "\0": "\\0" };
/** What Rust's `escape_debug` writes as a number: controls, blanks but the plain one, marks that combine, what is not assigned. */
const UNPRINTABLE = /[\p{C}\p{Z}\p{Grapheme_Extend}]/u;

function quoted(text: string, quote: "'" | '"'): string {
  let result: string = quote;
  for (const char of text) {
    if (char === quote) result += `\\${char}`;
    else if (ESCAPES[char] !== undefined) result += ESCAPES[char];
    else if (char !== " " && UNPRINTABLE.test(char)) result += `\\u{${char.codePointAt(0)?.toString(16) ?? ""}}`;
    else result += char;
  }
  return result + quote;
}
