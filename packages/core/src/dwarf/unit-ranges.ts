/** Which units have code at an address. Ranges may overlap: folded code, and units that claim what lies between their functions. */
import { FormatError } from "../bytes/errors.ts";
import type { UnitRanges } from "./aranges.ts";
import { lastAtOrBelow } from "./flatten.ts";
import { MAX_RANGES } from "./range-lists.ts";

/** Units that are asked about one address, in the order of the file. */
export const MAX_CANDIDATES = 8;
/** Ranges that are looked at for one address. */
const MAX_STEPS = 4096;

export interface UnitMap {
  /** Offsets of units, ascending. */
  at(offset: number): readonly number[];
}

export function createUnitMap(ranges: UnitRanges): UnitMap {
  const count = ranges.starts.length;
  if (count > MAX_RANGES) throw new FormatError("too-large", `more than ${MAX_RANGES} ranges of units`);
  const order = new Float64Array(count);
  for (let i = 0; i < count; i++) order[i] = ranges.starts[i]! * MAX_RANGES + i;
  order.sort();
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const units = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const key = order[i]!;
    starts[i] = Math.floor(key / MAX_RANGES);
    const from = key - starts[i]! * MAX_RANGES;
    ends[i] = ranges.ends[from]!;
    units[i] = ranges.units[from]!;
  }
  // The highest end so far tells when nothing further back can reach the address.
  const reach = new Uint32Array(count);
  let highest = 0;
  for (let i = 0; i < count; i++) reach[i] = highest = Math.max(highest, ends[i]!);

  return {
    at(offset) {
      const found: number[] = [];
      const last = lastAtOrBelow(starts, offset);
      for (let i = last; i >= 0 && last - i < MAX_STEPS && reach[i]! > offset; i--) {
        if (ends[i]! > offset && !found.includes(units[i]!)) found.push(units[i]!);
      }
      return found.sort((a, b) => a - b).slice(0, MAX_CANDIDATES);
    },
  };
}
