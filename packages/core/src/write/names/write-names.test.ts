import { describe, expect, test } from "vitest";
import { corpus, fixture, hasCorpus, tsv, utf8 } from "../../../test/files.ts";
import { analyze } from "../../analyze.ts";
import { bytesSource } from "../../bytes/byte-source.ts";
import { parseReports } from "../../formats/parse.ts";
import type { Frame, Report } from "../../report.ts";
import { createSymbolCollection, type SymbolCollection } from "../../symbols/collection.ts";
import { openSymbolSlices } from "../../symbols/slice.ts";
import { type JsonNode, scanJson } from "../../edit/json-spans.ts";
import { segmentsOf } from "../../edit/segments.ts";
import { writeNames } from "./write-names.ts";

interface Index {
  readonly dsyms: readonly { readonly name: string; readonly files: readonly { readonly path: string }[] }[];
  readonly reports: readonly { readonly path: string; readonly dsyms: readonly string[] }[];
}
const index = JSON.parse(utf8(await fixture("index.json"))) as Index;

async function collect(
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array>,
): Promise<SymbolCollection> {
  const symbols = createSymbolCollection();
  for (const path of paths) symbols.add(path, await openSymbolSlices(bytesSource(await read(path))));
  return symbols;
}

const reportsOf = async (bytes: Uint8Array, symbols: SymbolCollection): Promise<readonly Report[]> =>
  (await analyze(bytes, symbols)).map(({ report }) => report);

/** Names as a file can hold them: of a source file the name without its path. */
const names = (frames: readonly Frame[]) =>
  frames.map(({ address, symbol, inlined }) => ({
    address,
    name: symbol?.function,
    line: symbol?.line,
    file: symbol?.line === undefined ? undefined : symbol.file?.split("/").at(-1),
    inlined,
  }));
const allNames = (reports: readonly Report[]) =>
  reports.map((report) => [
    ...report.threads.map(({ frames }) => names(frames)),
    names(report.lastExceptionBacktrace ?? []),
  ]);

const FRAME_FACTS = ["symbol", "symbolLocation", "sourceFile", "sourceLine", "inline"];

/** The input without what names may change: every other byte must be the same. */
function withoutNames(bytes: Uint8Array): string {
  const text = utf8(bytes);
  const segments = segmentsOf(text);
  const pieces: string[] = [];
  let at = 0;
  for (const segment of segments) {
    pieces.push(text.slice(at, segment.start));
    at = segment.end;
    pieces.push(
      segment.kind === "json" ? jsonRest(text, segment.root) : textRest(text.slice(segment.start, segment.end)),
    );
  }
  return pieces.join("") + text.slice(at);
}

function jsonRest(text: string, root: JsonNode): string {
  const cuts: [number, number][] = [];
  const visit = (node: JsonNode) => {
    if (node.kind === "array") for (const item of node.items) visit(item);
    if (node.kind !== "object") return;
    if (node.members.some(({ key }) => key === "imageOffset")) cuts.push([node.start, node.end]);
    else for (const { value } of node.members) visit(value);
  };
  visit(root);
  let rest = "";
  let at = root.start;
  for (const [start, end] of cuts) {
    rest += text.slice(at, start).replaceAll(",", "");
    const frame = scanJson(text, start).root;
    const members = frame?.kind === "object" ? frame.members : [];
    const isInlined = members.some(({ key }) => key === "inline");
    const kept = members.filter(({ key }) => !FRAME_FACTS.includes(key));
    if (!isInlined) rest += kept.map((each) => text.slice(each.keyStart, each.value.end)).join();
    at = end;
  }
  return rest + text.slice(at, root.end).replaceAll(",", "");
}

/** Of frame lines the address only, of equal addresses in a row one. */
function textRest(text: string): string {
  const lines = text.split("\n").map((line) => /^\s*\d+ +\S.*?[\t ](0x[0-9a-f]+) /.exec(line)?.[1] ?? line);
  return lines.filter((line, i) => line !== lines[i - 1] || !line.startsWith("0x")).join("\n");
}

async function check(input: Uint8Array, symbols: SymbolCollection): Promise<boolean> {
  const reports = await reportsOf(input, symbols);
  const output = writeNames(input, reports);
  expect(allNames(parseReports(output).map(({ value }) => value))).toEqual(allNames(reports));
  expect(withoutNames(output)).toBe(withoutNames(input));
  const again = writeNames(output, await reportsOf(output, symbols));
  expect(utf8(again)).toBe(utf8(output));
  return utf8(output) !== utf8(input);
}

