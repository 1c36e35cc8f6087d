/**
 * Units of an honest file share next to nothing: opening every one of them reads each section about once. In a hostile one
 * thousands point at the same large table, and without a limit a small file keeps a reader busy for hours.
 */
import { FormatError } from "../bytes/errors.ts";

/** How often the bytes of one section may be read, unit by unit; sharing of range lists is the reason it is not 1. */
export const MAX_PASSES = 8;
/** Small sections are read in larger pieces than they have. */
const GRACE = 1 << 20;

export class WorkBudget {
  #left: number;
  readonly #what: string;

  constructor(what: string, sectionSize: number) {
    this.#what = what;
    this.#left = MAX_PASSES * sectionSize + GRACE;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new FormatError("too-large", `units read ${this.#what} over and over`);
  }
}
