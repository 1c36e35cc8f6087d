import { describe, expect, test } from "vitest";
import { debugFixtures, machOFor, plainUuid, randomOffsets } from "../../../test/debug-fixtures.ts";
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
  const differences = offsets.flatMap((offset, i) =>
    JSON.stringify(ours[i]) === JSON.stringify(theirs[i]) ? [] : [{ offset, cache: ours[i], file: theirs[i] }],
  );
  // Key by key and not as text only where something differs: it is slow.
  for (const { offset, cache: a, file: b } of differences) expect({ offset, frames: a }).toEqual({ offset, frames: b });
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
  await expectSameAnswers(await openSymcache(bytesSource(bytes)), symbolsOf(slice), offsets);
}

const RANDOM_ADDRESSES = 20_000;

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
    const rows = tsv(utf8(await corpus("corpus/truth/MANIFEST.tsv").catch(() => new Uint8Array(0))));
    const names = rows.length > 0 ? rows.map(({ name = "" }) => name) : CORPUS_TRUTH;
    for (const name of names) {
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
