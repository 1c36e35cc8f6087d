/**
 * `callStackTree`: a chain per thread in the diagnostics of crashes (the root is where it happened), a tree of samples in the others. No
 * step here recurses: a tree may be 4,096 frames deep.
 */
import type { CallTreeNode, Frame, JsonValue, ReportKind, Thread } from "../../report.ts";
import { heaviestPath } from "../call-tree.ts";
import { arrayOf, flagOf, type JsonObject, numberOf, objectOf } from "../json-fields.ts";
import { MAX_FRAMES, MAX_THREADS, MAX_TREE_DEPTH, MAX_TREE_NODES } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import { isEntryFrame, outerEnd, samplesOf, turned } from "./direction.ts";
import { frameAt, type FrameImages } from "./images.ts";

export interface CallStacks {
  readonly threads: readonly Thread[];
  /** The thread that the report is about: the one that is attributed, else the one with the most samples. */
  readonly chosen?: number;
}

export interface CallStacksSource {
  /** `callStacks`, or `callStackThreads` as MetricKit 27 calls them. */
  readonly stacks: JsonValue | undefined;
  readonly kind: ReportKind;
  readonly images: FrameImages;
  readonly where: string;
  /** Told of each frame as it stands in the source. */
  readonly seen?: (source: JsonObject) => void;
}

/** `callStackTree` of one object; App Store Connect writes a list of them. */
export function stacksOf(tree: JsonObject | undefined): JsonValue | undefined {
  return tree?.["callStacks"] ?? tree?.["callStackThreads"];
}

export function parseCallStacks(source: CallStacksSource, problems: ProblemList): CallStacks {
  const { kind, where } = source;
  const entries = arrayOf(source.stacks) ?? [];
  const kept = entries.slice(0, MAX_THREADS);
  if (kept.length < entries.length) {
    problems.add("limit-reached", `keeps ${MAX_THREADS} of ${entries.length} threads`, where);
  }
  const walk: Walk = { ...source, left: MAX_TREE_NODES, problems };
  const stacks = kept.map((entry, i) => {
    const stack = objectOf(entry);
    if (stack === undefined) problems.add("unreadable-thread", "a stack that is no object", `${where}/${i}`);
    return {
      nodes: walkTree(stack?.["callStackRootFrames"] ?? stack?.["rootFrames"], `${where}/${i}`, walk),
      attributed: flagOf(stack?.["threadAttributed"]) === true,
    };
  });
  const trees = stacks.map(({ nodes }) => nodes);
  const branches = trees.some(doesBranch);
  const isCrash = kind === "crash" && !branches;
  const { images } = source.images;
  const isEntry = (frame: Frame) => isEntryFrame(frame, (index) => images[index]?.name);
  // What a thread tells of itself comes first; a payload does not mix directions, but tools that make them may.
  const commonEnd = isCrash ? undefined : (outerEnd(trees, isEntry) ?? (branches ? "root" : "leaf"));
  const threads = stacks.map(({ nodes, attributed }, index): Thread => {
    const crashed = kind === "crash" && attributed;
    if (isCrash)
      return {
        index,
        crashed,
        frames: limited(
          nodes.flatMap(({ frames }) => frames),
          index,
          walk,
        ),
      };
    const beginsAtRoot = (outerEnd([nodes], isEntry) ?? commonEnd) === "root";
    const tree = beginsAtRoot ? nodes : (turned(nodes) ?? nodes);
    if (tree === nodes && !beginsAtRoot) {
      problems.add(
        "limit-reached",
        "the tree is too large to be turned: its innermost frames stand first",
        `${where}/${index}`,
      );
    }
    return {
      index,
      crashed,
      frames: limited(heaviestPath(tree), index, walk),
      ...(tree.length > 0 && { sampleCount: samplesOf(tree), callTree: tree }),
    };
  });
  const chosen = chosenOf(
    threads,
    stacks.findIndex(({ attributed }) => attributed),
  );
  return { threads, ...(chosen !== undefined && { chosen }) };
}

interface Walk extends CallStacksSource {
  /** Nodes that may still be taken. */
  left: number;
  readonly problems: ProblemList;
}

/** Depth first, in the order of the source: roots have depth 0, whichever end of the stack they are. */
function walkTree(roots: JsonValue | undefined, where: string, walk: Walk): readonly CallTreeNode[] {
  const nodes: CallTreeNode[] = [];
  const waiting: { readonly value: JsonValue; readonly depth: number }[] = [];
  const push = (list: readonly JsonValue[], depth: number) => {
    for (let i = list.length - 1; i >= 0; i--) waiting.push({ value: list[i] as JsonValue, depth });
  };
  push(arrayOf(roots) ?? [], 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (walk.left === 0) {
      walk.problems.add("limit-reached", `keeps ${MAX_TREE_NODES} frames of the trees`, where);
      break;
    }
    const source = objectOf(next.value);
    const place = source && walk.images.place(source);
    if (source === undefined || place === undefined) {
      walk.problems.add("unreadable-frame", "a frame without an address", where);
    } else {
      walk.left--;
      walk.seen?.(source);
      nodes.push({ depth: next.depth, sampleCount: countOf(source["sampleCount"]), frames: [frameAt(place, source)] });
    }
    const callees = arrayOf(source?.["subFrames"]) ?? [];
    const depth = place === undefined ? next.depth : next.depth + 1;
    if (depth < MAX_TREE_DEPTH) push(callees, depth);
    else if (callees.length > 0) {
      walk.problems.add("limit-reached", `keeps ${MAX_TREE_DEPTH} frames of a stack`, where);
    }
  }
  return nodes;
}

/** Without a count a frame was seen once. */
function countOf(value: JsonValue | undefined): number {
  const count = numberOf(value);
  return count === undefined ? 1 : Math.max(0, Math.min(Math.trunc(count), Number.MAX_SAFE_INTEGER));
}

/** Whether a node has more than one child, or the stack more than one root. */
function doesBranch(nodes: readonly CallTreeNode[]): boolean {
  return nodes.some(({ depth }, i) => depth !== i);
}

function limited(frames: readonly Frame[], index: number, { where, problems }: Walk): readonly Frame[] {
  if (frames.length <= MAX_FRAMES) return frames;
  problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${frames.length} frames`, `${where}/${index}`);
  return frames.slice(0, MAX_FRAMES);
}

function chosenOf(threads: readonly Thread[], attributed: number): number | undefined {
  if (attributed >= 0) return attributed;
  let heaviest: number | undefined;
  for (const [i, { sampleCount }] of threads.entries()) {
    if (sampleCount !== undefined && sampleCount > (threads[heaviest ?? -1]?.sampleCount ?? -1)) heaviest = i;
  }
  return heaviest;
}
