/** Little-endian test inputs, written the way their formats are described. */
export class ByteBuilder {
  readonly #bytes: number[] = [];
  readonly #bigEndian: boolean;

  constructor(order: "little" | "big" = "little") {
    this.#bigEndian = order === "big";
  }

  get length(): number {
    return this.#bytes.length;
  }

  u8(...values: readonly number[]): this {
    for (const value of values) this.#bytes.push(value & 0xff);
    return this;
  }
  u16(value: number): this {
    return this.#number(BigInt(value), 2);
  }
  u32(...values: readonly number[]): this {
    for (const value of values) this.#number(BigInt(value), 4);
    return this;
  }
  u64(...values: readonly (number | bigint)[]): this {
    for (const value of values) this.#number(BigInt(value), 8);
    return this;
  }
  /** An address of the given width. */
  address(value: number | bigint, size: 4 | 8): this {
    return this.#number(BigInt(value), size);
  }
  uleb(...values: readonly number[]): this {
    for (let value of values) {
      while (value >= 0x80) {
        this.u8((value % 128) | 0x80);
        value = Math.floor(value / 128);
      }
      this.u8(value);
    }
    return this;
  }
  /** Small values only: one byte. */
  sleb(value: number): this {
    return this.u8(value & 0x7f);
  }
  text(value: string): this {
    return this.raw(new TextEncoder().encode(value)).u8(0);
  }
  /** A name field of fixed width, as Mach-O has them. */
  name(value: string, width = 16): this {
    const bytes = new TextEncoder().encode(value).subarray(0, width);
    return this.raw(bytes).zeros(width - bytes.length);
  }
  zeros(count: number): this {
    for (let i = 0; i < count; i++) this.#bytes.push(0);
    return this;
  }
  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
  /** What `fill` writes, behind its length in 4 bytes. */
  sized(fill: (inner: ByteBuilder) => void): this {
    const inner = new ByteBuilder(this.#bigEndian ? "big" : "little");
    fill(inner);
    return this.u32(inner.length).raw(inner.done());
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(value: bigint, size: number): this {
    const bytes = Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
    return this.raw(this.#bigEndian ? bytes.toReversed() : bytes);
  }
}

/** A source that makes its bytes up as they are asked for, so a file of any size costs nothing. */
export function sparseSource(size: number, fill: (bytes: Uint8Array, offset: number) => void = () => undefined) {
  return {
    size,
    read: async (offset: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(length);
      fill(bytes, offset);
      return bytes;
    },
  };
}
