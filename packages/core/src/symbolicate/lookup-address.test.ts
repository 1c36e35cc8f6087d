import { expect, test } from "vitest";
import { appImage, frameAt, offset, report, thread } from "../../test/symbol-tables.ts";
import { type AddressKind, addressKinds, archOf, firstAddressKind, lookupOffset } from "./lookup-address.ts";

test.each<[string | undefined, AddressKind, number, number]>([
  ["arm64", "pc", 0x1000, 0x1000],
  ["arm64", "return-address", 0x1000, 0xffc],
  ["arm64e", "return-address", 0x1000, 0xffc],
  ["arm64_32", "return-address", 0x1000, 0xffc],
  // Entry + 1 of a Swift resume function.
  ["arm64", "return-address", 0x1001, 0x1000],
  ["arm64e", "return-address", 0x1005, 0x1004],
  ["x86_64", "pc", 0x1003, 0x1003],
  ["x86_64", "return-address", 0x1000, 0xfff],
  ["x86_64h", "return-address", 0x1000, 0xfff],
  ["i386", "return-address", 0x1000, 0xfff],
  // The low bit says Thumb.
  ["armv7", "pc", 0x1003, 0x1002],
  ["armv7", "return-address", 0x1003, 0x1000],
  ["armv7s", "return-address", 0x1002, 0x1000],
  ["armv7k", "return-address", 0x1005, 0x1002],
  [undefined, "return-address", 0x1000, 0xfff],
  ["arm64", "return-address", 0, 0],
  ["arm64", "return-address", 2, 0],
])("on %s a %s of %i is looked up at %i", (arch, kind, at, expected) => {
  expect(lookupOffset(offset(at), kind, arch)).toBe(expected);
});

const images = [appImage];
const plain = (at: number) => frameAt(images, 0, at);
const named = (at: number, name: string) => frameAt(images, 0, at, { symbol: { function: name, source: "report" } });

test.each<[string, ReturnType<typeof named>[], AddressKind, AddressKind[]]>([
  ["an ordinary thread", [plain(4), plain(8), plain(12)], "pc", ["pc", "return-address", "return-address"]],
  ["an exception's backtrace", [plain(4), plain(8)], "return-address", ["return-address", "return-address"]],
  [
    "a thread with a signal handler on top",
    [named(4, "handler"), named(8, "_sigtramp"), named(12, "faulting"), named(16, "caller")],
    "pc",
    ["pc", "return-address", "pc", "return-address"],
  ],
  ["no frames", [], "pc", []],
])("tells the addresses of %s", (_, frames, first, expected) => {
  expect(addressKinds(frames, first)).toEqual(expected);
});

const at = appImage.base + 0x1000n;
test.each<[string, string | undefined, Record<string, bigint> | undefined, boolean, AddressKind]>([
  ["pc equals frame 0", "SIGSEGV", { pc: at }, true, "pc"],
  ["pc differs under SIGSEGV", "SIGSEGV", { pc: 0x10n }, true, "return-address"],
  ["pc differs under SIGBUS", "SIGBUS", { pc: 0x10n }, true, "return-address"],
  ["rip differs under SIGILL", "SIGILL", { rip: 0x10n }, true, "return-address"],
  ["eip differs under SIGILL", "SIGILL", { eip: 0x10n }, true, "return-address"],
  ["pc differs under SIGABRT", "SIGABRT", { pc: 0x10n }, true, "pc"],
  ["pc differs without a signal", undefined, { pc: 0x10n }, true, "pc"],
  ["the registers are of a thread that did not crash", "SIGSEGV", { pc: 0x10n }, false, "pc"],
  ["there are no registers", "SIGSEGV", undefined, true, "pc"],
  ["pc is signed", "SIGSEGV", { pc: at | 0x0025_8000_0000_0000n }, true, "pc"],
  ["pc has the Thumb bit", "SIGSEGV", { pc: at + 1n }, true, "pc"],
])("frame 0 where %s", (_, signal, registers, crashed, expected) => {
  const crashing = thread([plain(0x1000), plain(0x2000)], { crashed, ...(registers !== undefined && { registers }) });
  const whole = report({ images, threads: [crashing], ...(signal !== undefined && { exception: { signal } }) });
  expect(firstAddressKind(crashing, whole)).toBe(expected);
});

test.each([
  ["arm64e", undefined, "arm64e"],
  [undefined, "ARM-64 (Native)", "arm64"],
  [undefined, "ARM-64", "arm64"],
  [undefined, "X86-64 (Native)", "x86_64"],
  [undefined, "X86-64 (Translated)", "x86_64"],
  [undefined, "X86", "i386"],
  [undefined, "ARM (Native)", "armv7"],
  ["unknown", "ARM-64", "arm64"],
  [undefined, undefined, undefined],
])("the architecture of an image %s in a process %s is %s", (arch, cpuType, expected) => {
  const { arch: _, ...bare } = appImage;
  const image = arch === undefined ? bare : { ...bare, arch };
  expect(archOf(image, report({ process: cpuType === undefined ? {} : { cpuType } }))).toBe(expected);
});
