/** Truncated and mutated debug files: an answer or a `FormatError`, in bounded work, never anything else. */
import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus } from "../../test/files.ts";
import { bytesSource, type ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { type MachOSlice, openMachO } from "../macho/mach-o.ts";
import type { ImageOffset } from "../report.ts";
import { symbolsOf } from "./slice.ts";

const CASES = 300;
/** Everything that may be asked of a file of this size; honest ones read each byte about twice. */
const MAX_READ_FACTOR = 200;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Where flips hurt most: headers, symbols and every section of the DWARF. */
function targets(
  slices: readonly MachOSlice[],
  bytes: Uint8Array,
): readonly (readonly [start: number, size: number])[] {
  const found: [number, number][] = [[0, Math.min(4096, bytes.length)]];
  for (const { sections, symbolTable } of slices) {
    for (const { segment, fileOffset, size } of sections) {
      if (segment === "__DWARF" && size > 0) found.push([fileOffset, size]);
    }
    if (symbolTable) found.push([symbolTable.offset, symbolTable.count * 16]);
  }
  return found;
}

const NASTY = [0, 1, 0x7f, 0x80, 0xff];

async function survives(bytes: Uint8Array, offsets: readonly ImageOffset[]): Promise<number> {
  let read = 0;
  const whole = bytesSource(bytes);
  const source: ByteSource = {
    size: whole.size,
    read: (offset, length) => {
      read += length;
      return whole.read(offset, length);
    },
  };
  let answers = 0;
  try {
    for (const slice of await openMachO(source)) {
      const symbols = symbolsOf(slice);
      for (const answer of await symbols.resolve(offsets)) {
        if (answer === undefined) continue;
        answers++;
        expect(answer.length).toBeGreaterThan(0);
        for (const { line } of answer) expect(line === undefined || Number.isSafeInteger(line)).toBe(true);
      }
      expect(symbols.problems?.every(({ code }) => code === "damaged-symbols")).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
  expect(read).toBeLessThan(MAX_READ_FACTOR * bytes.length + (1 << 20));
  return answers;
}

async function fuzz(original: Uint8Array): Promise<void> {
  const next = random(original.length);
  const slices = await openMachO(bytesSource(original));
  const text = slices[0]!.sections.find(({ name }) => name === "__text")!;
  const offsets = Array.from({ length: 40 }, () => Math.floor(text.address + next() * text.size) as ImageOffset);
  const places = targets(slices, original);
  let answers = 0;
  for (let i = 0; i < CASES; i++) {
    if (i % 4 === 0) {
      answers += await survives(original.slice(0, Math.floor(next() * original.length)), offsets);
      continue;
    }
    const bytes = original.slice();
    const [start, size] = places[Math.floor(next() * places.length)]!;
    for (let flips = 1 + Math.floor(next() * 8); flips > 0; flips--) {
      const nasty = NASTY[Math.floor(next() * NASTY.length)]!;
      bytes[start + Math.floor(next() * size)] = next() < 0.5 ? nasty : Math.floor(next() * 256);
    }
    answers += await survives(bytes, offsets);
  }
  // Damage in one place leaves most of the answers.
  expect(answers).toBeGreaterThan(CASES * offsets.length * 0.5);
}

test.each([
  "dsyms/harbor-ios-arm64-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/harbor-ios-arm64-d5/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/harbor-watchos-arm64_32-d4/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/harbor-macos-universal/Harbor.dSYM/Contents/Resources/DWARF/Harbor",
  "dsyms/swift-brewkit-ios-arm64-O-d5/BrewKit.dSYM/Contents/Resources/DWARF/BrewKit",
])("%s", async (path) => {
  await fuzz(await fixture(path));
});

describe.runIf(hasCorpus)("corpus", () => {
  test("armv7 with DWARF 2 to 4 in one file", async () => {
    const folder = "corpus/dsym/crashprobe-release/dSYMs/16A1E2FB-6E3F-3A85-A310-0B283C16D894.dSYM";
    await fuzz(await corpus(`${folder}/Contents/Resources/DWARF/PLCrashReporter_DynamicFramework`));
  });
});
