/**
 * Strings by their bytes, each once, numbered from 1 in the order they come; 0 is the empty string. Never decoded: what is
 * built from a file of 9 MB of names goes through here as bytes.
 */
import { FormatError } from "../../bytes/errors.ts";
import { ByteWriter } from "./byte-writer.ts";
import { STRINGS_PER_BLOCK } from "./format.ts";
import type { TableBudget } from "./table-budget.ts";

/** All strings of one kind together; the largest known has some 200 MB of names. */
export const MAX_POOL_BYTES: number = 1 << 30;

export class StringPool {
  #bytes: Uint8Array = new Uint8Array(1 << 16);
  /** Where each string begins; the last entry is where the next one will. */
  #starts: Uint32Array = new Uint32Array(1024);
  #hashes: Uint32Array = new Uint32Array(1024);
  #table: Uint32Array = new Uint32Array(2048);
  #count = 1;
  readonly #budget: TableBudget;

  constructor(budget: TableBudget) {
    this.#budget = budget;
  }

  /** With the empty one. */
  get count(): number {
    return this.#count;
  }

  /** The number of the string that begins at `start` and ends with a zero; -1 where none follows within `most` bytes. */
  addUntilZero(from: Uint8Array, start: number, most: number): number {
    const last = Math.min(from.length, start + most);
    let hash = HASH_START;
    let end = start;
    for (; end < last; end++) {
      const byte = from[end]!;
      if (byte === 0) return end === start ? 0 : this.#find(finished(hash), from, start, end);
      hash = Math.imul(hash ^ byte, HASH_PRIME);
    }
    return -1;
  }

  /** The number of the string `from[start..end)`. */
  add(from: Uint8Array, start: number, end: number): number {
    if (end <= start) return 0;
    let hash = HASH_START;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ from[i]!, HASH_PRIME);
    return this.#find(finished(hash), from, start, end);
  }

  #find(hash: number, from: Uint8Array, start: number, end: number): number {
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.#table[slot]!;
      if (id === 0) break;
      if (this.#hashes[id] === hash && this.#equals(id, from, start, end)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.#count;
    this.#append(id, hash, from, start, end);
    this.#table[slot] = id;
    if (this.#count * 2 > this.#table.length) this.#rehash();
    return id;
  }

  length(id: number): number {
    return this.#starts[id + 1]! - this.#starts[id]!;
  }

  byteAt(id: number, index: number): number {
    return this.#bytes[this.#starts[id]! + index]!;
  }

  /** Blocks in which each string is the bytes it shares with the one before it, and the rest; `index` has where each block begins. */
  pack(index: ByteWriter, blocks: ByteWriter): void {
    const bytes = this.#bytes;
    let previous = 0;
    let previousLength = 0;
    for (let id = 0; id < this.#count; id++) {
      const start = this.#starts[id]!;
      const length = this.#starts[id + 1]! - start;
      let shared = 0;
      if (id % STRINGS_PER_BLOCK === 0) {
        index.u32(blocks.length);
      } else {
        const most = Math.min(length, previousLength);
        while (shared < most && bytes[start + shared] === bytes[previous + shared]) shared++;
      }
      blocks.uleb(shared);
      blocks.uleb(length - shared);
      blocks.copy(bytes, start + shared, start + length);
      previous = start;
      previousLength = length;
    }
  }

  #equals(id: number, from: Uint8Array, start: number, end: number): boolean {
    const own = this.#starts[id]!;
    const length = end - start;
    if (this.#starts[id + 1]! - own !== length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[own + i] !== from[start + i]) return false;
    return true;
  }

  #append(id: number, hash: number, from: Uint8Array, start: number, end: number): void {
    const at = this.#starts[id]!;
    const next = at + end - start;
    if (next > MAX_POOL_BYTES) throw new FormatError("too-large", `more than ${MAX_POOL_BYTES} bytes of names`);
    if (next > this.#bytes.length) {
      const size = Math.max(this.#bytes.length * 2, next);
      this.#budget.take(size - this.#bytes.length);
      const larger = new Uint8Array(size);
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    if (id + 2 > this.#starts.length) {
      this.#starts = this.#budget.doubled(this.#starts);
      this.#hashes = this.#budget.doubled(this.#hashes);
    }
    // A loop and no `set`: most names are short, and a view for each costs more.
    const bytes = this.#bytes;
    for (let i = start, to = at; i < end; i++, to++) bytes[to] = from[i]!;
    this.#starts[id + 1] = next;
    this.#hashes[id] = hash;
    this.#count++;
  }

  #rehash(): void {
    this.#budget.take(3 * this.#table.byteLength);
    const table = new Uint32Array(this.#table.length * 4);
    const mask = table.length - 1;
    for (let id = 1; id < this.#count; id++) {
      let slot = this.#hashes[id]! & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.#table = table;
  }
}

const HASH_START = 0x811c_9dc5;
const HASH_PRIME = 0x0100_0193;

/** The low bits choose the slot: let the high ones take part. */
function finished(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}
