/**
 * A tree of sampled calls as rows. A tree has up to 250,000 nodes and is 4,096 deep: only what is open becomes a row, nothing
 * recurses, and a way without branches moves no row to the right.
 */
import { heaviestNodes } from "@windfall/core";
import { type Frame, frameRole, type ImageFacts, isGenerated, type Report, type Role } from "./roles.ts";
import { FOLD_FROM } from "./fold.ts";

export type TreeNode = NonNullable<Report["threads"][number]["callTree"]>[number];

export interface CallTree {
  readonly nodes: readonly TreeNode[];
  /** Samples of all roots. */
  readonly total: number;
  /** Positions of those that nobody calls, heaviest first. */
  readonly roots: readonly number[];
  /** Positions of whom a node calls, heaviest first. */
  readonly callees: (node: number) => readonly number[];
  /** `undefined` of a root. */
  readonly caller: (node: number) => number | undefined;
  /** From the outermost frame inwards. */
  readonly heaviest: readonly number[];
}

export function callTreeOf(nodes: readonly TreeNode[]): CallTree {
  const callers: (number | undefined)[] = [];
  const callees = new Map<number | undefined, number[]>();
  const above: number[] = [];
  for (const [position, { depth }] of nodes.entries()) {
    const caller = depth === 0 ? undefined : above[depth - 1];
    callers.push(caller);
    const known = callees.get(caller);
    if (known) known.push(position);
    else callees.set(caller, [position]);
    above[depth] = position;
  }
  const samples = (position: number) => nodes[position]?.sampleCount ?? 0;
  for (const list of callees.values()) list.sort((a, b) => samples(b) - samples(a));
  const roots = callees.get(undefined) ?? [];
  const isHeavy = new Set(heaviestNodes(nodes));
  return {
    nodes,
    total: roots.reduce((sum, root) => sum + samples(root), 0),
    roots,
    callees: (node) => callees.get(node) ?? [],
    caller: (node) => callers[node],
    heaviest: nodes.flatMap((node, position) => (isHeavy.has(node) ? [position] : [])),
  };
}

/** Whether some calls went one way and some another: else the tree says no more than a backtrace does. */
export const branches = ({ nodes, roots, callees }: CallTree): boolean =>
  roots.length > 1 || nodes.some((_, position) => callees(position).length > 1);

/** What opening a node shows: all behind it up to where its calls part. */
export function openedBy({ callees }: CallTree, node: number): readonly number[] {
  const opened = [node];
  for (let next = callees(node); next.length === 1; next = callees(opened.at(-1) ?? node)) opened.push(...next);
  return opened;
}

export type TreeRow =
  | {
      readonly kind: "node";
      readonly position: number;
      readonly node: TreeNode;
      /** Of its physical frame. */
      readonly role: Role;
      /** How many branches lie above it. */
      readonly indent: number;
      /** `undefined` of a leaf. */
      readonly isOpen: boolean | undefined;
    }
  /** A way through the system on which no sample was lost. */
  | {
      readonly kind: "fold";
      readonly position: number;
      readonly count: number;
      readonly images: readonly string[];
      readonly indent: number;
    };

export interface Shown {
  readonly open: ReadonlySet<number>;
  /** First nodes of the runs that were unfolded; everything is when `true`. */
  readonly unfolded: ReadonlySet<number> | true;
}

/** At most `limit` rows, outermost first; one more than that says that there are more. */
export function treeRows(tree: CallTree, images: readonly ImageFacts[], shown: Shown, limit: number): TreeRow[] {
  const rows: TreeRow[] = [];
  const waiting: { readonly position: number; readonly indent: number }[] = [];
  const push = (positions: readonly number[], indent: number) => {
    for (const position of positions.toReversed()) waiting.push({ position, indent });
  };
  push(tree.roots, 0);
  for (let next = waiting.pop(); next !== undefined && rows.length <= limit; next = waiting.pop()) {
    const { position, indent } = next;
    const run = shown.unfolded === true || shown.unfolded.has(position) ? [] : systemRun(tree, images, shown, position);
    const last = run.length < FOLD_FROM ? position : (run.at(-1) ?? position);
    const node = tree.nodes[position];
    const callees = tree.callees(last);
    const isOpen = callees.length === 0 ? undefined : shown.open.has(last);
    if (run.length >= FOLD_FROM) {
      rows.push({ kind: "fold", position, count: run.length, images: imagesOf(tree, run), indent });
    } else if (node) {
      rows.push({ kind: "node", position, node, role: roleOf(node, images), indent, isOpen });
    }
    if (isOpen === true) push(callees, callees.length > 1 ? indent + 1 : indent);
  }
  return rows;
}

/** The open system nodes from `position` on that call one function each and lose no sample on the way. */
function systemRun(tree: CallTree, images: readonly ImageFacts[], { open }: Shown, position: number): number[] {
  const run: number[] = [];
  const samples = tree.nodes[position]?.sampleCount;
  for (let next: number | undefined = position; next !== undefined;) {
    const node: TreeNode | undefined = tree.nodes[next];
    const callees: readonly number[] = tree.callees(next);
    // The innermost always shows: it is where the samples were taken.
    if (!node || callees.length === 0 || node.sampleCount !== samples || !open.has(next)) break;
    if (roleOf(node, images) !== "system") break;
    run.push(next);
    next = callees.length === 1 ? callees[0] : undefined;
  }
  return run;
}

/** What was inlined is the app's even where it ended in a function of the system. */
function roleOf(node: TreeNode, images: readonly ImageFacts[]): Role {
  const roles = node.frames.map((frame) => frameRole(frame, images));
  return roles.find((role) => role === "app") ?? roles.at(-1) ?? "system";
}

function imagesOf(tree: CallTree, run: readonly number[]): readonly string[] {
  const frames = run.flatMap((position): readonly Frame[] => tree.nodes[position]?.frames ?? []);
  return [...new Set(frames.flatMap((frame) => (frame.image === null || isGenerated(frame) ? [] : [frame.image])))];
}

/** Where the keyboard goes from a row; `undefined` where it stays. */
export function moveTo(key: string, rows: readonly TreeRow[], at: number, tree: CallTree): number | undefined {
  const row = rows[at];
  if (!row) return undefined;
  if (key === "ArrowDown") return at + 1 < rows.length ? at + 1 : undefined;
  if (key === "ArrowUp") return at > 0 ? at - 1 : undefined;
  if (key === "Home") return 0;
  if (key === "End") return rows.length - 1;
  if (key === "ArrowRight") return row.kind === "node" && row.isOpen === true ? at + 1 : undefined;
  if (key !== "ArrowLeft") return undefined;
  // To the caller, or to the fold that it is in.
  const callers = new Set<number>();
  for (let next = tree.caller(row.position); next !== undefined; next = tree.caller(next)) callers.add(next);
  const found = rows.findLastIndex(({ position }, index) => index < at && callers.has(position));
  return found < 0 ? undefined : found;
}
