/**
 * Recursion that Apple's writers leave out (macOS 13, iOS 16 and later; a stack overflow has ten thousands of frames):
 *
 *     -------- RECURSION LEVEL 8
 *     --------
 *     -------- ELIDED 4 LEVELS OF RECURSION THROUGH 0x1c4794e18 update() + 352
 *     --------
 *
 * The numbers of the frames go on behind the gap, so that they tell how many are missing.
 */
import type { ElidedFrames, Frame } from "../../report.ts";

const RULE = "--------";
const ELIDED = /^ELIDED (\d{1,9}) LEVELS? OF RECURSION/;
const LEVEL = /^RECURSION LEVEL \d{1,9}/;

/** `levels` where frames are missing; nothing for the lines that only count. */
export interface RecursionLine {
  readonly levels?: number;
}

export function matchRecursion(line: string): RecursionLine | undefined {
  if (!line.startsWith(RULE)) return undefined;
  const text = line.slice(RULE.length).trim();
  const levels = ELIDED.exec(text)?.[1];
  if (levels !== undefined) return { levels: Number(levels) };
  return text === "" || LEVEL.test(text) ? {} : undefined;
}

/** The number a frame stands under, first in its line. */
export const frameNumber = (line: string): number => Number.parseInt(line, 10);

/** A gap that a line has told of, until the next frame tells how wide it is. */
export interface AnnouncedGap {
  readonly levels: number;
  readonly lastNumber: number;
}

export interface Gap {
  /** Index of the frame line that follows it. */
  readonly before: number;
  readonly count: number;
  readonly levels: number;
}

export const gapBefore = (before: number, number: number, { levels, lastNumber }: AnnouncedGap): Gap => ({
  before,
  count: Math.max(0, number - lastNumber - 1),
  levels,
});

/** In the terms of the model. */
export const elidedFrames = (gaps: readonly Gap[], frames: readonly Frame[]): readonly ElidedFrames[] =>
  gaps.map(({ before, count, levels }) => ({
    after: frames.slice(0, before).filter(({ inlined }) => inlined !== true).length,
    count,
    levels,
  }));
