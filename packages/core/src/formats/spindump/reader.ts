/** One pass over spindump's text: what its head says, and the trees of the processes that are wanted. */
import type { Image } from "../../report.ts";
import { MAX_LABELS, MAX_PROCESSES, MAX_THREADS } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import { type RawNode, type SampledLine, TreeBudget, TreeBuilder } from "../sampled/tree.ts";
import type { TextLines } from "../text-lines.ts";
import {
  matchImage,
  matchLabel,
  matchNode,
  matchThread,
  type NodeLine,
  parseFrame,
  parseProcessName,
  type ProcessName,
  type ThreadLine,
} from "./lines.ts";

export interface RawThread {
  /** Absent for the one tree of a microstackshot: it holds the samples of all threads. */
  readonly head?: ThreadLine;
  readonly nodes: readonly RawNode[];
  /** Samples by the state the innermost frame was seen in: running, blocked by …. */
  readonly states: ReadonlyMap<string, number>;
}

export interface RawProcess extends ProcessName {
  readonly labels: ReadonlyMap<string, string>;
  readonly threads: readonly RawThread[];
  readonly images: readonly Image[];
}

export interface RawSpindump {
  readonly labels: ReadonlyMap<string, string>;
  /** Outermost first, each called by the one before. */
  readonly heaviestStack: readonly RawNode[];
  readonly processes: readonly RawProcess[];
  /** Of those not wanted, only this. */
  readonly others: readonly { readonly name: string; readonly samples: number }[];
}

export function readSpindump(
  lines: TextLines,
  isWanted: (process: ProcessName, head: ReadonlyMap<string, string>) => boolean,
  problems: ProblemList,
): RawSpindump {
  return new SpindumpReader(lines, isWanted, problems).run();
}

const HEAVIEST = "Heaviest stack for the target process";
/** What may follow behind the processes: reports of other tools, and the same samples once more in binary. */
const END = /^\s{0,8}(?:Spindump binary format|Sampling process \d|Analysis of sampling )/;
/** Of processes behind the first, of which a whole system has thousands, only what tells their own image. */
const PLACE_LABELS: ReadonlySet<string> = new Set(["Path", "UUID"]);
/** What a thread waited for, of which the most frequent is shown. */
export const MAX_STATES = 20;

interface OpenThread {
  readonly head?: ThreadLine;
  readonly tree: TreeBuilder;
  readonly states: Map<string, number>;
}

interface OpenProcess extends ProcessName {
  readonly labels: Map<string, string>;
  readonly threads: OpenThread[];
  readonly images: Image[];
}

class SpindumpReader {
  readonly #lines: TextLines;
  readonly #isWanted: (process: ProcessName, head: ReadonlyMap<string, string>) => boolean;
  readonly #problems: ProblemList;
  readonly #budget = new TreeBudget();
  readonly #labels = new Map<string, string>();
  readonly #processes: OpenProcess[] = [];
  readonly #others: { name: string; samples: number }[] = [];
  readonly #heaviest: TreeBuilder;
  /** One object for each distinct frame: most stacks of a system begin with the same ones. */
  readonly #frames = new Map<string, SampledLine>();
  #process: OpenProcess | undefined;
  #thread: OpenThread | undefined;
  #place: "head" | "heaviest" | "process" | "images" | "other" = "head";
  #heaviestDepth = 0;
  #threadCount = 0;

  constructor(
    lines: TextLines,
    isWanted: (process: ProcessName, head: ReadonlyMap<string, string>) => boolean,
    problems: ProblemList,
  ) {
    this.#lines = lines;
    this.#isWanted = isWanted;
    this.#problems = problems;
    this.#heaviest = new TreeBuilder(this.#budget, problems);
  }

