/**
 * The binary form: `bplist00`, objects, a table of their offsets, and 32 bytes at the end:
 *
 *     +6 size of an offset · +7 size of a reference · +8 objects · +16 the top one · +24 where the table begins
 *
 * An object is a marker byte (kind in the high half, length in the low one) and its bytes. Objects refer to others by number, so
 * that a small file can mean an endless tree: what is walked is counted.
 */
import type { JsonValue } from "../../report.ts";
import { FormatError } from "../errors.ts";
import { setMember } from "./builder.ts";
import { MAX_PLIST_DEPTH, MAX_PLIST_VALUES } from "./limits.ts";

const TRAILER_BYTES = 32;
const HEAD_BYTES = 8;
/** Seconds from 1970 to 2001, where Apple's dates begin. */
const APPLE_EPOCH = 978_307_200;

/** Throws `FormatError`: the table that says where anything is stands at the end, so a cut file is not readable at all. */
export function readBinaryPlist(bytes: Uint8Array): JsonValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trailer = bytes.length - TRAILER_BYTES;
  if (trailer < HEAD_BYTES) throw new FormatError("truncated", "a binary property list that is cut off");
  const offsetSize = view.getUint8(trailer + 6);
  const referenceSize = view.getUint8(trailer + 7);
  const count = number(trailer + 8, 8);
  const table = number(trailer + 24, 8);
  if (count > MAX_PLIST_VALUES) throw new FormatError("too-large", `more than ${MAX_PLIST_VALUES} objects`);
  let seen = 0;
  return object(number(trailer + 16, 8), 0);

  function number(at: number, size: number): number {
    if (size < 1 || size > 8 || at < 0 || at + size > bytes.length) {
      throw new FormatError("damaged", "a binary property list that points outside itself", at);
    }
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + view.getUint8(at + i);
    return value;
  }

  function object(reference: number, depth: number): JsonValue {
    if (reference >= count) throw new FormatError("damaged", "a binary property list that names an object it lacks");
    if (++seen > MAX_PLIST_VALUES) throw new FormatError("too-large", `more than ${MAX_PLIST_VALUES} values`);
    const at = number(table + reference * offsetSize, offsetSize);
    const marker = number(at, 1);
    const kind = marker >> 4;
    const low = marker & 0xf;
    switch (kind) {
      case 0x0:
        return low === 8 ? false : low === 9 ? true : null;
      case 0x1:
        return integer(at + 1, 2 ** low);
      case 0x2:
        return real(at + 1, 2 ** low);
      case 0x3:
        return dateOf(real(at + 1, 8));
      case 0x8:
        // A reference of an archived object graph: its number is all there is to it.
        return number(at + 1, low + 1);
      default: {
        const { start, length } = extent(at + 1, low);
        return composite(kind, start, length, depth);
      }
    }
  }

  function composite(kind: number, start: number, length: number, depth: number): JsonValue {
    switch (kind) {
      case 0x4:
        return base64(slice(start, length));
      case 0x5:
        return new TextDecoder("latin1").decode(slice(start, length));
      case 0x6:
        return utf16(slice(start, length * 2));
      case 0x7:
        return new TextDecoder().decode(slice(start, length));
      case 0xa:
      case 0xb:
      case 0xc:
        return list(start, length, depth);
      case 0xd:
        return dictionary(start, length, depth);
      default:
        throw new FormatError("damaged", `a binary property list with an object of kind ${kind}`, start);
    }
  }

  /** Where the bytes behind a marker begin, and how many there are: 15 says that a number object follows. */
  function extent(at: number, low: number): { start: number; length: number } {
    if (low !== 0xf) return { start: at, length: low };
    const size = 2 ** (number(at, 1) & 0xf);
    return { start: at + 1 + size, length: number(at + 1, size) };
  }

  function slice(start: number, length: number): Uint8Array {
    if (start + length > bytes.length) throw new FormatError("truncated", "a value that is cut off", start);
    return bytes.subarray(start, start + length);
  }

  function list(start: number, length: number, depth: number): JsonValue[] {
    check(start, length, depth);
    return Array.from({ length }, (_, i) => object(number(start + i * referenceSize, referenceSize), depth + 1));
  }

  function dictionary(start: number, length: number, depth: number): JsonValue {
    check(start, length, depth);
    const result: { [key: string]: JsonValue } = {};
    for (let i = 0; i < length; i++) {
      const key = object(number(start + i * referenceSize, referenceSize), depth + 1);
      const value = object(number(start + (length + i) * referenceSize, referenceSize), depth + 1);
      if (typeof key === "string") setMember(result, key, value);
    }
    return result;
  }

  function check(start: number, length: number, depth: number): void {
    if (depth >= MAX_PLIST_DEPTH) throw new FormatError("too-deep", "more values inside one another", start);
    if (length > bytes.length) throw new FormatError("damaged", "more values than the file has bytes", start);
  }

  function integer(at: number, size: number): number | bigint {
    if (size === 8) {
      number(at, 8);
      const value = view.getBigInt64(at);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    if (size !== 16) return number(at, size);
    // Sixteen bytes hold what is too large for eight signed ones.
    number(at + 8, 8);
    return view.getBigUint64(at + 8);
  }

  function real(at: number, size: number): number {
    number(at, size === 4 ? 4 : 8);
    return size === 4 ? view.getFloat32(at) : view.getFloat64(at);
  }
}

function dateOf(seconds: number): JsonValue {
  const date = new Date((seconds + APPLE_EPOCH) * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Big-endian, which `TextDecoder` knows under another name than every Node has. */
function utf16(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  }
  return text;
}

/** A piece at a time: `fromCharCode` takes its characters as arguments. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