const dsymsOf = (path: string): readonly string[] => {
  const wanted = index.reports.find((report) => report.path === path)?.dsyms ?? [];
  return index.dsyms.filter(({ name }) => wanted.includes(name)).flatMap(({ files }) => files.map((file) => file.path));
};

describe("names are written into the report, all else stays byte for byte, and twice is once", () => {
  const reports = index.reports.filter(({ path }) => /\.(ips|crash)$/.test(path));
  test.each(reports.map(({ path }) => path))("%s", async (path) => {
    const debugFiles = dsymsOf(path);
    const changed = await check(await fixture(path), await collect(debugFiles, fixture));
    // Without debug files, and where the list of images is lost, there is nothing to write.
    expect(changed).toBe(debugFiles.length > 0 && !path.includes("truncated"));
  });
});

describe.runIf(hasCorpus)("real reports", async () => {
  const pairs = hasCorpus ? tsv(utf8(await corpus("corpus/PAIRS.tsv"))) : [];
  const paths = [...new Set(pairs.map(({ report = "" }) => report))].filter((path) => /\.(ips|crash)$/.test(path));
  test.each(paths)("%s", async (path) => {
    const debugFiles = pairs.filter(({ report }) => report === path).map(({ debug_files: file = "" }) => file);
    await check(await corpus(`corpus/${path}`), await collect(debugFiles, (file) => corpus(`corpus/${file}`)));
  });
});

test("a report that nobody has symbols for comes back as the same bytes", async () => {
  const input = await fixture("reports/sample-nsexception/input.ips");
  expect(writeNames(input, await reportsOf(input, createSymbolCollection()))).toBe(input);
});

/** `2   App   0x1007da4bc main (in App) (main.m:30)` of crash text, `2449 main (in App) (main.m:30) [0x103c0deb0]` of `sample`. */
const KNOWN = /(?:\t\s*0x([0-9a-f]+) |\d+ )(\S[^\t]*?) \(in [^()]+\) \([^()]*\)(?: \[0x([0-9a-f]+)\])?$/;

describe.runIf(hasCorpus)("names agree with the text that another tool made", async () => {
  const pairs = hasCorpus ? tsv(utf8(await corpus("corpus/PAIRS.tsv"))) : [];
  test.each([
    ["macsymb-ios-crash/ios-crash.ips", "macsymb-ios-crash/ios-crash_symbolicated.ips", 3],
    ["macsymb-ios-crash/ios-crash.crash", "macsymb-ios-crash/ios-crash_symbolicated.crash", 3],
    ["macsymb-single-target/single-target-crash.ips", "macsymb-single-target/single-target-crash_symbolicated.ips", 2],
    [
      "macsymb-single-target/single-target-crash.crash",
      "macsymb-single-target/single-target-crash_symbolicated.crash",
      2,
    ],
    ["macsymb-samples/singlethread-sample.txt", "macsymb-samples/singlethread-sample_symbolicated.txt", 2],
    ["macsymb-samples/multithread-sample.txt", "macsymb-samples/multithread-sample_symbolicated.txt", 1],
  ] as const)("%s", async (path, twin, count) => {
    const input = await corpus(`corpus/dsym/${path}`);
    const debugFiles = pairs
      .filter(({ report }) => report === `dsym/${path}`)
      .map(({ debug_files: file = "" }) => file);
    const symbols = await collect(debugFiles, (file) => corpus(`corpus/${file}`));
    const output = writeNames(input, await reportsOf(input, symbols));
    const written = new Map<string, Set<string>>();
    for (const { threads } of parseReports(output).map(({ value }) => value)) {
      for (const { frames, callTree = [] } of threads) {
        for (const { address, symbol } of [...frames, ...callTree.flatMap((node) => node.frames)]) {
          const names = written.get(address.toString(16)) ?? new Set();
          written.set(address.toString(16), names.add(symbol?.function ?? ""));
        }
      }
    }
    const known = utf8(await corpus(`corpus/dsym/${twin}`))
      .split("\n")
      .flatMap((line) => {
        const [, crash, name = "", sample] = KNOWN.exec(line.trimEnd()) ?? [];
        return name === "" ? [] : [[crash ?? sample ?? "", name.trim()] as const];
      });
    expect(known.length).toBeGreaterThanOrEqual(count);
    expect(known.filter(([address, name]) => written.get(address)?.has(name) !== true)).toEqual([]);
  });
});
