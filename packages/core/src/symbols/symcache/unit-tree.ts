/**
 * The functions of one unit for packing: read in one pass into columns that all units share, then flattened into segments. What
 * `dwarf/die-scan.ts` and `dwarf/flatten.ts` do for a few functions at a time is done here for whole files, without an object per entry.
 */
import { FormatError } from "../../bytes/errors.ts";
import { isLiveRange } from "../../bytes/image-offset.ts";
import { KIND_CODELESS, KIND_OTHER } from "../../dwarf/abbrev.ts";
import { NONE, TAG_INLINED_SUBROUTINE } from "../../dwarf/constants.ts";
import { MAX_NODES, type PendingRanges } from "../../dwarf/die-scan.ts";
import { type DieInput, type DieVisitor, MAX_DIE_DEPTH, walkDies } from "../../dwarf/die-walk.ts";
import { FunctionEntry } from "../../dwarf/function-entry.ts";
import { MAX_RANGES } from "../../dwarf/range-lists.ts";
import type { Nodes } from "./nodes.ts";

export type ReadLists = (
  lists: readonly PendingRanges[],
  add: (list: number, start: number, end: number) => void,
) => Promise<void>;

/** Sorted; each ends where the next begins. */
export interface UnitSegments {
  readonly count: number;
  readonly starts: Uint32Array;
  /** Innermost node, or `NONE` in a gap. */
  readonly nodes: Uint32Array;
  /** Where the range of the concrete function begins. */
  readonly functionStarts: Uint32Array;
}

const UNWRITTEN = -2;
const NO_NODE = -1;
const FIRST = 4096;

