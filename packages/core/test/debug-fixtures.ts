/** The debug files among the fixtures, and addresses to ask them for. */
import { type MachOSlice, openMachO } from "../src/macho/mach-o.ts";
import { bytesSource } from "../src/bytes/byte-source.ts";
import type { ImageOffset } from "../src/report.ts";
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
