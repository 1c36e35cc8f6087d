/** What `fixtures/index.json` says of a report, and what `analyze --format json` printed of it, in one shape. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { AnalysisJson, FrameJson } from "@windfall/core";

export interface TruthFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly inlined: boolean;
}

interface ExpectedFrame {
  readonly image: string;
  readonly function?: string;
  readonly mangled?: string;
  readonly file?: string;
  readonly line?: number;
  readonly inlined?: boolean;
  /** Of a Swift report: the inlined chain of one physical frame. */
  readonly frames?: readonly Omit<ExpectedFrame, "image" | "frames">[];
}

interface Expected {
  readonly crashedThread?: number;
  readonly crashed_thread?: number;
  readonly frames: readonly ExpectedFrame[];
  readonly truncated?: boolean;
}

export interface IndexedReport {
  readonly path: string;
  readonly expected: string;
  readonly dsyms: readonly string[];
}

interface IndexedDsym {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

/** Reports of a fixtures folder that a dSYM of it matches. */
export function reportsWithTruth(root: string): readonly IndexedReport[] {
  const { reports } = indexOf(root);
  return reports.filter(({ dsyms, expected }) => dsyms.length > 0 && !(read(root, expected) as Expected).truncated);
}

/** Names of the images whose functions a report's debug files know. */
export function ownImages(root: string, report: IndexedReport): ReadonlySet<string> {
  const { dsyms } = indexOf(root);
  const files = dsyms.filter(({ name }) => report.dsyms.includes(name)).flatMap((dsym) => dsym.files);
  return new Set(files.map(({ path }) => basename(path)));
}

export function expectedFrames(
  root: string,
  expected: string,
  images: ReadonlySet<string>,
): { thread: number; frames: readonly TruthFrame[] } {
  const { frames, crashedThread, crashed_thread } = read(root, expected) as Expected;
  const own = frames.filter(({ image }) => images.has(image)).flatMap(({ frames, ...frame }) => frames ?? [frame]);
  return {
    thread: crashedThread ?? crashed_thread ?? 0,
    frames: own.map(({ function: name = "", mangled = name, file = "", line = 0, inlined = false }) => ({
      function: mangled,
      file: basename(file),
      line,
      inlined,
    })),
  };
}

export function actualFrames(
  { report }: AnalysisJson,
  thread: number,
  images: ReadonlySet<string>,
): readonly TruthFrame[] {
  return (report.threads[thread]?.frames ?? []).filter(({ image }) => images.has(image ?? "")).map(truthOf);
}

function truthOf({ linkageName, function: name = "", file = "", line = 0, inlined }: FrameJson): TruthFrame {
  return { function: linkageName ?? name, file: basename(file), line, inlined: inlined === true };
}

interface Index {
  readonly reports: readonly IndexedReport[];
  readonly dsyms: readonly IndexedDsym[];
}

function indexOf(root: string): Index {
  return read(root, "index.json") as Index;
}

function read(root: string, path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
