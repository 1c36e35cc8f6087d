/** Makes the packed form of one slice: a pass over its DWARF, unit by unit, and one over its symbol table. */
import { FormatError } from "../../bytes/errors.ts";
import { isLiveRange, textBase } from "../../bytes/image-offset.ts";
import { parseAranges } from "../../dwarf/aranges.ts";
import { NONE } from "../../dwarf/constants.ts";
import { MAX_ARANGES_BYTES, PLAIN_LANGUAGES } from "../../dwarf/debug-info.ts";
import { readLines, type UnitBudgets } from "../../dwarf/decoded-unit.ts";
import type { LineTable } from "../../dwarf/line-program.ts";
import { DwarfSections } from "../../dwarf/sections.ts";
import { MAX_UNIT_BYTES, readUnitRanges } from "../../dwarf/unit-functions.ts";
import { type UnitRoot, Units } from "../../dwarf/units.ts";
import { WorkBudget } from "../../dwarf/work-budget.ts";
import { findSection, type MachOSlice, openMachO, sectionSource } from "../../macho/mach-o.ts";
import { type ByteSource, bytesSource } from "../../bytes/byte-source.ts";
import type { Problem, Uuid } from "../../report.ts";
import { MAX_SLICE_PROBLEMS } from "../slice.ts";
import { hasDebugMap } from "../../macho/debug-map.ts";
import type { LesserContents } from "../provider.ts";
import { ByteWriter } from "./byte-writer.ts";
import { EntrySet } from "./entry-set.ts";
import { UnitTree, type UnitSegments } from "./unit-tree.ts";
import { addUnitEntries, Entries, type UnitClaim } from "./entries.ts";
import { UnitFiles } from "./unit-files.ts";
import { assemble } from "./format.ts";
import { poolNames } from "./pool-names.ts";
import { findNameRefs, type NameSources } from "./name-refs.ts";
import { markLive, Nodes, packNodes } from "./nodes.ts";
import { commonShift, packEntries } from "./pack-entries.ts";
import { packSymbols } from "./pack-symbols.ts";
import { TableBudget } from "./table-budget.ts";
import { StringPool } from "./string-pool.ts";
import { WindowedSource } from "./windowed-source.ts";

export interface BuildOptions {
  /** Sections up to this size are held whole; 64 MiB when not told. */
  readonly maxWholeSection?: number;
  /** What the tables made from it may take; 2 GiB when not told. One byte more is a `FormatError("too-large")`. */
  readonly maxTableBytes?: number;
}

const DEFAULT_TABLE_BYTES = 2 ** 31;

/**
 * The bytes of a symcache. What cannot be read of the debug file is left out and told in its problems.
 *
 * @example
 * const [slice] = await openMachO(source);
 * await writeFile(path, await buildSymcache(slice));
 */
export async function buildSymcache(slice: MachOSlice, options: BuildOptions = {}): Promise<Uint8Array> {
  const problems: Problem[] = [...slice.problems];
  const report = (problem: Problem): void => {
    if (problems.length < MAX_SLICE_PROBLEMS) problems.push(problem);
  };
  const hasDebugInfo = (findSection(slice, "__DWARF", "__debug_info")?.size ?? 0) > 0;
  const budget = new TableBudget(options.maxTableBytes ?? DEFAULT_TABLE_BYTES);
  const names = new StringPool(budget);
  const files = new StringPool(budget);
  const nodes = new Nodes(budget);
  const entries = new Entries(budget);
  const nodeBytes = new ByteWriter();
  let places: Uint32Array = new Uint32Array(0);
  if (hasDebugInfo) {
    const reader = new DwarfReader(slice, options, report);
    await reader.readUnits(nodes, entries, files);
    const live = markLive(nodes, entries.nodes.subarray(0, entries.count));
    const { nameOf, isPartial } = await reader.readNames(nodes, live, names, budget);
    places = packNodes(nodes, live, nameOf, isPartial, nodeBytes);
  }
  const symbolIndex = new ByteWriter();
  const symbols = new ByteWriter();
  await packSymbols(slice, names, symbolIndex, symbols, report);

  const shift = commonShift(entries);
  const entryIndex = new ByteWriter();
  const entryBlocks = new ByteWriter(entries.count * 4);
  packEntries(entries, shift, places, entryIndex, entryBlocks);
  const packStrings = (pool: StringPool) => {
    const index = new ByteWriter();
    const blocks = new ByteWriter(1 << 16);
    pool.pack(index, blocks);
    return { index: index.written(), blocks: blocks.written() };
  };
  const packedNames = packStrings(names);
  const packedFiles = packStrings(files);
  const { uuid, arch, textAddress, textSize } = slice;
  const contents = hasDebugInfo ? undefined : await lesserContents(slice, symbols.length > 0);
  return assemble(
    { uuid, arch, textAddress, textSize, hasDebugInfo, contents, shift },
    {
      entryIndex: entryIndex.written(),
      entries: entryBlocks.written(),
      nodes: nodeBytes.written(),
      symbolIndex: symbolIndex.written(),
      symbols: symbols.written(),
      nameIndex: packedNames.index,
      names: packedNames.blocks,
      fileIndex: packedFiles.index,
      files: packedFiles.blocks,
      problems: new TextEncoder().encode(problems.length === 0 ? "" : JSON.stringify(problems)),
    },
  );
}

