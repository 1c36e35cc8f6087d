/**
 * The few texts of an Info.plist that say which build a bundle is. XML and binary, both read just far enough: dictionaries of texts,
 * one inside another. Everything else in them is passed over.
 */
import { FormatError } from "@windfall/core";

/** Texts by key; `ApplicationProperties` of an archive is a dictionary of its own. */
export interface PlistTexts {
  readonly [key: string]: string | PlistTexts | undefined;
}

/** A real one has some kilobytes. */
export const MAX_PLIST_BYTES: number = 4 * 1024 * 1024;
/** Dictionaries inside dictionaries. */
export const MAX_PLIST_DEPTH = 32;
/** Keys of one dictionary, and objects of one file. */
export const MAX_PLIST_OBJECTS = 100_000;

export function readPlist(bytes: Uint8Array): PlistTexts {
  if (bytes.length > MAX_PLIST_BYTES) throw new FormatError("too-large", "larger than any Info.plist");
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 8));
  return head.startsWith("bplist0") ? readBinary(bytes) : readXml(new TextDecoder().decode(bytes));
}

/** Bounded, so that a damaged file costs no more than its length. */
const TOKEN = /<(\/?)([A-Za-z]{1,20})(?=[\s/>])[^<>]{0,500}?(\/?)>|([^<]+)/g;

function readXml(text: string): PlistTexts {
  const stack: Record<string, string | PlistTexts>[] = [];
  let root: PlistTexts | undefined;
  let key: string | undefined;
  /** The innermost `key` or `string`, and its text. */
  let open: string | undefined;
  let content = "";
  /** Lists are passed over with all they hold. */
  let lists = 0;
  for (const [, slash, element, closed, characters] of withoutComments(text).matchAll(TOKEN)) {
    if (characters !== undefined) {
      if (open !== undefined) content += characters;
      continue;
    }
    if (element === undefined) continue;
    const ends = slash === "/";
    if (element === "array" && closed !== "/") lists += ends ? -1 : 1;
    else if (lists > 0) continue;
    else if (element === "dict" && !ends) {
      const dictionary: Record<string, string | PlistTexts> = {};
      const parent = stack.at(-1);
      if (parent && key !== undefined) parent[key] = dictionary;
      root ??= dictionary;
      key = undefined;
      if (closed === "/") continue;
      if (stack.length >= MAX_PLIST_DEPTH) throw new FormatError("too-deep", "more dictionaries inside one another");
      stack.push(dictionary);
    } else if (element === "dict") stack.pop();
    else if (element === "key" || element === "string") {
      if (!ends && closed !== "/") [open, content] = [element, ""];
      else {
        const value = unescaped(closed === "/" ? "" : content);
        const dictionary = stack.at(-1);
        if (element === "key") key = value;
        else if (dictionary && key !== undefined && key !== "__proto__") {
          dictionary[key] = value;
          key = undefined;
        }
        open = undefined;
      }
    } else if (ends || closed === "/") key = undefined;
  }
  if (!root) throw new FormatError("damaged", "no property list: no dictionary in it");
  return root;
}

function withoutComments(text: string): string {
  let rest = "";
  for (let at = 0; ;) {
    const start = text.indexOf("<!--", at);
    if (start < 0) return rest + text.slice(at);
    rest += text.slice(at, start);
    const end = text.indexOf("-->", start + 4);
    if (end < 0) return rest;
    at = end + 3;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * `bplist00`, objects, a table of their offsets, and 32 bytes at the end:
 *   +6 size of an offset · +7 size of a reference · +8 objects · +16 the top one · +24 where the table begins
 */
function readBinary(bytes: Uint8Array): PlistTexts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trailer = bytes.length - 32;
  if (trailer < 8) throw new FormatError("truncated", "a binary property list that is cut off");
  const offsetSize = view.getUint8(trailer + 6);
  const referenceSize = view.getUint8(trailer + 7);
  const count = number(trailer + 8, 8);
  const table = number(trailer + 24, 8);
  if (count > MAX_PLIST_OBJECTS) throw new FormatError("too-large", `more than ${MAX_PLIST_OBJECTS} objects`);
  let seen = 0;
  const top = object(number(trailer + 16, 8), 0);
  if (typeof top !== "object") throw new FormatError("damaged", "no property list with a dictionary at its top");
  return top;

  function number(at: number, size: number): number {
    if (size < 1 || size > 8 || at < 0 || at + size > bytes.length) {
      throw new FormatError("damaged", "a binary property list that points outside itself", at);
    }
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + view.getUint8(at + i);
    return value;
  }

  function object(reference: number, depth: number): string | PlistTexts | undefined {
    if (reference >= count) throw new FormatError("damaged", "a binary property list that names an object it lacks");
    if (++seen > MAX_PLIST_OBJECTS) throw new FormatError("too-large", `more than ${MAX_PLIST_OBJECTS} objects`);
    const at = number(table + reference * offsetSize, offsetSize);
    const marker = number(at, 1);
    const kind = marker >> 4;
    if (kind !== 5 && kind !== 6 && kind !== 0xd) return undefined;
    let length = marker & 0xf;
    let start = at + 1;
    if (length === 0xf) {
      // A number object follows: its low four bits are the power of two of its size.
      const size = 2 ** (number(start, 1) & 0xf);
      length = number(start + 1, size);
      start += 1 + size;
    }
    if (kind === 0xd) return dictionary(start, length, depth);
    const end = start + length * (kind === 6 ? 2 : 1);
    if (end > bytes.length) throw new FormatError("truncated", "a text that is cut off", start);
    const text = bytes.subarray(start, end);
    return kind === 6 ? utf16(text) : new TextDecoder("latin1").decode(text);
  }

  function dictionary(start: number, length: number, depth: number): PlistTexts {
    if (depth >= MAX_PLIST_DEPTH) throw new FormatError("too-deep", "more dictionaries inside one another", start);
    if (length > count) throw new FormatError("damaged", "a dictionary with more keys than there are objects", start);
    const texts: Record<string, string | PlistTexts> = {};
    for (let i = 0; i < length; i++) {
      const key = object(number(start + i * referenceSize, referenceSize), depth + 1);
      const value = object(number(start + (length + i) * referenceSize, referenceSize), depth + 1);
      if (typeof key === "string" && key !== "__proto__" && value !== undefined) texts[key] = value;
    }
    return texts;
  }
}

/** Big-endian, which `TextDecoder` knows under another name than every Node has. */
function utf16(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2)
    text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  return text;
}
