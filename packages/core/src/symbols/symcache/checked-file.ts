/**
 * The body of a symcache, page by page: each is compared with its checksum when it comes, and stays. Questions are answered without
 * waiting from pages that are there; one that is not is noted, fetched, and the question asked again.
 */
import type { ByteSource } from "../../bytes/byte-source.ts";
import { FormatError } from "../../bytes/errors.ts";
import { xxh32 } from "../../bytes/xxh32.ts";
import { HEADER_BYTES, headSize, type OpenedHeader, PAGE_BYTES, parseHeader } from "./format.ts";

/** A file that is asked again and again is read in larger bites, up to 256 KiB: the way to a page costs more than the page. */
const READS_PER_BITE = 512;
const MAX_BITE_PAGES = 128;

export class CheckedFile {
  readonly header: OpenedHeader;
  /** Only what `has` said yes to is there. Memory is used by the pages that came, not by the size. */
  readonly bytes: Uint8Array;
  readonly #source: ByteSource;
  readonly #loaded: Uint8Array;
  #wanted = -1;
  #reads = 0;

  private constructor(source: ByteSource, header: OpenedHeader) {
    this.header = header;
    this.#source = source;
    this.bytes = new Uint8Array(header.size);
    this.#loaded = new Uint8Array(header.pageChecksums.length);
  }

  static async open(source: ByteSource): Promise<CheckedFile> {
    if (source.size < HEADER_BYTES) throw new FormatError("damaged", `packed symbols of ${source.size} bytes`);
    let head = await source.read(0, Math.min(FIRST_READ, source.size));
    const size = headSize(head);
    if (size > source.size) throw new FormatError("damaged", "packed symbols end within their checksums");
    if (size > head.length) head = await source.read(0, size);
    return new CheckedFile(source, parseHeader(head.subarray(0, size), source.size));
  }

  /** Whether `[start, end)` is there; notes what to load when it is not. */
  has(start: number, end: number): boolean {
    const { bodyStart } = this.header;
    const last = Math.floor((Math.max(end - 1, start) - bodyStart) / PAGE_BYTES);
    for (let page = Math.floor((start - bodyStart) / PAGE_BYTES); page <= last; page++) {
      if (this.#loaded[page] !== 1) {
        this.#wanted = page;
        return false;
      }
    }
    return true;
  }

  /** Told how many addresses come: so many that they need most of the file make it come in large bites at once. */
  expect(addresses: number): void {
    if (4 * addresses > this.#loaded.length) this.#reads = Math.max(this.#reads, READS_PER_BITE * MAX_BITE_PAGES);
  }

  /** Fetches the page that `has` missed last, with its neighbours when there were many. */
  async load(): Promise<void> {
    const { bodyStart, size, pageChecksums } = this.header;
    const first = this.#wanted;
    if (!(first >= 0 && first < pageChecksums.length)) {
      throw new FormatError("damaged", "packed symbols lead out of their file");
    }
    const bite = Math.min(1 + Math.floor(this.#reads++ / READS_PER_BITE), MAX_BITE_PAGES);
    let stop = first + 1;
    while (stop < first + bite && stop < pageChecksums.length && this.#loaded[stop] === 0) stop++;
    const start = bodyStart + first * PAGE_BYTES;
    const bytes = await this.#source.read(start, Math.min(bodyStart + stop * PAGE_BYTES, size) - start);
    for (let page = first; page < stop; page++) {
      const at = (page - first) * PAGE_BYTES;
      if (xxh32(bytes.subarray(at, at + PAGE_BYTES)) !== pageChecksums[page]) {
        throw new FormatError("damaged", `page ${page} of packed symbols is damaged`, start + at);
      }
      this.#loaded[page] = 1;
    }
    this.bytes.set(bytes, start);
  }
}

/** Header and checksums of a cache up to 2 MB. */
const FIRST_READ = 4096;
