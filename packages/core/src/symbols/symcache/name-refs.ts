/**
 * Where the names of functions stand, for all of them at once: their entries are asked in the order of the file, and those whose
 * name stands in another entry again, hop by hop. `dwarf/names.ts` does the same for one.
 */
import { FormatError } from "../../bytes/errors.ts";
import { Reader } from "../../bytes/reader.ts";
import * as dw from "../../dwarf/constants.ts";
import { readValue, referenceTarget } from "../../dwarf/forms.ts";
import { lastAtOrBelow } from "../../dwarf/flatten.ts";
import { MAX_NAME_HOPS } from "../../dwarf/names.ts";
import type { AbbrevTable } from "../../dwarf/abbrev.ts";
import type { DwarfSections } from "../../dwarf/sections.ts";
import type { UnitHeader } from "../../dwarf/unit-header.ts";
import type { Units } from "../../dwarf/units.ts";
import type { WindowedSource } from "./windowed-source.ts";

/** A section and an offset in it, in one number; 0 is no name. */
export const NAME_IN_STR: number = 2 ** 40;
export const NAME_IN_LINE_STR: number = 2 * NAME_IN_STR;
export const NAME_IN_INFO: number = 3 * NAME_IN_STR;

export interface NameRefs {
  /** By position in `entries`. */
  readonly refs: Float64Array;
  /** 1 where it says which function, and not only what it is called in its scope. */
  readonly isLinkageName: Uint8Array;
}

export interface NameSources {
  readonly units: Units;
  readonly sections: DwarfSections;
  readonly info: WindowedSource;
  readonly strings: WindowedSource;
  readonly lineStrings: WindowedSource;
  readonly stringOffsets: WindowedSource;
}

/** Longest first read of an entry; one that is longer is read again. */
const ENTRY_BYTES = 4096;
const MAX_ENTRY_BYTES: number = 1 << 20;

/** `entries` = offsets in `.debug_info`, ascending and each once. */
export async function findNameRefs(entries: Uint32Array, sources: NameSources): Promise<NameRefs> {
  const refs = new Float64Array(entries.length);
  const isLinkageName = new Uint8Array(entries.length);
  const reader = new EntryNames(sources);
  const starts = await sources.units.all();
  let asked: Uint32Array = entries;
  let owners: Uint32Array | undefined; // whose name is sought there; at first everyone's own
  for (let hop = 0; hop < MAX_NAME_HOPS && asked.length > 0; hop++) {
    const nextEntries: number[] = [];
    const nextOwners: number[] = [];
    for (let i = 0; i < asked.length; i++) {
      const owner = owners === undefined ? i : owners[i]!;
      try {
        const found = reader.read(asked[i]!) ?? (await reader.readSlowly(asked[i]!, starts));
        if (!found) continue;
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        // As for one: an entry that cannot be read leaves no name at all.
        refs[owner] = 0;
        continue;
      }
      if (reader.linkage !== 0) {
        refs[owner] = reader.linkage;
        isLinkageName[owner] = 1;
        continue;
      }
      if (refs[owner] === 0) refs[owner] = reader.plain;
      if (reader.origin >= 0) {
        nextEntries.push(reader.origin);
        nextOwners.push(owner);
      }
    }
    const sorted = sortedTogether(nextEntries, nextOwners);
    asked = sorted.entries;
    owners = sorted.owners;
  }
  return { refs, isLinkageName };
}

function sortedTogether(entries: readonly number[], owners: readonly number[]) {
  const { length } = entries;
  if (length > MAX_TOGETHER) throw new FormatError("too-large", `more than ${MAX_TOGETHER} names stand elsewhere`);
  const keys = new Float64Array(length);
  for (let i = 0; i < length; i++) keys[i] = Math.min(entries[i]!, dw.NONE) * MAX_TOGETHER + i;
  keys.sort();
  const sorted = new Uint32Array(length);
  const sortedOwners = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    sorted[i] = Math.floor(keys[i]! / MAX_TOGETHER);
    sortedOwners[i] = owners[keys[i]! % MAX_TOGETHER]!;
  }
  return { entries: sorted, owners: sortedOwners };
}

