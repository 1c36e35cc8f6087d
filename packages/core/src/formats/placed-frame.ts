/** Frames of reporters that tell an address, and perhaps the load address of its image: which image it lies in, and how far in. */
import type { Frame, FrameSymbol, Image, ImageOffset } from "../report.ts";

export interface FramePlace {
  readonly address: bigint;
  /** Load address of the image, as the frame itself tells it. */
  readonly base?: bigint | undefined;
  readonly symbol?: FrameSymbol | undefined;
}

/** One look-up for all frames of a report. */
export function createFramePlacer(images: readonly Image[]): (place: FramePlace) => Frame {
  const find = createImageFinder(images);
  const byBase = new Map(images.map(({ base }, index) => [base, index]));
  return ({ address, base, symbol }) => {
    const named = base === undefined || base > address ? undefined : byBase.get(base);
    const image = named ?? find(address);
    const start = image === undefined ? undefined : images[image]?.base;
    const offset = start === undefined ? undefined : address - start;
    const fits = offset !== undefined && offset >= 0n && offset <= BigInt(Number.MAX_SAFE_INTEGER);
    return {
      ...(image !== undefined && { image }),
      ...(fits && { imageOffset: Number(offset) as ImageOffset }),
      address,
      ...(symbol && { symbol }),
    };
  };
}

/** Names that say nothing: iOS hides those of its private functions. */
const NO_NAME: ReadonlySet<string> = new Set(["<redacted>", "???", "<unknown>", ""]);

export function reportedSymbol(
  name: string | undefined,
  { start, address, file, line }: SymbolFacts,
): FrameSymbol | undefined {
  if (name === undefined || NO_NAME.has(name)) return undefined;
  const behind = start === undefined || start === 0n || start > address ? undefined : address - start;
  return {
    function: name,
    ...(behind !== undefined && behind <= BigInt(Number.MAX_SAFE_INTEGER) && { functionOffset: Number(behind) }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && Number.isInteger(line) && line > 0 && { line }),
    source: "report",
  };
}

interface SymbolFacts {
  readonly address: bigint;
  /** Where the function begins. */
  readonly start?: bigint | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

/** The image whose range holds an address, by binary search: a hostile report has many of both. */
export function createImageFinder(images: readonly Image[]): (address: bigint) => number | undefined {
  const sorted = images
    .map(({ base, size }, index) => ({ index, base, end: base + BigInt(size) }))
    .filter(({ base, end }) => end > base)
    .sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0));
  return (address) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle]?.base ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const candidate = sorted[low - 1];
    return candidate !== undefined && address < candidate.end ? candidate.index : undefined;
  };
}
