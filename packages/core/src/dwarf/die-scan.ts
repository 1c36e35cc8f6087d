/**
 * The one pass over a unit's tree. It stops only at functions and inlined calls; everything else is stepped over by
 * width. This is where the time of a look-up in a large file goes, so: one function, no objects, no closures.
 */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import { type AbbrevTable, KIND_CODELESS, KIND_OTHER } from "./abbrev.ts";
import * as dw from "./constants.ts";
import {
  isAddressIndex,
  readValue,
  referenceTarget,
  WIDTH_BLOCK,
  WIDTH_BLOCK1,
  WIDTH_BLOCK2,
  WIDTH_BLOCK4,
  WIDTH_LEB128,
  WIDTH_STRING,
} from "./forms.ts";
import { isLiveRange, type TextBase } from "../bytes/image-offset.ts";
import type { UnitHeader } from "./unit-header.ts";

/** Compilers stop at 256 nested blocks; inlined calls in them double that. */
export const MAX_DIE_DEPTH = 1024;
/** Functions and inlined calls of one unit. The largest seen has some 100,000. */
export const MAX_NODES: number = 2 ** 21;

/** Functions and inlined calls that have code, in the order of the tree. */
export interface DieScan {
  /** The DIE that knows the name: this one, or the one its abstract origin or specification names. */
  readonly names: Uint32Array;
  /** The function this was inlined into; `NONE` for a function that stands on its own. */
  readonly parents: Uint32Array;
  readonly callFiles: Uint32Array;
  readonly callLines: Uint32Array;
  /** One range, empty when there is none or when it is in `pending`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Nodes whose ranges stand in a list: node, value, form. */
  readonly pending: readonly PendingRanges[];
}

export interface PendingRanges {
  readonly node: number;
  readonly value: number;
  readonly form: number;
}

export interface ScanInput {
  /** From the start of the unit to its end. */
  readonly bytes: Uint8Array;
  readonly unit: UnitHeader;
  readonly table: AbbrevTable;
  readonly base: TextBase;
  /** Resolves an index into `.debug_addr`; `NaN` where there is none. */
  readonly addressAt: (index: number) => number;
}

export function scanDies(input: ScanInput): DieScan {
  const { bytes, unit, table } = input;
  const { dense, kinds, widths, steps, firstStep, hasChildren } = table;
  const end = bytes.length;
  const found = new NodeBuilder(input);
  let pos = unit.firstDie - unit.offset;
  let depth = 0;

  while (pos < end) {
    const die = pos;
    let code = bytes[pos++]!;
    if (code === 0) {
      if (--depth <= 0) break;
      continue;
    }
    if (code >= 0x80) {
      code &= 0x7f;
      let factor = 128;
      for (;;) {
        const byte = bytes[pos++];
        if (byte === undefined) throw cutShort(unit, pos);
        code += (byte & 0x7f) * factor;
        if (byte < 0x80) break;
        factor *= 128;
        if (pos - die > 5)
          throw new FormatError("damaged", "an abbreviation code of more than 5 bytes", unit.offset + die);
      }
    }
    const abbrev = code < dense.length ? dense[code]! : table.indexOf(code);
    if (abbrev < 0) throw new FormatError("damaged", `abbreviation ${code} does not exist`, unit.offset + die);
    const kind = kinds[abbrev]!;
    const width = widths[abbrev]!;
    if (kind !== KIND_OTHER && kind !== KIND_CODELESS) {
      pos = found.function(depth, die, abbrev);
    } else if (width >= 0) {
      pos += width;
    } else {
      const lastStep = firstStep[abbrev + 1]!;
      for (let i = firstStep[abbrev]!; i < lastStep; i++) {
        const step = steps[i]!;
        if (step >= 0) {
          pos += step;
          continue;
        }
        let length = 0;
        switch (step) {
          case WIDTH_LEB128:
            while (bytes[pos++]! >= 0x80);
            break;
          case WIDTH_STRING:
            pos = bytes.indexOf(0, pos) + 1;
            if (pos === 0) throw cutShort(unit, end);
            break;
          case WIDTH_BLOCK: {
            let factor = 1;
            let byte: number;
            do {
              byte = bytes[pos++] ?? 0;
              length += (byte & 0x7f) * factor;
              factor *= 128;
            } while (byte >= 0x80);
            pos += length;
            break;
          }
          case WIDTH_BLOCK1:
            pos += 1 + (bytes[pos] ?? 0);
            break;
          case WIDTH_BLOCK2:
            pos += 2 + (bytes[pos] ?? 0) + (bytes[pos + 1] ?? 0) * 256;
            break;
          case WIDTH_BLOCK4:
            length = ((bytes[pos] ?? 0) | ((bytes[pos + 1] ?? 0) << 8) | ((bytes[pos + 2] ?? 0) << 16)) >>> 0;
            pos += 4 + length + (bytes[pos + 3] ?? 0) * 0x100_0000;
            break;
          default: // an indirect form: its width depends on the value, so the slow way
            pos = found.skip(die, abbrev);
            i = lastStep;
        }
      }
    }
    if (pos > end) throw cutShort(unit, pos);

    if (hasChildren[abbrev] === 1) {
      if (depth === MAX_DIE_DEPTH) throw new FormatError("too-deep", "entries nested too deep", unit.offset + die);
      found.enter(depth, kind, die, abbrev);
      depth++;
    } else if (depth === 0) {
      break; // a unit that is its root alone
    }
  }
  return found.finish();
}

