import { expect, test } from "vitest";
import { ByteBuilder, sparseSource } from "../../test/byte-builder.ts";
import { fixture } from "../../test/files.ts";
import { buildMachO, CODE, UUID_BYTES } from "../../test/mach-o-builder.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { MAX_FAT_SLICES } from "./fat.ts";
import { MAX_LOAD_COMMAND_BYTES, MAX_LOAD_COMMANDS, MAX_SECTIONS } from "./load-commands.ts";
import { findSection, openMachO, sectionSource } from "./mach-o.ts";

const open = (bytes: Uint8Array) => openMachO(bytesSource(bytes));

test.each([
  [0x0100_000c, 0, "arm64"],
  [0x0100_000c, 1, "arm64"],
  [0x0100_000c, 2, "arm64e"],
  [0x0100_000c, 0x8000_0002, "arm64e"],
  [0x0200_000c, 1, "arm64_32"],
  [12, 9, "armv7"],
  [12, 11, "armv7s"],
  [12, 12, "armv7k"],
  [0x0100_0007, 3, "x86_64"],
  [0x0100_0007, 0x8000_0003, "x86_64"],
  [0x0100_0007, 8, "x86_64h"],
  [7, 3, "i386"],
  [99, 1, "cpu-63-1"],
])("cpu %i/%i is %s", async (type, subtype, arch) => {
  const [slice] = await open(buildMachO({ cpu: [type, subtype] }));
  expect(slice?.arch).toBe(arch);
});

test.each([
  [1, "object"],
  [2, "execute"],
  [6, "dylib"],
  [10, "dsym"],
  [77, "other"],
])("file type %i is %s", async (fileType, name) => {
  expect((await open(buildMachO({ fileType })))[0]?.fileType).toBe(name);
});

test.each([true, false])("finds UUID, text address and sections (64-bit: %s)", async (is64) => {
  const textAddress = is64 ? 0x1_0000_0000n : 0x4000n;
  const [slice] = await open(
    buildMachO({
      is64,
      uuid: UUID_BYTES,
      textAddress,
      sections: [
        { segment: "__TEXT", name: "__text", address: textAddress + 0x100n, size: 0x40, flags: CODE },
        { segment: "__DWARF", name: "__debug_str_offsets", bytes: new Uint8Array([7, 8, 9]) },
      ],
    }),
  );
  expect(slice).toMatchObject({ uuid: "01020304-0506-0708-090a-0b0c0d0e0f10", textAddress, is64, problems: [] });
  expect(findSection(slice!, "__TEXT", "__text")).toMatchObject({ address: 0x100, size: 0x40, holdsCode: true });
  const section = findSection(slice!, "__DWARF", "__debug_str_offsets")!;
  expect(section.name).toBe("__debug_str_offs");
  expect(await sectionSource(slice!, section).read(0, 3)).toEqual(new Uint8Array([7, 8, 9]));
});

test("kernel addresses beyond 2^53 keep every bit", async () => {
  const textAddress = 0xffff_fff0_0700_4001n;
  const [slice] = await open(
    buildMachO({
      textAddress,
      sections: [{ segment: "__TEXT", name: "__text", address: textAddress + 3n, size: 4, flags: CODE }],
    }),
  );
  expect(slice?.textAddress).toBe(textAddress);
  expect(slice?.sections[0]?.address).toBe(3);
});

test("object files have no UUID and count from 0", async () => {
  const [slice] = await open(buildMachO({ fileType: 1, sections: [{ segment: "__TEXT", name: "__text" }] }));
  expect(slice?.uuid).toBeUndefined();
  expect(slice?.textAddress).toBe(0n);
});

function fat(slices: readonly Uint8Array[], wide: boolean, declared: number = slices.length): Uint8Array {
  const head = new ByteBuilder("big").u32(wide ? 0xcafe_babf : 0xcafe_babe, declared);
  let offset = 4096;
  for (const slice of slices) {
    head.u32(0x0100_000c, 0);
    if (wide) head.u64(offset, slice.length).u32(12, 0);
    else head.u32(offset, slice.length, 12);
    offset += slice.length;
  }
  head.zeros(4096 - head.length);
  for (const slice of slices) head.raw(slice);
  return head.done();
}

const arm = buildMachO({ uuid: UUID_BYTES });
const intel = buildMachO({ cpu: [0x0100_0007, 3], uuid: UUID_BYTES.toReversed() });