/** The sort keeps their number in 21 bits of a double. */
const MAX_TOGETHER: number = 2 ** 21;

/** What one entry says of its name; the fields hold the one that was read last. */
class EntryNames {
  linkage = 0;
  plain = 0;
  origin = -1;
  readonly #sources: NameSources;
  #unit: UnitHeader | undefined;
  #table: AbbrevTable | undefined;
  #stringOffsetsBase = 0;
  #reader = new Reader(new Uint8Array(0));
  /** Names by index, to be looked up where the section is not at hand. */
  #waiting: { readonly linkage: number; readonly plain: number } | undefined;

  constructor(sources: NameSources) {
    this.#sources = sources;
  }

  /** Only when unit and bytes are at hand; `undefined` otherwise. */
  read(entry: number): boolean | undefined {
    const unit = this.#unit;
    const table = this.#table;
    if (unit === undefined || table === undefined || entry < unit.firstDie || entry >= unit.end) return undefined;
    // One reader for the whole window: a view of its own for each entry would cost more than the entry.
    const { start, bytes } = this.#sources.info;
    const at = entry - start;
    if (at < 0 || at >= bytes.length) return undefined;
    if (this.#reader.bytes !== bytes) this.#reader = new Reader(bytes);
    this.#reader.offset = at;
    let found: boolean;
    try {
      found = this.#parse(entry, this.#reader, start, unit, table);
    } catch (error) {
      if (error instanceof FormatError && error.code === "truncated") return undefined;
      throw error;
    }
    return this.#waiting === undefined ? found : undefined;
  }

  async readSlowly(entry: number, starts: Uint32Array): Promise<boolean> {
    const { units, sections, info } = this.#sources;
    if (this.#unit === undefined || entry < this.#unit.offset || entry >= this.#unit.end) {
      const index = lastAtOrBelow(starts, entry);
      if (index < 0) throw new FormatError("truncated", `no unit holds ${entry}`, entry);
      this.#unit = undefined;
      const unit = await units.header(starts[index]!);
      this.#table = await sections.abbrevTable(unit);
      this.#stringOffsetsBase = unit.version >= 5 ? ((await units.root(unit.offset))?.stringOffsetsBase ?? 0) : 0;
      this.#unit = unit;
    }
    const unit = this.#unit;
    if (entry < unit.firstDie || entry >= unit.end) throw new FormatError("damaged", `no entry at ${entry}`, entry);
    for (let length = ENTRY_BYTES; ; length *= 16) {
      const available = Math.min(length, unit.end - entry);
      const bytes = await info.read(entry, available);
      try {
        const found = this.#parse(entry, new Reader(bytes), entry, unit, this.#table!);
        if (this.#waiting !== undefined) await this.#lookUpIndexes(unit);
        return found;
      } catch (error) {
        const more = available === length && length < MAX_ENTRY_BYTES;
        if (error instanceof FormatError && error.code === "truncated" && more) continue;
        throw error;
      }
    }
  }

  /** `start` = where the reader's bytes begin in the section. */
  #parse(entry: number, reader: Reader, start: number, unit: UnitHeader, table: AbbrevTable): boolean {
    this.linkage = 0;
    this.plain = 0;
    this.origin = -1;
    this.#waiting = undefined;
    let specification = -1;
    let mips = 0;
    let indexedLinkage = -1;
    let indexedPlain = -1;
    const code = reader.uleb();
    if (code === 0) return false;
    const abbrev = table.indexOf(code);
    if (abbrev < 0) throw new FormatError("damaged", `abbreviation ${code} does not exist`, entry);
    const { base } = this.#sources.sections;
    const last = table.first[abbrev + 1]!;
    for (let i = table.first[abbrev]!; i < last; i++) {
      const attribute = table.attributes[i]!;
      const width = table.valueWidths[i]!;
      const isName =
        attribute === dw.AT_LINKAGE_NAME || attribute === dw.AT_MIPS_LINKAGE_NAME || attribute === dw.AT_NAME;
      if (!isName && attribute !== dw.AT_ABSTRACT_ORIGIN && attribute !== dw.AT_SPECIFICATION && width >= 0) {
        reader.skip(width);
        continue;
      }
      const form = table.forms[i]!;
      const value = readValue(reader, form, table.implicit[i]!, unit, base);
      if (isName) {
        const ref = refOf(form, value, start, this.#sources);
        if (attribute === dw.AT_NAME) {
          this.plain = ref;
          if (ref < 0) indexedPlain = value;
        } else if (attribute === dw.AT_LINKAGE_NAME) {
          this.linkage = ref;
          if (ref > 0) return true;
          if (ref < 0) indexedLinkage = value;
        } else mips = ref;
      } else if (attribute === dw.AT_ABSTRACT_ORIGIN) {
        this.origin = referenceTarget(form, value, unit.offset) ?? this.origin;
      } else if (attribute === dw.AT_SPECIFICATION && specification < 0) {
        specification = referenceTarget(form, value, unit.offset) ?? -1;
      }
    }
    if (this.origin < 0) this.origin = specification;
    if (this.linkage === 0 && mips > 0) this.linkage = mips;
    if (indexedLinkage >= 0 || indexedPlain >= 0) this.#resolveIndexes(unit, indexedLinkage, indexedPlain);
    return true;
  }

  #resolveIndexes(unit: UnitHeader, linkage: number, plain: number): void {
    const linkageRef = linkage < 0 ? this.linkage : this.#heldRef(unit, linkage);
    const plainRef = plain < 0 ? this.plain : this.#heldRef(unit, plain);
    if (linkageRef === undefined || plainRef === undefined) {
      this.#waiting = { linkage, plain };
      return;
    }
    this.linkage = linkageRef;
    this.plain = plainRef;
  }

  async #lookUpIndexes(unit: UnitHeader): Promise<void> {
    const { linkage, plain } = this.#waiting!;
    for (const index of [linkage, plain]) {
      const at = this.#offsetOf(unit, index);
      if (index >= 0 && at !== undefined) await this.#sources.stringOffsets.read(at, unit.offsetSize);
      if (index === linkage && index >= 0) this.linkage = this.#heldRef(unit, index) ?? 0;
      if (index === plain && index >= 0) this.plain = this.#heldRef(unit, index) ?? 0;
    }
    this.#waiting = undefined;
  }

