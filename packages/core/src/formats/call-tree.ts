/** The path of a sampled tree that says most: what a hang or a CPU report is told by. */
import type { CallTreeNode, Frame } from "../report.ts";

/** From the heaviest root down to the heaviest callee, innermost first; of equals the first. One pass, however deep. */
export function heaviestPath(tree: readonly CallTreeNode[]): readonly Frame[] {
  const heaviestCallee = new Map<CallTreeNode | undefined, CallTreeNode>();
  const callers: CallTreeNode[] = [];
  for (const node of tree) {
    const caller = callers[node.depth - 1];
    const known = heaviestCallee.get(caller);
    if (known === undefined || node.sampleCount > known.sampleCount) heaviestCallee.set(caller, node);
    callers[node.depth] = node;
  }
  const path: CallTreeNode[] = [];
  for (let next = heaviestCallee.get(undefined); next !== undefined; next = heaviestCallee.get(next)) path.push(next);
  return path.toReversed().flatMap(({ frames }) => frames);
}
