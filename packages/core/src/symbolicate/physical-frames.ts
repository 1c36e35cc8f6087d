/** A backtrace as the processor saw it: each physical frame with the inlined frames that a report already expanded before it. */
import type { Frame, Image, ImageOffset, Report } from "../report.ts";

export interface PhysicalFrame {
  /** All entries of it as the report has them; the last is the concrete function. */
  readonly entries: readonly [Frame, ...Frame[]];
  /** The concrete one, with the image it lies in. */
  readonly frame: Frame;
}

/** Pointer authentication leaves 47 bits of an address in user space of macOS and at least 36 on iOS (R10). */
const ADDRESS_MASKS = [(1n << 47n) - 1n, (1n << 36n) - 1n] as const;

/** Groups inlined entries with the frame they were inlined into. Recursion repeats addresses: only the flag counts. */
export function physicalFrames(frames: readonly Frame[], report: Report): readonly PhysicalFrame[] {
  const physical: PhysicalFrame[] = [];
  let open: Frame[] = [];
  for (const [i, frame] of frames.entries()) {
    open.push(frame);
    const next = frames[i + 1];
    if (frame.inlined === true && next !== undefined && next.address === frame.address) continue;
    const [first = frame, ...rest] = open;
    physical.push({ entries: [first, ...rest], frame: placed(frame, report) });
    open = [];
  }
  return physical;
}

/** The offset of a frame in its image. */
export function offsetOf(frame: Frame, image: Image): ImageOffset | undefined {
  if (frame.imageOffset !== undefined) return frame.imageOffset;
  const offset = frame.address - image.base;
  return offset >= 0n && offset <= BigInt(Number.MAX_SAFE_INTEGER) ? (Number(offset) as ImageOffset) : undefined;
}

/**
 * A frame without an image gets the one that holds its address; if none does, the one that holds it without the
 * bits of pointer authentication. The address stays as the report gives it.
 */
function placed(frame: Frame, report: Report): Frame {
  if (frame.image !== undefined) return frame;
  for (const address of [frame.address, ...ADDRESS_MASKS.map((mask) => frame.address & mask)]) {
    const index = imageAt(address, report.images);
    const image = report.images[index];
    if (image === undefined) continue;
    if (address !== frame.address && image.arch?.startsWith("arm64") === false) continue;
    return { ...frame, image: index, imageOffset: Number(address - image.base) as ImageOffset };
  }
  return frame;
}

function imageAt(address: bigint, images: readonly Image[]): number {
  return images.findIndex(({ base, size }) => size > 0 && address >= base && address < base + BigInt(size));
}
