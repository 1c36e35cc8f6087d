/**
 * Functions whose code overlaps, as when the linker folded them, answer together: only then an address says nothing less than it
 * would with the whole unit at hand. Groups do not overlap, so a binary search finds the one an address lies in.
 */
import { U32List } from "../bytes/u32-list.ts";
import { lastAtOrBelow, type NodeRanges, sortedByStart } from "./flatten.ts";

export class FunctionGroups {
  /** Where each group begins and ends, and its first entry in `#functions`. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #first: Uint32Array;
  readonly #functions: Uint32Array;

  /** `outermost[node]` = the function that a node of `ranges` is read with. */
  constructor(ranges: NodeRanges, outermost: Uint32Array) {
    const order = sortedByStart(ranges);
    const starts = new U32List(order.length);
    const ends = new U32List(order.length);
    const first = new U32List(order.length);
    const functions = new Uint32Array(order.length);
    let reach = -1;
    for (let k = 0; k < order.length; k++) {
      const i = order[k]!;
      functions[k] = outermost[ranges.nodes[i]!]!;
      const start = ranges.starts[i]!;
      if (start >= reach) {
        if (reach >= 0) ends.push(reach);
        starts.push(start);
        first.push(k);
        reach = -1;
      }
      reach = Math.max(reach, ranges.ends[i]!);
    }
    if (reach >= 0) ends.push(reach);
    this.#starts = starts.trimmed();
    this.#ends = ends.trimmed();
    this.#first = first.trimmed();
    this.#functions = functions;
  }

  get sizeBytes(): number {
    return 12 * this.#starts.length + 4 * this.#functions.length;
  }

  /** The group that an address lies in, or -1. */
  at(offset: number): number {
    const group = lastAtOrBelow(this.#starts, offset);
    return group >= 0 && offset < this.#ends[group]! ? group : -1;
  }

  /** The functions of a group in the order of the file. */
  functions(group: number): readonly number[] {
    return [...new Set(this.#functions.subarray(this.#first[group], this.#first[group + 1]))].sort((a, b) => a - b);
  }
}
