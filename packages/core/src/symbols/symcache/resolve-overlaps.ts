/** Which of several ranges an address belongs to, when they overlap: as for code that the linker folded into one. */

/** Numbers of ranges that fit beside an address in a double. */
export const MAX_OVERLAP_RANGES: number = 2 ** 21;

/**
 * Calls `emit` with disjoint parts in rising order, each with the range it belongs to: of those that cover it, the one for
 * which `isBefore(it, other)` holds against every other.
 */
export function resolveOverlaps(
  count: number,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
  isBefore: (a: number, b: number) => boolean,
  emit: (start: number, end: number, range: number) => void,
): void {
  const order = orderByStart(count, starts);
  const heap = new RangeHeap(isBefore);
  let at = 0; // everything before it is told
  for (let k = 0; k < count;) {
    const range = order[k]!;
    const start = starts[range]!;
    // Up to here only what is open already counts.
    at = tell(heap, at, start, ends, emit);
    if (heap.size === 0 && (k + 1 === count || starts[order[k + 1]!]! >= ends[range]!)) {
      emit(start, ends[range]!, range);
      at = ends[range]!;
      k++;
      continue;
    }
    at = start;
    for (; k < count; k++) {
      const next = order[k]!;
      if (starts[next] !== start) break;
      heap.push(next);
    }
  }
  tell(heap, at, Infinity, ends, emit);
}

/** Gives out what lies between `from` and `to`. */
function tell(
  heap: RangeHeap,
  from: number,
  to: number,
  ends: ArrayLike<number>,
  emit: (start: number, end: number, range: number) => void,
): number {
  let at = from;
  while (heap.size > 0 && at < to) {
    const best = heap.first();
    const end = Math.min(ends[best]!, to);
    if (end > at) {
      emit(at, end, best);
      at = end;
    }
    if (ends[best]! <= at) heap.removeFirst();
  }
  return Math.max(at, Math.min(to, at));
}

/** The ranges by where they start; those that start together stay in their order. */
function orderByStart(count: number, starts: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(count);
  let isSorted = true;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    if (i > 0 && starts[i]! < starts[i - 1]!) isSorted = false;
  }
  if (isSorted) return order;
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = starts[i]! * MAX_OVERLAP_RANGES + i;
  keys.sort();
  for (let i = 0; i < count; i++) order[i] = keys[i]! % MAX_OVERLAP_RANGES;
  return order;
}

/** Ranges that are open, the one that counts first. One that has ended goes when it is first. */
class RangeHeap {
  readonly #items: number[] = [];
  readonly #isBefore: (a: number, b: number) => boolean;

  constructor(isBefore: (a: number, b: number) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  first(): number {
    return this.#items[0]!;
  }

  push(range: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(range);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(range, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = range;
  }

  removeFirst(): void {
    const items = this.#items;
    const last = items.pop()!;
    if (items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#isBefore(items[child + 1]!, items[child]!)) child++;
      if (!this.#isBefore(items[child]!, last)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
  }
}
