/**
 * Small reads at scattered places (strings, single entries) without holding the file: pages are read once and the oldest
 * are let go. What is resident answers without waiting, which is what makes thousands of look-ups cheap.
 */
import { type ByteSource, checkRange } from "./byte-source.ts";

export const PAGE_SIZE = 16_384;
/** 16 MiB for each source that is read in pages. */
export const MAX_RESIDENT_PAGES = 1024;

export class PagedSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
  }

  /** The bytes at once when they lie in one page that is held already, else `undefined`. */
  resident(offset: number, length: number): Uint8Array | undefined {
    const page = Math.floor(offset / PAGE_SIZE);
    const start = offset - page * PAGE_SIZE;
    const bytes = this.#pages.get(page);
    return bytes !== undefined && length >= 0 && start + length <= bytes.length
      ? bytes.subarray(start, start + length)
      : undefined;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(offset, length, this.size);
    const held = this.resident(offset, length);
    if (held !== undefined) return held;
    const first = Math.floor(offset / PAGE_SIZE);
    const last = Math.floor((offset + Math.max(length, 1) - 1) / PAGE_SIZE);
    if (first === last) {
      await this.#load(first);
      return this.resident(offset, length) ?? this.#source.read(offset, length);
    }
    return this.#source.read(offset, length);
  }

  /** What there is from `offset`, at most `length` bytes: for things whose end is not known beforehand. */
  async readUpTo(offset: number, length: number): Promise<Uint8Array> {
    return this.read(offset, Math.max(0, Math.min(length, this.size - offset)));
  }

  async #load(page: number): Promise<void> {
    const start = page * PAGE_SIZE;
    const bytes = await this.#source.read(start, Math.min(PAGE_SIZE, this.size - start));
    this.#pages.set(page, bytes);
    if (this.#pages.size > MAX_RESIDENT_PAGES) {
      const oldest = this.#pages.keys().next();
      if (oldest.done !== true) this.#pages.delete(oldest.value);
    }
  }
}

const decoder = new TextDecoder();

/** Longest string taken from a table; C++ names pass 10,000 characters, damage has no end. */
export const MAX_STRING_BYTES: number = 1 << 20;

/** The NUL-terminated string at `offset` of a string table; without a NUL, what is left of it. */
export async function readString(table: PagedSource, offset: number): Promise<string> {
  let bytes = await table.readUpTo(offset, PAGE_SIZE - (offset % PAGE_SIZE));
  let end = bytes.indexOf(0);
  for (let length = 2 * PAGE_SIZE; end < 0 && length <= MAX_STRING_BYTES; length *= 8) {
    bytes = await table.readUpTo(offset, length);
    end = bytes.indexOf(0);
  }
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
