import { expect, test } from "vitest";
import { ByteBuilder, sparseSource } from "../../test/byte-builder.ts";
import { buildMachO, type BuiltSymbol, CODE } from "../../test/mach-o-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { type MachOSlice, openMachO } from "./mach-o.ts";
import { loadSymbolTable, MAX_ALIASES, MAX_CODE_SYMBOLS, MAX_SYMBOLS, type SymbolTable } from "./symbol-table.ts";

const BASE = 0x1_0000_0000;

async function table(symbols: readonly BuiltSymbol[], is64 = true): Promise<SymbolTable> {
  const base = is64 ? BASE : 0x4000;
  const bytes = buildMachO({
    is64,
    textAddress: base,
    sections: [
      { segment: "__TEXT", name: "__text", address: base + 0x100, size: 0x100, flags: CODE },
      { segment: "__TEXT", name: "__cstring", address: base + 0x200, size: 0x100 },
      { segment: "__TEXT", name: "__stubs", address: base + 0x300, size: 0x20, flags: CODE },
    ],
    symbols: symbols.map((symbol) => ({ ...symbol, value: base + Number(symbol.value) })),
  });
  const [slice] = await openMachO(bytesSource(bytes));
  return loadSymbolTable(slice!);
}

test.each([true, false])(
  "the last symbol that is not above the address, until its section ends (64-bit: %s)",
  async (is64) => {
    const symbols = await table(
      [
        { name: "_second", value: 0x140 },
        { name: "_first", value: 0x110 },
        { name: "_stub", value: 0x300, section: 3 },
      ],
      is64,
    );
    expect(symbols.size).toBe(3);
    const at = async (offset: number) => (await symbols.find(offset))?.name;
    expect(await at(0x10f)).toBeUndefined();
    expect(await at(0x110)).toBe("first");
    expect(await at(0x13f)).toBe("first");
    expect(await at(0x140)).toBe("second");
    expect(await at(0x1ff)).toBe("second");
    expect(await at(0x200)).toBeUndefined();
    expect(await at(0x2ff)).toBeUndefined();
    expect(await at(0x300)).toBe("stub");
    expect(await at(0x320)).toBeUndefined();
    expect(await symbols.find(0x13f)).toEqual({ name: "first", start: 0x110 });
  },
);

test("stabs, undefined and absolute symbols, data and what lies outside its section do not count", async () => {
  const symbols = await table([
    { name: "_f", value: 0x110 },
    { name: "_stab", value: 0x120, type: 0x24 },
    { name: "_undefined", value: 0x120, type: 0x01 },
    { name: "_absolute", value: 0x120, type: 0x03 },
    { name: "_text", value: 0x208, section: 2 },
    { name: "_elsewhere", value: 0x120, section: 3 },
    { name: "_no_section", value: 0x120, section: 0 },
    { name: "_wrong_section", value: 0x120, section: 99 },
  ]);
  expect(symbols.size).toBe(1);
  expect(await symbols.find(0x130)).toEqual({ name: "f", start: 0x110 });
});

test.each([
  [["ltmp0", "_f"], "f"],
  [["l_anon", "_f"], "f"],
  [["l_anon", "ltmp0"], "l_anon"],
  [["_b", "_a"], "b"],
])("of %j at one address it takes %s", async (names, expected) => {
  const symbols = await table(names.map((name) => ({ name, value: 0x110, type: 0x0e })));
  expect((await symbols.find(0x110))?.name).toBe(expected);
});

test("an external name comes before a private one at the same address", async () => {
  const symbols = await table([
    { name: "_private", value: 0x110, type: 0x0e },
    { name: "_external", value: 0x110, type: 0x0f },
  ]);
  expect((await symbols.find(0x110))?.name).toBe("external");
});

test("only so many names of one address are compared", async () => {
  const aliases = Array.from({ length: MAX_ALIASES + 1 }, (_, i) => ({ name: `_alias${i}`, value: 0x110 }));
  expect((await (await table(aliases)).find(0x110))?.name).toMatch(/^alias\d+$/);
});

const C_NAMES = [
  ["_main", "main"],
  ["__ZN3foo3barEv", "_ZN3foo3barEv"],
  ["_$s3App4mainyyF", "$s3App4mainyyF"],
  ["___31-[Foo bar]_block_invoke", "__31-[Foo bar]_block_invoke"],
  ["-[Foo bar]", "-[Foo bar]"],
  ["__hidden#12_", "__hidden#12_"],
] as const;
const DART_NAMES = ["_Uri._toWindowsFilePath", "main", "Precompiled_List", "_List.add", "stub Allocate", "new Foo"];

test.each(C_NAMES)("%s is shown as %s", async (written, shown) => {
  const symbols = await table([
    { name: written, value: 0x110 },
    { name: "_other", value: 0x120 },
  ]);
  expect((await symbols.find(0x110))?.name).toBe(shown);
});

test("names of a linker that adds no underscore keep theirs", async () => {
  const symbols = await table(DART_NAMES.map((name, i) => ({ name, value: 0x110 + 4 * i })));
  for (const [i, name] of DART_NAMES.entries()) expect((await symbols.find(0x110 + 4 * i))?.name).toBe(name);
});

/** A slice whose symbol table has so many rows, all the same. */
function repeated(rows: number, declared: number = rows): MachOSlice {
  const row = new ByteBuilder().u32(0).u8(0x0f, 1).u16(0).u64(0x10).done();
  return {
    arch: "arm64",
    is64: true,
    fileType: "dsym",
    textAddress: 0n,
    textSize: 0x1000,
    sections: [{ name: "__text", segment: "__TEXT", address: 0, size: 0x1000, fileOffset: 0, holdsCode: true }],
    symbolTable: { offset: 0, count: declared, stringsOffset: 0, stringsSize: 1 },
    problems: [],
    source: sparseSource(rows * 16, (bytes, offset) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = row[(offset + i) % 16]!;
    }),
  };
}

test("one row more than a table may have", async () => {
  expect((await loadSymbolTable(repeated(10, MAX_SYMBOLS))).size).toBe(10);
  await expect(loadSymbolTable(repeated(10, MAX_SYMBOLS + 1))).rejects.toMatchObject({ code: "too-large" });
});

test("one code symbol more than the index holds", async () => {
  await expect(loadSymbolTable(repeated(MAX_CODE_SYMBOLS + 1))).rejects.toMatchObject({ code: "too-large" });
});

test("a table past the end of the file is truncated, one cut short gives its rows", async () => {
  const cut = repeated(10, 1000);
  expect((await loadSymbolTable(cut)).size).toBe(10);
  const beyond = { ...cut, symbolTable: { offset: 10_000, count: 1, stringsOffset: 0, stringsSize: 1 } };
  await expect(loadSymbolTable(beyond)).rejects.toMatchObject({ code: "truncated" });
});
