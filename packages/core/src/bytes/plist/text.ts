/**
 * The old text form, `{ key = value; list = ( a, "b c" ); data = <0fbd77>; }`, which Foundation still prints when it describes a
 * dictionary, so that people paste it in place of JSON. Numbers and words are texts alike: the form does not tell them apart.
 */
import { FormatError } from "../errors.ts";
import type { PlistReading } from "./plist.ts";
import { PlistBuilder } from "./builder.ts";

/** Strings without quotes. Foundation prints more of them than it reads. */
const WORD = /[A-Za-z0-9_$+/:.\-@%]+/y;
const BLANKS = /(?:[\s\u00a0]+|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\/\/[^\n]*)+/y;

/** Reads the first value from `start`; throws `FormatError` when there is none. What follows it is left alone. */
export function readTextPlist(text: string, start = 0): PlistReading {
  const builder = new PlistBuilder();
  let at = start;
  const stop = (what: string): PlistReading => {
    const value = builder.result;
    if (value === undefined) throw new FormatError("damaged", `no property list: ${what}`, at);
    return {
      value,
      end: at,
      problem: { code: "truncated", message: `the property list breaks off: ${what}`, where: `offset:${at}` },
    };
  };
  while (!builder.isDone) {
    at = match(BLANKS, text, at) ?? at;
    const char = text[at];
    if (char === undefined) return stop("it ends in the middle");
    if (char === "{" || char === "(") {
      if (!builder.awaitsValue) return stop("a value without a key");
      builder.begin(char === "{" ? "dictionary" : "list");
      at++;
    } else if ((char === "}" || char === ")") && builder.innermost !== "none") {
      builder.end();
      at++;
    } else if (char === "=" || char === ";" || char === ",") at++;
    else {
      const scalar = readScalar(text, at);
      if (scalar === undefined) return stop(`${JSON.stringify(char)} cannot stand here`);
      at = scalar.end;
      if (scalar.cut) return stop("a text that does not end");
      if (builder.awaitsValue) builder.add(scalar.value);
      else builder.key(scalar.value);
    }
  }
  const value = builder.result;
  if (value === undefined) throw new FormatError("damaged", "no property list", at);
  return { value, end: at };
}

interface Scalar {
  readonly value: string;
  readonly end: number;
  readonly cut?: true;
}

function readScalar(text: string, at: number): Scalar | undefined {
  if (text[at] === '"') return readQuoted(text, at);
  if (text[at] === "<") {
    const end = text.indexOf(">", at);
    return end < 0 ? { value: "", end: text.length, cut: true } : { value: text.slice(at, end + 1), end: end + 1 };
  }
  const end = match(WORD, text, at);
  return end === undefined ? undefined : { value: text.slice(at, end), end };
}

function readQuoted(text: string, start: number): Scalar {
  let value = "";
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { value: "", end: text.length, cut: true };
    const slash = text.indexOf("\\", from);
    if (slash < 0 || slash > quote) return { value: value + text.slice(from, quote), end: quote + 1 };
    const escape = readEscape(text, slash);
    value += text.slice(from, slash) + escape.value;
    from = escape.end;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };

/** `\U4e2d` as Foundation writes it, `\303` of older tools, a letter. */
function readEscape(text: string, slash: number): { readonly value: string; readonly end: number } {
  const hex = /^\\[Uu]([0-9a-f]{4})/i.exec(text.slice(slash, slash + 6));
  if (hex) return { value: String.fromCharCode(Number.parseInt(hex[1] ?? "", 16)), end: slash + 6 };
  const octal = /^\\([0-7]{3})/.exec(text.slice(slash, slash + 4));
  if (octal) return { value: String.fromCharCode(Number.parseInt(octal[1] ?? "", 8)), end: slash + 4 };
  const char = text[slash + 1] ?? "";
  return { value: ESCAPES[char] ?? char, end: slash + 2 };
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
