import { describe, expect, test } from "vitest";
import { CORPUS_TRUTH, debugFixtures, machOFor, plainUuid } from "../../test/debug-fixtures.ts";
import { corpus, fixture, gunzip, hasCorpus, tsv, utf8 } from "../../test/files.ts";
import { compareWithTruth, countKinds, type Truth } from "../../test/truth.ts";
import { bytesSource, type ByteSource } from "../bytes/byte-source.ts";
import { openMachO } from "../macho/mach-o.ts";
import type { ImageOffset } from "../report.ts";
import type { SymbolSlice } from "./provider.ts";
import { openSymbolSlices, type SliceOptions, symbolsOf } from "./slice.ts";

const json = (bytes: Uint8Array): unknown => JSON.parse(utf8(bytes));
const parseTruth = (bytes: Uint8Array): Truth => json(bytes) as Truth;
async function sliceFor(bytes: Uint8Array, truth: Truth, options?: SliceOptions): Promise<Omit<SymbolSlice, "uuid">> {
  return symbolsOf(await machOFor(bytes, truth), options);
}

/**
 * Chains, inlined names, lines and files always agree, and with the symbol table's choice of name so does the outermost
 * one. `outerNames` = how often our own choice, the DWARF's, is another.
 */
async function expectAgreement(bytes: Uint8Array, truth: Truth, outerNames: number): Promise<void> {
  const asLlvm = await sliceFor(bytes, truth, { outermostName: "symbol-table" });
  expect(await compareWithTruth(asLlvm, truth)).toEqual([]);
  const ours = await sliceFor(bytes, truth);
  const expected: ReturnType<typeof countKinds> = outerNames === 0 ? {} : { "outer name": outerNames };
  expect(countKinds(await compareWithTruth(ours, truth))).toEqual(expected);
  expect(ours.problems).toEqual([]);
}

/**
 * R13: the DWARF has another name for the concrete function than the symbol table. Here that is `OUTLINED_FUNCTION_n`, whose
 * linkage name keeps an underscore too many.
 */
const OUTER_NAMES: Readonly<Record<string, number>> = {
  "swift-teebude-ios-arm64-Osize-d5": 107,
};

describe("fixtures", () => {
  const rows = debugFixtures.flatMap((dsym) =>
    dsym.truth.map((truth) => ({ name: dsym.name, truth, files: dsym.files })),
  );
  test.each(rows)(
    "$truth: chain, names, lines and files are llvm-symbolizer's",
    async ({ name, truth: path, files }) => {
      const truth = parseTruth(await gunzip(await fixture(path)));
      const file = files.find(({ uuid, arch }) => plainUuid(uuid) === truth.uuid && arch === truth.arch);
      await expectAgreement(await fixture(file!.path), truth, OUTER_NAMES[name] ?? 0);
      expect(truth.results.length).toBeGreaterThan(10);
    },
  );

  interface Site {
    readonly lookup: string;
    readonly frame_of_site: number;
    readonly agrees: string;
    readonly expect: { readonly function: string; readonly file: string; readonly line: number };
  }
  interface Sites {
    readonly uuid?: string;
    readonly sites?: readonly Site[];
  }

  test.each(debugFixtures.filter(({ sites }) => sites !== undefined))(
    "$name: every crash site has the line its source says",
    async ({ sites, files }) => {
      const expected = json(await fixture(sites!)) as Record<string, unknown>;
      const slices = Array.isArray(expected["slices"]) ? (expected["slices"] as Sites[]) : [expected as Sites];
      let checked = 0;
      for (const { uuid, sites: list = [] } of slices) {
        const file = files.find((candidate) => uuid === undefined || plainUuid(candidate.uuid) === plainUuid(uuid))!;
        const bytes = await fixture(file.path);
        const [machO] = (await openMachO(bytesSource(bytes))).filter((s) => plainUuid(s.uuid) === plainUuid(file.uuid));
        const slice = symbolsOf(machO!);
        for (const site of list) {
          if (site.agrees !== "yes") continue;
          const offset = Number(BigInt(site.lookup) - machO!.textAddress) as ImageOffset;
          const [answer] = await slice.resolve([offset]);
          const frame = answer?.[site.frame_of_site];
          expect({ at: site.lookup, line: frame?.line, file: frame?.file?.split("/").pop() }).toEqual({
            at: site.lookup,
            line: site.expect.line,
            file: site.expect.file.split("/").pop(),
          });
          checked++;
        }
      }
      expect(checked).toBeGreaterThan(0);
    },
  );
});

