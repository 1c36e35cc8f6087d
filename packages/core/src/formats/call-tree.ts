/** The path of a sampled tree that says most: what a hang or a CPU report is told by. */
import type { CallTreeNode, Frame } from "../report.ts";

/** From the heaviest root down to the heaviest callee, innermost first; of equals the first. */
export function heaviestPath(tree: readonly CallTreeNode[]): readonly Frame[] {
  return heaviestNodes(tree).flatMap(({ frames }) => frames);
}

/** The same as nodes, which know how many samples they were in. One pass, however deep. `Node`: of a report or of its JSON. */
export function heaviestNodes<Node extends { readonly depth: number; readonly sampleCount: number }>(
  tree: readonly Node[],
): readonly Node[] {
  const heaviestCallee = new Map<Node | undefined, Node>();
  const callers: Node[] = [];
  for (const node of tree) {
    const caller = callers[node.depth - 1];
    const known = heaviestCallee.get(caller);
    if (known === undefined || node.sampleCount > known.sampleCount) heaviestCallee.set(caller, node);
    callers[node.depth] = node;
  }
  const path: Node[] = [];
  for (let next = heaviestCallee.get(undefined); next !== undefined; next = heaviestCallee.get(next)) path.push(next);
  return path.toReversed();
}
