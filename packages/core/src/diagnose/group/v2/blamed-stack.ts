/** The stack that the key is made of: of sampled reports the path that most samples share, else the one that the diagnosis reads. */
import { heaviestNodes } from "../../../formats/call-tree.ts";
import type { CallTreeNode, Frame, Report, Thread } from "../../../report.ts";
import { chooseStack } from "../../stack.ts";

export interface BlamedStack {
  readonly frames: readonly Frame[];
  readonly queue?: string;
  /** Put together from samples: not a stack as the report shows it. */
  readonly isSampled?: true;
}

const NONE: BlamedStack = { frames: [] };

export function blamedStack(report: Report): BlamedStack {
  // The system killed from outside: no stack has to do with it.
  if (report.kind === "jetsam" || report.termination?.namespace === "DYLD") return NONE;
  const sampled = sampledThread(report);
  if (sampled?.callTree) return { ...of(sharedPath(sampled.callTree), sampled), isSampled: true };
  const { frames, where } = chooseStack(report);
  const index = /^threads\/(\d+)$/.exec(where)?.[1];
  return of(frames, index === undefined ? undefined : report.threads[Number(index)]);
}

const of = (frames: readonly Frame[], thread: Thread | undefined): BlamedStack =>
  thread?.queue === undefined ? { frames } : { frames, queue: thread.queue };

/** Of a hang the thread it is about, of other limits the one that was seen most. */
function sampledThread({ threads, crashedThread, kind }: Report): Thread | undefined {
  const trees = threads.filter(({ callTree }) => callTree !== undefined && callTree.length > 0);
  if (trees.length === 0) return undefined;
  const told = trees.find((thread) => thread.crashed || thread.index === crashedThread);
  const main = trees.find(({ queue }) => queue === "com.apple.main-thread");
  if (told ?? (kind === "hang" ? main : undefined)) return told ?? main;
  return trees.reduce((most, thread) => (samplesOf(thread) > samplesOf(most) ? thread : most));
}

const samplesOf = ({ callTree = [] }: Thread): number =>
  callTree.reduce((sum, node) => sum + (node.depth === 0 ? node.sampleCount : 0), 0);

/** Samples end in different leaves: what fewer than half of them reach is left out. */
function sharedPath(tree: readonly CallTreeNode[]): readonly Frame[] {
  const path = heaviestNodes(tree);
  const most = path.at(-1)?.sampleCount ?? 0;
  return path.filter(({ sampleCount }) => sampleCount * 2 >= most).flatMap(({ frames }) => frames);
}
