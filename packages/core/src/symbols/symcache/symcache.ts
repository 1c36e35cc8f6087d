/** Answers from a symcache, as a `SymbolSlice`: the same ones that the debug file gives, for a few reads. */
import type { ByteSource } from "../../bytes/byte-source.ts";
import { FormatError } from "../../bytes/errors.ts";
import { NONE } from "../../dwarf/constants.ts";
import { MAX_CHAIN } from "../../dwarf/debug-info.ts";
import type { ImageOffset, Problem, Uuid } from "../../report.ts";
import type { ResolvedFrame, Resolution, SymbolSlice } from "../provider.ts";
import type { SliceOptions } from "../slice.ts";
import { CheckedFile } from "./checked-file.ts";
import { Cursor } from "./cursor.ts";
import { EntryBlocks } from "./entry-blocks.ts";
import { NODE_INLINED, NODE_PARTIAL_NAME, type SectionRange } from "./format.ts";
import { StringTable } from "./read-strings.ts";
import { SymbolBlocks } from "./symbol-blocks.ts";

/**
 * Opens the bytes that `buildSymcache` made. Throws `FormatError("unsupported")` for those of another version and "damaged" for
 * damaged ones, here or when a damaged part is asked: build them again.
 *
 * @example
 * const slice = await openSymcache(await fileSource(path));
 * const [frames] = await slice.resolve([offset]);
 */
export async function openSymcache(
  source: ByteSource,
  options: SliceOptions = {},
): Promise<Omit<SymbolSlice, "uuid"> & { readonly uuid: Uuid | undefined }> {
  const file = await CheckedFile.open(source);
  const { uuid, arch, textAddress, textSize, hasDebugInfo } = file.header;
  const problems = await readProblems(file);
  const lookUp = new SymcacheLookUp(file, options.outermostName === "symbol-table");
  return {
    uuid,
    arch,
    textAddress,
    textSize,
    hasDebugInfo,
    problems,
    async resolve(offsets) {
      const order = ascending(offsets);
      const answers = Array.from<Resolution | undefined>({ length: offsets.length });
      for (const i of order) {
        let answer = lookUp.find(offsets[i]!);
        for (let tries = 0; answer === NOT_THERE; tries++) {
          if (tries === MAX_LOADS) throw new FormatError("damaged", "an answer of packed symbols has no end");
          await file.load();
          answer = lookUp.find(offsets[i]!);
        }
        answers[i] = answer;
      }
      return answers;
    },
  };
}

