/** Which units have code at an address. Ranges may overlap: folded code, and units that claim what lies between their functions. */
import type { UnitRanges } from "./aranges.ts";
import { lastAtOrBelow } from "./flatten.ts";

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
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => ranges.starts[a]! - ranges.starts[b]! || ranges.units[a]! - ranges.units[b]!,
  );
  const starts = Uint32Array.from(order, (i) => ranges.starts[i]!);
  const ends = Uint32Array.from(order, (i) => ranges.ends[i]!);
  const units = Uint32Array.from(order, (i) => ranges.units[i]!);
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
