/**
 * What macOS' `sample` prints (Activity Monitor's "Sample Process" too): a head like that of a crash report, the call graph of
 * every thread, and the images. With or without names; other tools put names in later.
 */
import type { JsonValue, Parsed, Report, Thread } from "../../report.ts";
import { heaviestPath } from "../call-tree.ts";
import { parseImageLine } from "../crash-text/binary-images.ts";
import { headMetadata, parseHead } from "../crash-text/head.ts";
import type { TextFormat, TextSource } from "../format.ts";
import { defined } from "../json-fields.ts";
import { MAX_FRAMES, MAX_LABELS, MAX_THREADS } from "../limits.ts";
import { ProblemList } from "../problem-list.ts";
import { ImageList, ImagePlaces } from "../sampled/image-places.ts";
import { placeTree, type SampledLine, TreeBudget, TreeBuilder } from "../sampled/tree.ts";
import { matchLabel } from "../spindump/lines.ts";
import { LINE_PREFIX, TextLines } from "../text-lines.ts";
import { matchNode, matchThread, parseFrame, type ThreadLine } from "./lines.ts";

export const sampleFormat: TextFormat = {
  format: "text",
  is: (text) =>
    FIRST.test(text) ||
    (/^[ \t>]{0,64}Call graph:\s{0,8}$/m.test(text) && /^[ \t>]{0,64}\d{1,10} Thread_\w/m.test(text)),
  parse: (source) => [parseSample(source)],
};

const FIRST =
  /^[ \t>\u00a0]{0,64}(?:Analysis of sampling .{1,300} \(pid \d{1,10}\)|Analysis Tool: {1,20}\S{0,200}sample\s{0,8}$)/m;

interface OpenThread {
  readonly head: ThreadLine;
  readonly tree: TreeBuilder;
}

function parseSample(source: TextSource): Parsed<Report> {
  const problems = new ProblemList();
  const images = new ImageList(problems);
  const reader = new SampleReader(source, problems);
  reader.run();
  const { labels, threads, imageLines } = reader;
  const process = new ImagePlaces(images, {});
  for (const line of imageLines) {
    const image = parseImageLine(line);
    if (image !== undefined && image !== "none") process.add(image);
  }
  if (threads.length === 0) problems.add("missing-part", "there is no call graph");
  const head = parseHead((label) => labels.get(label) ?? [], false);
  const span = /^Sampling process \d{1,10} for (\d{1,9}(?:\.\d{1,9})?) seconds/m.exec(
    source.text.slice(0, LOOK_AT),
  )?.[1];
  const value: Report = {
    format: "text",
    kind: "hang",
    ...defined({ incidentId: head.incidentId, crashedAt: head.crashedAt, launchedAt: head.launchedAt }),
    app: head.app,
    os: head.os,
    device: head.device,
    process: head.process,
    applicationSpecificInformation: {},
    threads: threads.map(({ head: { id, sampleCount, name, queue }, tree }, index): Thread => {
      const callTree = placeTree(tree.nodes, (line) => process.frame(line));
      return {
        index,
        id,
        ...defined({ name, queue }),
        crashed: false,
        frames: heaviestPath(callTree).slice(0, MAX_FRAMES),
        sampleCount,
        callTree,
      };
    }),
    images: images.images,
    sampling: {
      event: "sample",
      ...defined({
        durationSeconds: span === undefined ? undefined : Number(span),
        sampleCount: threads[0]?.head.sampleCount,
      }),
    },
    metadata: Object.fromEntries<JsonValue>(headMetadata(labels)),
  };
  return { value, problems: problems.items };
}

/** The first lines say for how long. */
const LOOK_AT = 4096;

class SampleReader {
  readonly labels = new Map<string, string[]>();
  readonly threads: OpenThread[] = [];
  readonly imageLines: string[] = [];
  readonly #lines: TextLines;
  readonly #problems: ProblemList;
  readonly #budget = new TreeBudget();
  readonly #frames = new Map<string, SampledLine>();
  #place: "head" | "graph" | "sums" | "images" = "head";

  constructor({ text, firstLine }: TextSource, problems: ProblemList) {
    const at = Math.max(0, FIRST.exec(text)?.index ?? 0);
    const prefix = LINE_PREFIX.exec(text.slice(at, at + 256))?.[0] ?? "";
    this.#lines = new TextLines(text, { offset: 0, line: firstLine, prefix });
    this.#problems = problems;
  }

  run(): void {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) this.#read(line);
    if (this.#lines.cutLines > 0) {
      this.#problems.addOnce("limit-reached", `${this.#lines.cutLines} lines were too long and are cut`);
    }
  }

  #read(line: string): void {
    if (line.startsWith("Call graph:")) this.#place = "graph";
    else if (line.startsWith("Binary Images:")) this.#place = "images";
    else if (/^(?:Total number in stack|Sort by top of stack)/.test(line)) this.#place = "sums";
    else if (this.#place === "head") this.#readHead(line);
    else if (this.#place === "images") this.imageLines.push(line);
    else if (this.#place === "graph" && line.trim() !== "") this.#readGraph(line);
  }

  #readHead(line: string): void {
    // A call graph whose heading was left out.
    if (matchThread(line) !== undefined) {
      this.#place = "graph";
      return this.#readGraph(line);
    }
    const label = matchLabel(line);
    if (label === undefined || this.labels.has(label.label) || this.labels.size >= MAX_LABELS) return;
    this.labels.set(label.label, [label.value]);
  }

  #readGraph(line: string): void {
    const head = matchThread(line);
    if (head !== undefined) {
      if (this.threads.length < MAX_THREADS)
        this.threads.push({ head, tree: new TreeBuilder(this.#budget, this.#problems) });
      else this.#problems.addOnce("limit-reached", `keeps ${MAX_THREADS} threads`, this.#where());
      return;
    }
    const node = matchNode(line);
    const frame = node === undefined ? undefined : this.#frame(node.frame);
    if (node === undefined || frame === undefined) {
      this.#problems.add("unreadable-frame", `no address in "${line.slice(0, 80)}"`, this.#where());
      return;
    }
    this.threads.at(-1)?.tree.add(node.indent, node.sampleCount, frame, this.#lines.number);
  }

  #where(): string {
    return `line:${this.#lines.number}`;
  }

  #frame(text: string): SampledLine | undefined {
    const known = this.#frames.get(text);
    if (known !== undefined) return known;
    const parsed = parseFrame(text);
    if (parsed !== undefined) this.#frames.set(text, parsed);
    return parsed;
  }
}
