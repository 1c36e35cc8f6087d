/** The units of `.debug_info`: their headers, their root entries, and which one holds an offset. Nothing is read before it is asked for. */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import type { AbbrevTable } from "./abbrev.ts";
import * as dw from "./constants.ts";
import { isAddressIndex, readValue } from "./forms.ts";
import { lastAtOrBelow } from "./flatten.ts";
import type { DwarfSections } from "./sections.ts";
import { MAX_UNIT_HEADER, parseUnitHeader, unitEnd, type UnitHeader } from "./unit-header.ts";

/** The largest apps have some 30,000. */
export const MAX_UNITS = 262_144;

/** A string attribute, not looked up yet. */
export interface StringValue {
  readonly form: number;
  readonly value: number;
}

/** What the root entry of a unit says. */
export interface UnitRoot {
  readonly unit: UnitHeader;
  readonly table: AbbrevTable;
  readonly language: number;
  /** Image offsets; absent where the unit has no one range. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly ranges: StringValue | undefined;
  readonly lineProgram: number | undefined;
  readonly compilationDirectory: string;
  readonly addressBase: number;
  readonly stringOffsetsBase: number;
  readonly rangeListsBase: number;
}

const UNIT_TAGS: ReadonlySet<number> = new Set([
  dw.TAG_COMPILE_UNIT,
  dw.TAG_PARTIAL_UNIT,
  dw.TAG_TYPE_UNIT,
  dw.TAG_SKELETON_UNIT,
]);

/** Longest stretch for one entry; inline strings can be long. */
const ENTRY_READS = [512, 8192, 1 << 20] as const;

export class Units {
  readonly #sections: DwarfSections;
  readonly #headers = new Map<number, UnitHeader>();
  readonly #roots = new Map<number, UnitRoot | undefined>();
  #all: Uint32Array | undefined;
  /** Starts that `.debug_aranges` names: entry points that save a walk through the whole section. */
  #seeds: Uint32Array = new Uint32Array(0);

  constructor(sections: DwarfSections) {
    this.#sections = sections;
  }

  seed(starts: Uint32Array): void {
    this.#seeds = starts;
  }

  async header(offset: number): Promise<UnitHeader> {
    const known = this.#headers.get(offset);
    if (known !== undefined) return known;
    const { info } = this.#sections;
    if (offset >= info.size) throw new FormatError("truncated", `no unit at ${offset}`, offset);
    const header = parseUnitHeader(await info.readUpTo(offset, MAX_UNIT_HEADER), offset, info.size);
    this.#headers.set(offset, header);
    return header;
  }

