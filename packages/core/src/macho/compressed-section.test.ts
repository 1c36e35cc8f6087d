import { expect, test } from "vitest";
import { buildAbbrevs, buildUnit } from "../../test/dwarf-builder.ts";
import { buildMachO, CODE, UUID_BYTES } from "../../test/mach-o-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import * as dw from "../dwarf/constants.ts";
import type { ImageOffset } from "../report.ts";
import { openSymbolSlices } from "../symbols/slice.ts";
import { buildSymcache } from "../symbols/symcache/build.ts";
import { openSymcache } from "../symbols/symcache/symcache.ts";
import { MAX_INFLATED_SECTION } from "./compressed-section.ts";
import { openMachO } from "./mach-o.ts";

const TEXT = 0x1_0000_0000;
const FUNCTION = [
  [dw.AT_NAME, dw.FORM_STRING],
  [dw.AT_LOW_PC, dw.FORM_ADDR],
  [dw.AT_HIGH_PC, dw.FORM_DATA4],
] as const;
const ABBREVS = buildAbbrevs([
  { tag: dw.TAG_COMPILE_UNIT, children: true, attributes: [[dw.AT_LANGUAGE, dw.FORM_DATA1], ...FUNCTION] },
  { tag: dw.TAG_SUBPROGRAM, attributes: FUNCTION },
]);
const INFO = buildUnit({
  version: 4,
  entries: (out) => {
    out
      .uleb(1)
      .u8(0x0c)
      .text("a.c")
      .u64(TEXT + 0x1000)
      .u32(0x100);
    out
      .uleb(2)
      .text("packed")
      .u64(TEXT + 0x1000)
      .u32(0x100)
      .u8(0);
  },
});

async function zlib(bytes: Uint8Array, declared = bytes.length): Promise<Uint8Array> {
  const packed = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("deflate"));
  const body = new Uint8Array(await new Response(packed).arrayBuffer());
  const section = new Uint8Array(12 + body.length);
  section.set(new TextEncoder().encode("ZLIB"));
  new DataView(section.buffer).setBigUint64(4, BigInt(declared));
  section.set(body, 12);
  return section;
}

const fileWith = (info: Uint8Array, abbrevs: Uint8Array) =>
  buildMachO({
    uuid: UUID_BYTES,
    textAddress: TEXT,
    sections: [
      { segment: "__TEXT", name: "__text", address: TEXT + 0x1000, size: 0x1000, flags: CODE },
      { segment: "__DWARF", name: "__zdebug_info", bytes: info },
      { segment: "__DWARF", name: "__zdebug_abbrev", bytes: abbrevs },
    ],
  });

async function resolved(file: Uint8Array) {
  const [slice] = await openSymbolSlices(bytesSource(file));
  const [answer] = await slice!.resolve([0x1020 as ImageOffset]);
  return { name: answer?.[0]?.name, problems: slice!.problems ?? [] };
}

test("compressed DWARF answers like any other, also packed", async () => {
  const file = fileWith(await zlib(INFO), await zlib(ABBREVS));
  expect(await resolved(file)).toEqual({ name: "packed", problems: [] });
  const [slice] = await openMachO(bytesSource(file));
  const cache = await openSymcache(bytesSource(await buildSymcache(slice!)));
  expect((await cache.resolve([0x1020 as ImageOffset]))[0]?.[0]?.name).toBe("packed");
});

test.each<[string, () => Promise<Uint8Array>]>([
  ["no magic", async () => INFO],
  ["one byte more than a section may have", () => zlib(INFO, MAX_INFLATED_SECTION + 1)],
  ["a size that zlib cannot reach", () => zlib(INFO, 1_000_000)],
  ["fewer bytes than it says", () => zlib(INFO, INFO.length + 100)],
  ["bytes that are no zlib", async () => (await zlib(INFO)).fill(0x55, 12)],
])("%s: no answer and a problem", async (_, info) => {
  const { name, problems } = await resolved(fileWith(await info(), await zlib(ABBREVS)));
  expect(name).toBeUndefined();
  expect(problems.length).toBeGreaterThan(0);
});
