/**
 * The one pass over a unit's tree. It stops only at functions and inlined calls; everything else is stepped over by
 * width. This is where the time of a look-up in a large file goes, so: one function, no objects, no closures.
 */
import { FormatError } from "../bytes/errors.ts";
import { type AbbrevTable, KIND_CODELESS, KIND_INLINED, KIND_OTHER } from "./abbrev.ts";
import { WIDTH_BLOCK, WIDTH_BLOCK1, WIDTH_BLOCK2, WIDTH_BLOCK4, WIDTH_LEB128, WIDTH_STRING } from "./forms.ts";
import type { TextBase } from "../bytes/image-offset.ts";
import type { UnitHeader } from "./unit-header.ts";

/** Compilers stop at 256 nested blocks; inlined calls in them double that. */
export const MAX_DIE_DEPTH = 1024;

export interface DieInput {
  /** Part of one unit: from its first entry, or from one function, on. */
  readonly bytes: Uint8Array;
  /** Where in `.debug_info` they begin. */
  readonly at: number;
  readonly unit: UnitHeader;
  readonly table: AbbrevTable;
  readonly base: TextBase;
  /** Resolves an index into `.debug_addr`; `NaN` where there is none. */
  readonly addressAt: (index: number) => number;
}

/** Told of functions and inlined calls; positions count in the bytes that are walked. */
export interface DieVisitor {
  /** Inlined calls are stepped over like everything else. */
  readonly skipsInlined: boolean;
  /** Told where this level ends, then `leave` is called; -1 for none. */
  readonly watchedDepth: number;
  /** A function or inlined call with code. Gives where the entry ends. */
  entry(depth: number, die: number, abbrev: number): number;
  /** An entry that cannot be stepped over by width. Gives where it ends. */
  skip(die: number, abbrev: number): number;
  /** Down into the children of an entry. */
  enter(depth: number, kind: number, die: number, abbrev: number): void;
  /** The children at the watched level have ended. */
  leave(end: number): void;
}

/** Visits the entry at the start of the bytes and all below it. */
export function walkDies(input: DieInput, found: DieVisitor): void {
  const { bytes, at, table } = input;
  const { dense, kinds, widths, steps, firstStep, hasChildren } = table;
  const end = bytes.length;
  let pos = 0;
  let depth = 0;

  while (pos < end) {
    const die = pos;
    let code = bytes[pos++]!;
    if (code === 0) {
      depth--;
      if (depth === found.watchedDepth) found.leave(pos);
      if (depth <= 0) break;
      continue;
    }
    if (code >= 0x80) {
      code &= 0x7f;
      let factor = 128;
      for (;;) {
        const byte = bytes[pos++];
        if (byte === undefined) throw cutShort(at, pos);
        code += (byte & 0x7f) * factor;
        if (byte < 0x80) break;
        factor *= 128;
        if (pos - die > 5) throw new FormatError("damaged", "an abbreviation code of more than 5 bytes", at + die);
      }
    }
    const abbrev = code < dense.length ? dense[code]! : table.indexOf(code);
    if (abbrev < 0) throw new FormatError("damaged", `abbreviation ${code} does not exist`, at + die);
    const kind = kinds[abbrev]!;
    const width = widths[abbrev]!;
    if (kind !== KIND_OTHER && kind !== KIND_CODELESS && !(kind === KIND_INLINED && found.skipsInlined)) {
      pos = found.entry(depth, die, abbrev);
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
            if (pos === 0) throw cutShort(at, end);
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
    if (pos > end) throw cutShort(at, pos);

    if (hasChildren[abbrev] === 1) {
      if (depth === MAX_DIE_DEPTH) throw new FormatError("too-deep", "entries nested too deep", at + die);
      found.enter(depth, kind, die, abbrev);
      depth++;
    } else if (depth === 0) {
      break; // a unit that is its root alone
    }
  }
}

function cutShort(at: number, pos: number): FormatError {
  return new FormatError("truncated", "the unit ends inside an entry", at + pos);
}
