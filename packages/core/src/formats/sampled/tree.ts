/** Sampled trees as text draws them: a line per node, deeper lines are called by the line above that is less deep. */
import type { CallTreeNode, Frame, Uuid } from "../../report.ts";
import { MAX_TREE_DEPTH, MAX_TREE_NODES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

/** A node before its image is known: the list of images stands behind the trees. */
export interface RawNode {
  readonly depth: number;
  readonly sampleCount: number;
  readonly line: SampledLine;
}

/** What a line says of a frame; one object for all lines that say the same. */
export interface SampledLine {
  readonly symbol?: Frame["symbol"];
  readonly imageName?: string;
  readonly imageUuid?: Uuid;
  /** As printed, else told by base and address. */
  readonly imageOffset?: number;
  readonly address: bigint;
}

/** Nodes left for one report. */
export class TreeBudget {
  #left = MAX_TREE_NODES;

  take(): boolean {
    this.#left--;
    return this.#left >= 0;
  }
}

export class TreeBuilder {
  readonly nodes: RawNode[] = [];
  readonly #budget: TreeBudget;
  readonly #problems: ProblemList;
  /** The open lines, from the root on: how far each is indented, and the depth of its callees. */
  readonly #open: { readonly indent: number; readonly calleeDepth: number }[] = [];
  #isFull = false;

  constructor(budget: TreeBudget, problems: ProblemList) {
    this.#budget = budget;
    this.#problems = problems;
  }

  /** `undefined` for a line about the samples, not a frame: what is under it belongs to the frame above. */
  add(indent: number, sampleCount: number, line: SampledLine | undefined, lineNumber: number): void {
    let above = this.#open.at(-1);
    while (above !== undefined && above.indent >= indent) {
      this.#open.pop();
      above = this.#open.at(-1);
    }
    const depth = above?.calleeDepth ?? 0;
    this.#open.push({ indent, calleeDepth: line === undefined ? depth : depth + 1 });
    if (line === undefined || this.#isFull) return;
    if (depth >= MAX_TREE_DEPTH) {
      this.#problems.addOnce("limit-reached", `reads ${MAX_TREE_DEPTH} levels of a call tree`, `line:${lineNumber}`);
    } else if (this.#budget.take()) this.nodes.push({ depth, sampleCount, line });
    else {
      this.#isFull = true;
      this.#problems.addOnce("limit-reached", `reads ${MAX_TREE_NODES} lines of call trees`, `line:${lineNumber}`);
    }
  }
}

/** The tree with its frames in images. `place` is asked once for every distinct line. */
export function placeTree(nodes: readonly RawNode[], place: (line: SampledLine) => Frame): readonly CallTreeNode[] {
  const placed = new Map<SampledLine, readonly Frame[]>();
  return nodes.map(({ depth, sampleCount, line }) => {
    const frames = placed.get(line) ?? [place(line)];
    placed.set(line, frames);
    return { depth, sampleCount, frames };
  });
}
