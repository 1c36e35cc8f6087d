/**
 * Where the functions of a unit have code and where their entries stand. What is inlined in a function is read when an address
 * in it is asked for (`function-trees.ts`): most functions never are, and inlined calls are most of a unit.
 */
import { FormatError } from "../bytes/errors.ts";
import { U32List } from "../bytes/u32-list.ts";
import { KIND_CODELESS, KIND_OTHER } from "./abbrev.ts";
import { MAX_NODES, type PendingRanges } from "./die-scan.ts";
import { type DieInput, type DieVisitor, walkDies } from "./die-walk.ts";
import { FunctionEntry } from "./function-entry.ts";

export interface FunctionOutline {
  /** Each function with code: one range, empty when it is in `pending`, and the outermost function it is nested in. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly pending: readonly PendingRanges[];
  readonly outermost: Uint32Array;
  /** Of each outermost function: its entry with all below it, in `.debug_info`. */
  readonly entryStarts: Uint32Array;
  readonly entryEnds: Uint32Array;
}

/** `input` begins with the root of the unit. */
export function outlineFunctions(input: DieInput): FunctionOutline {
  const builder = new OutlineBuilder(input);
  walkDies(input, builder);
  return builder.finish(input.bytes.length);
}

class OutlineBuilder implements DieVisitor {
  /** Inside a function with code all that is inlined lies in its code. */
  skipsInlined = false;
  /** Depth of the outermost function that is open, or -1. */
  watchedDepth = -1;
  readonly #entry: FunctionEntry;
  readonly #at: number;
  readonly #starts = new U32List();
  readonly #ends = new U32List();
  readonly #pending: PendingRanges[] = [];
  readonly #outermost = new U32List();
  readonly #entryStarts = new U32List();
  readonly #entryEnds = new U32List();
  /** The outermost entry read last, and whether anything in it has code. */
  #open = 0;
  #isKept = false;

  constructor(input: DieInput) {
    this.#entry = new FunctionEntry(input);
    this.#at = input.at;
  }

  entry(_depth: number, die: number, abbrev: number): number {
    const end = this.#entry.read(die, abbrev);
    if (this.watchedDepth < 0) this.#begin(die);
    if (this.#entry.hasCode) this.#add(end);
    return end;
  }

  skip(die: number, abbrev: number): number {
    return this.#entry.read(die, abbrev);
  }

  enter(depth: number, kind: number, die: number): void {
    if (this.watchedDepth >= 0 || kind === KIND_OTHER) return;
    if (kind === KIND_CODELESS) this.#begin(die);
    this.skipsInlined = this.#isKept;
    this.watchedDepth = depth;
  }

  leave(end: number): void {
    if (this.#isKept) this.#endAt(end);
    this.skipsInlined = false;
    this.watchedDepth = -1;
  }

  finish(length: number): FunctionOutline {
    // A unit may end without the zeros that close its levels.
    if (this.watchedDepth >= 0) this.leave(length);
    return {
      starts: this.#starts.trimmed(),
      ends: this.#ends.trimmed(),
      pending: this.#pending,
      outermost: this.#outermost.trimmed(),
      entryStarts: this.#entryStarts.trimmed(),
      entryEnds: this.#entryEnds.trimmed(),
    };
  }

  #begin(die: number): void {
    this.#open = die;
    this.#isKept = false;
  }

  #add(end: number): void {
    const node = this.#starts.length;
    if (node === MAX_NODES) throw new FormatError("too-large", `more than ${MAX_NODES} functions in a unit`);
    if (!this.#isKept) {
      this.#isKept = true;
      this.#entryStarts.push(this.#at + this.#open);
      this.#entryEnds.push(this.#at + end);
    }
    const { low, high, ranges, rangesForm } = this.#entry;
    const live = ranges < 0;
    this.#starts.push(live ? low : 0);
    this.#ends.push(live ? high : 0);
    if (!live) this.#pending.push({ node, value: ranges, form: rangesForm });
    this.#outermost.push(this.#entryStarts.length - 1);
  }

  #endAt(end: number): void {
    this.#entryEnds.length--;
    this.#entryEnds.push(this.#at + end);
  }
}
