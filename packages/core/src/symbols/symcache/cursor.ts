/** Reads the numbers of one block. What reaches past its end is damage that no checksum saw. */
import { FormatError } from "../../bytes/errors.ts";

export class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;
  #end = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  open(start: number, end: number): void {
    this.at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  u8(): number {
    if (this.at >= this.#end) throw pastEnd(this.at);
    return this.#bytes[this.at++]!;
  }

  uleb(): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.at;
    if (at >= end) throw pastEnd(at);
    let byte = bytes[at++]!;
    let value = byte & 0x7f;
    for (let factor = 128; byte >= 0x80; factor *= 128) {
      if (at >= end || factor > MAX_FACTOR) throw pastEnd(at);
      byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
    }
    this.at = at;
    return value;
  }

  zigzag(): number {
    const value = this.uleb();
    return (value >>> 1) ^ -(value & 1);
  }
}

/** Five bytes of 7 bits hold every 32-bit number. */
const MAX_FACTOR: number = 2 ** 28;

function pastEnd(at: number): FormatError {
  return new FormatError("damaged", "packed symbols end within a number", at);
}

export function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
