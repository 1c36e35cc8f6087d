/**
 * DWARF as answers to addresses. Opening reads nothing; an address reads the table of ranges, then the one unit that
 * covers it. Decoded units are kept, the oldest given up first.
 */
import { FormatError } from "../bytes/errors.ts";
import { U32List } from "../bytes/u32-list.ts";
import type { Problem } from "../report.ts";
import { parseAranges, type UnitRanges } from "./aranges.ts";
import { NONE } from "./constants.ts";
import { type DecodedUnit, decodeUnit, type Place, type UnitBudgets } from "./decoded-unit.ts";
import { type FunctionName, Names } from "./names.ts";
import { MAX_RANGES } from "./range-lists.ts";
import { DwarfSections, type FindSection } from "./sections.ts";
import { isLiveRange, textBase } from "../bytes/image-offset.ts";
import { readUnitRanges } from "./unit-functions.ts";
import { createUnitMap, type UnitMap } from "./unit-ranges.ts";
import { Units } from "./units.ts";
import { WorkBudget } from "./work-budget.ts";

/** Decoded units that are kept; a 44 MB Swift dSYM takes 13 MB of it. */
export const MAX_DECODED_BYTES: number = 128 << 20;
export const MAX_ARANGES_BYTES: number = 64 << 20;
/** Frames of one address; 16 deep is the most seen. */
export const MAX_CHAIN = 512;

export interface DwarfFrame {
  /** Empty where the file gives none. */
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

export interface DwarfAnswer {
  /** Innermost first. One frame without a name where a row exists but no function does. */
  readonly frames: readonly DwarfFrame[];
  /** Image offset where the range of the concrete function begins. */
  readonly functionStart: number | undefined;
  /** The last frame has no linkage name although its language makes them: `init`, `alloc`, `operator<<`. */
  readonly nameIsPartial: boolean;
}

/** C, Objective-C and assembler in their versions (section 7.12 of the standard): the plain name is the symbol. */
export const PLAIN_LANGUAGES: ReadonlySet<number> = new Set([0x01, 0x02, 0x0c, 0x10, 0x1d, 0x2c, 0x8001]);

export class DebugInfo {
  readonly #sections: DwarfSections;
  readonly #units: Units;
  readonly #names: Names;
  readonly #report: (problem: Problem) => void;
  readonly #decoded = new Map<number, DecodedUnit>();
  readonly #decoding = new Map<number, Promise<DecodedUnit | undefined>>();
  readonly #damaged = new Set<number>();
  /** Units that were opened before: opening them again, after others took their place, costs nothing from the budgets. */
  readonly #opened = new Set<number>();
  readonly #budgets: UnitBudgets;
  #decodedBytes = 0;
  #listed: Promise<UnitMap | undefined> | undefined;
  #unlisted: Promise<UnitMap> | undefined;
  #listedUnits = new Set<number>();

  /** `textAddress` = where `__TEXT` begins; all offsets count from there. */
  constructor(find: FindSection, textAddress: bigint, report: (problem: Problem) => void) {
    this.#sections = new DwarfSections(find, textBase(textAddress));
    this.#units = new Units(this.#sections);
    this.#names = new Names(this.#sections, this.#units);
    this.#report = report;
    this.#budgets = this.#newBudgets();
  }

  #newBudgets(): UnitBudgets {
    const { info, line, ranges, rnglists, addresses } = this.#sections;
    return {
      info: new WorkBudget("entries", info.size),
      lines: new WorkBudget("line programs", line.size),
      ranges: new WorkBudget("range lists", ranges.size + rnglists.size),
      addresses: new WorkBudget("addresses", addresses.size),
    };
  }

  async lookUp(offset: number): Promise<DwarfAnswer | undefined> {
    this.#listed ??= this.#readAranges();
    const listed = await this.#listed;
    const fromListed = listed && (await this.#askUnits(listed.at(offset), offset));
    if (fromListed) return fromListed;
    this.#unlisted ??= this.#readUnlisted();
    return this.#askUnits((await this.#unlisted).at(offset), offset);
  }

  async #askUnits(offsets: readonly number[], offset: number): Promise<DwarfAnswer | undefined> {
    for (const unitOffset of offsets) {
      const unit = this.#decoded.get(unitOffset) ?? (await this.#decode(unitOffset));
      if (unit === undefined) continue;
      if (!unit.canFind(offset)) await unit.read(offset);
      const place = unit.find(offset);
      if (place !== undefined) return this.#answer(unit, place);
    }
    return undefined;
  }

