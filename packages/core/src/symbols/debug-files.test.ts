import { expect, test } from "vitest";
import { fixture } from "../../test/files.ts";
import { zipOf } from "../../test/zip-writer.ts";
import { type ByteSource, bytesSource } from "../bytes/byte-source.ts";
import { chunksOf } from "../bytes/zip.ts";
import { MAX_UNPACKED_IN_MEMORY } from "../bytes/file-levels.ts";
import { type DebugFileCandidate, findDebugFiles, isMachO } from "./debug-files.ts";
import { openSymbolSlices } from "./slice.ts";

const DWARF = "Harbor.dSYM/Contents/Resources/DWARF/Harbor";
const thin = await fixture(`dsyms/harbor-ios-arm64-d5/${DWARF}`);
const fat = await fixture(`dsyms/harbor-macos-universal/${DWARF}`);
const fat64 = await fixture(`dsyms/harbor-macos-fat64/${DWARF}`);
const oneSlice = await fixture(`dsyms/harbor-ios-fat-one-slice/${DWARF}`);
const javaClass = new Uint8Array([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52, 0, 1]);

async function candidates(source: ByteSource, name: string): Promise<DebugFileCandidate[]> {
  const found: DebugFileCandidate[] = [];
  for await (const candidate of findDebugFiles(source, name)) found.push(candidate);
  return found;
}

async function bytesIn(stream: ReadableStream<Uint8Array>): Promise<number[][]> {
  const chunks: number[][] = [];
  for await (const chunk of chunksOf(stream)) chunks.push([...chunk]);
  return chunks;
}

test.each<[string, Uint8Array, boolean]>([
  ["thin", thin, true],
  ["fat", fat, true],
  ["fat64", fat64, true],
  ["fat with one slice", oneSlice, true],
  ["32-bit", new Uint8Array([0xce, 0xfa, 0xed, 0xfe, 0, 0, 0, 0]), true],
  ["a Java class", javaClass, false],
  ["text", new TextEncoder().encode("---\ntriple: arm64"), false],
  ["four bytes of one", thin.subarray(0, 4), false],
])("knows a Mach-O by its first bytes: %s", (_, bytes, expected) => {
  expect(isMachO(bytes.subarray(0, 8))).toBe(expected);
});

test("a Mach-O by itself is the one candidate", async () => {
  const [only, ...rest] = await candidates(bytesSource(thin), "upload.bin");
  expect(rest).toEqual([]);
  expect(only).toMatchObject({ path: "upload.bin", size: thin.length, kind: "binary" });
  expect((await bytesIn(only?.stream() ?? new ReadableStream())).flat()).toEqual([...thin]);
});

test.each<"stored" | "deflate">(["stored", "deflate"])(
  "finds the files of dSYMs and binaries in a zip (%s), dSYMs first, whatever they are called",
  async (method) => {
    const zip = await zipOf([
      { path: "My Harbor.xcarchive/Products/Applications/Harbor.app/Harbor", bytes: oneSlice, method },
      { path: "My Harbor.xcarchive/Info.plist", bytes: thin, method },
      { path: `My Harbor.xcarchive/dSYMs/${DWARF}`, bytes: thin, method },
      { path: "My Harbor.xcarchive/dSYMs/Harbor.dSYM/Contents/Resources/Relocations/aarch64/Harbor.yml", bytes: thin },
      { path: "My Harbor.xcarchive/dSYMs/Cranes.framework.dSYM/Contents/Resources/DWARF/Cranes.o", bytes: fat, method },
      { path: `__MACOSX/My Harbor.xcarchive/dSYMs/._${DWARF}`, bytes: fat },
      { path: "My Harbor.xcarchive/Products/Main.class", bytes: javaClass, method },
      { path: "readme", bytes: "hello hello", method },
      { path: "tiny", bytes: "x", method },
    ]);
    const found = await candidates(bytesSource(zip), "upload.zip");
    expect(found.map(({ path, kind, size }) => [path, kind, size])).toEqual([
      [`My Harbor.xcarchive/dSYMs/${DWARF}`, "dsym", thin.length],
      ["My Harbor.xcarchive/dSYMs/Cranes.framework.dSYM/Contents/Resources/DWARF/Cranes.o", "dsym", fat.length],
      ["My Harbor.xcarchive/Products/Applications/Harbor.app/Harbor", "binary", oneSlice.length],
    ]);
    const [first] = found;
    if (first === undefined) throw new Error("no candidate");
    expect((await bytesIn(first.stream())).flat()).toEqual([...thin]);
    const source = await first.source();
    expect([source.size, [...(await source.read(100, 16))]]).toEqual([thin.length, [...thin.subarray(100, 116)]]);
    const uuids = async (from: ByteSource) => (await openSymbolSlices(from)).map(({ uuid }) => uuid);
    expect(await uuids(source)).toEqual(await uuids(bytesSource(thin)));
  },
);

/** Begins as a Mach-O and does not pack. */
function incompressible(length: number): Uint8Array {
  let state = 1;
  const bytes = Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
  bytes.set(thin.subarray(0, 8));
  return bytes;
}

test("a packed file that is too large for memory is not unpacked into it", async () => {
  const size = MAX_UNPACKED_IN_MEMORY + 1;
  const zip = await zipOf([{ path: DWARF, bytes: incompressible(6_000_000), method: "deflate", size }]);
  const [large] = await candidates(bytesSource(zip), "upload.zip");
  expect(large?.size).toBe(size);
  await expect(large?.source()).rejects.toMatchObject({ code: "too-large" });
});

test("an archive is looked through without unpacking it", async () => {
  const zip = await zipOf([{ path: DWARF, bytes: incompressible(5_000_000), method: "deflate" }]);
  let read = 0;
  const counting: ByteSource = {
    size: zip.length,
    read: async (offset, length) => {
      read += length;
      return zip.subarray(offset, offset + length);
    },
  };
  expect(await candidates(counting, "upload.zip")).toHaveLength(1);
  expect(zip.length).toBeGreaterThan(4_000_000);
  expect(read).toBeLessThan(500_000);
});

test.each<[string, Uint8Array]>([
  ["an empty file", new Uint8Array()],
  ["text", new TextEncoder().encode("no debug file at all")],
  ["a Java class", javaClass],
])("%s holds nothing", async (_, bytes) => {
  expect(await candidates(bytesSource(bytes), "x")).toEqual([]);
});

test.each<[string, () => Promise<Uint8Array>, string]>([
  ["cut off", async () => (await zipOf([{ path: "a", bytes: thin }])).subarray(0, 500), "truncated"],
  ["of encrypted entries", () => zipOf([{ path: "a", bytes: thin, flags: 1 }]), "unsupported"],
  ["with an unsafe name", () => zipOf([{ path: "../a", bytes: thin }]), "unsafe-path"],
  ["with a damaged entry", () => zipOf([{ path: "a", bytes: thin, methodCode: 8, size: thin.length }]), "damaged"],
])("a zip %s is an error", async (_, zip, code) => {
  await expect(candidates(bytesSource(await zip()), "upload.zip")).rejects.toMatchObject({ code });
});