  #offsetOf(unit: UnitHeader, index: number): number | undefined {
    const at = this.#stringOffsetsBase + index * unit.offsetSize;
    return at + unit.offsetSize <= this.#sources.stringOffsets.size ? at : undefined;
  }

  /** Of a name by index: 0 where the table has no such one, `undefined` where it is not at hand. */
  #heldRef(unit: UnitHeader, index: number): number | undefined {
    const at = this.#offsetOf(unit, index);
    if (at === undefined) return 0;
    const bytes = this.#sources.stringOffsets.held(at, unit.offsetSize);
    if (bytes === undefined) return undefined;
    const reader = new Reader(bytes);
    const offset = unit.offsetSize === 8 ? reader.u64Number() : reader.u32();
    return offset < this.#sources.strings.size ? NAME_IN_STR + offset : 0;
  }
}

/** Negative for an index into the table of string offsets. */
function refOf(form: number, value: number, start: number, { strings, lineStrings }: NameSources): number {
  switch (form) {
    case dw.FORM_STRP:
      return value < strings.size ? NAME_IN_STR + value : 0;
    case dw.FORM_LINE_STRP:
      return value < lineStrings.size ? NAME_IN_LINE_STR + value : 0;
    case dw.FORM_STRING:
      return NAME_IN_INFO + start + value;
    case dw.FORM_STRX:
    case dw.FORM_STRX1:
    case dw.FORM_STRX2:
    case dw.FORM_STRX3:
    case dw.FORM_STRX4:
      return -1;
    default:
      return 0;
  }
}
