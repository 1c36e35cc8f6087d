/** Answers from a symcache, as a `SymbolSlice`: the same ones that the debug file gives, for a few reads. */
import type { ByteSource } from "../../bytes/byte-source.ts";
import { FormatError } from "../../bytes/errors.ts";
import { MAX_IMAGE_OFFSET } from "../../bytes/image-offset.ts";
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
  const { uuid, arch, textAddress, textSize, hasDebugInfo, contents } = file.header;
  const problems = await readProblems(file);
  const lookUp = new SymcacheLookUp(file, options.outermostName === "symbol-table");
  return {
    uuid,
    arch,
    textAddress,
    textSize,
    hasDebugInfo,
    ...(contents !== undefined && { contents: async () => contents }),
    problems,
    async resolve(offsets) {
      file.expect(offsets.length);
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
function ascending(offsets: readonly ImageOffset[]): Uint32Array {
  const order = new Uint32Array(offsets.length);
  if (offsets.length > MAX_KEYED) {
    for (let i = 0; i < order.length; i++) order[i] = i;
    return order.sort((a, b) => offsets[a]! - offsets[b]!);
  }
  const keys = new Float64Array(offsets.length);
  for (let i = 0; i < keys.length; i++) {
    const offset = offsets[i]!;
    // Outside of an image nothing is found, in whatever order.
    keys[i] = (offset >= 0 && offset <= MAX_IMAGE_OFFSET ? Math.floor(offset) : 0) * MAX_KEYED + i;
  }
  keys.sort();
  for (let i = 0; i < keys.length; i++) order[i] = keys[i]! % MAX_KEYED;
  return order;
}

/** Positions that fit beside an offset in a double. */
const MAX_KEYED: number = 2 ** 21;

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

  /** Of the entry that was asked last: its frames but the outermost, and that one without its distance. Many addresses share an entry. */
  #known = -1;
  #inner: readonly ResolvedFrame[] = [];
  #name = "";
  #path: string | undefined;
  #line: number | undefined;
  #isPartial = false;

  #fromEntry(offset: number): Resolution | typeof NOT_THERE {
    if (this.#known !== this.#entries.id && !this.#readChain()) return NOT_THERE;
    return this.#withOutermost(offset);
  }

  /** False where a page is not there yet. */
  #readChain(): boolean {
    const entry = this.#entries;
    this.#known = -1;
    const inner: ResolvedFrame[] = [];
    let file: string | undefined;
    let line: number | undefined;
    if (entry.file !== NONE) {
      file = this.#files.get(entry.file);
      if (file === undefined) return false;
      line = entry.line;
    }
    let at = entry.node;
    let name = "";
    let isPartial = false;
    while (at !== NONE) {
      const start = this.#nodes.start + at;
      const end = Math.min(start + MAX_NODE_BYTES, this.#nodes.end);
      if (start >= end) throw new FormatError("damaged", "packed symbols have no such function", start);
      if (!this.#file.has(start, end)) return false;
      const cursor = this.#cursor;
      cursor.open(start, end);
      const head = cursor.uleb();
      const text = this.#names.get(head >>> 2);
      if (text === undefined) return false;
      name = text;
      isPartial = (head & NODE_PARTIAL_NAME) !== 0;
      if ((head & NODE_INLINED) === 0 || inner.length + 1 === MAX_CHAIN) break;
      const distance = cursor.uleb();
      if (distance === 0 || distance > at) throw new FormatError("damaged", "an inlined call without a caller");
      inner.push(frameOf(name, file, line, undefined, true));
      const callFile = cursor.uleb();
      file = this.#files.get(callFile);
      if (file === undefined) return false;
      line = cursor.uleb();
      at -= distance;
    }
    this.#inner = inner;
    this.#name = name;
    this.#path = file;
    this.#line = line;
    this.#isPartial = isPartial;
    this.#known = entry.id;
    return true;
  }

  #withOutermost(offset: number): Resolution | typeof NOT_THERE {
    const { node, functionStart } = this.#entries;
    let name = this.#name;
    let start = node === NONE ? undefined : functionStart;
    const wantsSymbol = this.#symbolNames || name === "";
    if (wantsSymbol || this.#isPartial) {
      const found = this.#symbols.find(offset);
      if (found === undefined) return NOT_THERE;
      if (found && (wantsSymbol || this.#symbols.start === start)) {
        const symbolName = this.#names.get(this.#symbols.name);
        if (symbolName === undefined) return NOT_THERE;
        name = symbolName;
        start ??= this.#symbols.start;
      }
    }
    const outermost = frameOf(name, this.#path, this.#line, start === undefined ? undefined : offset - start, false);
    return this.#inner.length === 0 ? [outermost] : [...this.#inner, outermost];
  }
}

/** Four numbers of at most five bytes. */
const MAX_NODE_BYTES = 20;

/** What is unknown is left out. */
function frameOf(
  name: string,
  file: string | undefined,
  line: number | undefined,
  functionOffset: number | undefined,
  inlined: boolean,
): ResolvedFrame {
  const isFile = file !== undefined && file !== "";
  if (isFile && line !== undefined) {
    return functionOffset === undefined
      ? { name, file, line, inlined, source: "dwarf" }
      : { name, file, line, functionOffset, inlined, source: "dwarf" };
  }
  return {
    name,
    ...(isFile && { file }),
    ...(line !== undefined && { line }),
    ...(functionOffset !== undefined && { functionOffset }),
    inlined,
    source: "dwarf",
  };
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
