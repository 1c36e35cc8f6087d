/** Names and paths that lie beside a debug file. */
import { expect, test } from "vitest";
import { corpus, hasCorpus } from "../../test/files.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { sourceFile } from "../bytes/tree-file.ts";
import type { ImageOffset, Uuid } from "../report.ts";
import { createDebugMaps, dsymPlist, MAX_SYMBOL_MAP_BYTES, symbolMap } from "./debug-maps.ts";
import type { ResolvedFrame, SymbolSlice } from "./provider.ts";
import { openSymbolSlices } from "./slice.ts";

const REBUILT = "4c4c44d7-5555-3144-a17f-702897e64204" as Uuid;
const ORIGINAL = "F917E98D-7425-3D6A-BB69-D6B577D86705";
const encode = (text: string) => new TextEncoder().encode(text);
const plist = (rest: string) => encode(`<plist><dict>${rest}</dict></plist>`);
const file = (path: string, bytes: Uint8Array) => sourceFile(path, bytesSource(bytes));
const remap = (version: string, from: string, to: string) =>
  plist(
    `<key>DBGVersion</key><string>${version}</string><key>DBGSourcePathRemapping</key><dict><key>${from}</key><string>${to}</string></dict>`,
  );

/** What the debug file itself says. */
const slice = (frame: Partial<ResolvedFrame>): SymbolSlice => ({
  uuid: REBUILT,
  arch: "arm64",
  textAddress: 0n,
  textSize: 100,
  hasDebugInfo: true,
  resolve: async (offsets) => offsets.map(() => [{ name: "f", inlined: false, source: "dwarf", ...frame }]),
});
async function told(files: Parameters<typeof createDebugMaps>[0], frame: Partial<ResolvedFrame>) {
  const [frames] = await createDebugMaps(files)
    .wrap(slice(frame))
    .resolve([0 as ImageOffset]);
  return [frames?.[0]?.name, frames?.[0]?.file];
}

const PLIST = `Harbor.dSYM/Contents/Resources/${REBUILT.toUpperCase()}.plist`;
const MAP = encode("BCSymbolMap Version: 2.0\n_main\n\u0001-[Pier dock]\n/src/Pier.m\n");

test("hidden names come back by the UUID that the app had before it was rebuilt", async () => {
  const original = file(PLIST, plist(`<key>DBGOriginalUUID</key><string>${ORIGINAL}</string>`));
  const map = file(`A.xcarchive/BCSymbolMaps/${ORIGINAL}.bcsymbolmap`, MAP);
  const hidden = { name: "__hidden#1_", file: "__hidden#2_" };
  expect(await told([original, map], hidden)).toEqual(["-[Pier dock]", "/src/Pier.m"]);
  expect(await told([original], hidden)).toEqual(["__hidden#1_", "__hidden#2_"]);
  expect(await told([map], hidden)).toEqual(["__hidden#1_", "__hidden#2_"]);
  expect(await told([original, map], { name: "__hidden#99_" })).toEqual(["__hidden#99_", undefined]);
  expect(await told([file(`${REBUILT}.bcsymbolmap`, MAP)], hidden)).toEqual(["-[Pier dock]", "/src/Pier.m"]);
});

test.each([
  ["3", "/build/1/harbor", "/Users/mara/harbor", "/Users/mara/harbor/Pier.m"],
  ["2", "/build/1/harbor/Pods/x", "/Users/mara/harbor/Pods/x", "/Users/mara/harbor/Pier.m"],
  ["1", "/build/1/harbor", "/Users/mara/harbor", "/build/1/harbor/Pier.m"],
  ["3", "/build/1/har", "/elsewhere", "/build/1/harbor/Pier.m"],
])("paths by a map of version %s from %s", async (version, from, to, expected) => {
  const [, path] = await told([file(PLIST, remap(version, from, to))], { file: "/build/1/harbor/Pier.m" });
  expect(path).toBe(expected);
});

test("what is damaged or too large leaves the words of the debug file", async () => {
  const untouched = { name: "__hidden#0_", file: "/build/1/harbor/Pier.m" };
  for (const bytes of [encode("bplist00"), encode("[]"), encode("")]) {
    expect(await told([file(PLIST, bytes)], untouched)).toEqual([untouched.name, untouched.file]);
  }
  const huge = { ...file(`${REBUILT}.bcsymbolmap`, MAP), size: MAX_SYMBOL_MAP_BYTES + 1 };
  expect(await told([huge], untouched)).toEqual([untouched.name, untouched.file]);
  expect(() => symbolMap(encode("_main\n"))).toThrow(expect.objectContaining({ code: "damaged" }));
});

test("a slice that nothing lies beside is itself", () => {
  const own = slice({});
  expect(createDebugMaps([file("Other.dSYM/Contents/Resources/x.plist", encode(""))]).wrap(own)).toBe(own);
});

test.runIf(hasCorpus)(
  "App Store Connect's dSYMs of the bitcode years: their plists name the original, their names are hidden",
  async () => {
    const folder = "corpus/dsym/crashprobe-release/dSYMs/54039061-A983-3323-A49D-837A894D667F.dSYM/Contents/Resources";
    const bytes = await corpus(`${folder}/54039061-A983-3323-A49D-837A894D667F.plist`);
    expect(dsymPlist(bytes)).toEqual({ originalUuid: ORIGINAL.toLowerCase(), sourceMap: [] });
    const [own] = await openSymbolSlices(bytesSource(await corpus(`${folder}/DWARF/CrashProbeiOS`)));
    expect(own?.uuid).toBe("54039061-a983-3323-a49d-837a894d667f");
  },
);