  /** Where every unit begins, in order. A length that cannot be right ends the walk, unless aranges name a later start. */
  async all(): Promise<Uint32Array> {
    if (this.#all !== undefined) return this.#all;
    const { info } = this.#sections;
    const starts: number[] = [];
    let offset = 0;
    while (offset + 4 <= info.size) {
      if (starts.length === MAX_UNITS) throw new FormatError("too-large", `more than ${MAX_UNITS} units`, offset);
      starts.push(offset);
      let next: number;
      try {
        next = unitEnd(await info.readUpTo(offset, MAX_UNIT_HEADER), offset);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        next = Infinity;
      }
      if (next > info.size) next = this.#seeds.find((seed) => seed > offset) ?? Infinity;
      offset = next;
    }
    return (this.#all = Uint32Array.from(starts));
  }

  /** The unit that holds the entry at `offset`. */
  async containing(offset: number): Promise<UnitHeader> {
    const seed = lastAtOrBelow(this.#seeds, offset);
    if (this.#all === undefined && seed >= 0) {
      let unit = await this.header(this.#seeds[seed]!);
      for (let step = 0; step < MAX_WALK && unit.end <= offset; step++) unit = await this.header(unit.end);
      if (unit.end > offset) return unit;
    }
    const all = await this.all();
    const index = lastAtOrBelow(all, offset);
    if (index < 0) throw new FormatError("truncated", `no unit holds ${offset}`, offset);
    return this.header(all[index]!);
  }

  /** `undefined` for a unit of nothing but a header or padding: real files have those. */
  async root(offset: number): Promise<UnitRoot | undefined> {
    if (this.#roots.has(offset)) return this.#roots.get(offset);
    const root = await this.#readRoot(await this.header(offset));
    this.#roots.set(offset, root);
    return root;
  }

  /**
   * Reads the entry at `offset`; `visit` gets each attribute and the bytes that inline strings count in.
   * An entry longer than the first read is visited again from its start. Gives the abbreviation, or `undefined` for the 0 that ends a list.
   */
  async entry(
    unit: UnitHeader,
    table: AbbrevTable,
    offset: number,
    visit: (attribute: number, form: number, value: number) => void,
  ): Promise<{ readonly abbrev: number; readonly bytes: Uint8Array } | undefined> {
    const { info, base } = this.#sections;
    if (offset < unit.firstDie || offset >= unit.end) {
      throw new FormatError("damaged", `no entry at ${offset}`, offset);
    }
    for (let attempt = 0; attempt < ENTRY_READS.length; attempt++) {
      const length = ENTRY_READS[attempt]!;
      const available = Math.min(length, unit.end - offset);
      const bytes = info.resident(offset, available) ?? (await info.read(offset, available));
      const reader = new Reader(bytes);
      try {
        const code = reader.uleb();
        if (code === 0) return undefined;
        const abbrev = table.indexOf(code);
        if (abbrev < 0) throw new FormatError("damaged", `abbreviation ${code} does not exist`, offset);
        for (let i = table.first[abbrev]!; i < table.first[abbrev + 1]!; i++) {
          const form = table.forms[i]!;
          visit(table.attributes[i]!, form, readValue(reader, form, table.implicit[i]!, unit, base));
        }
        return { abbrev, bytes };
      } catch (error) {
        const more = available === length && attempt + 1 < ENTRY_READS.length;
        if (error instanceof FormatError && error.code === "truncated" && more) continue;
        throw error;
      }
    }
    throw new FormatError("truncated", "an entry without end", offset);
  }

  async #readRoot(unit: UnitHeader): Promise<UnitRoot | undefined> {
    if (unit.firstDie >= unit.end) return undefined;
    const table = await this.#sections.abbrevTable(unit);
    const values = new Map<number, StringValue>();
    const entry = await this.entry(unit, table, unit.firstDie, (attribute, form, value) =>
      values.set(attribute, { form, value }),
    );
    if (entry === undefined) return undefined;
    if (!UNIT_TAGS.has(table.tags[entry.abbrev]!))
      throw new FormatError("damaged", "a root that is no unit", unit.offset);

    // The bases must be known before anything that is an index.
    const skipHeader = unit.version < 5 ? 0 : unit.offsetSize === 8 ? 16 : 8;
    const addressBase = values.get(dw.AT_ADDR_BASE)?.value ?? skipHeader;
    const stringOffsetsBase = values.get(dw.AT_STR_OFFSETS_BASE)?.value ?? skipHeader;
    const address = async (of: StringValue): Promise<number> =>
      isAddressIndex(of.form) ? this.#sections.address(addressBase, of.value, unit.addressSize) : of.value;
    const low = values.get(dw.AT_LOW_PC);
    const high = values.get(dw.AT_HIGH_PC);
    const lowOffset = low && (await address(low));
    const highIsAddress = high !== undefined && (high.form === dw.FORM_ADDR || isAddressIndex(high.form));
    const highOffset =
      high && (highIsAddress ? await address(high) : lowOffset === undefined ? undefined : lowOffset + high.value);
    const directory = values.get(dw.AT_COMP_DIR);
    const compilationDirectory =
      directory && (await this.#sections.string(directory.form, directory.value, unit, stringOffsetsBase, entry.bytes));
    return {
      unit,
      table,
      language: values.get(dw.AT_LANGUAGE)?.value ?? 0,
      low: lowOffset,
      high: highOffset,
      ranges: values.get(dw.AT_RANGES),
      lineProgram: values.get(dw.AT_STMT_LIST)?.value,
      compilationDirectory: compilationDirectory ?? "",
      addressBase,
      stringOffsetsBase,
      rangeListsBase:
        values.get(dw.AT_RNGLISTS_BASE)?.value ?? (unit.version < 5 ? 0 : unit.offsetSize === 8 ? 20 : 12),
    };
  }
}

/** Units without code that stand between two that aranges list. */
const MAX_WALK = 64;
