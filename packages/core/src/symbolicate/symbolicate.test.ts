import { expect, test } from "vitest";
import { appImage, frameAt, offset, report, tableSlice, thread, uuid } from "../../test/symbol-tables.ts";
import { FormatError } from "../bytes/errors.ts";
import type { Frame, Image } from "../report.ts";
import { createSymbolCollection } from "../symbols/collection.ts";
import type { SymbolProvider, SymbolSlice } from "../symbols/provider.ts";
import { MAX_BEYOND_IMAGE, MAX_IMAGE_BYTES, symbolicate } from "./symbolicate.ts";

const system: Image = {
  name: "UIKitCore",
  path: "/System/Library/PrivateFrameworks/UIKitCore.framework/UIKitCore",
  uuid: uuid("5"),
  arch: "arm64e",
  base: 0x1_9000_0000n,
  size: 0x10_0000,
};
const images = [appImage, system];
const process = { name: "Harbor", path: appImage.path ?? "" };

const slice = () =>
  tableSlice({ uuid: uuid("a"), arch: "arm64" }, [
    { start: 0x1000, end: 0x1100, name: "engine_read", file: "/src/engine.c", line: 22 },
    {
      start: 0x1100,
      end: 0x1200,
      name: "engine_start",
      file: "/src/engine.c",
      line: 33,
      inlined: [{ name: "warm_up", file: "/src/engine.c", line: 26 }],
    },
    { start: 0x1200, end: 0x1300, name: "$s6Harbor4takeyyYaFTY0_", file: "/src/a.swift", line: 0 },
    { start: 0x1300, end: 0x1400, name: "_mh_stub" },
  ]);

function providerOf(...slices: readonly SymbolSlice[]): SymbolProvider {
  const collection = createSymbolCollection();
  collection.add("Harbor.app.dSYM/Contents/Resources/DWARF/Harbor", slices);
  return collection;
}

const shown = (frames: readonly Frame[] | undefined) =>
  frames?.map(({ imageOffset, inlined, symbol }) => [
    imageOffset,
    symbol && `${symbol.function}+${symbol.functionOffset ?? "?"} ${symbol.file ?? "-"}:${symbol.line ?? "-"}`,
    inlined === true ? "inlined" : "",
  ]);

const crash = (frames: readonly Frame[], more = {}) =>
  report({ process, images, threads: [thread(frames)], crashedThread: 0, ...more });

test("inlined frames stand before their caller and share its address; the first frame is exact, the others are not", async () => {
  const parsed = crash([frameAt(images, 0, 0x10fc), frameAt(images, 0, 0x1104), frameAt(images, 0, 0x1200)]);
  const { report: named } = await symbolicate(parsed, providerOf(slice()));
  expect(shown(named.threads[0]?.frames)).toEqual([
    [0x10fc, "engine_read+252 /src/engine.c:22", ""],
    [0x1104, "warm_up+? /src/engine.c:26", "inlined"],
    [0x1104, "engine_start+4 /src/engine.c:33", ""],
    // The return address already lies in the next function: 0x1200 - 4 does not.
    [0x1200, "warm_up+? /src/engine.c:26", "inlined"],
    [0x1200, "engine_start+256 /src/engine.c:33", ""],
  ]);
  expect(named.threads[0]?.frames.map(({ address }) => address)).toEqual(
    [0x10fc, 0x1104, 0x1104, 0x1200, 0x1200].map((at) => appImage.base + BigInt(at)),
  );
});

test("line 0 is no line, and the linkage name is kept", async () => {
  const { report: named } = await symbolicate(crash([frameAt(images, 0, 0x1210)]), providerOf(slice()));
  expect(named.threads[0]?.frames[0]?.symbol).toEqual({
    function: "take()",
    linkageName: "$s6Harbor4takeyyYaFTY0_",
    functionOffset: 0x10,
    file: "/src/a.swift",
    source: "dwarf",
  });
});