async function lesserContents(slice: MachOSlice, hasSymbols: boolean): Promise<LesserContents> {
  if (await hasDebugMap(slice)) return "debug-map";
  return hasSymbols ? "names" : "nothing";
}

/**
 * The same for the slice of a debug file that has this UUID; `undefined` where none has.
 *
 * @example
 * const bytes = await buildSymcacheOf(source, uuid);
 */
export async function buildSymcacheOf(
  source: ByteSource,
  uuid: Uuid,
  options: BuildOptions = {},
): Promise<Uint8Array | undefined> {
  const slice = (await openMachO(source)).find((candidate) => candidate.uuid === uuid);
  return slice && buildSymcache(slice, options);
}

interface UnitTables {
  readonly nodes: Nodes;
  readonly tree: UnitTree;
  readonly entries: Entries;
  readonly files: StringPool;
}

class DwarfReader {
  readonly #sections: DwarfSections;
  readonly #units: Units;
  readonly #report: (problem: Problem) => void;
  readonly #budgets: UnitBudgets;
  readonly #source: (name: string) => WindowedSource;

  constructor(slice: MachOSlice, { maxWholeSection }: BuildOptions, report: (problem: Problem) => void) {
    const sources = new Map<string, WindowedSource>();
    this.#source = (name) => {
      const known = sources.get(name);
      if (known !== undefined) return known;
      const section = findSection(slice, "__DWARF", `__${name}`);
      const bytes = section === undefined ? bytesSource(new Uint8Array(0)) : sectionSource(slice, section);
      const source = new WindowedSource(bytes, maxWholeSection);
      sources.set(name, source);
      return source;
    };
    this.#sections = new DwarfSections(this.#source, textBase(slice.textAddress));
    this.#units = new Units(this.#sections);
    this.#report = report;
    const { info, line, ranges, rnglists, addresses } = this.#sections;
    this.#budgets = {
      info: new WorkBudget("entries", info.size),
      lines: new WorkBudget("line programs", line.size),
      ranges: new WorkBudget("range lists", ranges.size + rnglists.size),
      addresses: new WorkBudget("addresses", addresses.size),
    };
  }

  async readUnits(nodes: Nodes, entries: Entries, files: StringPool): Promise<void> {
    const tree = new UnitTree(nodes);
    const listed = await this.#listedClaims();
    const starts = (await this.#orReport("units", this.#units.all())) ?? new Uint32Array(0);
    for (const [i, offset] of starts.entries()) {
      const claim = listed.get(offset);
      await this.#orReport(
        `unit at ${offset}`,
        this.#readUnit(offset, claim ?? { rank: starts.length + i, starts: [], ends: [] }, claim !== undefined, {
          nodes,
          tree,
          entries,
          files,
        }),
      );
    }
  }

  async #readUnit(
    offset: number,
    claim: UnitClaim,
    isListed: boolean,
    { nodes, tree, entries, files }: UnitTables,
  ): Promise<void> {
    const root = await this.#units.root(offset);
    if (root === undefined) {
      if (isListed) throw new FormatError("damaged", "a unit without entries has no code", offset);
      return;
    }
    const claimed = isListed ? claim : await this.#rootClaim(root, claim.rank);
    if (claimed.starts.length === 0) return;
    const lines =
      root.lineProgram === undefined
        ? undefined
        : await this.#orReport(
            `lines of the unit at ${offset}`,
            readLines(root, root.lineProgram, this.#sections, this.#budgets.lines),
          );
    const firstNode = nodes.count;
    const segments = await this.#orReport(`functions of the unit at ${offset}`, this.#readFunctions(root, tree));
    const unitFiles = new UnitFiles(root, lines?.files, files);
    if (lines !== undefined) await unitFiles.load(this.#sections, wantedFiles(nodes, firstNode, lines));
    const fileOf = (file: number): number => unitFiles.idOf(file);
    nodes.finishUnit(firstNode, !PLAIN_LANGUAGES.has(root.language), fileOf);
    addUnitEntries(entries, claimed, segments, lines?.rows, fileOf);
  }

  async #readFunctions(root: UnitRoot, tree: UnitTree): Promise<UnitSegments> {
    const { unit, table } = root;
    const size = unit.end - unit.offset;
    if (size > MAX_UNIT_BYTES) throw new FormatError("too-large", `a unit of ${size} bytes`, unit.offset);
    const addresses = await this.#sections.addressTable(root.addressBase, unit, this.#budgets.addresses);
    const bytes = await this.#source("debug_info").read(unit.firstDie, unit.end - unit.firstDie);
    const input = { bytes, at: unit.firstDie, unit, table, base: this.#sections.base, addressAt: addresses.at };
    return tree.read(input, (lists, add) =>
      readUnitRanges(root, lists, this.#sections, addresses, this.#budgets.ranges, add),
    );
  }

  /** Units that `.debug_aranges` lists, by their offset: they come before those it does not. */
  async #listedClaims(): Promise<ReadonlyMap<number, UnitClaim>> {
    const { aranges, info, base } = this.#sections;
    if (aranges.size === 0 || aranges.size > MAX_ARANGES_BYTES) return new Map();
    const ranges = parseAranges(await aranges.read(0, aranges.size), info.size, base);
    if (ranges === undefined) {
      this.#damage("the table of address ranges is damaged; the units themselves are asked");
      return new Map();
    }
    const offsets = Uint32Array.from(new Set(ranges.units)).sort();
    this.#units.seed(offsets);
    const claims = new Map<number, { rank: number; starts: number[]; ends: number[] }>();
    for (const [rank, offset] of offsets.entries()) claims.set(offset, { rank, starts: [], ends: [] });
    for (let i = 0; i < ranges.units.length; i++) {
      const claim = claims.get(ranges.units[i]!)!;
      claim.starts.push(ranges.starts[i]!);
      claim.ends.push(ranges.ends[i]!);
    }
    return claims;
  }

  /** Of a unit that is not listed: what its root says. */
  async #rootClaim(root: UnitRoot, rank: number): Promise<UnitClaim> {
    const starts: number[] = [];
    const ends: number[] = [];
    if (root.ranges !== undefined) {
      const addresses = await this.#sections.addressTable(root.addressBase, root.unit, this.#budgets.addresses);
      await readUnitRanges(root, [root.ranges], this.#sections, addresses, this.#budgets.ranges, (_, start, end) => {
        starts.push(start);
        ends.push(end);
      });
    } else if (root.low !== undefined && root.high !== undefined && isLiveRange(root.low, root.high)) {
      starts.push(root.low);
      ends.push(root.high);
    }
    return { rank, starts, ends };
  }

  async readNames(nodes: Nodes, live: Uint8Array, pool: StringPool, budget: TableBudget) {
    const entries = new EntrySet(this.#sections.info.size, budget);
    for (let node = 0; node < nodes.count; node++) if (live[node] === 1) entries.add(nodes.entries[node]!);
    const sources: NameSources = {
      units: this.#units,
      sections: this.#sections,
      info: this.#source("debug_info"),
      strings: this.#source("debug_str"),
      lineStrings: this.#source("debug_line_str"),
      stringOffsets: this.#source("debug_str_offsets"),
    };
    const { refs, isLinkageName } = await findNameRefs(entries.list(), sources);
    const ids = await poolNames(refs, sources, pool);
    const isMethod = (id: number) => pool.length(id) > 1 && pool.byteAt(id, 1) === 0x5b && isSign(pool.byteAt(id, 0));
    return {
      nameOf: (node: number): number => ids[entries.indexOf(nodes.entries[node]!)] ?? 0,
      isPartial: (node: number): boolean => {
        if (nodes.expectsLinkage[node] !== 1) return false;
        const index = entries.indexOf(nodes.entries[node]!);
        return isLinkageName[index] === 0 && !isMethod(ids[index]!);
      },
    };
  }

  async #orReport<T>(what: string, reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#damage(`${what}: ${error.message}`);
      return undefined;
    }
  }

  #damage(message: string): void {
    this.#report({ code: "damaged-symbols", message });
  }
}

const isSign = (byte: number): boolean => byte === 0x2b || byte === 0x2d;

/** Files that rows or call sites name. */
function wantedFiles(nodes: Nodes, firstNode: number, { rows }: LineTable): ReadonlySet<number> {
  const wanted = new Set<number>();
  let last = -1;
  for (const file of rows.files) {
    if (file !== last) wanted.add((last = file));
  }
  for (let node = firstNode; node < nodes.count; node++) {
    const file = nodes.callFiles[node]!;
    if (file !== NONE && file !== last) wanted.add((last = file));
  }
  return wanted;
}
