import { expect, test } from "vitest";
import { ByteBuilder } from "../../test/byte-builder.ts";
import { buildLines, type BuiltLines, endSequence, OPCODE_BASE, row, setAddress } from "../../test/dwarf-builder.ts";
import { Reader } from "../bytes/reader.ts";
import { joinPath, MAX_LINE_FILES, readFileTable } from "./line-files.ts";
import { findRow, type LineRows, MAX_SEQUENCES, parseLineProgram } from "./line-program.ts";
import { textBase } from "../bytes/image-offset.ts";
import type { UnitHeader } from "./unit-header.ts";

const TEXT = 0x1_0000_0000;
const UNIT: UnitHeader = {
  offset: 0,
  end: 100,
  firstDie: 11,
  version: 4,
  addressSize: 8,
  offsetSize: 4,
  abbrevOffset: 0,
};

function rowsOf(program: BuiltLines["program"], options: Partial<BuiltLines> = {}): LineRows {
  return parseLineProgram(buildLines({ version: 4, ...options, program }), UNIT, textBase(BigInt(TEXT))).rows;
}

const lineAt = (rows: LineRows, offset: number): number | undefined => {
  const found = findRow(rows, offset);
  return found < 0 ? undefined : rows.lines[found];
};

test("a row holds until the next one, and the end of a sequence belongs to nobody", () => {
  const rows = rowsOf((out) => {
    setAddress(out, TEXT + 0x10);
    row(out, 0, 4); // line 5 at 0x10
    row(out, 8, 2); // line 7 at 0x18
    out.u8(2).uleb(4);
    endSequence(out); // 0x1c
  });
  expect([0xf, 0x10, 0x17, 0x18, 0x1b, 0x1c].map((at) => lineAt(rows, at))).toEqual([undefined, 5, 5, 7, 7, undefined]);
});

test("special opcodes, constant advances, fixed advances and instruction lengths", () => {
  const rows = rowsOf(
    (out) => {
      setAddress(out, TEXT);
      out.u8(OPCODE_BASE + 5 + 14 * 2 + 3); // address + 2 * 4, line + 3
      out.u8(8); // address + 17 * 4
      out.u8(1);
      out.u8(9).u16(3); // not multiplied
      out.u8(3).sleb(10).u8(1);
      out.u8(2).uleb(1);
      endSequence(out);
    },
    { minimumInstruction: 4 },
  );
  expect(lineAt(rows, 7)).toBeUndefined();
  expect(lineAt(rows, 8)).toBe(4);
  expect(lineAt(rows, 8 + 68 + 2)).toBe(4);
  expect(lineAt(rows, 8 + 68 + 3)).toBe(14);
  expect(lineAt(rows, 8 + 68 + 3 + 4)).toBeUndefined();
});

test("of several rows at one address the last counts, and line 0 stays 0", () => {
  const rows = rowsOf((out) => {
    setAddress(out, TEXT);
    row(out, 0, 4);
    row(out, 0, 1);
    row(out, 0, -6); // line 0
    row(out, 4, 9);
    out.u8(2).uleb(4);
    endSequence(out);
  });
  expect(lineAt(rows, 0)).toBe(0);
  expect(lineAt(rows, 4)).toBe(9);
});

test("opcodes we do not know are stepped over", () => {
  const rows = rowsOf((out) => {
    setAddress(out, TEXT);
    out.u8(6, 7, 10, 11).u8(12).uleb(300).u8(5).uleb(77); // marks, isa, column
    out.u8(0).uleb(4).u8(0x80, 1, 2, 3); // an extended opcode of a vendor
    out.u8(0).uleb(3).u8(4).uleb(200); // discriminator
    row(out, 0, 4);
    out.u8(2).uleb(4);
    endSequence(out);
  });
  expect(lineAt(rows, 3)).toBe(5);
});

test("sequences in any order are found; dead ones, and rows without an end, are dropped", () => {
  const sequence = (out: ByteBuilder, start: number, line: number) => {
    setAddress(out, start);
    row(out, 0, line - 1);
    out.u8(2).uleb(0x10);
    endSequence(out);
  };
  const rows = rowsOf((out) => {
    sequence(out, TEXT + 0x200, 20);
    sequence(out, 0, 99);
    sequence(out, TEXT + 0x100, 10);
    setAddress(out, TEXT + 0x300);
    row(out, 0, 50);
  });
  expect([0x100, 0x10f, 0x110, 0x200, 0x20f, 0x300, 0].map((at) => lineAt(rows, at))).toEqual([
    10,
    10,
    undefined,
    20,
    20,
    undefined,
    undefined,
  ]);
  expect(rows.addresses).toHaveLength(2);
});

