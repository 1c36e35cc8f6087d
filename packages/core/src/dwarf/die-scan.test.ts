import { expect, test } from "vitest";
import { ByteBuilder } from "../../test/byte-builder.ts";
import { buildAbbrevs, type BuiltAbbrev, buildUnit } from "../../test/dwarf-builder.ts";
import { type AbbrevTable, MAX_ABBREV_ATTRIBUTES, MAX_ABBREVS, parseAbbrevTable } from "./abbrev.ts";
import * as dw from "./constants.ts";
import { type DieScan, MAX_NODES, scanDies } from "./die-scan.ts";
import type { DieInput } from "./die-walk.ts";
import { outlineFunctions } from "./function-outline.ts";
import { textBase } from "../bytes/image-offset.ts";
import { parseUnitHeader, type UnitHeader } from "./unit-header.ts";

function scan(
  abbrevs: readonly BuiltAbbrev[],
  entries: (out: ByteBuilder) => void,
  addresses: readonly number[] = [],
): DieScan {
  const bytes = buildUnit({ version: 5, addressSize: 4, entries });
  const unit = parseUnitHeader(bytes, 0, bytes.length);
  const table = parseAbbrevTable(buildAbbrevs(abbrevs), 0, unit);
  return scanDies([part(bytes, unit, table, addresses)]);
}

function part(bytes: Uint8Array, unit: UnitHeader, table: AbbrevTable, addresses: readonly number[] = []): DieInput {
  const at = unit.firstDie;
  const addressAt = (index: number) => addresses[index] ?? NaN;
  return { bytes: bytes.subarray(at - unit.offset), at, unit, table, base: textBase(0n), addressAt };
}

const ROOT: BuiltAbbrev = { tag: dw.TAG_COMPILE_UNIT, children: true, attributes: [] };
const plain = (tag: number, children: boolean): BuiltAbbrev => ({
  tag,
  children,
  attributes: [
    [dw.AT_LOW_PC, dw.FORM_ADDR],
    [dw.AT_HIGH_PC, dw.FORM_DATA1],
  ],
});

test("every form is stepped over exactly", () => {
  const forms: readonly [form: number, write: (out: ByteBuilder) => void][] = [
    [dw.FORM_ADDR, (out) => out.u32(1)],
    [dw.FORM_BLOCK1, (out) => out.u8(2, 9, 9)],
    [dw.FORM_BLOCK2, (out) => out.u16(3).u8(9, 9, 9)],
    [dw.FORM_BLOCK4, (out) => out.u32(300).zeros(300)],
    [dw.FORM_BLOCK, (out) => out.uleb(200).zeros(200)],
    [dw.FORM_EXPRLOC, (out) => out.uleb(1).u8(0x9c)],
    [dw.FORM_DATA1, (out) => out.u8(1)],
    [dw.FORM_DATA2, (out) => out.u16(1)],
    [dw.FORM_DATA4, (out) => out.u32(1)],
    [dw.FORM_DATA8, (out) => out.u64(1)],
    [dw.FORM_DATA16, (out) => out.zeros(16)],
    [dw.FORM_STRING, (out) => out.text("text")],
    [dw.FORM_FLAG, (out) => out.u8(1)],
    [dw.FORM_FLAG_PRESENT, () => undefined],
    [dw.FORM_SDATA, (out) => out.uleb(300)],
    [dw.FORM_UDATA, (out) => out.uleb(100_000)],
    [dw.FORM_STRP, (out) => out.u32(1)],
    [dw.FORM_LINE_STRP, (out) => out.u32(1)],
    [dw.FORM_REF1, (out) => out.u8(1)],
    [dw.FORM_REF2, (out) => out.u16(1)],
    [dw.FORM_REF4, (out) => out.u32(1)],
    [dw.FORM_REF8, (out) => out.u64(1)],
    [dw.FORM_REF_UDATA, (out) => out.uleb(1)],
    [dw.FORM_REF_ADDR, (out) => out.u32(1)],
    [dw.FORM_REF_SIG8, (out) => out.u64(1)],
    [dw.FORM_SEC_OFFSET, (out) => out.u32(1)],
    [dw.FORM_STRX, (out) => out.uleb(200)],
    [dw.FORM_STRX1, (out) => out.u8(1)],
    [dw.FORM_STRX2, (out) => out.u16(1)],
    [dw.FORM_STRX3, (out) => out.zeros(3)],
    [dw.FORM_STRX4, (out) => out.u32(1)],
    [dw.FORM_ADDRX, (out) => out.uleb(200)],
    [dw.FORM_ADDRX1, (out) => out.u8(1)],
    [dw.FORM_ADDRX2, (out) => out.u16(1)],
    [dw.FORM_ADDRX3, (out) => out.zeros(3)],
    [dw.FORM_ADDRX4, (out) => out.u32(1)],
    [dw.FORM_LOCLISTX, (out) => out.uleb(200)],
    [dw.FORM_RNGLISTX, (out) => out.uleb(200)],
    [dw.FORM_INDIRECT, (out) => out.uleb(dw.FORM_DATA2).u16(1)],
  ];
  const abbrevs = [
    ROOT,
    plain(dw.TAG_SUBPROGRAM, false),
    ...forms.map(([form]): BuiltAbbrev => ({ tag: 0x34, attributes: [[0x3fe0, form]] })),
    // All in one, so runs of fixed width and steps alternate.
    { tag: 0x34, attributes: forms.map(([form]) => [0x3fe0, form] as const) },
    { tag: 0x34, attributes: [[0x3fe0, dw.FORM_IMPLICIT_CONST, 5]] as const },
  ];
  const found = scan(abbrevs, (out) => {
    out.uleb(1);
    for (const [i, [, write]] of forms.entries()) {
      out.uleb(i + 3);
      write(out);
      out
        .uleb(2)
        .u32(0x100 * (i + 1))
        .u8(0x10);
    }
    out.uleb(forms.length + 3);
    for (const [, write] of forms) write(out);
    out.uleb(forms.length + 4);
    out.uleb(2).u32(0x9000).u8(0x10).u8(0);
  });
  expect([...found.starts]).toEqual([...forms.map((_, i) => 0x100 * (i + 1)), 0x9000]);
  expect([...found.ends]).toEqual([...found.starts].map((start) => start + 0x10));
});

