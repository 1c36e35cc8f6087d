/** Which image an address lies in. The range decides; names differ between the frame column and the image list on macOS. */
import type { Frame, Image, ImageOffset } from "../../report.ts";
import { createImageFinder } from "../placed-frame.ts";
import { type FrameTarget, parseFrameTarget } from "./frame-symbol.ts";
import type { FrameLine } from "./grammar.ts";

export interface ImageMap {
  /** The images of the list, then those only frames told of. */
  readonly images: readonly Image[];
  readonly frame: (line: FrameLine) => Frame;
  /** A bare address, as in the raw form of the exception backtrace. */
  readonly address: (address: bigint) => Frame;
}

/** An address farther behind the start of an image of unknown size is not in it. */
export const MAX_IMAGE_SIZE = 0x1_0000_0000n;

/** Characters that iOS 8 leaves of a name that it cuts. */
const CUT_NAME_LENGTH = 27;

export function createImageMap(listed: readonly Image[], limit: number): ImageMap {
  const images: Image[] = [...listed];
  const inRange = createImageFinder(listed);
  const sizeless = new Map<string, number>();
  for (const [index, image] of listed.entries()) if (image.size === 0) sizeless.set(image.name, index);
  const byEnd = new Map([...sizeless].map(([name, index]) => [name.slice(-CUT_NAME_LENGTH), index]));
  const byBase = new Map<bigint, number>();
  for (const [index, image] of listed.entries()) if (!byBase.has(image.base)) byBase.set(image.base, index);

  /** `0xbase + n` tells an image even where the list is missing or cut. */
  const fromBase = (name: string, base: bigint): number | undefined => {
    const known = byBase.get(base);
    if (known !== undefined) return known;
    if (images.length >= limit || name === "" || name === "???") return undefined;
    byBase.set(base, images.length);
    sizeless.set(name, images.length);
    images.push({ name, base, size: 0 });
    return images.length - 1;
  };

  const locate = (address: bigint, name: string, base: bigint | undefined): number | undefined => {
    const found = inRange(address);
    if (found !== undefined) return found;
    if (base !== undefined && base <= address) return fromBase(name, base);
    const named = sizeless.get(name) ?? sizelessEnd(name);
    const distance = named === undefined ? -1n : address - (images[named]?.base ?? 0n);
    return distance >= 0n && distance < MAX_IMAGE_SIZE ? named : undefined;
  };

  /** iOS 8 cut long names of frames at their front: `...swifttransportsystemadapter`. */
  const sizelessEnd = (name: string): number | undefined =>
    name.startsWith("...") ? byEnd.get(name.slice(3)) : undefined;

  const place = (address: bigint, index: number | undefined): Pick<Frame, "address" | "image" | "imageOffset"> => {
    const base = index === undefined ? undefined : images[index]?.base;
    if (index === undefined || base === undefined) return { address };
    const offset = address - base;
    const fits = offset >= 0n && offset <= BigInt(Number.MAX_SAFE_INTEGER);
    return { image: index, ...(fits && { imageOffset: Number(offset) as ImageOffset }), address };
  };

  return {
    images,
    frame: ({ imageName, address, rest }) => {
      const target = parseFrameTarget(rest);
      const placed = place(address, locate(address, imageName, target.base));
      const symbol = honestSymbol(target, placed.imageOffset);
      return { ...placed, ...(symbol && { symbol }), ...(target.inlined && { inlined: true as const }) };
    },
    address: (address) => place(address, inRange(address)),
  };
}

/** Xcode's re-symbolicated files print the offset in the image where the offset in the function should stand. */
function honestSymbol({ symbol }: FrameTarget, imageOffset: ImageOffset | undefined): FrameTarget["symbol"] {
  if (symbol?.functionOffset === undefined || symbol.functionOffset === 0) return symbol;
  if (symbol.functionOffset !== imageOffset) return symbol;
  const { functionOffset: _, ...rest } = symbol;
  return rest;
}