test("a sequence inside another answers for its part, the outer one for the rest", () => {
  const rows = rowsOf((out) => {
    for (const [start, size, line] of [
      [0x100, 0x100, 10],
      [0x140, 0x10, 20],
    ] as const) {
      setAddress(out, TEXT + start);
      row(out, 0, line - 1);
      out.u8(2).uleb(size);
      endSequence(out);
    }
  });
  expect([0x13f, 0x145, 0x150, 0x1ff].map((at) => lineAt(rows, at))).toEqual([10, 20, 10, 10]);
});

test("of two sequences with one range, as folded code leaves them, the first answers", () => {
  const rows = rowsOf((out) => {
    for (const line of [10, 20]) {
      setAddress(out, TEXT + 0x100);
      row(out, 0, line - 1);
      out.u8(2).uleb(0x10);
      endSequence(out);
    }
  });
  expect(lineAt(rows, 0x108)).toBe(10);
});

test.each([
  ["version 1", buildLines({ version: 4, program: () => undefined }), 4, 1, "unsupported"],
  ["version 6", buildLines({ version: 4, program: () => undefined }), 4, 6, "unsupported"],
  ["no line range", buildLines({ version: 4, program: () => undefined }), 14, 0, "damaged"],
  ["no opcode base", buildLines({ version: 4, program: () => undefined }), 15, 0, "damaged"],
  ["a header longer than the program", buildLines({ version: 4, program: () => undefined }), 9, 0x7f, "truncated"],
])("refuses %s", (_, bytes, offset, value, code) => {
  bytes[offset] = value;
  expect(() => parseLineProgram(bytes, UNIT, textBase(0n))).toThrow(expect.objectContaining({ code }));
});

test("an extended opcode that reaches past the end is damage", () => {
  const bytes = buildLines({ version: 4, program: (out) => out.u8(0).uleb(100).u8(2) });
  expect(() => parseLineProgram(bytes, UNIT, textBase(0n))).toThrow(expect.objectContaining({ code: "truncated" }));
});

test("one sequence more than a program may have", () => {
  const head = buildLines({ version: 4, program: () => undefined });
  const sequence = new ByteBuilder().u8(0, 5, 2).u32(0x10).u8(1, 2, 4, 0, 1, 1).done();
  const repeat = (count: number) => {
    const bytes = new Uint8Array(head.length + count * sequence.length);
    bytes.set(head);
    for (let i = 0; i < count; i++) bytes.set(sequence, head.length + i * sequence.length);
    new DataView(bytes.buffer).setUint32(0, bytes.length - 4, true);
    return bytes;
  };
  const parse = (count: number) => parseLineProgram(repeat(count), UNIT, textBase(0n)).rows;
  expect(parse(10).starts).toHaveLength(10);
  expect(() => parse(MAX_SEQUENCES + 1)).toThrow(expect.objectContaining({ code: "too-large" }));
});

const SIZES = { addressSize: 8, offsetSize: 4 } as const;

test("one file more than a table may have", () => {
  const table = (count: number) => {
    const entry = [0x61, 0, 0, 0, 0];
    const bytes = new Uint8Array(1 + count * entry.length + 1);
    for (let i = 0; i < count; i++) bytes.set(entry, 1 + i * entry.length);
    return readFileTable(new Reader(bytes), { version: 4, ...SIZES });
  };
  expect(table(3).fileForms).toHaveLength(3);
  expect(() => table(MAX_LINE_FILES + 1)).toThrow(expect.objectContaining({ code: "too-large" }));
});

test("a table of rows that take no bytes is damage, however many it claims", () => {
  const bytes = new ByteBuilder().u8(0).uleb(1_000_000_000).done();
  expect(() => readFileTable(new Reader(bytes), { version: 5, ...SIZES })).toThrow(
    expect.objectContaining({ code: "damaged" }),
  );
});

test.each([
  ["/comp", "src", "/comp/src"],
  ["/comp", "/abs", "/abs"],
  ["", "src", "src"],
  ["/", "<compiler-generated>", "/<compiler-generated>"],
  ["/comp", "C:\\x.c", "C:\\x.c"],
])("joins %j and %j to %j (R22)", (directory, name, path) => {
  expect(joinPath(directory, name)).toBe(path);
});