test("a call inlined into a function without code of its own still has that function in its chain", () => {
  const found = scan(
    [
      ROOT,
      { tag: dw.TAG_SUBPROGRAM, children: true, attributes: [[dw.AT_NAME, dw.FORM_STRING]] },
      plain(dw.TAG_INLINED_SUBROUTINE, true),
      plain(dw.TAG_SUBPROGRAM, true),
    ],
    (out) => {
      out.uleb(1);
      out.uleb(2).text("codeless").uleb(3).u32(0x10).u8(4).u8(0, 0);
      // Dead: its address lies beyond any image. Its child lives (R21).
      out.uleb(4).u32(0xffff_ffff).u8(8).uleb(4).u32(0x40).u8(4).u8(0, 0);
      out.u8(0);
    },
  );
  expect([...found.parents]).toEqual([dw.NONE, 0, dw.NONE]);
  expect([...found.starts]).toEqual([0, 0x10, 0x40]);
});

test("an outline has each outermost function with code, and what has code in one that has none", () => {
  const entries = (out: ByteBuilder) => {
    out.uleb(1);
    out.uleb(2).u32(0x100).u8(0x40).uleb(3).u32(0x110).u8(4).u8(0); // lives, with a call inlined
    out.uleb(4).u32(0x200).u8(8); // without children
    out.uleb(2).u32(0xffff_ffff).u8(8).uleb(3).u32(0x300).u8(4).u8(0); // dead, what is inlined in it lives
    out.uleb(5).uleb(3).u32(0x400).u8(4).u8(0); // the same without code of its own
    out.uleb(2).u32(0x500).u8(0x40).uleb(2).u32(0x600).u8(8).u8(0, 0); // one function in another
    out.u8(0);
  };
  const bytes = buildUnit({ version: 5, addressSize: 4, entries });
  const unit = parseUnitHeader(bytes, 0, bytes.length);
  const abbrevs = [
    ROOT,
    plain(dw.TAG_SUBPROGRAM, true),
    plain(dw.TAG_INLINED_SUBROUTINE, false),
    plain(dw.TAG_SUBPROGRAM, false),
    { tag: dw.TAG_SUBPROGRAM, children: true, attributes: [] },
  ];
  const table = parseAbbrevTable(buildAbbrevs(abbrevs), 0, unit);
  const outline = outlineFunctions(part(bytes, unit, table));
  expect([...outline.starts]).toEqual([0x100, 0x200, 0x300, 0x400, 0x500, 0x600]);
  expect([...outline.outermost]).toEqual([0, 1, 2, 3, 4, 4]);
  const first = unit.firstDie + 1;
  expect([...outline.entryStarts]).toEqual([0, 13, 19, 32, 40].map((at) => first + at));
  expect([...outline.entryEnds]).toEqual([13, 19, 32, 40, 54].map((at) => first + at));
});