describe.runIf(hasCorpus)("corpus", () => {
  test.each(Object.entries(CORPUS_TRUTH))("%s answers as llvm-symbolizer does", async (name, outer) => {
    const truth = parseTruth(await corpus(`corpus/truth/${name}.json`));
    await expectAgreement(await corpus(`corpus/${truth.debug_file}`), truth, outer);
  });

  test("every Swift dSYM answers as llvm-symbolizer does", async () => {
    // R13 as above; in the object file also local labels (`l___unnamed_1`).
    const known: Readonly<Record<string, number>> = {
      "sensor-embedded-armv7-O-d4-object": 62,
      "sensor-embedded-ios-arm64e-Osize-d5": 2,
      "teebude-ios-arm64-Osize-d5": 107,
    };
    const rows = tsv(utf8(await corpus("swift/MANIFEST.tsv")));
    expect(rows.length).toBe(17);
    for (const { name = "", file = "", arch = "", uuid = "" } of rows) {
      const id = uuid === "-" ? file.slice(file.lastIndexOf("/") + 1).replace(".", "-") : uuid;
      const truth = parseTruth(await gunzip(await corpus(`swift/dsym/${name}/truth/${id}-${arch}.json.gz`)));
      await expectAgreement(await corpus(`swift/dsym/${file}`), truth, known[name] ?? 0);
    }
  });
});

/** Counts what is asked for. */
function counted(bytes: Uint8Array): { readonly source: ByteSource; readonly bytesRead: () => number } {
  let total = 0;
  const source = bytesSource(bytes);
  return {
    source: {
      size: source.size,
      read: (offset, length) => {
        total += length;
        return source.read(offset, length);
      },
    },
    bytesRead: () => total,
  };
}

test("one look-up in the largest fixture reads less than a fifth of the file", async () => {
  const path = "dsyms/bench-1mb/Fleet.dSYM/Contents/Resources/DWARF/Fleet";
  const bytes = await fixture(path);
  const dsym = debugFixtures.find(({ files }) => files.some((file) => file.path === path))!;
  const truth = parseTruth(await gunzip(await fixture(dsym.truth[0]!)));
  const inlined = truth.results.find(({ frames }) => frames.length > 2)!;
  const { source, bytesRead } = counted(bytes);
  const [slice] = await openSymbolSlices(source);
  expect(bytesRead()).toBeLessThan(16_384);
  const [answer] = await slice!.resolve([Number(BigInt(inlined.addr) - BigInt(truth.text_vmaddr)) as ImageOffset]);
  expect(answer?.map(({ name }) => name)).toEqual(inlined.frames.map(({ fn }) => fn));
  expect(bytesRead()).toBeLessThan(bytes.length / 5);
});

test("a second question about a decoded unit reads nothing", async () => {
  const { source, bytesRead } = counted(
    await fixture(debugFixtures.find(({ name }) => name === "bench-1mb")!.files[0]!.path),
  );
  const [slice] = await openSymbolSlices(source);
  const offset = 0x4100 as ImageOffset;
  const first = await slice!.resolve([offset]);
  const before = bytesRead();
  expect(await slice!.resolve([offset])).toEqual(first);
  expect(bytesRead()).toBe(before);
});

test("the fall-back to symbols gives name and distance, no file, and nothing past the last function", async () => {
  const dsym = debugFixtures.find(({ name }) => name === "harbor-ios-arm64-symbols")!;
  const bytes = await fixture(dsym.files[0]!.path);
  const truth = parseTruth(await gunzip(await fixture(dsym.truth[0]!)));
  const [slice] = await openSymbolSlices(bytesSource(bytes));
  expect(slice?.hasDebugInfo).toBe(false);
  const named = truth.results.find(({ frames }) => frames[0]?.fn !== "")!;
  const offset = Number(BigInt(named.addr) - BigInt(truth.text_vmaddr)) as ImageOffset;
  const [answer, beyond] = await slice!.resolve([offset, 0x7fff_ffff as ImageOffset]);
  expect(answer).toEqual([
    { name: named.frames[0]!.fn, functionOffset: expect.any(Number), inlined: false, source: "symbol-table" },
  ]);
  expect(beyond).toBeUndefined();
});
