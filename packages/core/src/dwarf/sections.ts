/** The DWARF sections of one slice as sources: small scattered reads go through pages, large runs straight through. */
import { type ByteSource, bytesSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { PagedSource, readString } from "../bytes/paged-source.ts";
import { Reader } from "../bytes/reader.ts";
import { type AbbrevTable, parseAbbrevTable } from "./abbrev.ts";
import * as dw from "./constants.ts";
import type { FormSizes } from "./forms.ts";
import { readImageOffset, type TextBase } from "../bytes/image-offset.ts";
import type { UnitHeader } from "./unit-header.ts";
import { WorkBudget } from "./work-budget.ts";

/** By the name without its underscores: `debug_info`. */
export type FindSection = (name: string) => ByteSource | undefined;

/** A 126 MB C++ file has 20 KB; without dsymutil each unit has its own table. */
export const MAX_ABBREV_BYTES: number = 16 << 20;

export interface AddressTable {
  /** Image offset by index; `NaN` where there is none. */
  readonly at: (index: number) => number;
}

const NO_ADDRESSES: AddressTable = { at: () => NaN };

export class DwarfSections {
  readonly info: PagedSource;
  readonly line: PagedSource;
  readonly aranges: ByteSource;
  readonly ranges: PagedSource;
  readonly rnglists: PagedSource;
  readonly addresses: PagedSource;
  readonly base: TextBase;
  readonly #strings: PagedSource;
  readonly #lineStrings: PagedSource;
  readonly #stringOffsets: PagedSource;
  readonly #abbrevSource: ByteSource;
  #abbrevBytes: Uint8Array | undefined;
  readonly #tables = new Map<string, AbbrevTable | FormatError>();
  readonly #abbrevBudget: WorkBudget;

  constructor(find: FindSection, base: TextBase) {
    const section = (name: string): ByteSource => find(name) ?? bytesSource(new Uint8Array(0));
    this.base = base;
    this.info = new PagedSource(section("debug_info"));
    this.line = new PagedSource(section("debug_line"));
    this.aranges = section("debug_aranges");
    this.ranges = new PagedSource(section("debug_ranges"));
    this.rnglists = new PagedSource(section("debug_rnglists"));
    this.#abbrevSource = section("debug_abbrev");
    this.#abbrevBudget = new WorkBudget("abbreviations", this.#abbrevSource.size);
    this.#strings = new PagedSource(section("debug_str"));
    this.#lineStrings = new PagedSource(section("debug_line_str"));
    this.#stringOffsets = new PagedSource(section("debug_str_offsets"));
    this.addresses = new PagedSource(section("debug_addr"));
  }

  /** Units share tables, so each is compiled once. */
  async abbrevTable(unit: UnitHeader): Promise<AbbrevTable> {
    const key = `${unit.abbrevOffset} ${unit.addressSize} ${unit.offsetSize} ${unit.version}`;
    const known = this.#tables.get(key);
    if (known instanceof FormatError) throw known;
    if (known !== undefined) return known;
    if (this.#abbrevSource.size > MAX_ABBREV_BYTES) {
      throw new FormatError("too-large", `${this.#abbrevSource.size} bytes of abbreviations`);
    }
    this.#abbrevBytes ??= await this.#abbrevSource.read(0, this.#abbrevSource.size);
    try {
      const table = parseAbbrevTable(this.#abbrevBytes, unit.abbrevOffset, unit);
      this.#tables.set(key, table);
      this.#abbrevBudget.spend(table.sizeBytes);
      return table;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#tables.set(key, error);
      this.#abbrevBudget.spend(this.#abbrevBytes.length - Math.min(unit.abbrevOffset, this.#abbrevBytes.length));
      throw error;
    }
  }

  /** The text of a string attribute; `inline` holds the bytes that FORM_STRING counts in. */
  async string(
    form: number,
    value: number,
    unit: FormSizes,
    stringOffsetsBase: number,
    inline: Uint8Array,
  ): Promise<string | undefined> {
    switch (form) {
      case dw.FORM_STRING:
        return value < inline.length ? new Reader(inline, value).cstring() : undefined;
      case dw.FORM_STRP:
        return this.#text(this.#strings, value);
      case dw.FORM_LINE_STRP:
        return this.#text(this.#lineStrings, value);
      case dw.FORM_STRX:
      case dw.FORM_STRX1:
      case dw.FORM_STRX2:
      case dw.FORM_STRX3:
      case dw.FORM_STRX4: {
        const at = stringOffsetsBase + value * unit.offsetSize;
        if (at + unit.offsetSize > this.#stringOffsets.size) return undefined;
        const bytes =
          this.#stringOffsets.resident(at, unit.offsetSize) ?? (await this.#stringOffsets.read(at, unit.offsetSize));
        const reader = new Reader(bytes);
        return this.#text(this.#strings, unit.offsetSize === 8 ? reader.u64Number() : reader.u32());
      }
      default:
        return undefined;
    }
  }

  #text(table: PagedSource, offset: number): Promise<string> | undefined {
    return offset < table.size ? readString(table, offset) : undefined;
  }

  /** One entry of `.debug_addr` as an image offset. */
  async address(base: number, index: number, size: 4 | 8): Promise<number> {
    const at = base + index * size;
    if (at + size > this.addresses.size) return NaN;
    return readImageOffset(new Reader(await this.addresses.read(at, size)), size, this.base);
  }

  #lastAddresses: { readonly base: number; readonly table: AddressTable } | undefined;

  /** All entries of the table at `base`, for the pass over a unit, which cannot wait. dsymutil makes one for all units. */
  async addressTable(base: number, unit: UnitHeader, budget: WorkBudget): Promise<AddressTable> {
    if (unit.version < 5) return NO_ADDRESSES;
    if (this.#lastAddresses?.base === base) return this.#lastAddresses.table;
    const source = this.addresses;
    const header = unit.offsetSize === 8 ? 16 : 8;
    if (base < header || base > source.size) return NO_ADDRESSES;
    const length = new Reader(await source.read(base - header, 12 <= source.size - base + header ? 12 : header));
    const size = unit.offsetSize === 8 ? (length.skip(4), length.u64Number()) : length.u32();
    const end = Math.min(base - header + size + (unit.offsetSize === 8 ? 12 : 4), source.size);
    if (end < base) return NO_ADDRESSES;
    budget.spend(end - base);
    const bytes = await source.read(base, end - base);
    const reader = new Reader(bytes);
    const width = unit.addressSize;
    const at = (index: number): number => {
      if ((index + 1) * width > bytes.length) return NaN;
      reader.offset = index * width;
      return readImageOffset(reader, width, this.base);
    };
    const table: AddressTable = { at };
    this.#lastAddresses = { base, table };
    return table;
  }
}
