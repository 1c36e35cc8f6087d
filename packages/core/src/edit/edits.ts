/** Changes to a text, collected in any order and made at once; everything between them stays as it is. */

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class Edits {
  readonly #edits: Edit[] = [];
  readonly #insert: (text: string) => string;

  /** `insert`: how new text is written, where the text is no plain one (`EditableText`). */
  constructor(insert: (text: string) => string = (text) => text) {
    this.#insert = insert;
  }

  get count(): number {
    return this.#edits.length;
  }

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  insert(at: number, text: string): void {
    this.#edits.push({ start: at, end: at, text });
  }

  remove(start: number, end: number): void {
    this.#edits.push({ start, end, text: "" });
  }

  /** Where two overlap, the one that begins first stands. */
  apply(text: string): string {
    if (this.#edits.length === 0) return text;
    const parts: string[] = [];
    let at = 0;
    for (const { start, end, text: changed } of this.#edits.toSorted((a, b) => a.start - b.start)) {
      if (start < at) continue;
      parts.push(text.slice(at, start), this.#insert(changed));
      at = end;
    }
    return parts.join("") + text.slice(at);
  }
}