export class UnitTree {
  readonly #nodes: Nodes;
  readonly #builder: TreeBuilder;
  #starts: Uint32Array = new Uint32Array(FIRST);
  #segmentNodes: Uint32Array = new Uint32Array(FIRST);
  #functionStarts: Uint32Array = new Uint32Array(FIRST);
  /** By function: the group of overlapping ranges it was seen in last. */
  #groups: Uint32Array = new Uint32Array(FIRST);

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
    this.#builder = new TreeBuilder(nodes);
  }

  /** Adds the nodes of a unit. The segments are good until the next unit is read. */
  async read(input: DieInput, readLists: ReadLists): Promise<UnitSegments> {
    const ranges = this.#builder;
    const first = this.#nodes.count;
    ranges.begin(input);
    try {
      walkDies(input, ranges);
      await this.#addLists(readLists);
      return this.#flatten(first);
    } catch (error) {
      // A unit that is damaged in the middle has no functions, as when it is asked for one.
      this.#nodes.count = first;
      throw error;
    }
  }

  /** Lists come last, so they are put where their nodes are: ranges that begin together stay in the order of the tree. */
  async #addLists(readLists: ReadLists): Promise<void> {
    const ranges = this.#builder;
    const { pending } = ranges;
    if (pending.length === 0) return;
    const single = ranges.count;
    await readLists(pending, (list, start, end) => ranges.addRange(pending[list]!.node, start, end));
    const total = ranges.count;
    const nodes = ranges.rangeNodes.slice(0, total);
    const starts = ranges.rangeStarts.slice(0, total);
    const ends = ranges.rangeEnds.slice(0, total);
    let a = 0;
    let b = single;
    for (let k = 0; k < total; k++) {
      const i = b === total || (a < single && nodes[a]! <= nodes[b]!) ? a++ : b++;
      ranges.rangeNodes[k] = nodes[i]!;
      ranges.rangeStarts[k] = starts[i]!;
      ranges.rangeEnds[k] = ends[i]!;
    }
  }

  #flatten(first: number): UnitSegments {
    const { count, rangeNodes, rangeStarts, rangeEnds } = this.#builder;
    if (count > MAX_RANGES) throw new FormatError("too-large", `more than ${MAX_RANGES} ranges in a unit`);
    this.#reserve(2 * count + 2, this.#nodes.count - first);
    const { parents } = this.#nodes;
    const starts = this.#starts;
    const segmentNodes = this.#segmentNodes;
    const functionStarts = this.#functionStarts;
    const groups = this.#groups;
    groups.fill(0, 0, this.#nodes.count - first);
    const order = orderByStart(count, rangeStarts);
    const openEnds: number[] = [];
    const openNodes: number[] = [];
    const openFunctions: number[] = [];
    let open = 0;
    let written = 0;
    let group = 0;

    for (let k = 0; k <= count; k++) {
      const i = k === count ? -1 : order === undefined ? k : order[k]!;
      const start = i < 0 ? Infinity : rangeStarts[i]!;
      while (open > 0 && openEnds[open - 1]! <= start) {
        const end = openEnds[--open]!;
        // A range that was covered to its end closes with the one that covered it.
        while (open > 0 && openEnds[open - 1]! <= end) open--;
        if (written > 0 && starts[written - 1] === end) written--;
        starts[written] = end;
        segmentNodes[written] = open === 0 ? NONE : openNodes[open - 1]!;
        functionStarts[written] = open === 0 ? 0 : openFunctions[open - 1]!;
        written++;
      }
      if (i < 0) break;
      const node = rangeNodes[i]!;
      const isInlined = parents[node] !== NONE;
      const outermost = this.#builder.outermost[node - first]!;
      if (open === 0) group++;
      // Code that overlaps no code of its function belongs to nothing: an address there is never led to it.
      if (isInlined && groups[outermost] !== group) continue;
      groups[outermost] = group;
      let end = rangeEnds[i]!;
      // An inlined call cannot outlast what it was inlined into, whatever its range says.
      if (isInlined && open > 0 && end > openEnds[open - 1]!) end = openEnds[open - 1]!;
      const functionStart = isInlined && open > 0 ? openFunctions[open - 1]! : start;
      openEnds[open] = end;
      openNodes[open] = node;
      openFunctions[open] = functionStart;
      open++;
      if (written > 0 && starts[written - 1] === start) written--;
      starts[written] = start;
      segmentNodes[written] = node;
      functionStarts[written] = functionStart;
      written++;
    }
    return { count: written, starts, nodes: segmentNodes, functionStarts };
  }

  #reserve(segments: number, nodes: number): void {
    if (segments > this.#starts.length) {
      this.#starts = new Uint32Array(2 * segments);
      this.#segmentNodes = new Uint32Array(2 * segments);
      this.#functionStarts = new Uint32Array(2 * segments);
    }
    if (nodes > this.#groups.length) this.#groups = new Uint32Array(2 * nodes);
  }
}

/** `undefined` where they are in order already, as most units are. */
function orderByStart(count: number, starts: Uint32Array): Uint32Array | undefined {
  let k = 1;
  while (k < count && starts[k - 1]! <= starts[k]!) k++;
  if (k >= count) return undefined;
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = starts[i]! * MAX_RANGES + i;
  keys.sort();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = keys[i]! % MAX_RANGES;
  return order;
}

