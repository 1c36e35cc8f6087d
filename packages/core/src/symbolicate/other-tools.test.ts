/** What other tools said of real files: Apple's atos of the addresses in samples, Mozilla's dump_syms of every line. Needs the shared corpus. */
import { describe, expect, test } from "vitest";
import { corpus, hasCorpus, utf8 } from "../../test/files.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { parseReports } from "../formats/parse.ts";
import type { ImageOffset } from "../report.ts";
import { createSymbolCollection } from "../symbols/collection.ts";
import type { Resolution, SymbolSlice } from "../symbols/provider.ts";
import { openSymbolSlices } from "../symbols/slice.ts";
import { symbolicate } from "./symbolicate.ts";

const slicesOf = async (path: string) => openSymbolSlices(bytesSource(await corpus(`corpus/dsym/${path}`)));
const baseName = (path = "") => path.slice(path.lastIndexOf("/") + 1);

/** `+   2397 main (in MultiThreadHangingTest) (main.m:39) [0x10cd1ae30]` */
const SAMPLE_LINE = /\d+ (\S.*?) +\(in ([^()]+)\) \(([^():]+):(\d+)\) +\[0x([0-9a-f]+)\]/g;

describe.runIf(hasCorpus)("samples", () => {
  test.each(["single", "multi"])("every line that atos wrote into the %s-threaded one", async (which) => {
    const name = `${which === "single" ? "Single" : "Multi"}ThreadHangingTest`;
    const symbols = createSymbolCollection();
    const slices = await slicesOf(`macsymb-samples/${name}.dSYM/Contents/Resources/DWARF/${name}`);
    symbols.add(name, slices);
    const [parsed] = parseReports(await corpus(`corpus/dsym/macsymb-samples/${which}thread-sample.txt`));
    if (parsed === undefined) throw new Error("no report");
    const { report } = await symbolicate(parsed.value, symbols);
    const nodes = report.threads.flatMap(({ callTree = [] }) => callTree.flatMap(({ frames }) => frames));
    const known = utf8(await corpus(`corpus/dsym/macsymb-samples/${which}thread-sample_symbolicated.txt`));
    const lines = [...known.matchAll(SAMPLE_LINE)];
    expect(lines.length).toBeGreaterThan(1);
    for (const [, wanted, image, file, line, digits] of lines) {
      const address = BigInt(`0x${digits ?? ""}`);
      const frame = nodes.find((each) => each.address === address);
      expect([wanted, frame?.symbol?.linkageName, image]).toEqual([wanted, wanted, name]);
      // atos was asked for the address as it stands; the report's own frame has the line of the call.
      const base = report.images.find((each) => each.name === name)?.base ?? 0n;
      const uuid = report.images.find((each) => each.name === name)?.uuid;
      const slice = slices.find((each) => each.uuid === uuid);
      const [answer] = (await slice?.resolve([Number(address - base) as ImageOffset])) ?? [];
      const outermost = answer?.at(-1);
      expect([outermost?.name, baseName(outermost?.file), outermost?.line]).toEqual([wanted, file, Number(line)]);
    }
  });
});

interface SymFile {
  /** Address, and what holds there: innermost first. */
  readonly lines: readonly { readonly address: number; readonly chain: readonly string[] }[];
  readonly functions: readonly { readonly address: number; readonly name: string }[];
}

/** Breakpad's text: `FUNC`, `INLINE depth call_line call_file origin (address size)…`, and lines `address size line file`. */
function symFile(text: string): SymFile {
  const files = new Map<string, string>();
  const lines: SymFile["lines"][number][] = [];
  const functions: SymFile["functions"][number][] = [];
  let inlines: { depth: number; call: string; from: number; to: number }[] = [];
  for (const row of text.split("\n")) {
    const [word = "", ...rest] = row.split(" ");
    if (word === "FILE") files.set(rest[0] ?? "", baseName(rest.slice(1).join(" ")));
    else if (word === "FUNC") {
      inlines = [];
      functions.push({ address: Number.parseInt(rest[0] ?? "", 16), name: rest.slice(3).join(" ") });
    } else if (word === "INLINE") {
      const [depth = "", line = "", file = "", , ...ranges] = rest;
      for (let i = 0; i + 1 < ranges.length; i += 2) {
        const from = Number.parseInt(ranges[i] ?? "", 16);
        const to = from + Number.parseInt(ranges[i + 1] ?? "", 16);
        inlines.push({ depth: Number(depth), call: `${files.get(file)}:${line}`, from, to });
      }
    } else if (/^[0-9a-f]+$/.test(word) && rest.length === 3) {
      const address = Number.parseInt(word, 16);
      const calls = inlines.filter(({ from, to }) => address >= from && address < to);
      calls.sort((a, b) => b.depth - a.depth);
      lines.push({ address, chain: [`${files.get(rest[2] ?? "")}:${rest[1]}`, ...calls.map(({ call }) => call)] });
    }
  }
  return { lines, functions };
}

const chainOf = (frames: Resolution | undefined) =>
  frames?.map(({ file, line }) => `${baseName(file)}:${line ?? 0}`) ?? [];

describe.runIf(hasCorpus)("every line that dump_syms writes of a binary", () => {
  const answersOf = async (slice: SymbolSlice | undefined, addresses: readonly number[]) =>
    (await slice?.resolve(addresses as ImageOffset[])) ?? [];

  test("lines, and the chain of inlined calls", async () => {
    const [slice] = await slicesOf("symbolic-macos/crash.dSYM/Contents/Resources/DWARF/crash");
    const { lines, functions } = symFile(utf8(await corpus("corpus/dsym/symbolic-macos/crash.inlines.sym")));
    expect(lines.length).toBeGreaterThan(2000);
    const answers = await answersOf(
      slice,
      lines.map(({ address }) => address),
    );
    const others = lines.flatMap(({ address, chain }, i) => {
      const ours = chainOf(answers[i]);
      return JSON.stringify(ours) === JSON.stringify(chain) ? [] : [[address.toString(16), chain, ours]];
    });
    expect(others).toEqual([]);
    const starts = await answersOf(
      slice,
      functions.map(({ address }) => address),
    );
    expect(starts.map((frames) => frames?.at(-1)?.functionOffset)).toEqual(functions.map(() => 0));
  });
});
