/** One unit in the compact form that answers addresses: segments with their inline chain, rows, and files by index. */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { NONE } from "./constants.ts";
import { lastAtOrBelow, type Segments } from "./flatten.ts";
import { directoryIndex, fileIndex, type FileTable, joinPath } from "./line-files.ts";
import { findRow, type LineTable, MAX_LINE_PROGRAM_BYTES, parseLineProgram } from "./line-program.ts";
import type { DwarfSections } from "./sections.ts";
import { readInitialLength } from "./unit-header.ts";
import { openFunctions, type UnitFunctions } from "./unit-functions.ts";
import type { StringValue, UnitRoot } from "./units.ts";
import type { WorkBudget } from "./work-budget.ts";

/** Where an address lies in a unit; both ends may be missing, never both. */
export interface Place {
  /** What `node` counts in; absent where no function covers the address. */
  readonly tree: FunctionTree | undefined;
  /** Innermost function or inlined call, or `NONE`. */
  readonly node: number;
  readonly functionStart: number;
  /** Row of the line table, or -1. */
  readonly row: number;
}

/** Functions with what is inlined in them, in the form that answers addresses. */
export interface FunctionTree {
  /** By node: the entry that knows its name. */
  readonly names: readonly number[];
  /** By node: what it was inlined into, or `NONE`. */
  readonly parents: readonly number[];
  readonly callFiles: readonly number[];
  readonly callLines: readonly number[];
  readonly segments: Segments;
}

export class DecodedUnit {
  readonly root: UnitRoot;
  readonly lines: LineTable | undefined;
  readonly #functions: UnitFunctions | undefined;
  readonly #paths = new Map<number, string | undefined>();

  constructor(root: UnitRoot, functions: UnitFunctions | undefined, lines: LineTable | undefined) {
    this.root = root;
    this.lines = lines;
    this.#functions = functions;
  }

  /** What it holds; grows with the functions that are asked for. */
  get sizeBytes(): number {
    const rows = this.lines?.rows.addresses.length ?? 0;
    return 12 * rows + (this.lines?.files.header.length ?? 0) + (this.#functions?.sizeBytes ?? 0) + 1024;
  }

  /** Whether `find` can answer without reading more of the unit. */
  canFind(offset: number): boolean {
    return this.#functions === undefined || this.#functions.isRead(offset);
  }
  async read(offset: number): Promise<void> {
    await this.#functions?.read(offset);
  }

  find(offset: number): Place | undefined {
    const tree = this.#functions?.treeAt(offset);
    const segment = tree === undefined ? -1 : lastAtOrBelow(tree.segments.starts, offset);
    const node = tree === undefined || segment < 0 ? NONE : tree.segments.nodes[segment]!;
    const row = this.lines === undefined ? -1 : findRow(this.lines.rows, offset);
    if (tree === undefined || node === NONE) {
      return row < 0 ? undefined : { tree: undefined, node: NONE, functionStart: 0, row };
    }
    return { tree, node, functionStart: tree.segments.functionStarts[segment]!, row };
  }

  rowFile(row: number): number {
    return this.lines?.rows.files[row] ?? NONE;
  }
  rowLine(row: number): number {
    return this.lines?.rows.lines[row] ?? 0;
  }

  hasPath(file: number): boolean {
    return this.#paths.has(file);
  }
  knownPath(file: number): string | undefined {
    return this.#paths.get(file);
  }

  /** Compilation directory, directory and name joined; `undefined` where the table has no such file. */
  async path(file: number, sections: DwarfSections): Promise<string | undefined> {
    if (this.#paths.has(file)) return this.#paths.get(file);
    const path = await readFilePath(this.root, this.lines?.files, file, sections);
    this.#paths.set(file, path);
    return path;
  }
}

/** Compilation directory, directory and name joined; `undefined` where the table has no such file. */
export async function readFilePath(
  root: UnitRoot,
  files: FileTable | undefined,
  file: number,
  sections: DwarfSections,
): Promise<string | undefined> {
  const index = files && file !== NONE ? fileIndex(files, file) : undefined;
  if (files === undefined || index === undefined) return undefined;
  const text = ({ form, value }: StringValue) =>
    sections.string(form, value, root.unit, root.stringOffsetsBase, files.header);
  const name = await text({ form: files.fileForms[index]!, value: files.fileValues[index]! });
  if (name === undefined || name === "") return undefined;
  const directory = directoryIndex(files, files.fileDirectories[index]!);
  const folder =
    directory === undefined
      ? ""
      : ((await text({ form: files.directoryForms[directory]!, value: files.directoryValues[directory]! })) ?? "");
  return joinPath(joinPath(root.compilationDirectory, folder), name);
}

/** What the first look at each unit may cost, all units together. */
export interface UnitBudgets {
  readonly info: WorkBudget;
  readonly lines: WorkBudget;
  readonly ranges: WorkBudget;
  readonly addresses: WorkBudget;
}

/** What is told about a unit while it is in use. */
export interface UnitListener {
  damaged(message: string): void;
  /** It holds so many bytes more. */
  grew(bytes: number): void;
}

/** Opens one unit. What is damaged in it is reported and left out; the line table and the tree do not need each other. */
export async function decodeUnit(
  root: UnitRoot,
  sections: DwarfSections,
  budgets: UnitBudgets,
  listener: UnitListener,
): Promise<DecodedUnit> {
  const orReport = async <T>(what: string, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      listener.damaged(`${what} of the unit at ${root.unit.offset}: ${error.message}`);
      return undefined;
    }
  };
  const { lineProgram } = root;
  const [functions, lines] = await Promise.all([
    orReport("functions", openFunctions(root, sections, budgets, listener)),
    lineProgram === undefined ? undefined : orReport("lines", readLines(root, lineProgram, sections, budgets.lines)),
  ]);
  return new DecodedUnit(root, functions, lines);
}

const FIRST_LINE_READ = 16_384;

export async function readLines(
  root: UnitRoot,
  offset: number,
  sections: DwarfSections,
  budget: WorkBudget,
): Promise<LineTable> {
  const section = sections.line;
  if (offset >= section.size) throw new FormatError("truncated", `no line program at ${offset}`, offset);
  let bytes = await section.read(offset, Math.min(FIRST_LINE_READ, section.size - offset));
  const reader = new Reader(bytes);
  const size = Math.min(readInitialLength(reader) + reader.offset, section.size - offset);
  if (size > MAX_LINE_PROGRAM_BYTES) throw new FormatError("too-large", `a line program of ${size} bytes`, offset);
  budget.spend(size);
  if (size > bytes.length) bytes = await section.read(offset, size);
  return parseLineProgram(bytes.subarray(0, size), root.unit, sections.base);
}