  run(): RawSpindump {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      if (END.test(line)) break;
      if (line !== "") this.#read(line);
    }
    return {
      labels: this.#labels,
      heaviestStack: this.#heaviest.nodes,
      processes: this.#processes.map(({ threads, ...process }) => ({
        ...process,
        threads: threads.map(({ tree, head, states }) => ({ nodes: tree.nodes, states, ...(head && { head }) })),
      })),
      others: this.#others,
    };
  }

  #read(line: string): void {
    const label = matchLabel(line);
    if (label !== undefined) return this.#readLabel(label.label, label.value);
    if (this.#place === "other") return;
    if (/^\s{1,8}Binary Images:\s{0,8}$/.test(line)) {
      if (this.#process !== undefined) this.#place = "images";
      return;
    }
    if (this.#place === "images") return this.#readImage(line);
    const node = matchNode(line);
    if (node !== undefined) return this.#readNode(node);
    const thread = matchThread(line);
    if (thread === undefined) return;
    if (this.#process === undefined) this.#openUnnamed();
    this.#openThread(thread);
  }

  #readLabel(label: string, value: string): void {
    if (label === "Process" || label === "Powerstats for") return this.#openProcess(parseProcessName(value));
    if (label === HEAVIEST) {
      this.#place = "heaviest";
      return;
    }
    if (this.#place === "other") {
      const last = this.#others.at(-1);
      if (last !== undefined && label === "Num samples") last.samples = Number.parseInt(value, 10) || 0;
      return;
    }
    if (this.#process !== this.#processes[0] && !PLACE_LABELS.has(label)) return;
    const labels = this.#process?.labels ?? this.#labels;
    if (!labels.has(label) && labels.size < MAX_LABELS) labels.set(label, value);
  }

  #openProcess(name: ProcessName): void {
    this.#thread = undefined;
    this.#process = undefined;
    this.#place = "other";
    if (this.#processes.length + this.#others.length >= MAX_PROCESSES) {
      this.#problems.addOnce("limit-reached", `keeps ${MAX_PROCESSES} processes`, this.#where());
    } else if (this.#isWanted(name, this.#labels)) {
      this.#place = "process";
      this.#process = { ...name, labels: new Map(), threads: [], images: [] };
      this.#processes.push(this.#process);
    } else {
      const pid = name.pid === undefined ? "" : ` [${name.pid}]`;
      this.#others.push({ name: `${name.name}${pid}`, samples: 0 });
    }
  }

  /** A tree, or the threads of a process, pasted without what stood above. */
  #openUnnamed(): void {
    this.#process = { name: this.#labels.get("Command") ?? "", labels: new Map(), threads: [], images: [] };
    this.#processes.push(this.#process);
  }

  #openThread(head?: ThreadLine): void {
    this.#thread = undefined;
    this.#place = "process";
    if (this.#threadCount >= MAX_THREADS) {
      this.#problems.addOnce("limit-reached", `keeps ${MAX_THREADS} threads`, this.#where());
      return;
    }
    this.#threadCount++;
    this.#thread = {
      tree: new TreeBuilder(this.#budget, this.#problems),
      states: new Map(),
      ...(head && { head }),
    };
    this.#process?.threads.push(this.#thread);
  }

  #readNode({ indent, sampleCount, frame, state }: NodeLine): void {
    const line = frame === undefined ? undefined : this.#frame(frame);
    if (frame !== undefined && line === undefined) {
      this.#problems.add("unreadable-frame", `no address in "${frame.slice(0, 80)}"`, this.#where());
      return;
    }
    if (this.#place === "heaviest") {
      // Printed flat: each line is called by the one above.
      if (line !== undefined) this.#heaviest.add(this.#heaviestDepth++, sampleCount, line, this.#lines.number);
      return;
    }
    if (this.#process === undefined) this.#openUnnamed();
    if (this.#thread === undefined) this.#openThread();
    this.#thread?.tree.add(indent, sampleCount, line, this.#lines.number);
    const states = this.#thread?.states;
    if (states === undefined || state === undefined) return;
    if (states.has(state) || states.size < MAX_STATES) states.set(state, (states.get(state) ?? 0) + sampleCount);
  }

  #frame(text: string): SampledLine | undefined {
    const known = this.#frames.get(text);
    if (known !== undefined) return known;
    const parsed = parseFrame(text);
    if (parsed !== undefined) this.#frames.set(text, parsed);
    return parsed;
  }

  #readImage(line: string): void {
    const image = matchImage(line);
    if (image !== undefined) this.#process?.images.push(image);
    else if (line.trim().startsWith("0x")) {
      this.#problems.add("unreadable-image", `no name in "${line.slice(0, 80)}"`, this.#where());
    } else this.#place = "process";
  }

  #where(): string {
    return `line:${this.#lines.number}`;
  }
}
