/** Where blocks begin: an address for each, then the offset of each, so that one search finds the block of an address. */
import { FormatError } from "../../bytes/errors.ts";
import type { CheckedFile } from "./checked-file.ts";
import { u32At } from "./cursor.ts";
import type { SectionRange } from "./format.ts";

export class BlockIndex {
  readonly count: number;
  /** Of the block that `find` found. */
  block = -1;
  firstAddress = 0;
  start = 0;
  end = 0;
  readonly #file: CheckedFile;
  readonly #index: SectionRange;
  readonly #blocks: SectionRange;
  /** Where the block after it begins: a question below it is answered without a search. */
  #until = 0;

  constructor(file: CheckedFile, index: SectionRange, blocks: SectionRange) {
    this.#file = file;
    this.#index = index;
    this.#blocks = blocks;
    this.count = Math.floor((index.end - index.start) / 8);
  }

  /** `undefined` where a page is not there yet; false before the first block. */
  find(address: number): boolean | undefined {
    if (this.block >= 0 && address >= this.firstAddress && address < this.#until) return true;
    const { bytes } = this.#file;
    const { start } = this.#index;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = start + 4 * middle;
      if (!this.#file.has(at, at + 4)) return undefined;
      if (u32At(bytes, at) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return false;
    const block = low - 1;
    const isLast = low === this.count;
    const offsetAt = start + 4 * (this.count + block);
    if (!this.#file.has(offsetAt, offsetAt + (isLast ? 4 : 8))) return undefined;
    const from = this.#blocks.start + u32At(bytes, offsetAt);
    const to = isLast ? this.#blocks.end : this.#blocks.start + u32At(bytes, offsetAt + 4);
    if (from > to || to > this.#blocks.end) throw new FormatError("damaged", "a block of packed symbols has no place");
    if (!this.#file.has(from, to)) return undefined;
    this.block = block;
    this.firstAddress = u32At(bytes, start + 4 * block);
    this.#until = isLast ? Infinity : u32At(bytes, start + 4 * low);
    this.start = from;
    this.end = to;
    return true;
  }
}
