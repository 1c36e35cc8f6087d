/**
 * One section while everything in it is read: held whole when it is small enough, else through a window that moves. What is
 * asked in rising order costs about one pass.
 */
import { type ByteSource, checkRange } from "../../bytes/byte-source.ts";

/** A section up to this size is held whole; those of a 50 MB dSYM are. */
export const MAX_WHOLE_SECTION: number = 64 << 20;
const WINDOW_BYTES: number = 8 << 20;

export class WindowedSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #windowBytes: number;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource, maxWhole: number = MAX_WHOLE_SECTION) {
    this.#source = source;
    this.size = source.size;
    this.#windowBytes = source.size <= maxWhole ? source.size : Math.min(WINDOW_BYTES, maxWhole);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.held(offset, length) ?? (await this.#load(offset, length));
  }

  /** The bytes at once, when they are in the window. */
  held(offset: number, length: number): Uint8Array | undefined {
    const from = offset - this.#start;
    return from >= 0 && length >= 0 && from + length <= this.#bytes.length
      ? this.#bytes.subarray(from, from + length)
      : undefined;
  }

  /** The window as it is: where it begins, and its bytes. */
  get start(): number {
    return this.#start;
  }
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  async #load(offset: number, length: number): Promise<Uint8Array> {
    checkRange(offset, length, this.size);
    // More than a window is for who asks alone.
    if (length > this.#windowBytes) return this.#source.read(offset, length);
    const start = this.#windowBytes === this.size ? 0 : offset;
    this.#bytes = await this.#source.read(start, Math.min(this.#windowBytes, this.size - start));
    this.#start = start;
    return this.#bytes.subarray(offset - start, offset - start + length);
  }
}
