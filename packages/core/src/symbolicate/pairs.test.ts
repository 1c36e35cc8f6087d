/** Real reports whose symbolicated text is known, made by Apple's atos; needs the shared corpus. */
import { describe, expect, test } from "vitest";
import { corpus, hasCorpus, tsv, utf8 } from "../../test/files.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { parseReports } from "../formats/parse.ts";
import type { Frame, Report } from "../report.ts";
import { createSymbolCollection, type SymbolCollection } from "../symbols/collection.ts";
import type { ResolvedFrame } from "../symbols/provider.ts";
import { openSymbolSlices } from "../symbols/slice.ts";
import { symbolicate } from "./symbolicate.ts";

interface KnownFrame {
  readonly address: bigint;
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** `2   App   0x1007da4bc specialized static A.b() (in App) (A.swift:12)` */
const ATOS_LINE = /^\d+ +.+?\t? +0x([0-9a-f]+) (.+) \(in [^()]+\) \(([^()]+):(\d+)\)$/;

function knownFrames(text: string): readonly KnownFrame[] {
  return text.split("\n").flatMap((line) => {
    const [, address, name, file, number] = ATOS_LINE.exec(line.trimEnd()) ?? [];
    if (address === undefined || name === undefined || file === undefined) return [];
    return [{ address: BigInt(`0x${address}`), name, file, line: Number(number) }];
  });
}

async function symbolsOf(debugFiles: readonly string[]): Promise<SymbolCollection> {
  const symbols = createSymbolCollection();
  for (const file of debugFiles) {
    symbols.add(file, await openSymbolSlices(bytesSource(await corpus(`corpus/${file}`))));
  }
  return symbols;
}

async function symbolicated(path: string, symbols: SymbolCollection): Promise<Report> {
  const [parsed] = parseReports(await corpus(`corpus/${path}`));
  if (parsed === undefined) throw new Error(`no report in ${path}`);
  return (await symbolicate(parsed.value, symbols)).report;
}

/** The concrete function at the address as it stands, as atos looks it up. */
async function atAddress(frame: Frame, report: Report, symbols: SymbolCollection): Promise<ResolvedFrame | undefined> {
  const image = report.images[frame.image ?? -1];
  if (image === undefined || frame.imageOffset === undefined) return undefined;
  const found = await symbols.find(image);
  if (found.status !== "found") return undefined;
  const [resolution] = await found.slice.resolve([frame.imageOffset]);
  return resolution?.at(-1);
}

/** What can be told of a name while Swift's stay mangled: the plain name itself, or that every word of it occurs (mangling writes each once). */
function expectName(actual: string | undefined, known: string): void {
  if (!actual?.startsWith("$s")) {
    expect(actual).toBe(known);
    return;
  }
  for (const [word] of known.replace(/^specialized |^@objc |static /g, "").matchAll(/[A-Z]?[a-z]+/g)) {
    expect(actual).toContain(word);
  }
  expect([known, actual.endsWith("To")]).toEqual([known, known.startsWith("@objc ")]);
  expect([known, /T[fg]/.test(actual)]).toEqual([known, known.startsWith("specialized ")]);
}

const pairs = hasCorpus ? tsv(utf8(await corpus("corpus/PAIRS.tsv"))) : [];
const twins = [
  ["dsym/macsymb-ios-crash/ios-crash.ips", "dsym/macsymb-ios-crash/ios-crash_symbolicated.ips"],
  ["dsym/macsymb-ios-crash/ios-crash.crash", "dsym/macsymb-ios-crash/ios-crash_symbolicated.crash"],
  [
    "dsym/macsymb-single-target/single-target-crash.ips",
    "dsym/macsymb-single-target/single-target-crash_symbolicated.ips",
  ],
  [
    "dsym/macsymb-single-target/single-target-crash.crash",
    "dsym/macsymb-single-target/single-target-crash_symbolicated.crash",
  ],
] as const;

describe.runIf(hasCorpus)("reports with known text", () => {
  test.each(twins)("%s", async (path, twin) => {
    const debugFiles = pairs.filter(({ report }) => report === path).map(({ debug_files: file = "" }) => file);
    expect(debugFiles).not.toEqual([]);
    const symbols = await symbolsOf(debugFiles);
    const report = await symbolicated(path, symbols);
    const known = knownFrames(utf8(await corpus(`corpus/${twin}`)));
    expect(known.length).toBeGreaterThan(1);
    const crashed = report.threads[report.crashedThread ?? -1];
    const physical = crashed?.frames.filter(({ inlined }) => inlined !== true) ?? [];
    for (const [i, { address, name, file, line }] of known.entries()) {
      const frame = physical.find((each) => each.address === address);
      if (frame === undefined) throw new Error(`no frame at ${address}`);
      expectName(frame.symbol?.linkageName, name);
      const raw = await atAddress(frame, report, symbols);
      expect([name, raw?.file?.split("/").at(-1), raw?.line ?? 0]).toEqual([name, file, line]);
      // The text was made without the return-address rule; only the first frame has the line of the call itself.
      if (frame === physical[0]) expect([i, frame.symbol?.line]).toEqual([i, line]);
    }
  });

  test("every report of an app whose debug file is held gets a file for some frame of it", async () => {
    const reports = new Set(pairs.map(({ report = "" }) => report).filter((path) => /\.(ips|crash)$/.test(path)));
    const without: string[] = [];
    for (const path of reports) {
      const debugFiles = pairs.filter((pair) => pair["report"] === path).map((pair) => pair["debug_files"] ?? "");
      const report = await symbolicated(path, await symbolsOf(debugFiles));
      const fromDwarf = (frame: Frame) => frame.symbol?.source === "dwarf" && frame.symbol.file !== undefined;
      if (!report.threads.some(({ frames }) => frames.some(fromDwarf))) without.push(path);
    }
    expect(without).toEqual([]);
    expect(reports.size).toBeGreaterThan(8);
  });
});