test.each([
  ["fat", [arm, intel], false, ["arm64", "x86_64"]],
  ["fat64", [arm, intel], true, ["arm64", "x86_64"]],
  ["fat with one slice", [intel], false, ["x86_64"]],
  ["fat with a slice that is no Mach-O", [new Uint8Array(100), arm], false, ["arm64"]],
])("%s", async (_, slices, wide, arches) => {
  const found = await open(fat(slices, wide));
  expect(found.map(({ arch }) => arch)).toEqual(arches);
  expect(found.at(-1)?.uuid).toBeDefined();
});

test.each([
  ["an empty file", new Uint8Array(0), "empty"],
  ["three bytes", new Uint8Array(3), "not-mach-o"],
  ["text", new TextEncoder().encode("Incident Identifier: 1"), "not-mach-o"],
  ["a Java class file", new ByteBuilder("big").u32(0xcafe_babe, 61).zeros(100).done(), "not-mach-o"],
  ["a fat file without slices", fat([], false), "not-mach-o"],
  ["a fat file of noise", fat([new Uint8Array(64).fill(9)], false), "not-mach-o"],
  ["PowerPC", new ByteBuilder("big").u32(0xfeed_face, 18).zeros(40).done(), "unsupported"],
  ["half a header", arm.subarray(0, 20), "truncated"],
])("refuses %s", async (_, bytes, code) => {
  await expect(open(bytes)).rejects.toMatchObject({ name: "FormatError", code });
});

test("the most slices a fat file may have, and one more", async () => {
  const many = Array.from({ length: MAX_FAT_SLICES }, () => arm.subarray(0, 2048));
  expect(await open(fat(many, false))).toHaveLength(MAX_FAT_SLICES);
  await expect(open(fat([...many, arm], false))).rejects.toMatchObject({ code: "not-mach-o" });
});

test("load commands past their limits", async () => {
  const tooMany = buildMachO({ uuid: UUID_BYTES, commandCount: MAX_LOAD_COMMANDS + 1 });
  const [slice] = await open(tooMany);
  expect(slice?.uuid).toBeDefined();
  expect(slice?.problems.length).toBeGreaterThan(0);

  const tooLong = arm.slice();
  new DataView(tooLong.buffer).setUint32(20, MAX_LOAD_COMMAND_BYTES + 1, true);
  await expect(open(tooLong)).rejects.toMatchObject({ code: "too-large" });
});

test("sections past their limit are left out, the rest stays", async () => {
  const section = { segment: "__DATA", name: "__x" };
  const bytes = buildMachO({
    textAddress: 0x4000,
    uuid: UUID_BYTES,
    sections: Array.from({ length: MAX_SECTIONS + 1 }, () => section),
  });
  const [slice] = await open(bytes);
  expect(slice).toMatchObject({ textAddress: 0x4000n, uuid: expect.any(String) });
  expect(slice?.sections).toHaveLength(MAX_SECTIONS);
  expect(slice?.problems).toEqual([expect.objectContaining({ code: "damaged-symbols" })]);
});

test("a file cut short keeps what is there and says so", async () => {
  const bytes = buildMachO({
    uuid: UUID_BYTES,
    sections: [{ segment: "__DWARF", name: "__debug_info", bytes: new Uint8Array(1000).fill(5) }],
  });
  const [slice] = await open(bytes.subarray(0, bytes.length - 400));
  const section = findSection(slice!, "__DWARF", "__debug_info")!;
  expect(sectionSource(slice!, section).size).toBe(600);
  expect(slice?.problems[0]?.message).toContain("__debug_info");
});

test("opening a file of four gigabytes reads its head alone", async () => {
  let read = 0;
  const source = sparseSource(2 ** 32, (bytes, offset) => {
    bytes.set(arm.subarray(offset, offset + bytes.length));
    read += bytes.length;
  });
  expect(await openMachO(source)).toHaveLength(1);
  expect(read).toBeLessThan(16_384);
});

test.each([
  ["dsyms/harbor-macos-universal/Harbor.dSYM/Contents/Resources/DWARF/Harbor", ["arm64", "x86_64"]],
  ["dsyms/harbor-macos-fat64/Harbor.dSYM/Contents/Resources/DWARF/Harbor", ["arm64", "x86_64"]],
  ["dsyms/harbor-ios-fat-one-slice/Harbor.dSYM/Contents/Resources/DWARF/Harbor", ["arm64"]],
  ["dsyms/harbor-watchos-arm64_32-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor", ["arm64_32"]],
  ["dsyms/harbor-ios-arm64e-d5/Harbor.dSYM/Contents/Resources/DWARF/Harbor", ["arm64e"]],
])("%s holds %j", async (path, arches) => {
  const slices = await open(await fixture(path));
  expect(slices.map(({ arch }) => arch).sort()).toEqual(arches);
  for (const slice of slices) expect(slice).toMatchObject({ fileType: "dsym", problems: [], uuid: expect.any(String) });
});
