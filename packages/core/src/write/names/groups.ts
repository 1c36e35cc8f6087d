/** Backtraces as the processor saw them: each frame with what was inlined into it before it. */
import type { Frame, Report } from "../../report.ts";

/** A report as the input has it, and the same with names. */
export interface NamedPair {
  readonly before: Report;
  readonly after: Report;
}

/** Recursion repeats addresses: only the flag tells an inlined frame. */
export function groupsOf(frames: readonly Frame[]): readonly (readonly Frame[])[] {
  const groups: Frame[][] = [];
  let open: Frame[] = [];
  for (const [i, frame] of frames.entries()) {
    open.push(frame);
    if (frame.inlined === true && frames[i + 1]?.address === frame.address) continue;
    groups.push(open);
    open = [];
  }
  return groups;
}

/** Whether debug files gave the name: one that the report brought is left as it stands. */
export const isNamed = ({ symbol }: Frame): boolean => symbol !== undefined && symbol.source !== "report";

/** The named groups of several reports by address, for formats that list each address with its image. */
export function groupsByAddress(reports: readonly Report[]): ReadonlyMap<bigint, readonly Frame[]> {
  const groups = new Map<bigint, readonly Frame[]>();
  for (const { threads } of reports) {
    for (const { frames, callTree } of threads) {
      for (const stack of [frames, ...(callTree ?? []).map((node) => node.frames)]) {
        for (const group of groupsOf(stack)) {
          const concrete = group.at(-1);
          if (concrete !== undefined && group.some(isNamed)) groups.set(concrete.address, group);
        }
      }
    }
  }
  return groups;
}
