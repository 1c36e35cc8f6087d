import { describe, expect, test } from "vitest";
import {
  CORPUS_TRUTH,
  debugFixtures,
  machOFor,
  plainUuid,
  randomOffsets,
  sameFrames,
} from "../../../test/debug-fixtures.ts";
import { corpus, fixture, gunzip, hasCorpus, tsv, utf8 } from "../../../test/files.ts";
import { compareWithTruth, type Truth } from "../../../test/truth.ts";
import { type ByteSource, bytesSource } from "../../bytes/byte-source.ts";
import { FormatError } from "../../bytes/errors.ts";
import { type MachOSlice, openMachO } from "../../macho/mach-o.ts";
import type { ImageOffset } from "../../report.ts";
import type { SymbolSlice } from "../provider.ts";
import { symbolsOf } from "../slice.ts";
import { buildSymcache } from "./build.ts";
import { SYMCACHE_VERSION } from "./format.ts";
import { openSymcache } from "./symcache.ts";

const parseTruth = (bytes: Uint8Array): Truth => JSON.parse(utf8(bytes)) as Truth;

type Resolves = Pick<SymbolSlice, "resolve">;

async function expectSameAnswers(cache: Resolves, slice: Resolves, offsets: readonly ImageOffset[]): Promise<void> {
  const [ours, theirs] = await Promise.all([cache.resolve(offsets), slice.resolve(offsets)]);
  for (const [i, offset] of offsets.entries()) {
    // `toEqual` for each would take most of the time.
    if (!sameFrames(ours[i], theirs[i])) expect({ offset, frames: ours[i] }).toEqual({ offset, frames: theirs[i] });
  }
}

/** Built with both choices of the outermost name, against llvm-symbolizer and against the reader of debug files. */
async function expectAgreement(slice: MachOSlice, truth: Truth, random: number): Promise<void> {
  const bytes = await buildSymcache(slice);
  const asLlvm = { outermostName: "symbol-table" } as const;
  const cache = await openSymcache(bytesSource(bytes), asLlvm);
  expect(await compareWithTruth(cache, truth)).toEqual([]);
  expect(cache.problems).toEqual([]);
  const offsets = randomOffsets(slice, random, bytes.length);
  await expectSameAnswers(cache, symbolsOf(slice, asLlvm), offsets);
  await expectSameAnswers(await openSymcache(bytesSource(bytes)), symbolsOf(slice), offsets.slice(0, OWN_CHOICE));
}

const RANDOM_ADDRESSES = 20_000;
/** Of these, looked up with our own choice of names too: it differs from llvm-symbolizer's in the outermost frame only. */
const OWN_CHOICE = 4_000;

describe("fixtures", () => {
  const rows = debugFixtures.flatMap(({ files, truth }) => truth.map((path) => ({ path, files })));
  test.each(rows)("$path: the answers are llvm-symbolizer's, and those of the debug file", async ({ path, files }) => {
    const truth = parseTruth(await gunzip(await fixture(path)));
    const file = files.find(({ uuid, arch }) => plainUuid(uuid) === truth.uuid && arch === truth.arch);
    const bytes = await fixture(file!.path);
    await expectAgreement(await machOFor(bytes, truth), truth, RANDOM_ADDRESSES);
  });
});

describe.runIf(hasCorpus)("corpus", () => {
  test("the answers of every known debug file are llvm-symbolizer's", async () => {
    for (const name of Object.keys(CORPUS_TRUTH)) {
      const truth = parseTruth(await corpus(`corpus/truth/${name}.json`));
      await expectAgreement(await machOFor(await corpus(`corpus/${truth.debug_file}`), truth), truth, 2_000);
    }
  });

  test("so are those of every Swift dSYM", async () => {
    for (const { name = "", file = "", arch = "", uuid = "" } of tsv(utf8(await corpus("swift/MANIFEST.tsv")))) {
      const id = uuid === "-" ? file.slice(file.lastIndexOf("/") + 1).replace(".", "-") : uuid;
      const truth = parseTruth(await gunzip(await corpus(`swift/dsym/${name}/truth/${id}-${arch}.json.gz`)));
      await expectAgreement(await machOFor(await corpus(`swift/dsym/${file}`), truth), truth, 2_000);
    }
  });
});