function cutShort(unit: UnitHeader, pos: number): FormatError {
  return new FormatError("truncated", "the unit ends inside an entry", unit.offset + pos);
}

const WANTED: ReadonlySet<number> = new Set([
  dw.AT_LOW_PC,
  dw.AT_HIGH_PC,
  dw.AT_RANGES,
  dw.AT_CALL_FILE,
  dw.AT_CALL_LINE,
  dw.AT_ABSTRACT_ORIGIN,
  dw.AT_SPECIFICATION,
]);

/** Not written as a node yet: its code is dead or in a list, and no live child has asked for it so far. */
const UNWRITTEN = -2;
const NO_NODE = -1;

class NodeBuilder {
  readonly #input: ScanInput;
  readonly #reader: Reader;
  readonly #names = new U32List();
  readonly #parents = new U32List();
  readonly #callFiles = new U32List();
  readonly #callLines = new U32List();
  readonly #starts = new U32List();
  readonly #ends = new U32List();
  readonly #pending: PendingRanges[] = [];
  /** For each open level: the function it belongs to, and where to read that again if it is not a node yet. */
  readonly #nodeAt = new Int32Array(MAX_DIE_DEPTH + 1).fill(NO_NODE);
  readonly #ownerAt = new Int32Array(MAX_DIE_DEPTH + 1).fill(-1);
  readonly #dieAt = new Uint32Array(MAX_DIE_DEPTH + 1);
  readonly #abbrevAt = new Uint32Array(MAX_DIE_DEPTH + 1);
  /** The node made from the entry read last, for `enter`. */
  #last = NO_NODE;

  constructor(input: ScanInput) {
    this.#input = input;
    this.#reader = new Reader(input.bytes);
  }

