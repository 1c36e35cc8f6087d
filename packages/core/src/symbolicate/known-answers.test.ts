/** Whole reports through the parsers, our own debug files and symbolication, against the answers that lie beside them. */
import { expect, test } from "vitest";
import { fixture, utf8 } from "../../test/files.ts";
import { bytesSource } from "../bytes/byte-source.ts";
import { parseReports } from "../formats/parse.ts";
import type { Frame, Report } from "../report.ts";
import { createSymbolCollection } from "../symbols/collection.ts";
import { openSymbolSlices } from "../symbols/slice.ts";
import { symbolicate, type Symbolicated } from "./symbolicate.ts";

interface Index {
  readonly dsyms: readonly { readonly name: string; readonly files: readonly { readonly path: string }[] }[];
  readonly reports: readonly { readonly path: string; readonly expected: string; readonly dsyms: readonly string[] }[];
}

/** What a sample expects: every entry of the crashed thread, inlined ones included. */
interface SampleAnswer {
  readonly frames: readonly SampleFrame[];
  readonly lastExceptionBacktrace?: readonly SampleFrame[];
  readonly truncated?: true;
}
interface SampleFrame {
  readonly image?: string;
  readonly imageOffset: number;
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
  readonly inlined?: true;
}

/** What a Swift report expects: physical frames, each with its chain where a debug file covers it. */
interface SwiftAnswer {
  readonly crashed_thread: number;
  readonly frames: readonly {
    readonly image: string;
    readonly imageOffset?: number;
    readonly kind?: "pc" | "return address" | "async (entry + 1)";
    readonly symbol?: string;
    readonly frames?: readonly {
      readonly mangled: string;
      readonly file: string;
      readonly line: number;
      readonly inlined: boolean;
    }[];
  }[];
}

const json = async <T>(path: string) => JSON.parse(utf8(await fixture(path))) as T;
const index = await json<Index>("index.json");
const swift = index.reports.filter(({ path }) => path.startsWith("reports/swift/"));
const samples = index.reports.filter(({ path }) => !path.startsWith("reports/swift/"));

async function symbolicated(path: string, dsyms: readonly string[]): Promise<Symbolicated> {
  const [parsed] = parseReports(await fixture(path));
  if (parsed === undefined) throw new Error(`no report in ${path}`);
  const symbols = createSymbolCollection();
  for (const { name, files } of index.dsyms) {
    if (!dsyms.includes(name)) continue;
    for (const file of new Set(files.map((each) => each.path))) {
      symbols.add(file, await openSymbolSlices(bytesSource(await fixture(file))));
    }
  }
  return symbolicate(parsed.value, symbols);
}

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

function row(frame: Frame, report: Report): unknown[] {
  const { symbol } = frame;
  return [
    frame.image === undefined ? undefined : baseName(report.images[frame.image]?.path ?? ""),
    frame.imageOffset,
    symbol?.linkageName ?? symbol?.function,
    symbol?.file === undefined ? undefined : baseName(symbol.file),
    symbol?.line,
    frame.inlined === true,
  ];
}

test("there are reports to check", () => {
  expect([swift.length, samples.length]).toEqual([23, expect.any(Number)]);
  expect(samples.length).toBeGreaterThan(20);
});

test.each(samples)("$path", async ({ path, expected, dsyms }) => {
  const answer = await json<SampleAnswer>(expected);
  const { report, problems } = await symbolicated(path, dsyms);
  const crashed = report.threads[report.crashedThread ?? -1];
  const wanted = (frames: readonly SampleFrame[]) =>
    frames.map((each) => [each.image, each.imageOffset, each.function, each.file, each.line, each.inlined === true]);
  if (answer.truncated) {
    // The list of images is gone: what no name came with keeps its offset, and nothing is made up.
    const nameless = crashed?.frames.filter(({ symbol }) => symbol === undefined) ?? [];
    expect(nameless.map(({ imageOffset }) => imageOffset)).toEqual(answer.frames.map((each) => each.imageOffset));
    return;
  }
  expect(crashed?.frames.map((frame) => row(frame, report))).toEqual(wanted(answer.frames));
  expect(report.lastExceptionBacktrace?.map((frame) => row(frame, report))).toEqual(
    answer.lastExceptionBacktrace && wanted(answer.lastExceptionBacktrace),
  );
  expect(problems).toEqual([]);
});

test.each(swift)("$path", async ({ path, expected, dsyms }) => {
  const answer = await json<SwiftAnswer>(expected);
  const { report, symbols } = await symbolicated(path, dsyms);
  const frames = report.threads[answer.crashed_thread]?.frames ?? [];
  const wanted = answer.frames.flatMap(({ image, imageOffset, symbol, frames: chain }) =>
    chain === undefined
      ? [[image, expect.any(Number), symbol, undefined, undefined, false]]
      : chain.map(({ mangled, file, line, inlined }) => [
          image,
          imageOffset,
          mangled,
          file === "" ? undefined : file,
          line === 0 ? undefined : line,
          inlined,
        ]),
  );
  expect(frames.map((frame) => row(frame, report))).toEqual(wanted);
  const own = symbols.filter(({ status }) => status !== "system");
  expect(own.map(({ name, status }) => [name, status])).toEqual(
    own.map(({ name }) => [name, ["Teebude", "BrewKit", "Sensor"].includes(name) ? "found" : "?"]),
  );
});

test("the Swift reports cover exact, return and async addresses", async () => {
  const answers = await Promise.all(swift.map(({ expected }) => json<SwiftAnswer>(expected)));
  const kinds = new Set(answers.flatMap(({ frames }) => frames.map(({ kind }) => kind)));
  expect([...kinds].filter((kind) => kind !== undefined).sort()).toEqual(["async (entry + 1)", "pc", "return address"]);
});
