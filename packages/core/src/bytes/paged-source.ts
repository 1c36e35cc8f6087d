/**
 * Small reads at scattered places (strings, single entries) without holding the file: pages are read once and the oldest
 * are let go. What is resident answers without waiting, which is what makes thousands of look-ups cheap.
 */
import { type ByteSource, checkRange } from "./byte-source.ts";

export const PAGE_SIZE = 16_384;
/** 16 MiB for each source that is read in pages. */
export const MAX_RESIDENT_PAGES = 1024;
/** One read takes one page at first. A source that is asked again and again is read in larger bites, up to 256 KiB. */
const READS_PER_BITE = 16;
const MAX_BITE_PAGES = 16;
/** A longer run is not kept as pages: it would push out everything else. */
const MAX_KEPT_PAGES = 256;
/** Of a source up to 1 MiB the third read takes all: the way there costs more than the bytes. */
const WHOLE_AFTER = 2;
const MAX_WHOLE: number = 1 << 20;

export class PagedSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();
  #reads = 0;

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
    if (last - first >= MAX_KEPT_PAGES) return this.#source.read(offset, length);
    if (last > first) {
      const across = this.#joined(first, last, offset, length);
      if (across !== undefined) return across;
    }
    if (this.#reads >= WHOLE_AFTER && this.size <= MAX_WHOLE) {
      const bytes = await this.#source.read(0, this.size);
      this.#keep(0, bytes);
      return bytes.subarray(offset, offset + length);
    }
    const bite = Math.min(1 + Math.floor(this.#reads++ / READS_PER_BITE), MAX_BITE_PAGES);
    let stop = last + 1;
    while (stop < first + bite && !this.#pages.has(stop)) stop++;
    const start = first * PAGE_SIZE;
    const end = Math.min(stop * PAGE_SIZE, this.size);
    const bytes = await this.#source.read(start, end - start);
    this.#keep(first, bytes);
    return bytes.subarray(offset - start, offset - start + length);
  }

  /** What there is from `offset`, at most `length` bytes: for things whose end is not known beforehand. */
  async readUpTo(offset: number, length: number): Promise<Uint8Array> {
    return this.read(offset, Math.max(0, Math.min(length, this.size - offset)));
  }

  /** From several pages that are all held. */
  #joined(first: number, last: number, offset: number, length: number): Uint8Array | undefined {
    for (let page = first; page <= last; page++) if (!this.#pages.has(page)) return undefined;
    const bytes = new Uint8Array(length);
    for (let page = first; page <= last; page++) {
      const held = this.#pages.get(page)!;
      const at = page * PAGE_SIZE - offset;
      bytes.set(at < 0 ? held.subarray(-at) : held.subarray(0, length - at), Math.max(at, 0));
    }
    return bytes;
  }

  #keep(first: number, bytes: Uint8Array): void {
    for (let i = 0; i * PAGE_SIZE < bytes.length; i++) {
      this.#pages.set(first + i, bytes.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE));
    }
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_RESIDENT_PAGES) break;
      this.#pages.delete(oldest);
    }
  }
}

const decoder = new TextDecoder();

/** Longest string taken from a table; C++ names pass 10,000 characters, damage has no end. */
export const MAX_STRING_BYTES: number = 1 << 20;

/** The NUL-terminated string at `offset` of a string table; without a NUL, what is left of it. */
export async function readString(table: PagedSource, offset: number): Promise<string> {
  const inPage = PAGE_SIZE - (offset % PAGE_SIZE);
  let bytes = table.resident(offset, Math.min(inPage, table.size - offset)) ?? (await table.readUpTo(offset, inPage));
  let end = bytes.indexOf(0);
  for (let length = 2 * PAGE_SIZE; end < 0 && length <= MAX_STRING_BYTES; length *= 8) {
    bytes = await table.readUpTo(offset, length);
    end = bytes.indexOf(0);
  }
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
