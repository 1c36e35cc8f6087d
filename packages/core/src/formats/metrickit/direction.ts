/**
 * Which end of a sampled stack its root is. Apple does not say, and no tree of a device was seen: those of crashes begin innermost. A
 * stack is known by its outer end, where a thread begins; where that decides nothing, a tree that branches is one of callers.
 */
import type { CallTreeNode, Frame, Report, Thread } from "../../report.ts";
import { heaviestPath } from "../call-tree.ts";
import { MAX_FRAMES } from "../limits.ts";

/** Binaries in which every thread begins. Seen as the outermost frame of all stacks of six devices. */
const ENTRY_IMAGES = /^(dyld|dyld_sim|libdyld\.dylib|libsystem_pthread\.dylib)$/;
const ENTRY_SYMBOLS =
  /^_?(start|start_wqthread|thread_start|_?pthread_start|main|UIApplicationMain|NSApplicationMain)$/;

export type NameOfImage = (image: number) => string | undefined;

/**
 * The end at which threads begin. Every stack has its entry there, while a mutex is in the same binary as the entry of a thread: so most of
 * the roots, or most of the leaves, have to be one.
 */
export function outerEnd(
  trees: readonly (readonly CallTreeNode[])[],
  isEntry: (frame: Frame) => boolean,
): "root" | "leaf" | undefined {
  const roots = { all: 0, entries: 0 };
  const leaves = { all: 0, entries: 0 };
  for (const nodes of trees) {
    for (const [i, node] of nodes.entries()) {
      const isRoot = node.depth === 0;
      const isLeaf = (nodes[i + 1]?.depth ?? 0) <= node.depth;
      // A stack of one frame has no direction, and what stands in the middle tells none.
      if (isLeaf === isRoot) continue;
      const end = isRoot ? roots : leaves;
      end.all++;
      if (node.frames.some(isEntry)) end.entries++;
    }
  }
  const atRoot = roots.entries * 2 > roots.all;
  const atLeaf = leaves.entries * 2 > leaves.all;
  if (atRoot === atLeaf) return undefined;
  return atRoot ? "root" : "leaf";
}

export function isEntryFrame({ symbol, image }: Frame, nameOf: NameOfImage): boolean {
  if (symbol !== undefined) return ENTRY_SYMBOLS.test(symbol.function);
  const name = image === undefined ? undefined : nameOf(image);
  return name !== undefined && ENTRY_IMAGES.test(name);
}

/** Whether a sampled stack of a report turns out to end where it should begin, once its frames have names. */
export function beginsAtLeaves(report: Report): boolean {
  // spindump and `sample` draw theirs from the root.
  return report.format !== "text" && report.threads.some((thread) => isUpsideDown(thread, report));
}

/** `report` with the stacks the other way round that end where they should begin in `named`, the same report with names. */
export function withTreesTurned(report: Report, named: Report): Report {
  const threads = report.threads.map((thread, i) => {
    const told = named.threads[i];
    const callTree = told && isUpsideDown(told, named) && thread.callTree ? turned(thread.callTree) : undefined;
    if (callTree === undefined) return thread;
    const frames = heaviestPath(callTree).slice(0, MAX_FRAMES);
    return { ...thread, frames, callTree, sampleCount: samplesOf(callTree) };
  });
  return { ...report, threads };
}

function isUpsideDown({ callTree = [] }: Thread, { images }: Report): boolean {
  return outerEnd([callTree], (frame) => isEntryFrame(frame, (index) => images[index]?.name)) === "leaf";
}

export function samplesOf(tree: readonly CallTreeNode[]): number {
  const samples = tree.reduce((sum, { depth, sampleCount }) => (depth === 0 ? sum + sampleCount : sum), 0);
  return Math.min(samples, Number.MAX_SAFE_INTEGER);
}

/** Steps that turning a tree may take: the sum of the lengths of its stacks. */
export const MAX_TURNING_STEPS = 2_000_000;

/**
 * The same samples told from the other end: each stack of a tree is taken from its leaf to its root, and what begins alike is put together.
 * `undefined` when that takes too long.
 */
export function turned(nodes: readonly CallTreeNode[]): readonly CallTreeNode[] | undefined {
  const root: Turned = { sampleCount: 0, frames: [], callees: new Map() };
  const own = ownSamples(nodes);
  const path: CallTreeNode[] = [];
  let steps = 0;
  for (const [i, node] of nodes.entries()) {
    path.length = node.depth;
    path.push(node);
    const samples = own[i] ?? 0;
    if (samples <= 0) continue;
    steps += path.length;
    if (steps > MAX_TURNING_STEPS) return undefined;
    let at = root;
    for (let p = path.length - 1; p >= 0; p--) at = calleeOf(at, path[p] as CallTreeNode, samples);
  }
  return flattened(root);
}

interface Turned {
  sampleCount: number;
  readonly frames: readonly Frame[];
  readonly callees: Map<string, Turned>;
}

function calleeOf(caller: Turned, { frames }: CallTreeNode, samples: number): Turned {
  const key = frames.map(({ image, address }) => `${image ?? ""} ${address}`).join();
  const known = caller.callees.get(key) ?? { sampleCount: 0, frames, callees: new Map() };
  known.sampleCount += samples;
  caller.callees.set(key, known);
  return known;
}

/** Samples whose stack ends at each node: its own, without those of its children. A leaf counts at least once. */
function ownSamples(nodes: readonly CallTreeNode[]): number[] {
  const own = nodes.map(({ sampleCount }) => sampleCount);
  const parents: number[] = [];
  for (const [i, { depth, sampleCount }] of nodes.entries()) {
    const parent = depth === 0 ? undefined : parents[depth - 1];
    if (parent !== undefined) own[parent] = (own[parent] ?? 0) - sampleCount;
    parents[depth] = i;
    if ((nodes[i + 1]?.depth ?? 0) <= depth) own[i] = Math.max(1, sampleCount);
  }
  return own;
}

function flattened(root: Turned): readonly CallTreeNode[] {
  const nodes: CallTreeNode[] = [];
  const waiting = [...root.callees.values()].toReversed().map((node) => ({ node, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    nodes.push({ depth, sampleCount: node.sampleCount, frames: node.frames });
    for (const callee of [...node.callees.values()].toReversed()) waiting.push({ node: callee, depth: depth + 1 });
  }
  return nodes;
}
