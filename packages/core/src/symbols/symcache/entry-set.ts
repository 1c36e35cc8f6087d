/** A set of offsets in one section, in rising order, each with its position: a bit for every byte of the section and a count for every 32. */
import type { TableBudget } from "./table-budget.ts";

export class EntrySet {
  readonly #bits: Uint32Array;
  readonly #before: Uint32Array;
  readonly #size: number;
  #count = 0;

  constructor(size: number, budget: TableBudget) {
    const words = Math.ceil(size / 32);
    budget.take(8 * words);
    this.#size = size;
    this.#bits = new Uint32Array(words);
    this.#before = new Uint32Array(words);
  }

  /** What lies past the section is no entry. */
  add(offset: number): void {
    if (offset < this.#size) this.#bits[offset >>> 5]! |= 1 << (offset & 31);
  }

  /** After the last `add`: all of them. */
  list(): Uint32Array {
    let count = 0;
    for (let word = 0; word < this.#bits.length; word++) {
      this.#before[word] = count;
      count += ones(this.#bits[word]!);
    }
    this.#count = count;
    const all = new Uint32Array(count);
    let at = 0;
    for (let word = 0; word < this.#bits.length; word++) {
      for (let bits = this.#bits[word]!; bits !== 0; bits &= bits - 1) {
        all[at++] = word * 32 + 31 - Math.clz32(bits & -bits);
      }
    }
    return all;
  }

  /** Its position in `list`; past the last for one that is not there. */
  indexOf(offset: number): number {
    if (offset >= this.#size) return this.#count;
    const word = offset >>> 5;
    return this.#before[word]! + ones(this.#bits[word]! & ((1 << (offset & 31)) - 1));
  }
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
