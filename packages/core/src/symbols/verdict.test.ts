/** What is said of each way in which symbols can be there or not; and that real files lead to it. */
import { describe, expect, test } from "vitest";
import { buildMachO, CODE, UUID_BYTES } from "../../test/mach-o-builder.ts";
import { fixture } from "../../test/files.ts";
import { appImage, frameAt, report, tableSlice, thread, uuid } from "../../test/symbol-tables.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { sourceFile } from "../bytes/tree-file.ts";
import type { Image, Uuid } from "../report.ts";
import { symbolicate } from "../symbolicate/symbolicate.ts";
import { createSymbolCollection } from "./collection.ts";
import { createDebugMaps } from "./debug-maps.ts";
import { openSymbolSlices } from "./slice.ts";
import { symbolVerdict, type SymbolState } from "./verdict.ts";

const UUID = "4c4c44ce-5555-3144-a1af-caee1217c80a";
const OTHER = "4c4c440b-5555-3144-a1a8-dd732e7bd5b7";
const MDFIND = `mdfind "com_apple_xcode_dsym_uuids == ${UUID.toUpperCase()}"`;
const harbor: SymbolState = {
  name: "Harbor",
  uuid: UUID,
  arch: "arm64",
  status: "missing",
  imagePath: "/private/var/containers/Bundle/Application/0A/Harbor.app/Harbor",
  build: { version: "2.3", build: "230" },
};

