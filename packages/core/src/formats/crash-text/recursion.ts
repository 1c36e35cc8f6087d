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