test("a function without a name in the DWARF keeps its line and is no name", async () => {
  const nameless = tableSlice({ uuid: uuid("a"), arch: "arm64" }, [
    { start: 0x1000, end: 0x1100, name: "", file: "/src/engine.c", line: 22 },
  ]);
  const { report: named } = await symbolicate(crash([frameAt(images, 0, 0x1010)]), providerOf(nameless));
  expect(named.threads[0]?.frames[0]?.symbol).toMatchObject({ function: "???", file: "/src/engine.c", line: 22 });
  expect(named.threads[0]?.frames[0]?.symbol).not.toHaveProperty("linkageName");
});

test("an async frame (entry + 1) is the resume function itself, at + 1 of it", async () => {
  const parsed = crash([frameAt(images, 0, 0x1000), frameAt(images, 0, 0x1201)]);
  const { report: named } = await symbolicate(parsed, providerOf(slice()));
  expect(shown(named.threads[0]?.frames)?.[1]).toEqual([0x1201, "take()+1 /src/a.swift:-", ""]);
});

test("every frame of an exception's backtrace is a return address", async () => {
  const parsed = crash([], { lastExceptionBacktrace: [frameAt(images, 0, 0x1100)] });
  const { report: named } = await symbolicate(parsed, providerOf(slice()));
  expect(shown(named.lastExceptionBacktrace)).toEqual([[0x1100, "engine_read+256 /src/engine.c:22", ""]]);
});

test("names that the report had expanded already are replaced as a group, recursion is not", async () => {
  const own = (name: string, more: Partial<Frame> = {}) =>
    frameAt(images, 0, 0x1104, { symbol: { function: name, source: "report" }, ...more });
  const parsed = crash([
    frameAt(images, 0, 0x1000),
    own("old_inner", { inlined: true }),
    own("old_inline", { inlined: true }),
    own("old_outer"),
    own("recursive"),
  ]);
  const { report: named } = await symbolicate(parsed, providerOf(slice()));
  expect(shown(named.threads[0]?.frames)?.map(([, text, inlined]) => [text, inlined])).toEqual([
    ["engine_read+0 /src/engine.c:22", ""],
    ["warm_up+? /src/engine.c:26", "inlined"],
    ["engine_start+4 /src/engine.c:33", ""],
    ["warm_up+? /src/engine.c:26", "inlined"],
    ["engine_start+4 /src/engine.c:33", ""],
  ]);
});

test("what the debug file does not cover stays as the report has it", async () => {
  const own = frameAt(images, 0, 0x5000, { symbol: { function: "mystery", functionOffset: 4, source: "report" } });
  const parsed = crash([own, frameAt(images, 0, 0x6000)]);
  const { report: named } = await symbolicate(parsed, providerOf(slice()));
  expect(named.threads[0]?.frames).toEqual(parsed.threads[0]?.frames);
});

test("a symbol table does not replace a file and line that the report has", async () => {
  const own = frameAt(images, 0, 0x1304, {
    symbol: { function: "better", file: "a.c", line: 3, source: "report" },
  });
  const bare = frameAt(images, 0, 0x1304);
  const { report: named } = await symbolicate(crash([own, bare]), providerOf(slice()));
  expect(shown(named.threads[0]?.frames)).toEqual([
    [0x1304, "better+? a.c:3", ""],
    [0x1304, "_mh_stub+4 -:-", ""],
  ]);
});

test("one image is asked for once, with each offset once, for all threads", async () => {
  const asked: string[] = [];
  const held = slice();
  const provider = providerOf(held);
  const frames = [frameAt(images, 0, 0x1000), frameAt(images, 0, 0x1104)];
  // The same image listed twice, as some writers do.
  const twice = [...images, { ...appImage, base: 0x2_0000_0000n }];
  const parsed = report({
    process,
    images: twice,
    threads: [thread(frames), thread(frames), thread([frameAt(twice, 2, 0x1000)])],
  });
  const counting: SymbolProvider = {
    find: (image) => {
      asked.push(image.name);
      return provider.find(image);
    },
  };
  const { report: named, symbols } = await symbolicate(parsed, counting);
  expect(asked).toEqual(["Harbor"]);
  expect(held.batches).toEqual([[0x1000, 0x1100]]);
  expect(symbols.map(({ name }) => name)).toEqual(["Harbor"]);
  expect(shown(named.threads[2]?.frames)).toEqual([[0x1000, "engine_read+0 /src/engine.c:22", ""]]);
});