  async #answer(unit: DecodedUnit, place: Place): Promise<DwarfAnswer> {
    const frames: DwarfFrame[] = [];
    let file = place.row < 0 ? NONE : unit.rowFile(place.row);
    let line = place.row < 0 ? undefined : unit.rowLine(place.row);
    const { tree } = place;
    let { node } = place;
    let name: FunctionName | undefined;
    do {
      if (tree !== undefined) {
        const entry = tree.names[node]!;
        name = this.#names.cached(entry) ?? (await this.#names.of(entry));
      }
      const path = unit.hasPath(file) ? unit.knownPath(file) : await unit.path(file, this.#sections);
      frames.push({ name: name?.text ?? "", file: path, line });
      if (tree === undefined) break;
      file = tree.callFiles[node]!;
      line = tree.callLines[node]!;
      node = tree.parents[node]!;
    } while (node !== NONE && frames.length < MAX_CHAIN);
    return {
      frames,
      functionStart: tree === undefined ? undefined : place.functionStart,
      nameIsPartial:
        name !== undefined &&
        !name.isLinkageName &&
        !PLAIN_LANGUAGES.has(unit.root.language) &&
        !/^[-+]\[/.test(name.text),
    };
  }

  #decode(unitOffset: number): Promise<DecodedUnit | undefined> {
    if (this.#damaged.has(unitOffset)) return Promise.resolve(undefined);
    let running = this.#decoding.get(unitOffset);
    if (running === undefined) {
      running = this.#readUnit(unitOffset).finally(() => this.#decoding.delete(unitOffset));
      this.#decoding.set(unitOffset, running);
    }
    return running;
  }

  async #readUnit(unitOffset: number): Promise<DecodedUnit | undefined> {
    try {
      const root = await this.#units.root(unitOffset);
      if (root === undefined) throw new FormatError("damaged", "a unit without entries has no code", unitOffset);
      const budgets = this.#opened.has(unitOffset) ? this.#newBudgets() : this.#budgets;
      this.#opened.add(unitOffset);
      const unit: DecodedUnit = await decodeUnit(root, this.#sections, budgets, {
        damaged: (message) => this.#damage(message),
        grew: (bytes) => {
          if (this.#decoded.get(unitOffset) === unit) this.#hold(bytes, unit);
        },
      });
      this.#decoded.set(unitOffset, unit);
      this.#hold(unit.sizeBytes, unit);
      return unit;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#damaged.add(unitOffset);
      this.#damage(`unit at ${unitOffset}: ${error.message}`);
      return undefined;
    }
  }

  /** Makes room for what came to `unit`. */
  #hold(bytes: number, unit: DecodedUnit): void {
    this.#decodedBytes += bytes;
    for (const [oldest, held] of this.#decoded) {
      if (this.#decodedBytes <= MAX_DECODED_BYTES || held === unit) break;
      this.#decoded.delete(oldest);
      this.#decodedBytes -= held.sizeBytes;
    }
  }

  #damage(message: string): void {
    this.#report({ code: "damaged-symbols", message });
  }

  /** Units that `.debug_aranges` lists. It names only units with code, so most files need nothing else. */
  async #readAranges(): Promise<UnitMap | undefined> {
    const { aranges, info, base } = this.#sections;
    if (aranges.size === 0 || aranges.size > MAX_ARANGES_BYTES) return undefined;
    const ranges = parseAranges(await aranges.read(0, aranges.size), info.size, base);
    if (ranges === undefined) {
      this.#damage("the table of address ranges is damaged; the units themselves are asked");
      return undefined;
    }
    this.#listedUnits = new Set(ranges.units);
    this.#units.seed(Uint32Array.from(this.#listedUnits).sort());
    return createUnitMap(ranges);
  }

  /** The others, by what their root entries say. */
  async #readUnlisted(): Promise<UnitMap> {
    const starts = new U32List();
    const ends = new U32List();
    const units = new U32List();
    const budgets = this.#newBudgets();
    for (const offset of await this.#allUnits()) {
      if (this.#listedUnits.has(offset)) continue;
      const add = (start: number, end: number) => {
        if (starts.length === MAX_RANGES) throw new FormatError("too-large", "too many ranges of units");
        starts.push(start);
        ends.push(end);
        units.push(offset);
      };
      try {
        await this.#addRootRanges(offset, budgets, add);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        this.#damage(`unit at ${offset}: ${error.message}`);
      }
    }
    const ranges: UnitRanges = { starts: starts.trimmed(), ends: ends.trimmed(), units: units.trimmed() };
    return createUnitMap(ranges);
  }

  async #allUnits(): Promise<Iterable<number>> {
    try {
      return await this.#units.all();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#damage(error.message);
      return [];
    }
  }

  async #addRootRanges(offset: number, budgets: UnitBudgets, add: (start: number, end: number) => void): Promise<void> {
    const root = await this.#units.root(offset);
    if (root === undefined) return;
    if (root.ranges !== undefined) {
      const addresses = await this.#sections.addressTable(root.addressBase, root.unit, budgets.addresses);
      await readUnitRanges(root, [root.ranges], this.#sections, addresses, budgets.ranges, (_, start, end) =>
        add(start, end),
      );
    } else if (root.low !== undefined && root.high !== undefined && isLiveRange(root.low, root.high)) {
      add(root.low, root.high);
    }
  }
}
