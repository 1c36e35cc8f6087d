/** Bytes that grow as they are written, little-endian. */
export class ByteWriter {
  length = 0;
  #bytes: Uint8Array;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }

  u8(value: number): void {
    if (this.length === this.#bytes.length) this.reserve(1);
    this.#bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    const bytes = this.#bytes;
    const at = this.length;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.length = at + 4;
  }

  /** A number below 2^32 in groups of 7 bits, the lowest first. */
  uleb(value: number): void {
    this.reserve(5);
    const bytes = this.#bytes;
    let at = this.length;
    let rest = value >>> 0;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.length = at;
  }

  /** A signed number of less than 32 bits, its sign in the lowest one. */
  zigzag(value: number): void {
    this.uleb((value << 1) ^ (value >> 31));
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = start; i < end; i++) bytes[at++] = from[i]!;
    this.length = at;
  }

  /** What was written so far; valid until more is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
