/** The functions of one unit: found by address from an outline, and read with what is inlined in them when one is asked for. */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import { FORM_RNGLISTX } from "./constants.ts";
import type { FunctionTree, UnitBudgets, UnitListener } from "./decoded-unit.ts";
import { type DieScan, scanDies } from "./die-scan.ts";
import type { DieInput } from "./die-walk.ts";
import { flatten, type NodeRanges } from "./flatten.ts";
import { FunctionGroups } from "./function-groups.ts";
import { type FunctionOutline, outlineFunctions } from "./function-outline.ts";
import { type RangeContext, readRangeLists } from "./range-lists.ts";
import type { AddressTable, DwarfSections } from "./sections.ts";
import type { StringValue, UnitRoot } from "./units.ts";
import type { WorkBudget } from "./work-budget.ts";

/** A unit is held whole while it is looked through. Whole-program builds reach some 50 MB. */
export const MAX_UNIT_BYTES: number = 256 << 20;

export interface UnitFunctions {
  /** What is held so far. */
  readonly sizeBytes: number;
  /** The functions whose code holds `offset`, perhaps with others. */
  treeAt(offset: number): Promise<FunctionTree | undefined>;
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
  const trees = new Map<number, Promise<FunctionTree | undefined>>();
  let sizeBytes = 8 * outline.entryStarts.length + groups.sizeBytes;

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async treeAt(offset) {
      const group = groups.at(offset);
      if (group < 0) return undefined;
      const known = trees.get(group) ?? readTree(groups.functions(group));
      trees.set(group, known);
      return known;
    },
  };

  /** One that is damaged leaves the others. */
  async function readTree(functions: readonly number[]): Promise<FunctionTree | undefined> {
    try {
      const parts: DieInput[] = [];
      for (const i of functions) parts.push(await part(outline.entryStarts[i]!, outline.entryEnds[i]!));
      const { names, parents, callFiles, callLines, ...scan } = scanDies(parts);
      const segments = flatten(await rangesOf(scan), parents);
      const grown = 16 * names.length + 12 * segments.starts.length + TREE_BYTES;
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

  function rangesOf(scan: Pick<FunctionOutline, "starts" | "ends" | "pending">): Promise<NodeRanges> {
    return rangesInOrder(scan, root, sections, addresses, budgets.ranges);
  }
}

/** A tree without its nodes. */
const TREE_BYTES = 1024;

/** Brings single ranges and lists into the order of the nodes, which is what puts parents before children. */
async function rangesInOrder(
  scan: Pick<DieScan, "starts" | "ends" | "pending">,
  root: UnitRoot,
  sections: DwarfSections,
  addresses: AddressTable,
  budget: WorkBudget,
): Promise<NodeRanges> {
  const listed = { list: new U32List(), starts: new U32List(), ends: new U32List() };
  if (scan.pending.length > 0) {
    await readUnitRanges(root, scan.pending, sections, addresses, budget, (list, start, end) => {
      listed.list.push(list);
      listed.starts.push(start);
      listed.ends.push(end);
    });
  }
  const nodes = new U32List(scan.starts.length);
  const starts = new U32List(scan.starts.length);
  const ends = new U32List(scan.starts.length);
  let k = 0;
  for (let node = 0; node < scan.starts.length; node++) {
    if (scan.ends[node]! > scan.starts[node]!) {
      nodes.push(node);
      starts.push(scan.starts[node]!);
      ends.push(scan.ends[node]!);
    }
    while (k < listed.list.length && scan.pending[listed.list.at(k)]!.node === node) {
      nodes.push(node);
      starts.push(listed.starts.at(k));
      ends.push(listed.ends.at(k));
      k++;
    }
  }
  return { nodes: nodes.trimmed(), starts: starts.trimmed(), ends: ends.trimmed() };
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
