/** A bounds-checked cursor over bytes. Format code never repeats the check: a read past the end throws `FormatError`. */
import { FormatError } from "./errors.ts";

/** A 64-bit LEB128 needs at most 10 bytes; a longer one is damage or an attack. */
export const MAX_LEB128_BYTES = 10;

const decoder = new TextDecoder();

export class Reader {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  offset: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, offset = 0, littleEndian = true) {
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.offset = offset;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Moves past `count` bytes and gives where they began. */
  skip(count: number): number {
    const start = this.offset;
    if (!(count >= 0 && start >= 0 && start + count <= this.bytes.length)) {
      throw new FormatError("truncated", `needs ${count} bytes at ${start}, has ${this.remaining}`, start);
    }
    this.offset = start + count;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }
  i8(): number {
    return this.#view.getInt8(this.skip(1));
  }
  u16(): number {
    return this.#view.getUint16(this.skip(2), this.littleEndian);
  }
  u32(): number {
    return this.#view.getUint32(this.skip(4), this.littleEndian);
  }
  i32(): number {
    return this.#view.getInt32(this.skip(4), this.littleEndian);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.skip(8), this.littleEndian);
  }
  /** A 64-bit field as a number; exact below 2^53, which every file offset and size we accept is. */
  u64Number(): number {
    const start = this.skip(8);
    const first = this.#view.getUint32(start, this.littleEndian);
    const second = this.#view.getUint32(start + 4, this.littleEndian);
    return this.littleEndian ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
  }

  uleb(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < MAX_LEB128_BYTES; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new FormatError("damaged", "LEB128 longer than 10 bytes", this.offset);
  }

  sleb(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < MAX_LEB128_BYTES; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return byte & 0x40 ? value - factor : value;
    }
    throw new FormatError("damaged", "LEB128 longer than 10 bytes", this.offset);
  }

  slice(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, start + count);
  }

  /** A NUL-terminated string; without a NUL, what is left. */
  cstring(): string {
    const end = this.bytes.indexOf(0, this.offset);
    const stop = end < 0 ? this.bytes.length : end;
    const text = decoder.decode(this.bytes.subarray(this.offset, stop));
    this.offset = Math.min(stop + 1, this.bytes.length);
    return text;
  }
}
