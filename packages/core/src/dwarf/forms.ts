/** How attribute values are written (section 7.5.6 of the standard): how wide each form is, and its value as a number. */
import { FormatError } from "../bytes/errors.ts";
import type { Reader } from "../bytes/reader.ts";
import * as dw from "./constants.ts";
import { readImageOffset, type TextBase } from "../bytes/image-offset.ts";

/** What the width of a form depends on. */
export interface FormSizes {
  readonly version: number;
  readonly addressSize: 4 | 8;
  readonly offsetSize: 4 | 8;
}

/** Forms whose width must be read; a width otherwise. */
export const WIDTH_LEB128 = -1;
export const WIDTH_BLOCK = -2;
export const WIDTH_BLOCK1 = -3;
export const WIDTH_BLOCK2 = -4;
export const WIDTH_BLOCK4 = -5;
export const WIDTH_STRING = -6;
export const WIDTH_INDIRECT = -7;

export function formWidth(form: number, sizes: FormSizes): number {
  switch (form) {
    case dw.FORM_FLAG_PRESENT:
    case dw.FORM_IMPLICIT_CONST:
      return 0;
    case dw.FORM_DATA1:
    case dw.FORM_FLAG:
    case dw.FORM_REF1:
    case dw.FORM_STRX1:
    case dw.FORM_ADDRX1:
      return 1;
    case dw.FORM_DATA2:
    case dw.FORM_REF2:
    case dw.FORM_STRX2:
    case dw.FORM_ADDRX2:
      return 2;
    case dw.FORM_STRX3:
    case dw.FORM_ADDRX3:
      return 3;
    case dw.FORM_DATA4:
    case dw.FORM_REF4:
    case dw.FORM_REF_SUP4:
    case dw.FORM_STRX4:
    case dw.FORM_ADDRX4:
      return 4;
    case dw.FORM_DATA8:
    case dw.FORM_REF8:
    case dw.FORM_REF_SIG8:
    case dw.FORM_REF_SUP8:
      return 8;
    case dw.FORM_DATA16:
      return 16;
    case dw.FORM_ADDR:
      return sizes.addressSize;
    case dw.FORM_REF_ADDR:
      return sizes.version === 2 ? sizes.addressSize : sizes.offsetSize;
    case dw.FORM_STRP:
    case dw.FORM_LINE_STRP:
    case dw.FORM_SEC_OFFSET:
    case dw.FORM_STRP_SUP:
    case dw.FORM_GNU_REF_ALT:
    case dw.FORM_GNU_STRP_ALT:
      return sizes.offsetSize;
    case dw.FORM_UDATA:
    case dw.FORM_SDATA:
    case dw.FORM_REF_UDATA:
    case dw.FORM_STRX:
    case dw.FORM_ADDRX:
    case dw.FORM_LOCLISTX:
    case dw.FORM_RNGLISTX:
      return WIDTH_LEB128;
    case dw.FORM_BLOCK:
    case dw.FORM_EXPRLOC:
      return WIDTH_BLOCK;
    case dw.FORM_BLOCK1:
      return WIDTH_BLOCK1;
    case dw.FORM_BLOCK2:
      return WIDTH_BLOCK2;
    case dw.FORM_BLOCK4:
      return WIDTH_BLOCK4;
    case dw.FORM_STRING:
      return WIDTH_STRING;
    case dw.FORM_INDIRECT:
      return WIDTH_INDIRECT;
    default:
      throw new FormatError("unsupported", `attribute form 0x${form.toString(16)}`);
  }
}

/**
 * Moves past one value and gives it as a number: an address as an image offset, an inline string as where it begins,
 * a block as 0. What an index or offset means depends on the form; see `isAddressIndex` and `isReference`.
 */
export function readValue(reader: Reader, form: number, implicit: number, sizes: FormSizes, base: TextBase): number {
  if (form === dw.FORM_IMPLICIT_CONST) return implicit;
  if (form === dw.FORM_FLAG_PRESENT) return 1;
  if (form === dw.FORM_ADDR) return readImageOffset(reader, sizes.addressSize, base);
  if (form === dw.FORM_SDATA) return reader.sleb();
  const width = formWidth(form, sizes);
  switch (width) {
    case 1:
      return reader.u8();
    case 2:
      return reader.u16();
    case 3:
      return reader.u16() + reader.u8() * 0x1_0000;
    case 4:
      return reader.u32();
    case 8:
      return reader.u64Number();
    case WIDTH_LEB128:
      return reader.uleb();
    case WIDTH_STRING: {
      const start = reader.offset;
      const end = reader.bytes.indexOf(0, start);
      if (end < 0) throw new FormatError("truncated", "a string without end", start);
      reader.offset = end + 1;
      return start;
    }
    case WIDTH_INDIRECT: {
      const actual = reader.uleb();
      if (actual === dw.FORM_INDIRECT || actual === dw.FORM_IMPLICIT_CONST) {
        throw new FormatError("damaged", "an indirect form that names no form", reader.offset);
      }
      return readValue(reader, actual, 0, sizes, base);
    }
    default:
      reader.skip(width >= 0 ? width : blockLength(reader, width));
      return 0;
  }
}

function blockLength(reader: Reader, width: number): number {
  if (width === WIDTH_BLOCK1) return reader.u8();
  if (width === WIDTH_BLOCK2) return reader.u16();
  if (width === WIDTH_BLOCK4) return reader.u32();
  return reader.uleb();
}

/** An index into `.debug_addr` and not an address. */
export function isAddressIndex(form: number): boolean {
  return form === dw.FORM_ADDRX || (form >= dw.FORM_ADDRX1 && form <= dw.FORM_ADDRX4);
}

/** Where a reference leads in `.debug_info`, or `undefined` when it leads out of the file. */
export function referenceTarget(form: number, value: number, unitOffset: number): number | undefined {
  if (form === dw.FORM_REF_ADDR) return value;
  return form >= dw.FORM_REF1 && form <= dw.FORM_REF_UDATA ? unitOffset + value : undefined;
}
