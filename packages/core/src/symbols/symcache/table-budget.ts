/** Tables that grow while symbols are packed, all of them together: a hostile file, or one too large for this machine, ends here. */
import { FormatError } from "../../bytes/errors.ts";

export class TableBudget {
  #left: number;
  readonly #most: number;

  constructor(bytes: number) {
    this.#left = bytes;
    this.#most = bytes;
  }

  /** Twice the room for a table, with what it holds. */
  doubled(list: Uint32Array): Uint32Array {
    this.take(list.byteLength);
    const larger = new Uint32Array(list.length * 2);
    larger.set(list);
    return larger;
  }

  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new FormatError("too-large", `packing its symbols takes more than ${this.#most} bytes`);
  }
}
