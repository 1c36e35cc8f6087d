/** What one function or inlined call says of itself, without an object for each: the fields hold the entry that was read last. */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { ROLE_CALL_FILE, ROLE_CALL_LINE, ROLE_HIGH, ROLE_LOW, ROLE_NAME, ROLE_ORIGIN, ROLE_RANGES } from "./abbrev.ts";
import { isLiveRange } from "../bytes/image-offset.ts";
import * as dw from "./constants.ts";
import type { DieInput } from "./die-walk.ts";
import { isAddressIndex, readValue, referenceTarget } from "./forms.ts";

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
    const { at, bytes, unit, table, base, addressAt } = this.#input;
    const { forms, roles, valueWidths } = table;
    let pos = die;
    while (bytes[pos++]! >= 0x80);
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
      const role = roles[i]!;
      const width = valueWidths[i]!;
      if (role === ROLE_NAME) named = true;
      // Most values are of no interest here; the check at the end finds those that reached past it.
      if (role <= ROLE_NAME && width >= 0) {
        pos += width;
        continue;
      }
      const form = forms[i]!;
      let value: number;
      if (form === dw.FORM_ADDR && width === 8) {
        const lower = (bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24)) >>> 0;
        const upper =
          (bytes[pos + 4]! | (bytes[pos + 5]! << 8) | (bytes[pos + 6]! << 16) | (bytes[pos + 7]! << 24)) >>> 0;
        value = (upper - base.high) * 0x1_0000_0000 + (lower - base.low);
        pos += 8;
      } else if (width === 4 && form !== dw.FORM_ADDR) {
        value = (bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24)) >>> 0;
        pos += 4;
      } else if (width === 1) {
        value = bytes[pos]!;
        pos += 1;
      } else if (width === 2) {
        value = bytes[pos]! | (bytes[pos + 1]! << 8);
        pos += 2;
      } else {
        const reader = this.#reader;
        reader.offset = pos;
        value = readValue(reader, form, table.implicit[i]!, unit, base);
        pos = reader.offset;
      }
      switch (role) {
        case ROLE_LOW:
          low = isAddressIndex(form) ? addressAt(value) : value;
          break;
        case ROLE_HIGH:
          high = isAddressIndex(form) ? addressAt(value) : value;
          highIsLength = form !== dw.FORM_ADDR && !isAddressIndex(form);
          break;
        case ROLE_RANGES:
          this.ranges = value;
          this.rangesForm = form;
          break;
        case ROLE_CALL_FILE:
          this.callFile = value;
          break;
        case ROLE_CALL_LINE:
          this.callLine = value;
          break;
        case ROLE_ORIGIN:
          if (origin < 0) origin = referenceTarget(form, value, unit.offset) ?? -1;
          break;
      }
    }
    if (pos > bytes.length) throw new FormatError("truncated", "the unit ends inside an entry", at + pos);
    this.low = low;
    this.high = highIsLength ? low + high : high;
    // Most have nothing but a reference: going straight there lets all calls of one function share a name.
    this.name = named || origin < 0 || origin >= dw.NONE ? at + die : origin;
    return pos;
  }
}
