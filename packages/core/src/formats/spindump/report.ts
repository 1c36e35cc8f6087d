/**
 * Text of spindump and of the microstackshots: hangs and spins (222, 223, 228, 310, 328, `.spin`, `.hang`), shutdown stalls,
 * limits on CPU, wakeups and disk writes (142, 144, 145, 157, 202, 206, `*_resource.diag`). Shown is the process it is about;
 * where it names none (an excerpt, a stall of the whole system) those of all processes.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Frame, JsonValue, Parsed, Report, Thread } from "../../report.ts";
import { heaviestPath } from "../call-tree.ts";
import type { TextFormat, TextSource } from "../format.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { defined, textOf, without } from "../json-fields.ts";
import { MAX_FRAMES } from "../limits.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { ImageList, ImagePlaces } from "../sampled/image-places.ts";
import { placeTree, type RawNode } from "../sampled/tree.ts";
import { TextLines } from "../text-lines.ts";
import { parseTimestamp } from "../timestamp.ts";
import { findSpindump, isSpindump } from "./find.ts";
import { SAMPLING_LABELS, sampledKind, samplingOf } from "./event.ts";
import type { ProcessName } from "./lines.ts";
import { parseProcessName } from "./lines.ts";
import { type RawProcess, type RawSpindump, type RawThread, readSpindump } from "./reader.ts";

export const spindumpFormat: TextFormat = {
  format: "text",
  is: isSpindump,
  parse: (source) => [parseSpindump(source)],
};

function parseSpindump(source: TextSource): Parsed<Report> {
  let problems = new ProblemList();
  const read = (isWanted: (process: ProcessName, head: ReadonlyMap<string, string>) => boolean): RawSpindump => {
    problems = new ProblemList();
    const lines = new TextLines(source.text, findSpindump(source.text, source.firstLine));
    const raw = readSpindump(lines, isWanted, problems);
    if (lines.cutLines > 0) problems.add("limit-reached", `${lines.cutLines} lines were too long and are cut`);
    return raw;
  };
  const raw = read(isTarget);
  // The process it is about may have been cut away: then the others are better than nothing.
  const all = raw.processes.length === 0 && raw.others.length > 0 && raw.heaviestStack.length === 0;
  return { value: reportOf(all ? read(() => true) : raw, source, problems), problems: problems.items };
}

/** Without a head every process is meant. */
function isTarget(process: ProcessName, head: ReadonlyMap<string, string>): boolean {
  const command = head.get("Command");
  const pid = head.get("PID");
  if (pid !== undefined && process.pid !== undefined) return process.pid === Number(pid);
  return command === undefined || process.name === command;
}

const HEAD_LABELS = new Set([
  ...SAMPLING_LABELS,
  "Date/Time",
  "OS Version",
  "Hardware model",
  "Command",
  "Path",
  "Identifier",
  "Version",
  "PID",
  "Incident Identifier",
  "Architecture",
  "Parent",
  "Anonymous UUID",
  // How the trees are sorted.
  "Heavy format",
  "Timeline format",
]);

function reportOf(raw: RawSpindump, { header = {} }: TextSource, problems: ProblemList): Report {
  const known = headerFacts(header);
  const { labels } = raw;
  const isNamed = labels.has("Command") || labels.has("PID");
  const subject = isNamed
    ? raw.processes.find((process) => isTarget(process, labels))
    : raw.processes.length === 1
      ? raw.processes[0]
      : undefined;
  const of = (label: string) => given(labels.get(label)) ?? given(subject?.labels.get(label));
  const images = new ImageList(problems);
  const threads = threadsOf(raw, images);
  if (threads.length === 0) problems.add("missing-part", "there is no call tree");
  const model = of("Hardware model");
  const isMicro = !raw.processes.some(({ threads: list }) => list.some(({ head }) => head !== undefined));
  const sampling = samplingOf(labels, samplesOf(subject));
  return {
    format: "text",
    kind: sampledKind(labels, known.bugType, isMicro),
    ...defined({
      incidentId: of("Incident Identifier")?.toUpperCase() ?? known.incidentId,
      bugType: known.bugType,
      crashedAt: parseTimestamp(labels.get("Date/Time")) ?? known.crashedAt,
    }),
    app: {
      ...known.app,
      ...defined({
        name: known.app.name ?? of("Command") ?? subject?.name,
        bundleId: of("Identifier") ?? known.app.bundleId,
      }),
      ...versionOf(of("Version"), subject),
    },
    os: { ...known.os, ...osOf(labels.get("OS Version"), model) },
    device: defined({ model }),
    process: defined({
      name: of("Command") ?? subject?.name,
      path: of("Path"),
      pid: subject?.pid ?? pidOf(labels.get("PID")),
      cpuType: cpuTypeOf(of("Architecture")),
      parent: parentOf(of("Parent")),
      crashReporterKey: of("Anonymous UUID") ?? textOf(header["crashreporter_key"]),
      isBeta: of("Beta Identifier") === undefined ? undefined : true,
    }),
    applicationSpecificInformation: {},
    threads,
    images: images.images,
    ...(Object.keys(sampling).length > 0 && { sampling }),
    metadata: {
      ...Object.fromEntries([...labels].filter(([label, value]) => !HEAD_LABELS.has(label) && value !== "")),
      ...defined({
        process: processRest(subject),
        threads: threadsRest(raw),
        others: othersOf(raw),
        header: without(header, HEADER_KEYS),
      }),
    },
  };
}

const given = (value: string | undefined): string | undefined =>
  value === undefined || value === "" || value === "???" || value === "??? (???)" ? undefined : value;

