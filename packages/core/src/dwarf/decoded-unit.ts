/** One unit in the compact form that answers addresses: segments with their inline chain, rows, and files by index. */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import { FORM_RNGLISTX, NONE } from "./constants.ts";
import { type DieScan, scanDies } from "./die-scan.ts";
import { flatten, lastAtOrBelow, type NodeRanges, type Segments } from "./flatten.ts";
import { directoryIndex, fileIndex, joinPath } from "./line-files.ts";
import { findRow, type LineTable, MAX_LINE_PROGRAM_BYTES, parseLineProgram } from "./line-program.ts";
import { type RangeContext, readRangeLists } from "./range-lists.ts";
import type { AddressTable, DwarfSections } from "./sections.ts";
import { readInitialLength } from "./unit-header.ts";
import type { StringValue, UnitRoot } from "./units.ts";
import type { WorkBudget } from "./work-budget.ts";

/** A unit is held whole while it is decoded. Whole-program builds reach some 50 MB. */
export const MAX_UNIT_BYTES: number = 256 << 20;

/** Where an address lies in a unit; both ends may be missing, never both. */
export interface Place {
  /** Innermost function or inlined call, or `NONE`. */
  readonly node: number;
  readonly functionStart: number;
  /** Row of the line table, or -1. */
  readonly row: number;
}

export class DecodedUnit {
  readonly root: UnitRoot;
  readonly lines: LineTable | undefined;
  readonly sizeBytes: number;
  readonly #scan: Pick<DieScan, "names" | "parents" | "callFiles" | "callLines">;
  readonly #segments: Segments;
  readonly #paths = new Map<number, string | undefined>();

  constructor(root: UnitRoot, scan: DieScan, segments: Segments, lines: LineTable | undefined) {
    const { names, parents, callFiles, callLines } = scan;
    this.root = root;
    this.lines = lines;
    this.#scan = { names, parents, callFiles, callLines };
    this.#segments = segments;
    const rows = lines?.rows.addresses.length ?? 0;
    this.sizeBytes =
      16 * names.length + 12 * segments.starts.length + 12 * rows + (lines?.files.header.length ?? 0) + 1024;
  }

