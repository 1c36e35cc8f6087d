/**
 * From a tree of nested ranges to sorted segments: each address belongs to the innermost function or inlined call that
 * covers it, and one binary search finds that.
 */
import { FormatError } from "../bytes/errors.ts";
import { NONE } from "./constants.ts";
import { MAX_RANGES } from "./range-lists.ts";

/** Ranges in the order of their nodes, so a parent stands before its children. */
export interface NodeRanges {
  readonly nodes: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface Segments {
  /** Sorted; a segment ends where the next begins. */
  readonly starts: readonly number[];
  /** Innermost node, or `NONE` in a gap. */
  readonly nodes: readonly number[];
  /** Where the range of the concrete function begins. */
  readonly functionStarts: readonly number[];
}

export function flatten(ranges: NodeRanges, parents: readonly number[]): Segments {
  const order = sortedByStart(ranges);
  const count = order.length;
  const starts: number[] = [];
  const nodes: number[] = [];
  const functionStarts: number[] = [];
  const openEnds: number[] = [];
  const openNodes: number[] = [];
  const openFunctions: number[] = [];

  const emit = (start: number, node: number, functionStart: number) => {
    const last = starts.length - 1;
    if (last >= 0 && starts[last] === start) {
      starts.length = last;
      nodes.length = last;
      functionStarts.length = last;
    }
    starts.push(start);
    nodes.push(node);
    functionStarts.push(functionStart);
  };
  const closeUpTo = (address: number) => {
    while (openEnds.length > 0 && openEnds.at(-1)! <= address) {
      const end = openEnds.pop()!;
      openNodes.pop();
      openFunctions.pop();
      // A range that was covered to its end closes with the one that covered it.
      while (openEnds.length > 0 && openEnds.at(-1)! <= end) {
        openEnds.pop();
        openNodes.pop();
        openFunctions.pop();
      }
      emit(end, openNodes.at(-1) ?? NONE, openFunctions.at(-1) ?? 0);
    }
  };

  for (let k = 0; k < count; k++) {
    const i = order[k]!;
    const start = ranges.starts[i]!;
    const node = ranges.nodes[i]!;
    let end = ranges.ends[i]!;
    closeUpTo(start);
    const inlined = parents[node] !== NONE;
    const outer = openEnds.at(-1);
    // An inlined call cannot outlast what it was inlined into, whatever its range says.
    if (inlined && outer !== undefined && end > outer) end = outer;
    const functionStart = inlined ? (openFunctions.at(-1) ?? start) : start;
    openEnds.push(end);
    openNodes.push(node);
    openFunctions.push(functionStart);
    emit(start, node, functionStart);
  }
  closeUpTo(Infinity);
  return { starts, nodes, functionStarts };
}

/** The ranges by where they start; those that start together stay in their order, parents before children. */
export function sortedByStart({ starts }: NodeRanges): readonly number[] {
  const count = starts.length;
  if (count > MAX_RANGES) throw new FormatError("too-large", `more than ${MAX_RANGES} ranges in a unit`);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = starts[i]! * MAX_RANGES + i;
  keys.sort();
  return Array.from(keys, (key) => key % MAX_RANGES);
}

/** Index of the last entry that is not above `value`, or -1. */
export function lastAtOrBelow(sorted: ArrayLike<number>, value: number, from = 0, to: number = sorted.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1 < from ? -1 : low - 1;
}
