/** What one function or inlined call says of itself, without an object for each: the fields hold the entry that was read last. */
import { Reader } from "../bytes/reader.ts";
import { isLiveRange } from "../bytes/image-offset.ts";
import * as dw from "./constants.ts";
import type { DieInput } from "./die-walk.ts";
import { isAddressIndex, readValue, referenceTarget } from "./forms.ts";

const WANTED: ReadonlySet<number> = new Set([
  dw.AT_LOW_PC,
  dw.AT_HIGH_PC,
  dw.AT_RANGES,
  dw.AT_CALL_FILE,
  dw.AT_CALL_LINE,
  dw.AT_ABSTRACT_ORIGIN,
  dw.AT_SPECIFICATION,
]);

export class FunctionEntry {
  readonly #input: DieInput;
  readonly #reader: Reader;
  /** Its one range as image offsets; `NaN` where it has none. */
  low: number = NaN;
  high: number = NaN;
  /** The list that its ranges stand in, or -1. */
  ranges = -1;
  rangesForm = 0;
  callFile: number = NaN;
  callLine = 0;
  /** The DIE that knows the name: this one, or the one its abstract origin or specification names. */
  name = 0;

  constructor(input: DieInput) {
    this.#input = input;
    this.#reader = new Reader(input.bytes);
  }

  /** Whether it has code in the image, as far as can be told without its list. */
  get hasCode(): boolean {
    return this.ranges >= 0 || isLiveRange(this.low, this.high);
  }

  /** Where it ends. */
  read(die: number, abbrev: number): number {
    const { at, unit, table, base, addressAt } = this.#input;
    const reader = this.#reader;
    reader.offset = die;
    reader.uleb();
    let low = NaN;
    let high = NaN;
    let highIsLength = false;
    let named = false;
    let origin = -1;
    this.ranges = -1;
    this.callFile = NaN;
    this.callLine = 0;
    const last = table.first[abbrev + 1]!;
    for (let i = table.first[abbrev]!; i < last; i++) {
      const attribute = table.attributes[i]!;
      const form = table.forms[i]!;
      const width = table.valueWidths[i]!;
      if (attribute === dw.AT_NAME || attribute === dw.AT_LINKAGE_NAME || attribute === dw.AT_MIPS_LINKAGE_NAME) {
        named = true;
      }
      // Most values are of no interest here; the next read checks that none reached past the end.
      if (!WANTED.has(attribute) && width >= 0) {
        reader.offset += width;
        continue;
      }
      const value = readValue(reader, form, table.implicit[i]!, unit, base);
      switch (attribute) {
        case dw.AT_LOW_PC:
          low = isAddressIndex(form) ? addressAt(value) : value;
          break;
        case dw.AT_HIGH_PC:
          high = isAddressIndex(form) ? addressAt(value) : value;
          highIsLength = form !== dw.FORM_ADDR && !isAddressIndex(form);
          break;
        case dw.AT_RANGES:
          this.ranges = value;
          this.rangesForm = form;
          break;
        case dw.AT_CALL_FILE:
          this.callFile = value;
          break;
        case dw.AT_CALL_LINE:
          this.callLine = value;
          break;
        case dw.AT_ABSTRACT_ORIGIN:
        case dw.AT_SPECIFICATION:
          if (origin < 0) origin = referenceTarget(form, value, unit.offset) ?? -1;
          break;
      }
    }
    this.low = low;
    this.high = highIsLength ? low + high : high;
    // Most have nothing but a reference: going straight there lets all calls of one function share a name.
    this.name = named || origin < 0 || origin >= dw.NONE ? at + die : origin;
    return reader.offset;
  }
}
