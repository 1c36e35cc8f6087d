/** The debug files among the fixtures, and addresses to ask them for. */
import { type MachOSlice, openMachO } from "../src/macho/mach-o.ts";
import { bytesSource } from "../src/bytes/byte-source.ts";
import type { ImageOffset } from "../src/report.ts";
import type { Resolution } from "../src/symbols/provider.ts";
import { fixture, utf8 } from "./files.ts";
import type { Truth } from "./truth.ts";

export interface DebugFixture {
  readonly name: string;
  readonly path: string;
  readonly files: readonly { readonly uuid: string; readonly arch: string; readonly path: string }[];
  readonly truth: readonly string[];
  readonly sites?: string;
}

export const debugFixtures: readonly DebugFixture[] = (
  JSON.parse(utf8(await fixture("index.json"))) as { readonly dsyms: readonly DebugFixture[] }
).dsyms;

export const plainUuid = (uuid: string | undefined): string => (uuid ?? "").replaceAll("-", "").toUpperCase();

/** The slice a truth file speaks of; of an object file, the one of its architecture. */
export async function machOFor(bytes: Uint8Array, truth: Pick<Truth, "uuid" | "arch">): Promise<MachOSlice> {
  const slices = await openMachO(bytesSource(bytes));
  const slice = slices.find(({ uuid, arch }) => arch === truth.arch && (!uuid || plainUuid(uuid) === truth.uuid));
  if (slice === undefined) throw new Error(`no slice ${truth.uuid} ${truth.arch}`);
  return slice;
}

/** Numbers from 0 to below 1, the same ones each time. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Mostly in `__text`, and a little beyond everything that holds code. */
export function randomOffsets({ sections }: MachOSlice, count: number, seed: number): readonly ImageOffset[] {
  const next = seededRandom(seed);
  const code = sections.filter(({ holdsCode }) => holdsCode);
  return Array.from({ length: count }, (_, i) => {
    const section = code[i % 8 === 0 ? Math.floor(next() * code.length) : 0];
    const address = (section?.address ?? 0) + Math.floor(next() * (section?.size ?? 0) * 1.02);
    return (i % 4 === 0 ? address : address - (address % 4)) as ImageOffset;
  });
}

/** Truth files of the corpus, with how often the DWARF has another name than the symbol table (R13): a block helper's symbol has a number. */
export const CORPUS_TRUTH: Readonly<Record<string, number>> = {
  "01D2A9D51F8A35C892287C7CCA13C5FC-x86_64": 0,
  "0285884D3DE93051B23A63B48BF99F35-arm64": 0,
  "101D5544EB6333C5918D60662BE2F0B1-arm64": 0,
  "16A1E2FB6E3F3A85A3100B283C16D894-armv7": 0,
  "2EE3870115093AF49D058C1E1A9FD4F5-arm64": 0,
  "2FF9CF4D611736C5AFD018D600A49351-armv7": 0,
  "38BD5E0BA9B8383D8C2F4D87E20F867B-arm64": 1,
  "3CD3E3CC281E3AF384EBCDE6D56F0559-arm64": 1,
  "54039061A9833323A49D837A894D667F-arm64": 0,
  "546D01320E063B7A8640BE4046513445-x86_64": 0,
  "562DB6C88D3C3B679511F3C108BDEAB2-arm64": 0,
  "5B85B938CD9C348A9767BB0C9863F8E5-x86_64": 0,
  "67E9247C814E392BA027DBDE6748FCBF-x86_64": 0,
  "68C16BC51CF03E8F929251828970F5A4-arm64": 0,
  "82D13D98219E3040B62A07A297007A7C-arm64": 0,
  "BB9DEBDE245C33489BC7CCDE1BA48F16-x86_64": 0,
  "BF287EBE9ED331B4885319FF923CDBC2-arm64": 0,
  "C1E9B5E1BAF2373DBE662160A431996F-armv7": 0,
  "C1F62DF0C9643B49892959189CDC46F0-i386": 0,
  "CA1D1761AF3538BF88710C0B4BBD0A8A-x86_64": 0,
  "CF441AF5BB7E35678D44451D69214D92-arm64": 0,
  "D32AFFCDC36D3133AACBCFB3E4E110DC-armv7": 0,
  "D719C94240A93326B335C34CB864D09D-arm64": 0,
  "F9C4433B260E32C9B5BBED10D8D591C3-armv7": 2,
};

/** Key by key: `toEqual` for twenty thousand would take most of the time. */
export function sameFrames(a: Resolution | undefined, b: Resolution | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.length === b.length &&
    a.every((frame, i) => {
      const other = b[i]!;
      return (
        frame.name === other.name &&
        frame.file === other.file &&
        frame.line === other.line &&
        frame.functionOffset === other.functionOffset &&
        frame.inlined === other.inlined &&
        frame.source === other.source
      );
    })
  );
}
