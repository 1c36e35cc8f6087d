/** What an address says, from the block that holds it. The block that was asked last stays decoded. */
import { NONE } from "../../dwarf/constants.ts";
import { BlockIndex } from "./block-index.ts";
import type { CheckedFile } from "./checked-file.ts";
import { Cursor } from "./cursor.ts";
import {
  ENTRIES_PER_BLOCK,
  ENTRY_HAS_NODE,
  ENTRY_HAS_ROW,
  ENTRY_SAME_FILE,
  ENTRY_SAME_NODE,
  ENTRY_SAME_START,
  LINE_DELTAS,
  LINE_EXPLICIT,
  LINE_ZERO,
} from "./format.ts";

export class EntryBlocks {
  /** Of the entry that was found: its number. */
  id = -1;
  /** Where its node stands, or `NONE`. */
  node: number = NONE;
  functionStart = 0;
  /** `NONE` where it has no row. */
  file: number = NONE;
  line = 0;
  readonly #index: BlockIndex;
  readonly #cursor: Cursor;
  readonly #shift: number;
  #block = -1;
  #count = 0;
  readonly #addresses = new Float64Array(ENTRIES_PER_BLOCK);
  readonly #nodes = new Uint32Array(ENTRIES_PER_BLOCK);
  readonly #functionStarts = new Uint32Array(ENTRIES_PER_BLOCK);
  readonly #files = new Uint32Array(ENTRIES_PER_BLOCK);
  readonly #lines = new Uint32Array(ENTRIES_PER_BLOCK);

  constructor(file: CheckedFile) {
    const { sections, shift } = file.header;
    this.#index = new BlockIndex(file, sections.entryIndex, sections.entries);
    this.#cursor = new Cursor(file.bytes);
    this.#shift = 2 ** shift;
  }

  /** Whether anything is known of it; `undefined` where a page is not there yet. */
  find(address: number): boolean | undefined {
    const found = this.#index.find(address);
    if (!found) return found;
    if (this.#block !== this.#index.block) this.#decode();
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#addresses[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return false;
    const at = low - 1;
    this.id = this.#block * ENTRIES_PER_BLOCK + at;
    this.node = this.#nodes[at]!;
    this.functionStart = this.#functionStarts[at]!;
    this.file = this.#files[at]!;
    this.line = this.#lines[at]!;
    return this.node !== NONE || this.file !== NONE;
  }

  #decode(): void {
    const cursor = this.#cursor;
    const { start, end, firstAddress, block } = this.#index;
    cursor.open(start, end);
    this.#block = -1;
    let address = firstAddress;
    let node = 0;
    let functionStart = 0;
    let file = 0;
    let line = 0;
    let count = 0;
    for (; count < ENTRIES_PER_BLOCK && !cursor.isAtEnd; count++) {
      address += cursor.uleb() * this.#shift;
      const tag = cursor.u8();
      this.#addresses[count] = address;
      if ((tag & ENTRY_HAS_NODE) === 0) {
        this.#nodes[count] = NONE;
      } else {
        if ((tag & ENTRY_SAME_NODE) === 0) node += cursor.zigzag();
        if ((tag & ENTRY_SAME_START) === 0) functionStart = address - cursor.uleb() * this.#shift;
        this.#nodes[count] = node;
        this.#functionStarts[count] = functionStart;
      }
      if ((tag & ENTRY_HAS_ROW) === 0) {
        this.#files[count] = NONE;
        continue;
      }
      if ((tag & ENTRY_SAME_FILE) === 0) file = cursor.uleb();
      this.#files[count] = file;
      const code = tag >> 5;
      if (code === LINE_ZERO) {
        this.#lines[count] = 0;
        continue;
      }
      line = code === LINE_EXPLICIT ? cursor.uleb() : line + LINE_DELTAS[code]!;
      this.#lines[count] = line;
    }
    this.#count = count;
    this.#block = block;
  }
}
