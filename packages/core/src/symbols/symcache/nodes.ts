/** Functions and inlined calls of all units, in columns. A parent stands before what is inlined into it. */
import { FormatError } from "../../bytes/errors.ts";
import { NONE } from "../../dwarf/constants.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { NODE_INLINED, NODE_PARTIAL_NAME } from "./format.ts";
import type { TableBudget } from "./table-budget.ts";

/** A dSYM of 367 MB has 4 million. */
export const MAX_CACHE_NODES: number = 2 ** 24;

export class Nodes {
  readonly #budget: TableBudget;
  count = 0;
  /** The entry in `.debug_info` that knows the name. */
  entries: Uint32Array = new Uint32Array(FIRST);
  /** What it was inlined into, or `NONE`. */
  parents: Uint32Array = new Uint32Array(FIRST);
  /** Files by their number in the cache. */
  callFiles: Uint32Array = new Uint32Array(FIRST);
  callLines: Uint32Array = new Uint32Array(FIRST);
  /** 1 where the language makes linkage names, so a plain one says too little. */
  expectsLinkage: Uint8Array = new Uint8Array(FIRST);

  constructor(budget: TableBudget) {
    this.#budget = budget;
  }

  /** With the file as its unit numbers it, until `finishUnit`. */
  add(entry: number, parent: number, callFile: number, callLine: number): void {
    const at = this.count;
    if (at === this.entries.length) this.#grow();
    this.entries[at] = entry;
    this.parents[at] = parent;
    this.callFiles[at] = callFile;
    this.callLines[at] = callLine;
    this.count = at + 1;
  }

  finishUnit(first: number, expectsLinkage: boolean, fileOf: (file: number) => number): void {
    for (let at = first; at < this.count; at++) {
      this.callFiles[at] = this.parents[at] === NONE ? 0 : fileOf(this.callFiles[at]!);
    }
    if (expectsLinkage) this.expectsLinkage.fill(1, first, this.count);
    else this.expectsLinkage.fill(0, first, this.count);
  }

  #grow(): void {
    if (this.count >= MAX_CACHE_NODES) throw new FormatError("too-large", `more than ${MAX_CACHE_NODES} functions`);
    this.entries = this.#budget.doubled(this.entries);
    this.parents = this.#budget.doubled(this.parents);
    this.callFiles = this.#budget.doubled(this.callFiles);
    this.callLines = this.#budget.doubled(this.callLines);
    this.#budget.take(this.expectsLinkage.length);
    const larger = new Uint8Array(this.expectsLinkage.length * 2);
    larger.set(this.expectsLinkage);
    this.expectsLinkage = larger;
  }
}

const FIRST = 4096;

/** 1 for every node that an address can lead to. */
export function markLive(nodes: Nodes, used: Uint32Array): Uint8Array {
  const live = new Uint8Array(nodes.count);
  for (const node of used) {
    for (let at = node; at !== NONE && live[at] === 0; at = nodes.parents[at]!) live[at] = 1;
  }
  return live;
}

/** Writes those that are live; gives where each stands. `names` and `partial` are by node. */
export function packNodes(
  nodes: Nodes,
  live: Uint8Array,
  names: (node: number) => number,
  isPartial: (node: number) => boolean,
  out: ByteWriter,
): Uint32Array {
  const places = new Uint32Array(nodes.count);
  for (let node = 0; node < nodes.count; node++) {
    if (live[node] === 0) continue;
    const place = out.length;
    places[node] = place;
    const parent = nodes.parents[node]!;
    if (parent === NONE) {
      out.uleb((names(node) << 2) | (isPartial(node) ? NODE_PARTIAL_NAME : 0));
      continue;
    }
    out.uleb((names(node) << 2) | NODE_INLINED);
    out.uleb(place - places[parent]!);
    out.uleb(nodes.callFiles[node]!);
    out.uleb(nodes.callLines[node]!);
  }
  return places;
}
