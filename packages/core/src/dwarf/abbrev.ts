/**
 * Abbreviation tables, compiled: for each abbreviation either the width of its whole DIE, so one addition skips it, or a
 * short list of steps. Only functions and inlined calls are looked into, and those are marked here.
 */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import * as dw from "./constants.ts";
import { formWidth, type FormSizes } from "./forms.ts";

/** dsymutil merges all tables into one: about 2,000 in a 126 MB file. */
export const MAX_ABBREVS = 65_536;
/** Attributes of all of them together. */
export const MAX_ABBREV_ATTRIBUTES = 1_048_576;

/** Not a function: stepped over. */
export const KIND_OTHER = 0;
export const KIND_SUBPROGRAM = 1;
export const KIND_INLINED = 2;
/** A function without code of its own, whose children may have some. */
export const KIND_CODELESS = 3;

export interface AbbrevTable {
  /** Bytes of the table in the file. */
  readonly sizeBytes: number;
  /** Index by code; -1 for codes that are not there. */
  readonly indexOf: (code: number) => number;
  /** The same for small codes, without a call. */
  readonly dense: Int32Array;
  readonly tags: Uint32Array;
  readonly kinds: Uint8Array;
  readonly hasChildren: Uint8Array;
  /** Bytes after the code, or -1 when `steps` must be walked. */
  readonly widths: Int32Array;
  /** `steps[firstStep[i]]` up to `firstStep[i + 1]`: bytes to skip, or one of the negative widths of forms. */
  readonly steps: Int32Array;
  readonly firstStep: Uint32Array;
  /** `attributes[first[i]]` up to `first[i + 1]`, and the same in `forms` and `implicit`. */
  readonly first: Uint32Array;
  readonly attributes: Uint32Array;
  readonly forms: Uint32Array;
  readonly implicit: Float64Array;
  /** Width of each value, or one of the negative widths. */
  readonly valueWidths: Int32Array;
  /** What each attribute is to a function: one of the roles below. */
  readonly roles: Uint8Array;
}

export const ROLE_NONE = 0;
export const ROLE_NAME = 1;
export const ROLE_LOW = 2;
export const ROLE_HIGH = 3;
export const ROLE_RANGES = 4;
export const ROLE_CALL_FILE = 5;
export const ROLE_CALL_LINE = 6;
export const ROLE_ORIGIN = 7;

const ROLES: ReadonlyMap<number, number> = new Map([
  [dw.AT_NAME, ROLE_NAME],
  [dw.AT_LINKAGE_NAME, ROLE_NAME],
  [dw.AT_MIPS_LINKAGE_NAME, ROLE_NAME],
  [dw.AT_LOW_PC, ROLE_LOW],
  [dw.AT_HIGH_PC, ROLE_HIGH],
  [dw.AT_RANGES, ROLE_RANGES],
  [dw.AT_CALL_FILE, ROLE_CALL_FILE],
  [dw.AT_CALL_LINE, ROLE_CALL_LINE],
  [dw.AT_ABSTRACT_ORIGIN, ROLE_ORIGIN],
  [dw.AT_SPECIFICATION, ROLE_ORIGIN],
]);

export function parseAbbrevTable(section: Uint8Array, offset: number, sizes: FormSizes): AbbrevTable {
  if (offset >= section.length) throw new FormatError("truncated", "no abbreviations there", offset);
  const reader = new Reader(section, offset);
  const codes: number[] = [];
  const tags = new U32List();
  const hasChildren: number[] = [];
  const kinds: number[] = [];
  const widths: number[] = [];
  const steps: number[] = [];
  const firstStep = new U32List();
  const first = new U32List();
  const attributes = new U32List();
  const forms = new U32List();
  const implicit: number[] = [];
  const valueWidths: number[] = [];
  const roles: number[] = [];

  for (;;) {
    // A table at the very end of a section may lack its final 0.
    const code = reader.remaining === 0 ? 0 : reader.uleb();
    if (code === 0) break;
    if (codes.length === MAX_ABBREVS) throw new FormatError("too-large", `more than ${MAX_ABBREVS} abbreviations`);
    const tag = reader.uleb();
    const children = reader.u8() !== 0;
    let hasCode = false;
    let width = 0;
    let run = 0; // bytes of fixed width since the last step
    first.push(attributes.length);
    firstStep.push(steps.length);
    for (;;) {
      const attribute = reader.uleb();
      const form = reader.uleb();
      if (attribute === 0 && form === 0) break;
      if (attributes.length === MAX_ABBREV_ATTRIBUTES) {
        throw new FormatError("too-large", `more than ${MAX_ABBREV_ATTRIBUTES} attributes in abbreviations`);
      }
      attributes.push(attribute);
      forms.push(form);
      implicit.push(form === dw.FORM_IMPLICIT_CONST ? reader.sleb() : 0);
      if (attribute === dw.AT_LOW_PC || attribute === dw.AT_RANGES) hasCode = true;
      const step = formWidth(form, sizes);
      valueWidths.push(step);
      roles.push(ROLES.get(attribute) ?? ROLE_NONE);
      if (step >= 0) {
        run += step;
        continue;
      }
      if (run > 0) steps.push(run);
      steps.push(step);
      run = 0;
      width = -1;
    }
    if (width === 0) width = run;
    else if (run > 0) steps.push(run);
    codes.push(code);
    tags.push(tag);
    hasChildren.push(children ? 1 : 0);
    widths.push(width);
    kinds.push(kindOf(tag, hasCode, children));
  }
  first.push(attributes.length);
  firstStep.push(steps.length);

  const { dense, indexOf } = codeIndex(codes);
  return {
    sizeBytes: reader.offset - offset,
    indexOf,
    dense,
    tags: tags.trimmed(),
    kinds: Uint8Array.from(kinds),
    hasChildren: Uint8Array.from(hasChildren),
    widths: Int32Array.from(widths),
    steps: Int32Array.from(steps),
    firstStep: firstStep.trimmed(),
    first: first.trimmed(),
    attributes: attributes.trimmed(),
    forms: forms.trimmed(),
    implicit: Float64Array.from(implicit),
    valueWidths: Int32Array.from(valueWidths),
    roles: Uint8Array.from(roles),
  };
}

function kindOf(tag: number, hasCode: boolean, children: boolean): number {
  if (tag !== dw.TAG_SUBPROGRAM && tag !== dw.TAG_INLINED_SUBROUTINE) return KIND_OTHER;
  if (!hasCode) return children ? KIND_CODELESS : KIND_OTHER;
  return tag === dw.TAG_SUBPROGRAM ? KIND_SUBPROGRAM : KIND_INLINED;
}

/** Codes run from 1 without gaps in every file seen; others go through a map. */
function codeIndex(codes: readonly number[]): Pick<AbbrevTable, "dense" | "indexOf"> {
  const dense = new Int32Array(codes.length + 1).fill(-1);
  const sparse = new Map<number, number>();
  for (const [index, code] of codes.entries()) {
    if (code < dense.length) dense[code] = index;
    else sparse.set(code, index);
  }
  return { dense, indexOf: (code) => dense[code] ?? sparse.get(code) ?? -1 };
}