function threadsOf(raw: RawSpindump, images: ImageList): readonly Thread[] {
  const threads: Thread[] = [];
  const single = raw.processes.length === 1;
  for (const process of raw.processes) {
    const places = placesOf(process, images);
    for (const thread of process.threads) {
      const label = single ? undefined : `${process.name} [${process.pid ?? "?"}]`;
      threads.push(threadOf(thread, threads.length, places, defined({ process: label })));
    }
  }
  // Some are cut behind their head: the heaviest path alone is a tree too.
  if (threads.length === 0 && raw.heaviestStack.length > 0) {
    const [process = { ...commandOf(raw), labels: raw.labels, threads: [], images: [] }] = raw.processes;
    threads.push(threadOf({ nodes: raw.heaviestStack, states: new Map() }, 0, placesOf(process, images), {}));
  }
  return threads;
}

const commandOf = ({ labels }: RawSpindump): ProcessName => ({ name: labels.get("Command") ?? "" });

function placesOf(process: RawProcess, images: ImageList): ImagePlaces {
  const path = process.labels.get("Path");
  const places = new ImagePlaces(images, {
    name: path === undefined ? process.name : path.slice(path.lastIndexOf("/") + 1),
    ...defined({ path, uuid: parseUuid(process.labels.get("UUID") ?? "") }),
  });
  for (const image of process.images) places.add(image);
  return places;
}

function threadOf(
  { head, nodes, states }: RawThread,
  index: number,
  places: ImagePlaces,
  more: Pick<Thread, "process">,
): Thread {
  const callTree = placeTree(nodes, (line): Frame => places.frame(line));
  return {
    index,
    ...defined({ id: head?.ids[0] }),
    ...more,
    ...defined({ name: head?.name, queue: head?.queue, state: mostOf(states) }),
    crashed: false,
    frames: heaviestPath(callTree).slice(0, MAX_FRAMES),
    sampleCount: head?.sampleCount ?? rootSamples(nodes),
    callTree,
  };
}

/** What it was doing most of the time. */
function mostOf(states: ReadonlyMap<string, number>): string | undefined {
  const [first] = [...states].sort(([, a], [, b]) => b - a);
  return first?.[0];
}

const rootSamples = (nodes: readonly RawNode[]): number =>
  nodes.reduce((sum, { depth, sampleCount }) => (depth === 0 ? sum + sampleCount : sum), 0);

/** macOS left its own name out before 2016: `10.9.5 (Build 13F34)`. */
function osOf(text: string | undefined, model: string | undefined): Report["os"] {
  return parseOs({ text: text?.startsWith("10.") === true ? `macOS ${text}` : text, model });
}

function versionOf(text: string | undefined, subject: RawProcess | undefined): Report["app"] {
  const match = /^(.{1,200}?) ?\(([^()]{0,200})\)$/.exec(text ?? "");
  return defined({
    version: given(match?.[1] ?? text) ?? given(subject?.labels.get("App Version")),
    build: given(match?.[2]) ?? given(subject?.labels.get("Build Version")),
  });
}

function pidOf(text: string | undefined): number | undefined {
  return /^-?\d{1,10}$/.test(text ?? "") ? Number(text) : undefined;
}

const parentOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : parseProcessName(text).name;

/** In the words of a crash report. */
function cpuTypeOf(arch: string | undefined): string | undefined {
  if (arch?.startsWith("arm64") === true) return "ARM-64";
  if (arch?.startsWith("x86_64") === true) return "X86-64";
  if (arch?.startsWith("arm") === true) return "ARM";
  return arch === "i386" ? "X86" : arch;
}

/** `101 (1-101)`, `18 (78%)`; before 2019 `Microstackshots: 15 samples (100%)`. */
function samplesOf(subject: RawProcess | undefined): number | undefined {
  const text = subject?.labels.get("Num samples") ?? subject?.labels.get("Microstackshots");
  const count = /^\d{1,12}/.exec(text ?? "")?.[0];
  return count === undefined ? undefined : Number(count);
}

const PROCESS_LABELS = new Set([
  "Path",
  "Identifier",
  "Version",
  "Architecture",
  "Parent",
  "Num samples",
  "Microstackshots",
  "App Version",
  "Build Version",
]);

function processRest(subject: RawProcess | undefined): Record<string, JsonValue> | undefined {
  const rest = [...(subject?.labels ?? [])].filter(([label, value]) => !PROCESS_LABELS.has(label) && value !== "");
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** Merged threads, priorities, and what they were blocked by: of the one process the report is about. */
function threadsRest({ processes }: RawSpindump): readonly JsonValue[] | undefined {
  const [process] = processes;
  if (processes.length !== 1 || process === undefined) return undefined;
  const rest = process.threads.flatMap(({ head, states }, index) => {
    if (head === undefined && states.size === 0) return [];
    const [, ...merged] = head?.ids ?? [];
    return [
      {
        index,
        ...(merged.length > 0 && { merged }),
        ...(head !== undefined && head.notes.length > 0 && { notes: head.notes }),
        ...(states.size > 0 && { states: Object.fromEntries(states) }),
      },
    ];
  });
  return rest.length === 0 ? undefined : rest;
}

const BUSIEST_COUNT = 5;

/** What else ran is counted, and only the busiest are named. */
function othersOf({ others }: RawSpindump): JsonValue | undefined {
  if (others.length === 0) return undefined;
  const busiest = [...others].sort((a, b) => b.samples - a.samples).slice(0, BUSIEST_COUNT);
  return { processes: others.length, busiest: busiest.map(({ name, samples }) => ({ process: name, samples })) };
}