  /** Reads a function or inlined call with code and gives where it ends. */
  function(depth: number, die: number, abbrev: number): number {
    this.#read(die, abbrev);
    this.#last = UNWRITTEN;
    if (isLiveRange(this.#low, this.#high) || this.#ranges >= 0) this.#last = this.#write(depth, abbrev);
    return this.#reader.offset;
  }

  skip(die: number, abbrev: number): number {
    this.#read(die, abbrev);
    return this.#reader.offset;
  }

  /** Goes down into the children of the entry read last. */
  enter(depth: number, kind: number, die: number, abbrev: number): void {
    if (kind === KIND_OTHER) {
      this.#ownerAt[depth] = depth === 0 ? -1 : this.#ownerAt[depth - 1]!;
      return;
    }
    this.#ownerAt[depth] = depth;
    this.#nodeAt[depth] = kind === KIND_CODELESS ? UNWRITTEN : this.#last;
    this.#dieAt[depth] = die;
    this.#abbrevAt[depth] = abbrev;
  }

  finish(): DieScan {
    return {
      names: this.#names.trimmed(),
      parents: this.#parents.trimmed(),
      callFiles: this.#callFiles.trimmed(),
      callLines: this.#callLines.trimmed(),
      starts: this.#starts.trimmed(),
      ends: this.#ends.trimmed(),
      pending: this.#pending,
    };
  }

  #low = 0;
  #high = 0;
  #ranges = 0;
  #rangesForm = 0;
  #callFile = 0;
  #callLine = 0;
  #name = 0;

  #read(die: number, abbrev: number): void {
    const { unit, table, base, addressAt } = this.#input;
    const reader = this.#reader;
    reader.offset = die;
    reader.uleb();
    let low = NaN;
    let high = NaN;
    let highIsLength = false;
    let named = false;
    let origin = -1;
    this.#ranges = -1;
    this.#callFile = NaN;
    this.#callLine = 0;
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
          this.#ranges = value;
          this.#rangesForm = form;
          break;
        case dw.AT_CALL_FILE:
          this.#callFile = value;
          break;
        case dw.AT_CALL_LINE:
          this.#callLine = value;
          break;
        case dw.AT_ABSTRACT_ORIGIN:
        case dw.AT_SPECIFICATION:
          if (origin < 0) origin = referenceTarget(form, value, unit.offset) ?? -1;
          break;
      }
    }
    this.#low = low;
    this.#high = highIsLength ? low + high : high;
    // Most have nothing but a reference: going straight there lets all calls of one function share a name.
    this.#name = named || origin < 0 || origin >= dw.NONE ? unit.offset + die : origin;
  }

  #write(depth: number, abbrev: number): number {
    if (this.#names.length === MAX_NODES)
      throw new FormatError("too-large", `more than ${MAX_NODES} functions in a unit`);
    const { table } = this.#input;
    const inlined = table.tags[abbrev] === dw.TAG_INLINED_SUBROUTINE;
    const low = this.#low;
    const high = this.#high;
    const ranges = this.#ranges;
    const form = this.#rangesForm;
    const name = this.#name;
    const callFile = this.#callFile;
    const callLine = this.#callLine;
    const parent = inlined ? this.#parent(depth) : NO_NODE;

    const node = this.#names.length;
    this.#names.push(name);
    this.#parents.push(parent >= 0 ? parent : dw.NONE);
    this.#callFiles.push(callFile >= 0 ? callFile : dw.NONE);
    this.#callLines.push(callLine >= 0 ? callLine : 0);
    const live = ranges < 0 && isLiveRange(low, high);
    this.#starts.push(live ? low : 0);
    this.#ends.push(live ? high : 0);
    if (ranges >= 0) this.#pending.push({ node, value: ranges, form });
    return node;
  }

  /** The node that encloses level `depth`, written now if it was not: without it the chain would lose a frame. */
  #parent(depth: number): number {
    const owner = depth === 0 ? -1 : this.#ownerAt[depth - 1]!;
    if (owner < 0) return NO_NODE;
    if (this.#nodeAt[owner] === UNWRITTEN) {
      const resumeAt = this.#reader.offset;
      const abbrev = this.#abbrevAt[owner]!;
      this.#read(this.#dieAt[owner]!, abbrev);
      this.#low = NaN; // dead, or it would have been written
      this.#ranges = -1;
      this.#nodeAt[owner] = this.#write(owner, abbrev);
      this.#reader.offset = resumeAt;
    }
    return this.#nodeAt[owner]!;
  }
}
