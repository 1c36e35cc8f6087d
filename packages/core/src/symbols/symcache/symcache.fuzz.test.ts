/** Damaged debug files and damaged symcaches: an answer or a `FormatError`, in bounded work and memory, never anything else. */
import { describe, expect, test } from "vitest";
import { randomOffsets, sameFrames, seededRandom } from "../../../test/debug-fixtures.ts";
import { corpus, fixture, hasCorpus } from "../../../test/files.ts";
import { bytesSource } from "../../bytes/byte-source.ts";
import { FormatError } from "../../bytes/errors.ts";
import { xxh32 } from "../../bytes/xxh32.ts";
import { openMachO } from "../../macho/mach-o.ts";
import type { ImageOffset } from "../../report.ts";
import { symbolsOf } from "../slice.ts";
import { buildSymcache } from "./build.ts";
import { HEADER_BYTES, PAGE_BYTES } from "./format.ts";
import { openSymcache } from "./symcache.ts";

const CASES = 120;
const MAX_TABLE_BYTES = 64 << 20;
const NASTY = [0, 1, 0x7f, 0x80, 0xff];

function flip(bytes: Uint8Array, start: number, size: number, next: () => number): void {
  for (let flips = 1 + Math.floor(next() * 8); flips > 0; flips--) {
    const nasty = NASTY[Math.floor(next() * NASTY.length)]!;
    bytes[start + Math.floor(next() * size)] = next() < 0.5 ? nasty : Math.floor(next() * 256);
  }
}

async function orFormatError<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
}

/** Packs what is left of a debug file. How many addresses it answers, and how many of them otherwise than the file itself. */
async function pack(bytes: Uint8Array, offsets: readonly ImageOffset[]) {
  const outcome = { answers: 0, others: 0 };
  await orFormatError(async () => {
    for (const slice of await openMachO(bytesSource(bytes))) {
      const cache = await orFormatError(() => buildSymcache(slice, { maxTableBytes: MAX_TABLE_BYTES }));
      if (cache === undefined) continue;
      const [packed, own] = await Promise.all([
        (await openSymcache(bytesSource(cache))).resolve(offsets),
        symbolsOf(slice).resolve(offsets),
      ]);
      for (const [i, frames] of packed.entries()) {
        if (frames === undefined) continue;
        outcome.answers++;
        expect(frames.length).toBeGreaterThan(0);
        for (const { line } of frames) expect(line === undefined || Number.isSafeInteger(line)).toBe(true);
        if (!sameFrames(frames, own[i])) outcome.others++;
      }
    }
  });
  return outcome;
}

async function fuzzDebugFile(original: Uint8Array): Promise<void> {
  const next = seededRandom(original.length);
  const slices = await openMachO(bytesSource(original));
  const offsets = randomOffsets(slices[0]!, 40, 7);
  const places = slices.flatMap(({ sections, symbolTable }) => [
    [0, 4096] as const,
    ...sections
      .filter(({ segment, size }) => segment === "__DWARF" && size > 0)
      .map((s) => [s.fileOffset, s.size] as const),
    ...(symbolTable ? [[symbolTable.offset, symbolTable.count * 16] as const] : []),
  ]);
  let answers = 0;
  let others = 0;
  for (let i = 0; i < CASES; i++) {
    let bytes = original.slice();
    if (i % 4 === 0) bytes = original.slice(0, Math.floor(next() * original.length));
    else {
      const [start, size] = places[Math.floor(next() * places.length)]!;
      flip(bytes, start, size, next);
    }
    const outcome = await pack(bytes, offsets);
    answers += outcome.answers;
    others += outcome.others;
  }
  expect(answers).toBeGreaterThan(CASES * offsets.length * 0.4);
  // What damage makes ambiguous (overlapping functions, a unit broken in the middle) may be decided in another way.
  expect(others).toBeLessThan(answers * 0.02);
}

test.each([
  "dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/harbor-ios-arm64-d5/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/harbor-macos-universal/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/swift-brewkit-ios-arm64-O-d5/BrewKit.dSYM/Contents/Resources/DWARF/BrewKit",
])("packing what is left of %s", async (path) => {
  await fuzzDebugFile(await fixture(path));
});

describe.runIf(hasCorpus)("corpus", () => {
  test("packing what is left of armv7 with DWARF 2 to 4 in one file", async () => {
    const folder = "corpus/dsym/crashprobe-release/dSYMs/16A1E2FB-6E3F-3A85-A310-0B283C16D894.dSYM";
    await fuzzDebugFile(await corpus(`${folder}/Contents/Resources/DWARF/PLCrashReporter_DynamicFramework`));
  });
});

/** As somebody would write it who knows the checksums. */
function withRightChecksums(cache: Uint8Array): Uint8Array {
  const view = new DataView(cache.buffer);
  const pages = view.getUint32(20, true);
  const body = HEADER_BYTES + 4 * pages;
  if (body > cache.length) return cache;
  for (let page = 0; page < pages; page++) {
    const start = body + page * PAGE_BYTES;
    view.setUint32(HEADER_BYTES + 4 * page, xxh32(cache.subarray(start, start + PAGE_BYTES)), true);
  }
  view.setUint32(12, 0, true);
  view.setUint32(12, xxh32(cache.subarray(0, body)), true);
  return cache;
}

test("a symcache with flipped bytes, also where its checksums are right, gives answers or a FormatError", async () => {
  const path = "dsyms/harbor-ios-arm64-d5/Harbor.dSYM/Contents/Resources/DWARF/Harbor";
  const [slice] = await openMachO(bytesSource(await fixture(path)));
  const original = await buildSymcache(slice!);
  const offsets = randomOffsets(slice!, 200, 11);
  const next = seededRandom(5);
  let refused = 0;
  let answered = 0;
  for (let i = 0; i < 600; i++) {
    const bytes = original.slice();
    flip(bytes, i % 3 === 0 ? 16 : HEADER_BYTES, i % 3 === 0 ? HEADER_BYTES - 16 : bytes.length - HEADER_BYTES, next);
    const cache = i % 2 === 0 ? withRightChecksums(bytes) : bytes;
    const answers = await orFormatError(async () => (await openSymcache(bytesSource(cache))).resolve(offsets));
    if (answers === undefined) refused++;
    else answered++;
  }
  expect(refused).toBeGreaterThan(300);
  expect(answered).toBeGreaterThan(20);
});

test("packing ends where its tables would take more than they may", async () => {
  const path = "dsyms/bench-1mb/Fleet.dSYM/Contents/Resources/DWARF/Fleet";
  const [slice] = await openMachO(bytesSource(await fixture(path)));
  await expect(buildSymcache(slice!, { maxTableBytes: 100_000 })).rejects.toMatchObject({ code: "too-large" });
});
