/**
 * The name of a function: its linkage name, else its plain name, found along abstract origins and specifications, which
 * dsymutil lets point into other units. Looked up only for frames that are shown, and once per entry.
 */
import { FormatError } from "../bytes/errors.ts";
import * as dw from "./constants.ts";
import { referenceTarget } from "./forms.ts";
import type { DwarfSections } from "./sections.ts";
import type { StringValue, Units } from "./units.ts";

/** Concrete, abstract, specification: three in practice. Cycles end here. */
export const MAX_NAME_HOPS = 16;
/** Names that are kept; more than any report or batch touches. */
const MAX_CACHED_NAMES = 200_000;

export interface FunctionName {
  /** Empty where the entry has no name or cannot be read. */
  readonly text: string;
  /** Says which function, and not only what it is called in its scope. */
  readonly isLinkageName: boolean;
}

const NO_NAME: FunctionName = { text: "", isLinkageName: false };

export class Names {
  readonly #sections: DwarfSections;
  readonly #units: Units;
  readonly #names = new Map<number, FunctionName>();

  constructor(sections: DwarfSections, units: Units) {
    this.#sections = sections;
    this.#units = units;
  }

  cached(entry: number): FunctionName | undefined {
    return this.#names.get(entry);
  }

  /** Never fails: a frame without a name still has a line. */
  async of(entry: number): Promise<FunctionName> {
    const known = this.#names.get(entry);
    if (known !== undefined) return known;
    let name = NO_NAME;
    try {
      name = await this.#read(entry);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    if (this.#names.size >= MAX_CACHED_NAMES) this.#names.clear();
    this.#names.set(entry, name);
    return name;
  }

  async #read(entry: number): Promise<FunctionName> {
    let plain: string | undefined;
    let next: number | undefined = entry;
    for (let hop = 0; next !== undefined && hop < MAX_NAME_HOPS; hop++) {
      const unit = await this.#units.containing(next);
      const table = await this.#sections.abbrevTable(unit);
      let linkage: StringValue | undefined;
      let name: StringValue | undefined;
      let origin: number | undefined;
      const read = await this.#units.entry(unit, table, next, (attribute, form, value) => {
        switch (attribute) {
          case dw.AT_LINKAGE_NAME:
            linkage = { form, value };
            break;
          case dw.AT_MIPS_LINKAGE_NAME:
            linkage ??= { form, value };
            break;
          case dw.AT_NAME:
            name = { form, value };
            break;
          case dw.AT_ABSTRACT_ORIGIN:
            origin = referenceTarget(form, value, unit.offset) ?? origin;
            break;
          case dw.AT_SPECIFICATION:
            origin ??= referenceTarget(form, value, unit.offset);
            break;
        }
      });
      if (read === undefined) break;
      const text = async (of: StringValue | undefined): Promise<string | undefined> => {
        if (of === undefined) return undefined;
        const base = unit.version >= 5 ? ((await this.#units.root(unit.offset))?.stringOffsetsBase ?? 0) : 0;
        return this.#sections.string(of.form, of.value, unit, base, read.bytes);
      };
      const found = await text(linkage);
      if (found !== undefined && found !== "") return { text: found, isLinkageName: true };
      plain ??= (await text(name)) || undefined;
      next = origin;
    }
    return { text: plain ?? "", isLinkageName: false };
  }
}