test("a signed address gets its image; one that lies in an image as it is stays", async () => {
  const signed = 0x0025_8000_0000_0000n | (appImage.base + 0x1004n);
  const parsed = crash([
    frameAt(images, 0, 0x1000),
    { address: signed },
    { address: appImage.base + 0x1108n },
    { address: 0x77n },
  ]);
  const { report: named } = await symbolicate(parsed, providerOf(slice()));
  const frames = named.threads[0]?.frames ?? [];
  expect(shown(frames)?.slice(1)).toEqual([
    [0x1004, "engine_read+4 /src/engine.c:22", ""],
    [0x1108, "warm_up+? /src/engine.c:26", "inlined"],
    [0x1108, "engine_start+8 /src/engine.c:33", ""],
    [undefined, undefined, ""],
  ]);
  expect(frames[1]?.address).toBe(signed);
});

test("an address of Intel is never taken for a signed one", async () => {
  const intel = [{ ...appImage, arch: "x86_64" }];
  const parsed = report({
    process,
    images: intel,
    threads: [thread([{ address: (1n << 60n) | (appImage.base + 4n) }])],
  });
  const { report: named } = await symbolicate(parsed);
  expect(named.threads[0]?.frames[0]?.image).toBeUndefined();
});

test.each([
  ["known", appImage.size + MAX_BEYOND_IMAGE, appImage.size],
  ["unknown", MAX_IMAGE_BYTES, 0],
])("a frame far behind the end of an image of %s size stays raw", async (_, end, size) => {
  const far = [{ ...appImage, size }];
  const held = tableSlice({ uuid: uuid("a"), arch: "arm64" }, [{ start: 0, end: 2 ** 40, name: "everything" }]);
  const parsed = report({
    process,
    images: far,
    threads: [thread([frameAt(far, 0, end - 4)]), thread([frameAt(far, 0, end)], { crashed: false })],
  });
  const { report: named } = await symbolicate(parsed, providerOf(held));
  expect(named.threads.map(({ frames }) => frames[0]?.symbol?.function)).toEqual(["everything", undefined]);
});

test("tells for each image that a frame uses, and for the app's own, whether its symbols are there", async () => {
  const framework = (name: string, digit: string, arch = "arm64"): Image => ({
    ...appImage,
    name,
    path: `/private/var/containers/Bundle/Application/0A/Harbor.app/Frameworks/${name}.framework/${name}`,
    uuid: uuid(digit),
    arch,
    base: BigInt(Number.parseInt(digit, 16)) << 33n,
  });
  const all = [
    appImage,
    system,
    framework("Cranes", "c"),
    framework("Docks", "d", "arm64e"),
    framework("Buoys", "e"),
    framework("Unused", "f"),
  ];
  const collection = createSymbolCollection();
  collection.add("Harbor.app.dSYM/Contents/Resources/DWARF/Harbor", [slice()]);
  collection.add("Cranes.framework.dSYM/Contents/Resources/DWARF/Cranes", [
    tableSlice({ uuid: uuid("1"), arch: "x86_64" }, []),
    tableSlice({ uuid: uuid("2"), arch: "arm64" }, []),
  ]);
  collection.add("Docks.framework.dSYM/Contents/Resources/DWARF/Docks", [
    tableSlice({ uuid: uuid("3"), arch: "arm64" }, []),
    tableSlice({ uuid: uuid("4"), arch: "x86_64" }, []),
  ]);
  const parsed = report({ process, images: all, threads: [thread([1, 2, 3, 4].map((i) => frameAt(all, i, 0x100)))] });
  const { symbols } = await symbolicate(parsed, collection);
  const path = (name: string) => `${name}.dSYM/Contents/Resources/DWARF/${name.split(".")[0]}`;
  expect(symbols).toEqual([
    { name: "Harbor", uuid: uuid("a"), arch: "arm64", status: "found", path: path("Harbor.app") },
    { name: "UIKitCore", uuid: uuid("5"), arch: "arm64e", status: "system" },
    {
      name: "Cranes",
      uuid: uuid("c"),
      arch: "arm64",
      status: "uuid-mismatch",
      path: path("Cranes.framework"),
      held: uuid("2"),
    },
    {
      name: "Docks",
      uuid: uuid("d"),
      arch: "arm64e",
      status: "wrong-architecture",
      path: path("Docks.framework"),
      held: "arm64, x86_64",
    },
    { name: "Buoys", uuid: uuid("e"), arch: "arm64", status: "missing" },
  ]);
});

