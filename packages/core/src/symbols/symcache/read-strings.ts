/** One table of strings of a symcache: blocks in which each string shares its beginning with the one before. */
import { FormatError } from "../../bytes/errors.ts";
import { MAX_STRING_BYTES } from "../../bytes/paged-source.ts";
import type { CheckedFile } from "./checked-file.ts";
import { type SectionRange, STRINGS_PER_BLOCK } from "./format.ts";
import { Cursor, u32At } from "./cursor.ts";

/** Strings that are kept; more than any report or batch touches. */
export const MAX_KEPT_STRINGS = 200_000;

const decoder = new TextDecoder();

export class StringTable {
  readonly #file: CheckedFile;
  readonly #index: SectionRange;
  readonly #blocks: SectionRange;
  readonly #kept = new Map<number, string>();
  readonly #cursor: Cursor;
  #scratch: Uint8Array = new Uint8Array(4096);

  constructor(file: CheckedFile, index: SectionRange, blocks: SectionRange) {
    this.#file = file;
    this.#index = index;
    this.#blocks = blocks;
    this.#cursor = new Cursor(file.bytes);
  }

  /** `undefined` where its page is not there yet. */
  get(id: number): string | undefined {
    if (id === 0) return "";
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const text = this.#read(id);
    if (text === undefined) return undefined;
    if (this.#kept.size >= MAX_KEPT_STRINGS) this.#kept.clear();
    this.#kept.set(id, text);
    return text;
  }

  #read(id: number): string | undefined {
    const file = this.#file;
    const block = Math.floor(id / STRINGS_PER_BLOCK);
    const at = this.#index.start + 4 * block;
    if (at + 4 > this.#index.end) throw new FormatError("damaged", `packed symbols have no string ${id}`);
    const isLast = at + 8 > this.#index.end;
    if (!file.has(at, isLast ? at + 4 : at + 8)) return undefined;
    const start = this.#blocks.start + u32At(file.bytes, at);
    const end = isLast ? this.#blocks.end : this.#blocks.start + u32At(file.bytes, at + 4);
    if (end > this.#blocks.end || start > end) throw new FormatError("damaged", "a block of strings has no place");
    if (!file.has(start, end)) return undefined;
    const cursor = this.#cursor;
    cursor.open(start, end);
    let length = 0;
    for (let i = id % STRINGS_PER_BLOCK; i >= 0; i--) {
      const shared = cursor.uleb();
      const rest = cursor.uleb();
      if (shared > length || rest > end - cursor.at || shared + rest > MAX_STRING_BYTES) {
        throw new FormatError("damaged", "a string of packed symbols is longer than its block");
      }
      length = shared + rest;
      if (length > this.#scratch.length) this.#grow(length);
      this.#scratch.set(file.bytes.subarray(cursor.at, cursor.at + rest), shared);
      cursor.at += rest;
    }
    return decoder.decode(this.#scratch.subarray(0, length));
  }

  #grow(length: number): void {
    const larger = new Uint8Array(length * 2);
    larger.set(this.#scratch);
    this.#scratch = larger;
  }
}