/** Functions and inlined calls with code, as nodes and ranges. */
class TreeBuilder implements DieVisitor {
  readonly skipsInlined = false;
  readonly watchedDepth = -1;
  count = 0;
  rangeNodes: Uint32Array = new Uint32Array(FIRST);
  rangeStarts: Uint32Array = new Uint32Array(FIRST);
  rangeEnds: Uint32Array = new Uint32Array(FIRST);
  pending: PendingRanges[] = [];
  /** By node of the unit: the outermost function around it, as a node of the unit too. */
  outermost: Uint32Array = new Uint32Array(FIRST);
  readonly #nodes: Nodes;
  #input: DieInput | undefined;
  #entry: FunctionEntry | undefined;
  #first = 0;
  /** For each open level: the function it belongs to, and where to read that again if it is not a node yet. */
  readonly #nodeAt = new Int32Array(MAX_DIE_DEPTH + 1);
  readonly #ownerAt = new Int32Array(MAX_DIE_DEPTH + 1);
  readonly #dieAt = new Uint32Array(MAX_DIE_DEPTH + 1);
  readonly #abbrevAt = new Uint32Array(MAX_DIE_DEPTH + 1);
  /** The level of the outermost function that is open, or -1; and the first node written in it. */
  #outerDepth = -1;
  #outerNode = 0;
  #last = NO_NODE;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  begin(input: DieInput): void {
    this.#input = input;
    this.#entry = new FunctionEntry(input);
    this.#first = this.#nodes.count;
    this.count = 0;
    this.pending = [];
    this.#outerDepth = -1;
    this.#last = NO_NODE;
  }

  entry(depth: number, die: number, abbrev: number): number {
    const end = this.#entry!.read(die, abbrev);
    if (depth <= this.#outerDepth || this.#outerDepth < 0) this.#startOutermost(depth);
    this.#last = this.#entry!.hasCode ? this.#write(depth, abbrev) : UNWRITTEN;
    return end;
  }

  skip(die: number, abbrev: number): number {
    return this.#entry!.read(die, abbrev);
  }

  enter(depth: number, kind: number, die: number, abbrev: number): void {
    const isFunction = kind !== KIND_OTHER;
    if (kind === KIND_CODELESS && (depth <= this.#outerDepth || this.#outerDepth < 0)) this.#startOutermost(depth);
    this.#ownerAt[depth] = isFunction ? depth : depth === 0 ? -1 : this.#ownerAt[depth - 1]!;
    this.#nodeAt[depth] = kind === KIND_CODELESS ? UNWRITTEN : this.#last;
    this.#dieAt[depth] = die;
    this.#abbrevAt[depth] = abbrev;
  }

  leave(): void {}

  addRange(node: number, start: number, end: number): void {
    const at = this.count;
    if (at === this.rangeNodes.length) {
      this.rangeNodes = doubled(this.rangeNodes);
      this.rangeStarts = doubled(this.rangeStarts);
      this.rangeEnds = doubled(this.rangeEnds);
    }
    this.rangeNodes[at] = node;
    this.rangeStarts[at] = start;
    this.rangeEnds[at] = end;
    this.count = at + 1;
  }

  #startOutermost(depth: number): void {
    this.#outerDepth = depth;
    this.#outerNode = this.#nodes.count - this.#first;
  }

  #write(depth: number, abbrev: number): number {
    const { low, high, ranges, rangesForm, name, callFile, callLine } = this.#entry!;
    const parent = this.#input!.table.tags[abbrev] === TAG_INLINED_SUBROUTINE ? this.#parent(depth) : NO_NODE;
    const node = this.#nodes.count;
    const inUnit = node - this.#first;
    if (inUnit === MAX_NODES) throw new FormatError("too-large", `more than ${MAX_NODES} functions in a unit`);
    this.#nodes.add(name, parent >= 0 ? parent : NONE, callFile >= 0 ? callFile : NONE, callLine >= 0 ? callLine : 0);
    if (inUnit === this.outermost.length) this.outermost = doubled(this.outermost);
    this.outermost[inUnit] = this.#outerNode;
    if (ranges >= 0) this.pending.push({ node, value: ranges, form: rangesForm });
    else if (isLiveRange(low, high)) this.addRange(node, low, high);
    return node;
  }

  /** The node that encloses level `depth`, written now if it was not: without it the chain would lose a frame. */
  #parent(depth: number): number {
    const owner = depth === 0 ? -1 : this.#ownerAt[depth - 1]!;
    if (owner < 0) return NO_NODE;
    if (this.#nodeAt[owner] === UNWRITTEN) {
      const entry = this.#entry!;
      const abbrev = this.#abbrevAt[owner]!;
      entry.read(this.#dieAt[owner]!, abbrev);
      entry.low = NaN; // dead, or it would have been written
      entry.ranges = -1;
      this.#nodeAt[owner] = this.#write(owner, abbrev);
    }
    return this.#nodeAt[owner]!;
  }
}

function doubled(list: Uint32Array): Uint32Array {
  const larger = new Uint32Array(list.length * 2);
  larger.set(list);
  return larger;
}