const FLEET = "dsyms/bench-1mb/Fleet.dSYM/Contents/Resources/DWARF/Fleet";

async function fleet(): Promise<{ readonly slice: MachOSlice; readonly cache: Uint8Array }> {
  const [slice] = await openMachO(bytesSource(await fixture(FLEET)));
  return { slice: slice!, cache: await buildSymcache(slice!) };
}

test("it says which slice it is of", async () => {
  const { slice, cache } = await fleet();
  const { uuid, arch, textAddress, textSize, hasDebugInfo } = await openSymcache(bytesSource(cache));
  expect({ uuid, arch, textAddress, textSize, hasDebugInfo }).toEqual({
    uuid: slice.uuid,
    arch: slice.arch,
    textAddress: slice.textAddress,
    textSize: slice.textSize,
    hasDebugInfo: true,
  });
});

test("the same slice always makes the same bytes, however its sections are read", async () => {
  const { slice, cache } = await fleet();
  expect(await buildSymcache(slice, { maxWholeSection: 4096 })).toEqual(cache);
});

test("a look-up reads a few pages of it", async () => {
  const { slice, cache } = await fleet();
  let read = 0;
  const whole = bytesSource(cache);
  const source: ByteSource = {
    size: whole.size,
    read: (offset, length) => {
      read += length;
      return whole.read(offset, length);
    },
  };
  const opened = await openSymcache(source);
  expect(read).toBeLessThan(8192);
  const [offset] = randomOffsets(slice, 1, 1);
  const [first] = await opened.resolve([offset!]);
  expect(first?.length).toBeGreaterThan(0);
  expect(read).toBeLessThan(cache.length / 2);
  const before = read;
  expect(await opened.resolve([offset!])).toEqual([first]);
  expect(read).toBe(before);
});

test("one of another version is refused, not misread", async () => {
  const { cache } = await fleet();
  for (const version of [0, SYMCACHE_VERSION + 1]) {
    const other = cache.slice();
    other[8] = version;
    await expect(openSymcache(bytesSource(other))).rejects.toMatchObject({ name: "FormatError", code: "unsupported" });
  }
});

test("a single flipped bit is found, wherever it is", async () => {
  const { slice, cache } = await fleet();
  const offsets = randomOffsets(slice, 4_000, 3);
  const right = JSON.stringify(await (await openSymcache(bytesSource(cache))).resolve(offsets));
  let found = 0;
  const places = Array.from({ length: 120 }, (_, i) => (i < 40 ? i * 7 : Math.floor((i / 120) * cache.length)));
  for (const place of places) {
    const damaged = cache.slice();
    damaged[place]! ^= 1 << (place % 8);
    try {
      const answers = await (await openSymcache(bytesSource(damaged))).resolve(offsets);
      expect(JSON.stringify(answers)).toBe(right); // not asked for
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      found++;
    }
  }
  expect(found).toBeGreaterThan(places.length * 0.9);
});

test.each([0, 7, 100, 191, 192, 300, 0.5, 0.999])("cut at %f it is refused", async (at) => {
  const { cache } = await fleet();
  const cut = cache.slice(0, at < 1 ? Math.floor(cache.length * at) : at);
  await expect(openSymcache(bytesSource(cut))).rejects.toBeInstanceOf(FormatError);
});

test("it is far smaller than its dSYM", async () => {
  const { slice, cache } = await fleet();
  expect(cache.length).toBeLessThan(slice.source.size / 3);
});

test("it begins as docs/formats/symcache.md shows", async () => {
  const bytes = await fixture("dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor");
  const [slice] = await openMachO(bytesSource(bytes));
  const cache = await buildSymcache(slice!);
  const hex = (at: number, length: number) =>
    Array.from(cache.subarray(at, at + length), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  expect([bytes.length, cache.length]).toEqual([40_638, 2_733]);
  expect(hex(0, 12)).toBe("89 57 53 43 0d 0a 1a 0a 01 00 00 00");
  expect(hex(0xc8, 16)).toBe("00 40 00 00 a8 44 00 00 cc 47 00 00 3c 4b 00 00");
  expect(hex(0xe8, 16)).toBe("00 07 00 01 06 02 ab 02 00 01 0b 02 00 0e 05 7f");
  expect(hex(0x369, 2)).toBe("04 08");
});
