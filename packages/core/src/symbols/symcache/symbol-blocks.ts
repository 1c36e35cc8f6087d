/** The symbol whose code holds an address. The block that was asked last stays decoded. */
import { BlockIndex } from "./block-index.ts";
import type { CheckedFile } from "./checked-file.ts";
import { Cursor } from "./cursor.ts";
import { END_OF_CODE, SYMBOLS_PER_BLOCK } from "./format.ts";

export class SymbolBlocks {
  /** Of the symbol that was found. */
  start = 0;
  name = 0;
  readonly #index: BlockIndex;
  readonly #cursor: Cursor;
  #block = -1;
  #count = 0;
  readonly #starts = new Float64Array(SYMBOLS_PER_BLOCK);
  readonly #names = new Uint32Array(SYMBOLS_PER_BLOCK);

  constructor(file: CheckedFile) {
    const { sections } = file.header;
    this.#index = new BlockIndex(file, sections.symbolIndex, sections.symbols);
    this.#cursor = new Cursor(file.bytes);
  }

  /** `undefined` where a page is not there yet. */
  find(address: number): boolean | undefined {
    const found = this.#index.find(address);
    if (!found) return found;
    if (this.#block !== this.#index.block) this.#decode();
    let at = this.#count - 1;
    while (at >= 0 && this.#starts[at]! > address) at--;
    if (at < 0 || this.#names[at] === END_OF_CODE) return false;
    this.start = this.#starts[at]!;
    this.name = this.#names[at]! - 1;
    return true;
  }

  #decode(): void {
    const cursor = this.#cursor;
    const { start, end, firstAddress, block } = this.#index;
    cursor.open(start, end);
    this.#block = -1;
    let address = firstAddress;
    let count = 0;
    for (; count < SYMBOLS_PER_BLOCK && !cursor.isAtEnd; count++) {
      address += cursor.uleb();
      this.#starts[count] = address;
      this.#names[count] = cursor.uleb();
    }
    this.#count = count;
    this.#block = block;
  }
}
