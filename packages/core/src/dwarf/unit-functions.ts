/** The functions of one unit: found by address from an outline, and read with what is inlined in them when one is asked for. */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { FORM_RNGLISTX } from "./constants.ts";
import type { FunctionTree, UnitBudgets, UnitListener } from "./decoded-unit.ts";
import { type PendingRanges, scanDies } from "./die-scan.ts";
import type { DieInput } from "./die-walk.ts";
import { flatten, type NodeRanges } from "./flatten.ts";
import { FunctionGroups } from "./function-groups.ts";
import { outlineFunctions } from "./function-outline.ts";
import { type RangeContext, readRangeLists } from "./range-lists.ts";
import type { AddressTable, DwarfSections } from "./sections.ts";
import type { StringValue, UnitRoot } from "./units.ts";
import type { WorkBudget } from "./work-budget.ts";

/** A unit is held whole while it is looked through. Whole-program builds reach some 50 MB. */
export const MAX_UNIT_BYTES: number = 256 << 20;

export interface UnitFunctions {
  /** What is held so far. */
  readonly sizeBytes: number;
  /** Whether the functions at `offset` were read, or none is there. */
  isRead(offset: number): boolean;
  read(offset: number): Promise<void>;
  /** The functions at `offset`, perhaps with others; `undefined` where none is, or before they are read. */
  treeAt(offset: number): FunctionTree | undefined;
}

export async function openFunctions(
  root: UnitRoot,
  sections: DwarfSections,
  budgets: UnitBudgets,
  listener: UnitListener,
): Promise<UnitFunctions> {
  const { unit, table } = root;
  const size = unit.end - unit.offset;
  if (size > MAX_UNIT_BYTES) throw new FormatError("too-large", `a unit of ${size} bytes`, unit.offset);
  const addresses = await sections.addressTable(root.addressBase, unit, budgets.addresses);
  const outline = outlineFunctions(await part(unit.firstDie, unit.end));
  const groups = new FunctionGroups(await rangesOf(outline), outline.outermost);
  const trees = new Map<number, FunctionTree | undefined>();
  const reading = new Map<number, Promise<void>>();
  let sizeBytes = 8 * outline.entryStarts.length + groups.sizeBytes;

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    isRead(offset) {
      const group = groups.at(offset);
      return group < 0 || trees.has(group);
    },
    async read(offset) {
      const group = groups.at(offset);
      const running = reading.get(group) ?? readGroup(group);
      reading.set(group, running);
      await running;
    },
    treeAt: (offset) => trees.get(groups.at(offset)),
  };

  async function readGroup(group: number): Promise<void> {
    trees.set(group, await readTree(groups.functions(group)));
    reading.delete(group);
  }

  /** One that is damaged leaves the others. */
  async function readTree(functions: readonly number[]): Promise<FunctionTree | undefined> {
    try {
      const parts: DieInput[] = [];
      for (const i of functions) parts.push(await part(outline.entryStarts[i]!, outline.entryEnds[i]!));
      const { names, parents, callFiles, callLines, ...scan } = scanDies(parts);
      const segments = flatten(await rangesOf(scan), parents);
      const grown = 32 * names.length + 24 * segments.starts.length + TREE_BYTES;
      sizeBytes += grown;
      listener.grew(grown);
      return { names, parents, callFiles, callLines, segments };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      listener.damaged(`functions of the unit at ${unit.offset}: ${error.message}`);
      return undefined;
    }
  }

  async function part(start: number, end: number): Promise<DieInput> {
    budgets.info.spend(end - start);
    const bytes = await sections.info.read(start, end - start);
    return { bytes, at: start, unit, table, base: sections.base, addressAt: addresses.at };
  }

  function rangesOf(scan: FoundRanges): Promise<NodeRanges> {
    return rangesInOrder(scan, root, sections, addresses, budgets.ranges);
  }
}

/** A tree without its nodes. */
const TREE_BYTES = 1024;

export interface FoundRanges {
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  readonly pending: readonly PendingRanges[];
}

/** Brings single ranges and lists into the order of the nodes, which is what puts parents before children. */
export async function rangesInOrder(
  scan: FoundRanges,
  root: UnitRoot,
  sections: DwarfSections,
  addresses: AddressTable,
  budget: WorkBudget,
): Promise<NodeRanges> {
  const nodes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const listed: (readonly [list: number, start: number, end: number])[] = [];
  if (scan.pending.length > 0) {
    await readUnitRanges(root, scan.pending, sections, addresses, budget, (...range) => listed.push(range));
  }
  let k = 0;
  for (let node = 0; node < scan.starts.length; node++) {
    if (scan.ends[node]! > scan.starts[node]!) {
      nodes.push(node);
      starts.push(scan.starts[node]!);
      ends.push(scan.ends[node]!);
    }
    for (; k < listed.length && scan.pending[listed[k]![0]]!.node === node; k++) {
      nodes.push(node);
      starts.push(listed[k]![1]);
      ends.push(listed[k]![2]);
    }
  }
  return { nodes, starts, ends };
}

/** The range lists that attributes of one unit name, by index or by place. */
export async function readUnitRanges(
  root: UnitRoot,
  lists: readonly StringValue[],
  sections: DwarfSections,
  addresses: AddressTable,
  budget: WorkBudget,
  add: (list: number, start: number, end: number) => void,
): Promise<void> {
  const { unit } = root;
  const section: ByteSource = unit.version >= 5 ? sections.rnglists : sections.ranges;
  const offsets: number[] = [];
  for (const { form, value } of lists) {
    if (form !== FORM_RNGLISTX) {
      offsets.push(value);
      continue;
    }
    const entry = new Reader(await section.read(root.rangeListsBase + value * unit.offsetSize, unit.offsetSize));
    offsets.push(root.rangeListsBase + (unit.offsetSize === 8 ? entry.u64Number() : entry.u32()));
  }
  // A unit whose code is scattered has a low_pc of 0, and then its entries are addresses.
  const zero = -(sections.base.high * 0x1_0000_0000 + sections.base.low);
  const unitLow = root.low === undefined || root.low === zero ? undefined : root.low;
  const context: RangeContext = {
    unit,
    base: sections.base,
    unitLow,
    addressAt: addresses.at,
    spend: (bytes) => budget.spend(bytes),
  };
  await readRangeLists(section, offsets, context, add);
}