/** Whether these are whole packed symbols of this version, as far as their header tells. */
export async function isCurrentSymcache(source: ByteSource): Promise<boolean> {
  try {
    await CheckedFile.open(source);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** Each loads a page at least, and no answer has more: `MAX_CHAIN` frames with a name and a file. */
const MAX_LOADS = 4096;

/** A page has to be loaded first. */
const NOT_THERE: unique symbol = Symbol("not there");

/** Positions in the order of the offsets: each block is then decoded once. */
function ascending(offsets: readonly ImageOffset[]): ArrayLike<number> & Iterable<number> {
  return Uint32Array.from(offsets, (_, i) => i).sort((a, b) => offsets[a]! - offsets[b]!);
}

class SymcacheLookUp {
  readonly #entries: EntryBlocks;
  readonly #symbols: SymbolBlocks;
  readonly #names: StringTable;
  readonly #files: StringTable;
  readonly #file: CheckedFile;
  readonly #nodes: SectionRange;
  readonly #cursor: Cursor;
  readonly #symbolNames: boolean;

  constructor(file: CheckedFile, symbolNames: boolean) {
    const { sections } = file.header;
    this.#file = file;
    this.#entries = new EntryBlocks(file);
    this.#symbols = new SymbolBlocks(file);
    this.#names = new StringTable(file, sections.nameIndex, sections.names);
    this.#files = new StringTable(file, sections.fileIndex, sections.files);
    this.#nodes = sections.nodes;
    this.#cursor = new Cursor(file.bytes);
    this.#symbolNames = symbolNames;
  }

  find(offset: number): Resolution | undefined | typeof NOT_THERE {
    const found = this.#entries.find(offset);
    if (found === undefined) return NOT_THERE;
    return found ? this.#fromEntry(offset) : this.#fromSymbol(offset);
  }

  #fromSymbol(offset: number): Resolution | undefined | typeof NOT_THERE {
    const found = this.#symbols.find(offset);
    if (found === undefined) return NOT_THERE;
    if (!found) return undefined;
    const name = this.#names.get(this.#symbols.name);
    if (name === undefined) return NOT_THERE;
    return [{ name, functionOffset: offset - this.#symbols.start, inlined: false, source: "symbol-table" }];
  }

  #fromEntry(offset: number): Resolution | typeof NOT_THERE {
    const entry = this.#entries;
    const frames: ResolvedFrame[] = [];
    let file: string | undefined;
    let line: number | undefined;
    if (entry.file !== NONE) {
      file = this.#files.get(entry.file);
      if (file === undefined) return NOT_THERE;
      line = entry.line;
    }
    let at = entry.node;
    let isPartial = false;
    for (;;) {
      let name: string | undefined = "";
      let parent = NONE;
      let callFile = 0;
      let callLine = 0;
      if (at !== NONE) {
        const start = this.#nodes.start + at;
        const end = Math.min(start + MAX_NODE_BYTES, this.#nodes.end);
        if (start >= end) throw new FormatError("damaged", "packed symbols have no such function", start);
        if (!this.#file.has(start, end)) return NOT_THERE;
        const cursor = this.#cursor;
        cursor.open(start, end);
        const head = cursor.uleb();
        name = this.#names.get(head >>> 2);
        if (name === undefined) return NOT_THERE;
        isPartial = (head & NODE_PARTIAL_NAME) !== 0;
        if ((head & NODE_INLINED) !== 0) {
          const distance = cursor.uleb();
          if (distance === 0 || distance > at) throw new FormatError("damaged", "an inlined call without a caller");
          parent = at - distance;
          callFile = cursor.uleb();
          callLine = cursor.uleb();
        }
      }
      if (parent === NONE || frames.length + 1 === MAX_CHAIN) {
        return this.#outermost(offset, frames, name, file, line, isPartial);
      }
      frames.push(frameOf(name, file, line));
      file = callFile === 0 ? undefined : this.#files.get(callFile);
      if (file === undefined && callFile !== 0) return NOT_THERE;
      line = callLine;
      at = parent;
    }
  }

  #outermost(
    offset: number,
    frames: ResolvedFrame[],
    ownName: string,
    file: string | undefined,
    line: number | undefined,
    isPartial: boolean,
  ): Resolution | typeof NOT_THERE {
    const { node, functionStart } = this.#entries;
    let name = ownName;
    let start = node === NONE ? undefined : functionStart;
    const wantsSymbol = this.#symbolNames || name === "";
    if (wantsSymbol || isPartial) {
      const found = this.#symbols.find(offset);
      if (found === undefined) return NOT_THERE;
      if (found && (wantsSymbol || this.#symbols.start === start)) {
        const symbolName = this.#names.get(this.#symbols.name);
        if (symbolName === undefined) return NOT_THERE;
        name = symbolName;
        start ??= this.#symbols.start;
      }
    }
    frames.push(
      start === undefined
        ? { ...frameOf(name, file, line), inlined: false }
        : { ...frameOf(name, file, line), functionOffset: offset - start, inlined: false },
    );
    return frames;
  }
}

/** Four numbers of at most five bytes. */
const MAX_NODE_BYTES = 20;

function frameOf(name: string, file: string | undefined, line: number | undefined): ResolvedFrame {
  const isFile = file !== undefined && file !== "";
  if (line === undefined)
    return isFile ? { name, file, inlined: true, source: "dwarf" } : { name, inlined: true, source: "dwarf" };
  return isFile ? { name, file, line, inlined: true, source: "dwarf" } : { name, line, inlined: true, source: "dwarf" };
}

async function readProblems(file: CheckedFile): Promise<readonly Problem[]> {
  const { start, end } = file.header.sections.problems;
  if (start === end) return [];
  while (!file.has(start, end)) await file.load();
  try {
    return JSON.parse(new TextDecoder().decode(file.bytes.subarray(start, end))) as Problem[];
  } catch (error) {
    throw new FormatError("damaged", "the problems of packed symbols cannot be read", start, error);
  }
}