  find(offset: number): Place | undefined {
    const segment = lastAtOrBelow(this.#segments.starts, offset);
    const node = segment < 0 ? NONE : this.#segments.nodes[segment]!;
    const row = this.lines === undefined ? -1 : findRow(this.lines.rows, offset);
    if (node === NONE && row < 0) return undefined;
    return { node, functionStart: segment < 0 ? 0 : this.#segments.functionStarts[segment]!, row };
  }

  /** The entry that knows the name of a node. */
  nameEntry(node: number): number {
    return this.#scan.names[node]!;
  }
  /** What a node was inlined into, or `NONE`. */
  parent(node: number): number {
    return this.#scan.parents[node]!;
  }
  callFile(node: number): number {
    return this.#scan.callFiles[node]!;
  }
  callLine(node: number): number {
    return this.#scan.callLines[node]!;
  }
  rowFile(row: number): number {
    return this.lines?.rows.files[row] ?? NONE;
  }
  rowLine(row: number): number {
    return this.lines?.rows.lines[row] ?? 0;
  }

  hasPath(file: number): boolean {
    return this.#paths.has(file);
  }
  knownPath(file: number): string | undefined {
    return this.#paths.get(file);
  }

  /** Compilation directory, directory and name joined; `undefined` where the table has no such file. */
  async path(file: number, sections: DwarfSections): Promise<string | undefined> {
    if (this.#paths.has(file)) return this.#paths.get(file);
    const path = await this.#joinedPath(file, sections);
    this.#paths.set(file, path);
    return path;
  }

  async #joinedPath(file: number, sections: DwarfSections): Promise<string | undefined> {
    const files = this.lines?.files;
    const index = files && file !== NONE ? fileIndex(files, file) : undefined;
    if (files === undefined || index === undefined) return undefined;
    const text = ({ form, value }: StringValue) =>
      sections.string(form, value, this.root.unit, this.root.stringOffsetsBase, files.header);
    const name = await text({ form: files.fileForms[index]!, value: files.fileValues[index]! });
    if (name === undefined || name === "") return undefined;
    const directory = directoryIndex(files, files.fileDirectories[index]!);
    const folder =
      directory === undefined
        ? ""
        : ((await text({ form: files.directoryForms[directory]!, value: files.directoryValues[directory]! })) ?? "");
    return joinPath(joinPath(this.root.compilationDirectory, folder), name);
  }
}

/** What the first look at each unit may cost, all units together. */
export interface UnitBudgets {
  readonly info: WorkBudget;
  readonly lines: WorkBudget;
  readonly ranges: WorkBudget;
  readonly addresses: WorkBudget;
}

/** Reads and flattens one unit. What is damaged in it is reported and left out; the line table and the tree do not need each other. */
export async function decodeUnit(
  root: UnitRoot,
  sections: DwarfSections,
  budgets: UnitBudgets,
  report: (message: string) => void,
): Promise<DecodedUnit> {
  const orReport = async <T>(what: string, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      report(`${what} of the unit at ${root.unit.offset}: ${error.message}`);
      return undefined;
    }
  };
  const { lineProgram } = root;
  const [tree, lines] = await Promise.all([
    orReport("functions", readTree(root, sections, budgets)),
    lineProgram === undefined ? undefined : orReport("lines", readLines(root, lineProgram, sections, budgets.lines)),
  ]);
  return new DecodedUnit(root, tree?.scan ?? EMPTY_SCAN, tree?.segments ?? EMPTY_SEGMENTS, lines);
}

const EMPTY = new Uint32Array(0);
const EMPTY_SCAN: DieScan = {
  names: EMPTY,
  parents: EMPTY,
  callFiles: EMPTY,
  callLines: EMPTY,
  starts: EMPTY,
  ends: EMPTY,
  pending: [],
};
const EMPTY_SEGMENTS: Segments = { starts: EMPTY, nodes: EMPTY, functionStarts: EMPTY };

async function readTree(
  root: UnitRoot,
  sections: DwarfSections,
  budgets: UnitBudgets,
): Promise<{ readonly scan: DieScan; readonly segments: Segments }> {
  const { unit, table } = root;
  const size = unit.end - unit.offset;
  if (size > MAX_UNIT_BYTES) throw new FormatError("too-large", `a unit of ${size} bytes`, unit.offset);
  budgets.info.spend(size);
  const bytes = await sections.info.read(unit.offset, size);
  const addresses = await sections.addressTable(root.addressBase, unit, budgets.addresses);
  const scan = scanDies({ bytes, unit, table, base: sections.base, addressAt: addresses.at });
  const ranges = await rangesInOrder(scan, root, sections, addresses, budgets.ranges);
  return { scan, segments: flatten(ranges, scan.parents) };
}

/** Brings single ranges and lists into the order of the nodes, which is what puts parents before children. */
async function rangesInOrder(
  scan: DieScan,
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
  const nodes = new U32List(scan.names.length);
  const starts = new U32List(scan.names.length);
  const ends = new U32List(scan.names.length);
  let k = 0;
  for (let node = 0; node < scan.names.length; node++) {
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

const FIRST_LINE_READ = 16_384;

async function readLines(
  root: UnitRoot,
  offset: number,
  sections: DwarfSections,
  budget: WorkBudget,
): Promise<LineTable> {
  const section = sections.line;
  if (offset >= section.size) throw new FormatError("truncated", `no line program at ${offset}`, offset);
  let bytes = await section.read(offset, Math.min(FIRST_LINE_READ, section.size - offset));
  const reader = new Reader(bytes);
  const size = Math.min(readInitialLength(reader) + reader.offset, section.size - offset);
  if (size > MAX_LINE_PROGRAM_BYTES) throw new FormatError("too-large", `a line program of ${size} bytes`, offset);
  budget.spend(size);
  if (size > bytes.length) bytes = await section.read(offset, size);
  return parseLineProgram(bytes.subarray(0, size), root.unit, sections.base);
}