test("symbols of the OS are used where somebody holds them and the report has no names", async () => {
  const parsed = crash([frameAt(images, 0, 0x1000), frameAt(images, 1, 0x2000)]);
  const held = tableSlice({ uuid: uuid("5"), arch: "arm64e" }, [{ start: 0x1000, end: 0x3000, name: "UIThing" }]);
  const { report: named, symbols } = await symbolicate(parsed, providerOf(slice(), held));
  expect(named.threads[0]?.frames[1]?.symbol?.function).toBe("UIThing");
  expect(symbols.map(({ status }) => status)).toEqual(["found", "found"]);
});

test("without a provider nothing changes and the app's symbols are missing", async () => {
  const parsed = crash([frameAt(images, 0, 0x1000), frameAt(images, 1, 0x2000)]);
  const { report: named, symbols } = await symbolicate(parsed);
  expect(named).toEqual(parsed);
  expect(symbols.map(({ name, status }) => [name, status])).toEqual([
    ["Harbor", "missing"],
    ["UIKitCore", "system"],
  ]);
});

test("a debug file that cannot be read is a problem, and the rest of the report gets its names", async () => {
  const other = { ...appImage, name: "Cranes", uuid: uuid("c"), base: 0x3_0000_0000n };
  const both = [other, appImage];
  const good = providerOf(slice());
  const provider: SymbolProvider = {
    find: async (image) => {
      if (image.uuid === uuid("c")) throw new FormatError("damaged", "no DWARF in it");
      return good.find(image);
    },
  };
  const parsed = report({
    process,
    images: both,
    threads: [thread([frameAt(both, 0, 0x1000), frameAt(both, 1, 0x1010)])],
  });
  const { report: named, symbols, problems } = await symbolicate(parsed, provider);
  expect(named.threads[0]?.frames[1]?.symbol?.function).toBe("engine_read");
  expect(symbols.map(({ status }) => status)).toEqual(["missing", "found"]);
  expect(problems).toEqual([{ code: "damaged-symbols", message: "Cranes: no DWARF in it" }]);
});

test("a bug in a provider is not taken for a damaged file", async () => {
  const provider: SymbolProvider = { find: () => Promise.reject(new TypeError("bug")) };
  await expect(symbolicate(crash([frameAt(images, 0, 0x1000)]), provider)).rejects.toThrow(TypeError);
});

test("an address in no image, an index out of range and the null image are left alone", async () => {
  const nothing: Image = { name: "", base: 0n, size: 0 };
  const odd = [...images, nothing];
  const frames: Frame[] = [
    { image: 2, imageOffset: offset(0), address: 0n },
    { image: 99, imageOffset: offset(4), address: 4n },
    { address: 1n },
  ];
  const parsed = report({ process, images: odd, threads: [thread(frames)] });
  const { report: named, symbols } = await symbolicate(parsed, providerOf(slice()));
  expect(named.threads[0]?.frames).toEqual(frames);
  expect(symbols.map(({ name }) => name)).toEqual(["Harbor"]);
});

test("threads that nobody asked for keep their frames, and their images are told of all the same", async () => {
  const frames = [frameAt(images, 0, 0x10fc), frameAt(images, 0, 0x1104)];
  const other = [frameAt(images, 0, 0x1010), frameAt(images, 1, 0x40)];
  const parsed = crash([], { threads: [thread(frames), thread(other)], lastExceptionBacktrace: frames });
  const [first] = parsed.threads;
  const all = await symbolicate(parsed, providerOf(slice()));
  const some = await symbolicate(parsed, providerOf(slice()), { threads: (candidate) => candidate === first });
  expect(some.report.threads[0]).toEqual(all.report.threads[0]);
  expect(some.report.threads[1]?.frames).toEqual(other);
  expect(all.report.threads[1]?.frames).not.toEqual(other);
  expect(some.report.lastExceptionBacktrace).toEqual(all.report.lastExceptionBacktrace);
  expect(some.symbols).toEqual(all.symbols);
});
