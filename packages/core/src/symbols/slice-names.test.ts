/** Which name the outermost frame gets, and what is said about damage; with files made for the purpose. */
import { expect, test } from "vitest";
import { buildAbbrevs, type BuiltAbbrev, buildUnit } from "../../test/dwarf-builder.ts";
import { buildMachO, type BuiltSymbol, CODE, UUID_BYTES } from "../../test/mach-o-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import * as dw from "../dwarf/constants.ts";
import type { ImageOffset } from "../report.ts";
import { MAX_SLICE_PROBLEMS, openSymbolSlices, type SliceOptions } from "./slice.ts";

const TEXT = 0x1_0000_0000;
const C99 = 0x0c;
const C_PLUS_PLUS = 0x04;

const ABBREVS: readonly BuiltAbbrev[] = [
  {
    tag: dw.TAG_COMPILE_UNIT,
    children: true,
    attributes: [
      [dw.AT_LANGUAGE, dw.FORM_DATA1],
      [dw.AT_LOW_PC, dw.FORM_ADDR],
      [dw.AT_HIGH_PC, dw.FORM_DATA4],
    ],
  },
  {
    tag: dw.TAG_SUBPROGRAM,
    attributes: [
      [dw.AT_NAME, dw.FORM_STRING],
      [dw.AT_LOW_PC, dw.FORM_ADDR],
      [dw.AT_HIGH_PC, dw.FORM_DATA4],
    ],
  },
  {
    tag: dw.TAG_SUBPROGRAM,
    attributes: [
      [dw.AT_LINKAGE_NAME, dw.FORM_STRING],
      [dw.AT_LOW_PC, dw.FORM_ADDR],
      [dw.AT_HIGH_PC, dw.FORM_DATA4],
    ],
  },
];

interface Case {
  readonly language: number;
  readonly attribute: "name" | "linkage name";
  readonly name: string;
  readonly symbols: readonly BuiltSymbol[];
  readonly options?: SliceOptions;
}

/** One function at 0x1000..0x1100 in a `__text` of 0x1000..0x2000. */
async function resolved({ language, attribute, name, symbols, options }: Case, offset: number) {
  const unit = buildUnit({
    version: 4,
    entries: (out) => {
      out
        .uleb(1)
        .u8(language)
        .u64(TEXT + 0x1000)
        .u32(0x100);
      out
        .uleb(attribute === "name" ? 2 : 3)
        .text(name)
        .u64(TEXT + 0x1000)
        .u32(0x100)
        .u8(0);
    },
  });
  const bytes = buildMachO({
    uuid: UUID_BYTES,
    textAddress: TEXT,
    sections: [
      { segment: "__TEXT", name: "__text", address: TEXT + 0x1000, size: 0x1000, flags: CODE },
      { segment: "__DWARF", name: "__debug_info", bytes: unit },
      { segment: "__DWARF", name: "__debug_abbrev", bytes: buildAbbrevs(ABBREVS) },
    ],
    symbols,
  });
  const [slice] = await openSymbolSlices(bytesSource(bytes), options);
  return (await slice!.resolve([offset as ImageOffset]))[0]?.[0];
}

const at = (value: number, name: string): BuiltSymbol => ({ name, value: TEXT + value });

test.each<[string, Case, string]>([
  [
    "the DWARF's linkage name comes before the symbol (R13)",
    { language: C_PLUS_PLUS, attribute: "linkage name", name: "_ZN1AC2Ev", symbols: [at(0x1000, "__ZN1AC1Ev")] },
    "_ZN1AC2Ev",
  ],
  [
    "the symbol comes first where that is asked for",
    {
      language: C_PLUS_PLUS,
      attribute: "linkage name",
      name: "_ZN1AC2Ev",
      symbols: [at(0x1000, "__ZN1AC1Ev")],
      options: { outermostName: "symbol-table" },
    },
    "_ZN1AC1Ev",
  ],
  [
    "a C++ function that has only its plain name gets the symbol that begins with it",
    { language: C_PLUS_PLUS, attribute: "name", name: "alloc", symbols: [at(0x1000, "__ZN4pool5allocEv")] },
    "_ZN4pool5allocEv",
  ],
  [
    "a symbol that begins elsewhere says nothing about it",
    { language: C_PLUS_PLUS, attribute: "name", name: "alloc", symbols: [at(0x1010, "_other")] },
    "alloc",
  ],
  [
    "the plain name of a C function is the whole name",
    { language: C99, attribute: "name", name: "helper_", symbols: [at(0x1000, "_helper_.267")] },
    "helper_",
  ],
  [
    "an Objective-C method in a C++ unit needs no symbol",
    { language: C_PLUS_PLUS, attribute: "name", name: "-[Foo bar]", symbols: [at(0x1000, "_folded")] },
    "-[Foo bar]",
  ],
  [
    "a function without a name has its symbol's",
    { language: C99, attribute: "name", name: "", symbols: [at(0x1000, "_anonymous")] },
    "anonymous",
  ],
])("%s", async (_, of, expected) => {
  expect(await resolved(of, 0x1020)).toMatchObject({ name: expected, functionOffset: 0x20, source: "dwarf" });
});

test("outside the unit the symbol answers, up to the end of the section", async () => {
  const of: Case = { language: C99, attribute: "name", name: "f", symbols: [at(0x1000, "_f"), at(0x1800, "_g")] };
  expect(await resolved(of, 0x1804)).toEqual({
    name: "g",
    functionOffset: 4,
    inlined: false,
    source: "symbol-table",
  });
  expect(await resolved(of, 0x2000)).toBeUndefined();
});

test("an object file has no UUID, so no report can ask for it", async () => {
  expect(await openSymbolSlices(bytesSource(buildMachO({ fileType: 1 })))).toEqual([]);
});

test("one problem more than a slice keeps", async () => {
  const unit = buildUnit({ version: 9, entries: (out) => out.zeros(8) });
  const bytes = buildMachO({
    uuid: UUID_BYTES,
    sections: [
      {
        segment: "__DWARF",
        name: "__debug_info",
        bytes: Uint8Array.from(Array.from({ length: MAX_SLICE_PROBLEMS + 1 }, () => [...unit]).flat()),
      },
    ],
  });
  const [slice] = await openSymbolSlices(bytesSource(bytes));
  await slice!.resolve([0x10 as ImageOffset]);
  expect(slice?.problems).toHaveLength(MAX_SLICE_PROBLEMS);
});
