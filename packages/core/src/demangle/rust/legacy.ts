/** Rust names before v0: Itanium's nested names with a hash as the last part, and escapes for what symbols cannot hold. */
import type { RustOptions } from "./v0.ts";

const PREFIXES = ["__ZN", "_ZN", "ZN"];
const ESCAPES: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};
const HASH = /^h[0-9a-fA-F]*$/;

/** Whether a name ends as those do; C++ has the same form without the hash. */
export const isRustLegacy = (name: string): boolean =>
  name.includes("17h") && /^_{0,2}ZN.*17h[0-9a-f]{16}E(?:\.|$)/.test(name);

/** The text of a legacy name, or `undefined` for any other. Not asked: whether it has a hash. */
export function demangleRustLegacy(name: string, { full }: RustOptions): string | undefined {
  const prefix = PREFIXES.find((start) => name.startsWith(start));
  if (prefix === undefined) return undefined;
  const parts: string[] = [];
  let at = prefix.length;
  while (name[at] !== "E") {
    const digits = /^[0-9]{1,6}/.exec(name.slice(at, at + 6))?.[0];
    if (digits === undefined) return undefined;
    at += digits.length;
    const part = name.slice(at, at + Number(digits));
    if (part.length < Number(digits)) return undefined;
    at += part.length;
    parts.push(part);
  }
  const suffix = name.slice(at + 1).replace(/\.llvm\.[0-9A-F@]*$/, "");
  if (parts.length === 0 || (suffix !== "" && !/^\.[\x21-\x7e]*$/.test(suffix))) return undefined;
  if (!full && HASH.test(parts.at(-1) ?? "")) parts.pop();
  return parts.map(unescaped).join("::") + suffix;
}

function unescaped(part: string): string {
  let rest = part.startsWith("_$") ? part.slice(1) : part;
  let text = "";
  for (;;) {
    if (rest.startsWith("..")) {
      text += "::";
      rest = rest.slice(2);
    } else if (rest.startsWith(".")) {
      text += ".";
      rest = rest.slice(1);
    } else if (rest.startsWith("$")) {
      const end = rest.indexOf("$", 1);
      const char = end < 0 ? undefined : escapeOf(rest.slice(1, end));
      if (char === undefined) return text + rest;
      text += char;
      rest = rest.slice(end + 1);
    } else {
      const next = rest.search(/[$.]/);
      if (next < 0) return text + rest;
      text += rest.slice(0, next);
      rest = rest.slice(next);
    }
  }
}

function escapeOf(code: string): string | undefined {
  const known = ESCAPES[code];
  if (known !== undefined) return known;
  const point = /^u([0-9a-f]{1,6})$/.exec(code)?.[1];
  const value = point === undefined ? Number.NaN : Number(`0x${point}`);
  if (!(value <= 0x10_ffff) || (value >= 0xd800 && value < 0xe000)) return undefined;
  const char = String.fromCodePoint(value);
  return /\p{Cc}/u.test(char) ? undefined : char;
}
