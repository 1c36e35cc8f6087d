/** How spindump's text is known, and where it begins in what people paste. */
import { LINE_PREFIX, lineFeeds } from "../text-lines.ts";

/** Lines that nothing else has: labels, heads of threads, nodes of trees. The head is theirs down from the first label. */
const STRONG =
  /^[ \t>\u00a0]{0,512}(?:Heaviest stack for the target process:|Powerstats for: {1,40}\S|Data Source: {1,40}(?:Microstackshots|Stackshots)|Thread 0x[0-9a-f]{1,16}(?:,0x[0-9a-f]{1,16}){0,64} {4}|Num samples: {1,40}\d|Microstackshots: {1,40}\d{1,10} samples|\*?\d{1,10} {1,40}\S[^\n]{0,1000}? \+ \d{1,15}\) \[0x[0-9a-f]{1,16}\]|Event: {1,40}(?:hang|spin|disk writes|cpu usage|wakeups|shutdown stall|sleep ?wake failure)\s{0,8}$)/m;

export const isSpindump = (text: string): boolean => STRONG.test(text);

const FIRST = /^[ \t>\u00a0]{0,64}(?:Date\/Time|Process|Powerstats for|Command|Event|OS Version):/m;

/** The first of its labels, or the line by which it is known. What stands before every line is cut off from each. */
export function findSpindump(
  text: string,
  firstLine: number,
): { readonly offset: number; readonly line: number; readonly prefix: string } {
  const strong = STRONG.exec(text)?.index ?? 0;
  const first = FIRST.exec(text)?.index ?? strong;
  const offset = Math.min(first, strong);
  const line = text.slice(offset, offset + 256);
  const prefix = /^\s{0,8}Thread/.test(line) || /^\s{0,8}\d/.test(line) ? "" : (LINE_PREFIX.exec(line)?.[0] ?? "");
  return { offset, line: firstLine + lineFeeds(text, offset), prefix };
}
