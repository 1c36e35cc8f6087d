/** Debug files below a path by what the index knows of them. One is opened when a report asks it for names, not before. */
import { FormatError, type Problem, type SymbolSlice } from "@windfall/core";
import {
  candidatesIn,
  type DebugFilesOptions,
  debugFilesOf,
  type MayBeDebugFile,
  type OnProblem,
} from "./debug-files.ts";
import type { IndexedFile, SliceFacts, SymbolIndex } from "./symbol-index.ts";

export interface FoundFile {
  readonly path: string;
  readonly slices: readonly SymbolSlice[];
  /** Closes the file; a slice opens it again when it is asked. */
  close(): void;
}

export async function* indexedFilesIn(
  path: string,
  index: SymbolIndex,
  onProblem: OnProblem,
  options: DebugFilesOptions = {},
): AsyncGenerator<FoundFile> {
  const there = new Set<string>();
  let complete = true;
  const hear: OnProblem = (problem) => {
    complete = false;
    onProblem(problem);
  };
  for (const file of candidatesIn(path, hear, options)) {
    there.add(file.path);
    for (const found of index.find(file) ?? (await read(file))) yield lazily(file, found);
  }
  if (complete && !there.has(path)) index.prune(path, there);

  async function read(file: MayBeDebugFile): Promise<readonly IndexedFile[]> {
    const held: IndexedFile[] = [];
    let damaged = false;
    const tell: OnProblem = (problem) => {
      damaged = true;
      onProblem(problem);
    };
    for await (const found of debugFilesOf(file, tell, options)) {
      const { path, sizeBytes, slices } = found;
      held.push({ path, sizeBytes, slices: slices.map(factsOf) });
    }
    // What is wrong with a file is told each time.
    if (!damaged) index.put(file, held);
    return held;
  }

  function lazily(file: MayBeDebugFile, { path, slices }: IndexedFile): FoundFile {
    let open: Promise<{ readonly slices: readonly SymbolSlice[]; close(): void }> | undefined;
    let close = () => {};
    const opened = async () => {
      open ??= openAgain(file, path, options);
      const found = await open;
      close = () => found.close();
      return found.slices;
    };
    return {
      path,
      slices: slices.map((facts) => lazySlice(facts, opened, () => index.forget(file.path), path)),
      close: () => close(),
    };
  }
}

function factsOf({ uuid, arch, textAddress, textSize, hasDebugInfo, bitcode }: SymbolSlice): SliceFacts {
  return { uuid, arch, textAddress, textSize, hasDebugInfo, ...(bitcode && { bitcode }) };
}

function lazySlice(
  facts: SliceFacts,
  opened: () => Promise<readonly SymbolSlice[]>,
  forget: () => void,
  path: string,
): SymbolSlice {
  const problems: Problem[] = [];
  const open = async () => {
    const slice = (await opened()).find(({ uuid }) => uuid === facts.uuid);
    if (slice !== undefined) return slice;
    forget();
    throw new FormatError("damaged", `${path} is not what it was when it was looked at`);
  };
  return {
    ...facts,
    problems,
    contents: async () => (await (await open()).contents?.()) ?? "names",
    async resolve(offsets) {
      const slice = await open();
      const answers = await slice.resolve(offsets);
      problems.splice(0, problems.length, ...(slice.problems ?? []));
      return answers;
    },
  };
}

async function openAgain(file: MayBeDebugFile, path: string, options: DebugFilesOptions) {
  for await (const found of debugFilesOf(file, () => {}, options)) {
    if (found.path === path) return found;
  }
  return { slices: [], close: () => {} };
}
