/** Functions with everything that is inlined in them, as nodes that know what they were inlined into. */
import { FormatError } from "../bytes/errors.ts";
import { isLiveRange } from "../bytes/image-offset.ts";
import { KIND_CODELESS, KIND_OTHER } from "./abbrev.ts";
import * as dw from "./constants.ts";
import { type DieInput, type DieVisitor, walkDies } from "./die-walk.ts";
import { FunctionEntry } from "./function-entry.ts";

/** Functions and inlined calls of one unit. The largest seen has some 100,000. */
export const MAX_NODES: number = 2 ** 21;

/** Functions and inlined calls that have code, in the order of the tree. */
export interface DieScan {
  /** The DIE that knows the name: this one, or the one its abstract origin or specification names. */
  readonly names: readonly number[];
  /** The function this was inlined into; `NONE` for a function that stands on its own. */
  readonly parents: readonly number[];
  readonly callFiles: readonly number[];
  readonly callLines: readonly number[];
  /** One range, empty when there is none or when it is in `pending`. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Nodes whose ranges stand in a list: node, value, form. */
  readonly pending: readonly PendingRanges[];
}

export interface PendingRanges {
  readonly node: number;
  readonly value: number;
  readonly form: number;
}

/** The entry at the start of each part, and all below it. */
export function scanDies(parts: readonly DieInput[]): DieScan {
  const columns: Columns = { names: [], parents: [], callFiles: [], callLines: [], starts: [], ends: [], pending: [] };
  for (const part of parts) walkDies(part, new NodeBuilder(part, columns));
  return columns;
}

/** Arrays and no typed ones: most functions have a handful of nodes, and then those cost more than what they hold. */
type Columns = { readonly [Column in keyof DieScan]: DieScan[Column][number][] };

/** Not written as a node yet: its code is dead or in a list, and no live child has asked for it so far. */
const UNWRITTEN = -2;
const NO_NODE = -1;

class NodeBuilder implements DieVisitor {
  readonly skipsInlined = false;
  readonly watchedDepth = -1;
  readonly #columns: Columns;
  readonly #table: DieInput["table"];
  readonly #entry: FunctionEntry;
  /** For each open level: the function it belongs to, and where to read that again if it is not a node yet. */
  readonly #nodeAt: number[] = [];
  readonly #ownerAt: number[] = [];
  readonly #dieAt: number[] = [];
  readonly #abbrevAt: number[] = [];
  /** The node made from the entry read last, for `enter`. */
  #last = NO_NODE;

  constructor(input: DieInput, columns: Columns) {
    this.#columns = columns;
    this.#table = input.table;
    this.#entry = new FunctionEntry(input);
  }

  entry(depth: number, die: number, abbrev: number): number {
    const end = this.#entry.read(die, abbrev);
    this.#last = this.#entry.hasCode ? this.#write(depth, abbrev) : UNWRITTEN;
    return end;
  }

  skip(die: number, abbrev: number): number {
    return this.#entry.read(die, abbrev);
  }

  enter(depth: number, kind: number, die: number, abbrev: number): void {
    const isFunction = kind !== KIND_OTHER;
    this.#ownerAt[depth] = isFunction ? depth : depth === 0 ? -1 : this.#ownerAt[depth - 1]!;
    this.#nodeAt[depth] = kind === KIND_CODELESS ? UNWRITTEN : this.#last;
    this.#dieAt[depth] = die;
    this.#abbrevAt[depth] = abbrev;
  }

  leave(): void {}

  #write(depth: number, abbrev: number): number {
    const { names, parents, callFiles, callLines, starts, ends, pending } = this.#columns;
    if (names.length === MAX_NODES) throw new FormatError("too-large", `more than ${MAX_NODES} functions in a unit`);
    const { low, high, ranges, rangesForm, name, callFile, callLine } = this.#entry;
    const inlined = this.#table.tags[abbrev] === dw.TAG_INLINED_SUBROUTINE;
    const parent = inlined ? this.#parent(depth) : NO_NODE;

    const node = names.length;
    names.push(name);
    parents.push(parent >= 0 ? parent : dw.NONE);
    callFiles.push(callFile >= 0 ? callFile : dw.NONE);
    callLines.push(callLine >= 0 ? callLine : 0);
    const live = ranges < 0 && isLiveRange(low, high);
    starts.push(live ? low : 0);
    ends.push(live ? high : 0);
    if (ranges >= 0) pending.push({ node, value: ranges, form: rangesForm });
    return node;
  }

  /** The node that encloses level `depth`, written now if it was not: without it the chain would lose a frame. */
  #parent(depth: number): number {
    const owner = depth === 0 ? -1 : this.#ownerAt[depth - 1]!;
    if (owner < 0) return NO_NODE;
    if (this.#nodeAt[owner] === UNWRITTEN) {
      const abbrev = this.#abbrevAt[owner]!;
      this.#entry.read(this.#dieAt[owner]!, abbrev);
      this.#entry.low = NaN; // dead, or it would have been written
      this.#entry.ranges = -1;
      this.#nodeAt[owner] = this.#write(owner, abbrev);
    }
    return this.#nodeAt[owner]!;
  }
}