test("addresses by index, and those without an entry are dead", () => {
  const indexed: BuiltAbbrev = {
    tag: dw.TAG_SUBPROGRAM,
    attributes: [
      [dw.AT_LOW_PC, dw.FORM_ADDRX],
      [dw.AT_HIGH_PC, dw.FORM_UDATA],
    ],
  };
  const found = scan([ROOT, indexed], (out) => out.uleb(1).uleb(2, 1, 0x20).uleb(2, 7, 0x20).u8(0), [0x100, 0x200]);
  expect([...found.starts]).toEqual([0x200]);
  expect([...found.ends]).toEqual([0x220]);
});

test.each([
  ["an abbreviation that does not exist", (out: ByteBuilder) => out.uleb(1).uleb(9), "damaged"],
  ["an endless abbreviation code", (out: ByteBuilder) => out.uleb(1).u8(...Array<number>(8).fill(0x80)), "damaged"],
  ["an entry cut short", (out: ByteBuilder) => out.uleb(1).uleb(2).u16(1), "truncated"],
])("%s is damage", (_, entries, code) => {
  expect(() => scan([ROOT, plain(dw.TAG_SUBPROGRAM, false)], entries)).toThrow(expect.objectContaining({ code }));
});

test("one function more than a unit may have", () => {
  const table = buildAbbrevs([ROOT, plain(dw.TAG_SUBPROGRAM, false)]);
  const entry = [2, 0x10, 0, 0, 0, 4];
  const bytes = new Uint8Array(13 + (MAX_NODES + 1) * entry.length);
  bytes.set(buildUnit({ version: 5, addressSize: 4, entries: (out) => out.uleb(1) }));
  for (let at = 13; at < bytes.length; at += entry.length) bytes.set(entry, at);
  new DataView(bytes.buffer).setUint32(0, bytes.length - 4, true);
  const unit = parseUnitHeader(bytes, 0, bytes.length);
  const input = part(bytes, unit, parseAbbrevTable(table, 0, unit));
  expect(() => outlineFunctions(input)).toThrow(expect.objectContaining({ code: "too-large" }));
  expect(() => scanDies([input])).toThrow(expect.objectContaining({ code: "too-large" }));
  const one = { ...input, bytes: input.bytes.subarray(0, 1 + entry.length) };
  expect(outlineFunctions(one).starts).toHaveLength(1);
  expect(scanDies([one]).starts).toHaveLength(1);
});

const SIZES = { version: 4, addressSize: 8, offsetSize: 4 } as const;

test("one abbreviation, and one attribute, more than a table may have", () => {
  const many = new ByteBuilder();
  for (let code = 1; code <= MAX_ABBREVS + 1; code++) many.uleb(code, 0x34).u8(0, 0, 0);
  expect(() => parseAbbrevTable(many.u8(0).done(), 0, SIZES)).toThrow(expect.objectContaining({ code: "too-large" }));

  const long = new Uint8Array(3 + 2 * (MAX_ABBREV_ATTRIBUTES + 1) + 3).fill(dw.FORM_DATA1);
  long.set([1, 0x34, 0]);
  long.fill(0, long.length - 3);
  expect(() => parseAbbrevTable(long, 0, SIZES)).toThrow(expect.objectContaining({ code: "too-large" }));
});

test.each([
  ["codes with gaps", [5, 900, 7]],
  ["codes from 1", [1, 2, 3]],
  ["codes backwards", [3, 2, 1]],
])("finds %s", (_, codes) => {
  const out = new ByteBuilder();
  for (const code of codes) out.uleb(code, 0x100 + code).u8(0, 0, 0);
  const table = parseAbbrevTable(out.u8(0).done(), 0, SIZES);
  for (const code of codes) expect(table.tags[table.indexOf(code)]).toBe(0x100 + code);
  expect(table.indexOf(4)).toBe(-1);
  expect(table.indexOf(0)).toBe(-1);
});

test("a table with a form nobody knows is refused", () => {
  const bytes = new ByteBuilder().uleb(1, 0x34).u8(0).uleb(3, 0x77).u8(0, 0, 0).done();
  expect(() => parseAbbrevTable(bytes, 0, SIZES)).toThrow(expect.objectContaining({ code: "unsupported" }));
});