test.each<[string, Partial<SymbolState>, string, readonly RegExp[], string | undefined]>([
  ["found", { status: "found" }, "good", [], undefined],
  [
    "missing",
    {},
    "bad",
    [new RegExp(`no dSYM with UUID ${UUID}`), /Wanted is Harbor\.app\.dSYM of 2\.3 \(230\), arm64$/],
    MDFIND,
  ],
  ["no-uuid", { uuid: undefined }, "bad", [/gives no UUID/], undefined],
  [
    "uuid-mismatch",
    { status: "uuid-mismatch", held: OTHER },
    "bad",
    [
      /^rebuilt\?/,
      new RegExp(`wanted is UUID ${UUID}, held is ${OTHER}`),
      /same commit.*unless the build is reproducible/,
    ],
    MDFIND,
  ],
  [
    "bitcode",
    { status: "uuid-mismatch", held: OTHER, bitcode: true },
    "bad",
    [new RegExp(OTHER), /App Store built the app again/],
    MDFIND,
  ],
  [
    "wrong-architecture",
    { status: "wrong-architecture", held: "x86_64", arch: "arm64e" },
    "bad",
    [/is here for x86_64, and the report ran arm64e/],
    MDFIND,
  ],
  ["system", { status: "system", name: "UIKitCore" }, "none", [/part of the OS/], undefined],
  ["names-only", { status: "found", holds: "names" }, "part", [/only with a symbol table/, /no file and line/], MDFIND],
  [
    "debug-map",
    { status: "found", holds: "debug-map" },
    "part",
    [/the binary, not its dSYM/, /object files/, /Harbor\.app\.dSYM/],
    "xcrun dsymutil PATH/TO/BINARY",
  ],
  ["no-symbols", { status: "found", holds: "nothing" }, "bad", [/everything was stripped/], MDFIND],
  [
    "hidden-names",
    { status: "found", hiddenNames: true },
    "part",
    [/__hidden#/, /BCSymbolMaps/],
    "xcrun dsymutil --symbol-map PATH/TO/App.xcarchive/BCSymbolMaps PATH/TO/App.app.dSYM",
  ],
])("%s", (which, change, state, why, command) => {
  const verdict = symbolVerdict({ ...harbor, ...change });
  expect(verdict).toMatchObject({ case: which, state });
  expect(verdict.command).toBe(command);
  for (const part of why) expect(verdict.why).toMatch(part);
  // What is wrong has a way out.
  expect(verdict.ways.length > 0).toBe(state !== "good");
  expect(verdict.words.length).toBeGreaterThan(2);
});

test.each<[string, Partial<SymbolState>, string]>([
  ["an app", {}, "Harbor.app.dSYM of 2.3 (230), arm64"],
  ["a Mac app", { imagePath: "/Applications/Harbor.app/Contents/MacOS/Harbor" }, "Harbor.app.dSYM of"],
  ["an extension", { imagePath: "/x/Harbor.app/PlugIns/Tide.appex/Tide", name: "Tide" }, "Tide.appex.dSYM of"],
  ["a framework", { imagePath: "/x/Harbor.app/Frameworks/Pier.framework/Pier" }, "Pier.framework.dSYM of"],
  ["a framework of macOS", { imagePath: "/x/Pier.framework/Versions/A/Pier" }, "Pier.framework.dSYM of"],
  ["a library", { imagePath: "/x/Harbor.app/libpier.dylib", name: "libpier.dylib" }, "libpier.dylib.dSYM of"],
  ["an image without a path", { imagePath: undefined }, "Harbor.dSYM of 2.3 (230), arm64"],
  ["a build without a number", { build: { version: "2.3" } }, "Harbor.app.dSYM of 2.3, arm64"],
  ["a build without a version", { build: { build: "230" } }, "Harbor.app.dSYM of build 230, arm64"],
  ["no build, no architecture", { build: undefined, arch: undefined }, "Harbor.app.dSYM"],
  ["a name that is none of a file", { imagePath: undefined, name: '$(x)"' }, "the dSYM of 2.3"],
])("the file wanted for %s", (_, change, expected) => {
  const { why } = symbolVerdict({ ...harbor, ...change });
  expect(why.slice(why.indexOf("Wanted is ") + 10).startsWith(expected)).toBe(true);
});

test("what built it is named first, with the run that has the archive", () => {
  const { ways } = symbolVerdict({ ...harbor, ci: "GitHub Actions 1234" });
  expect(ways[0]).toContain("built by GitHub Actions 1234");
  expect(symbolVerdict(harbor).ways.map((way) => way.slice(0, way.indexOf(":")))).toEqual([
    "Xcode",
    "App Store Connect",
    "CI",
  ]);
});

test("a UUID that is none becomes no command", () => {
  for (const hostile of ['x" ; rm -rf ~ ; "', "", `${UUID}"`]) {
    expect(symbolVerdict({ ...harbor, uuid: hostile }).command).toBeUndefined();
  }
});

describe("real files lead to", () => {
  const MAGIC: Uuid = "01020304-0506-0708-090a-0b0c0d0e0f10" as Uuid;
  const text = { segment: "__TEXT", name: "__text", address: 0x1000, bytes: new Uint8Array(64), flags: CODE };
  const symbol = { name: "_dock", type: 0x0f, section: 1, value: 0x1000 };
  const binary = (symbols: Parameters<typeof buildMachO>[0]["symbols"]) =>
    openSymbolSlices(
      bytesSource(buildMachO({ fileType: 2, uuid: UUID_BYTES, sections: [text], symbols: symbols ?? [] })),
    );

  async function judged(slices: Awaited<ReturnType<typeof binary>>, image: Partial<Image> = {}) {
    const images = [{ ...appImage, uuid: MAGIC, ...image }];
    const collection = createSymbolCollection();
    collection.add("Harbor", slices);
    const process = { name: "Harbor", path: appImage.path ?? "" };
    const parsed = report({ process, images, threads: [thread([frameAt(images, 0, 0x1004)])] });
    const { symbols } = await symbolicate(parsed, collection);
    return symbols.map((state) => symbolVerdict(state).case);
  }

  test("names only: a binary with a symbol table", async () => {
    expect(await judged(await binary([symbol]))).toEqual(["names-only"]);
    const path = "dsyms/harbor-ios-arm64-symbols/Harbor";
    const [slice] = await openSymbolSlices(bytesSource(await fixture(path)));
    expect(await slice?.contents?.()).toBe("names");
  });

  test("the binary in place of its dSYM: its rows name object files", async () => {
    expect(await judged(await binary([{ name: "/x/Pier.o", type: 0x66, value: 0 }, symbol]))).toEqual(["debug-map"]);
  });

  test("nothing in it", async () => {
    expect(await judged(await binary([]))).toEqual(["no-symbols"]);
    expect(await judged(await binary([{ name: "_printf", type: 0x01, value: 0 }]))).toEqual(["no-symbols"]);
  });

  test("names that are hidden, and are so no more with the map", async () => {
    const hidden = await binary([{ ...symbol, name: "__hidden#0_" }]);
    expect(await judged(hidden)).toEqual(["hidden-names"]);
    const map = new TextEncoder().encode("BCSymbolMap Version: 2.0\n_dock\n");
    const { wrap } = createDebugMaps([sourceFile(`${MAGIC}.bcsymbolmap`, bytesSource(map))]);
    expect(await judged(hidden.map(wrap))).toEqual(["names-only"]);
    // The archive's own dSYM, of an app that App Store built again.
    expect(await judged(hidden.map(wrap), { uuid: uuid("b") })).toEqual(["bitcode"]);
  });

  test("another build, another architecture, nothing", async () => {
    const held = tableSlice({ uuid: uuid("b"), arch: "arm64" }, []);
    expect(await judged([held])).toEqual(["uuid-mismatch"]);
    expect(await judged([held], { arch: "arm64e" })).toEqual(["wrong-architecture"]);
    expect(await judged([])).toEqual(["missing"]);
  });
});
