/**
 * What all addresses of an image say, in columns: at each entry's address an answer begins that holds until the next one. Pieces
 * are runs of entries of one unit without a gap; only they know where an answer ends.
 */
import { FormatError } from "../../bytes/errors.ts";
import { NONE } from "../../dwarf/constants.ts";
import { lastAtOrBelow, type Segments } from "../../dwarf/flatten.ts";
import type { LineRows } from "../../dwarf/line-program.ts";
import type { TableBudget } from "./table-budget.ts";
import { MAX_OVERLAP_RANGES, resolveOverlaps } from "./resolve-overlaps.ts";

/** A dSYM of 367 MB has 3 million. */
export const MAX_ENTRIES: number = 2 ** 24;

export class Entries {
  readonly #budget: TableBudget;
  count = 0;
  addresses: Uint32Array = new Uint32Array(FIRST);
  /** Innermost function or inlined call, or `NONE`. */
  nodes: Uint32Array = new Uint32Array(FIRST);
  /** Where the range of the concrete function begins. */
  functionStarts: Uint32Array = new Uint32Array(FIRST);
  /** `NONE` where no row is. */
  files: Uint32Array = new Uint32Array(FIRST);
  lines: Uint32Array = new Uint32Array(FIRST);

  pieces = 0;
  pieceStarts: Uint32Array = new Uint32Array(FIRST);
  pieceEnds: Uint32Array = new Uint32Array(FIRST);
  pieceFirst: Uint32Array = new Uint32Array(FIRST);
  /** The lower one counts where pieces overlap. */
  pieceRanks: Uint32Array = new Uint32Array(FIRST);

  constructor(budget: TableBudget) {
    this.#budget = budget;
  }

  add(address: number, node: number, functionStart: number, file: number, line: number): void {
    const at = this.count;
    if (at === this.addresses.length) this.#grow();
    this.addresses[at] = address;
    this.nodes[at] = node;
    this.functionStarts[at] = functionStart;
    this.files[at] = file;
    this.lines[at] = line;
    this.count = at + 1;
  }

  addPiece(start: number, end: number, first: number, rank: number): void {
    const at = this.pieces;
    if (at === MAX_OVERLAP_RANGES) throw new FormatError("too-large", `more than ${MAX_OVERLAP_RANGES} runs of code`);
    if (at === this.pieceStarts.length) {
      this.pieceStarts = this.#budget.doubled(this.pieceStarts);
      this.pieceEnds = this.#budget.doubled(this.pieceEnds);
      this.pieceFirst = this.#budget.doubled(this.pieceFirst);
      this.pieceRanks = this.#budget.doubled(this.pieceRanks);
    }
    this.pieceStarts[at] = start;
    this.pieceEnds[at] = end;
    this.pieceFirst[at] = first;
    this.pieceRanks[at] = rank;
    this.pieces = at + 1;
  }

  #grow(): void {
    if (this.count >= MAX_ENTRIES)
      throw new FormatError("too-large", `more than ${MAX_ENTRIES} changes of line or call`);
    this.addresses = this.#budget.doubled(this.addresses);
    this.nodes = this.#budget.doubled(this.nodes);
    this.functionStarts = this.#budget.doubled(this.functionStarts);
    this.files = this.#budget.doubled(this.files);
    this.lines = this.#budget.doubled(this.lines);
  }
}

const FIRST = 4096;

/** Where a unit has code, sorted and without overlap; and which unit counts where several claim a place. */
export interface UnitClaim {
  readonly rank: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Adds what one unit says of the addresses it claims. `segments` and `rows` hold its functions and its lines; `firstNode` is the
 * number of its first node, and `fileOf` gives the number of a file of its line table.
 */
export function addUnitEntries(
  entries: Entries,
  claim: UnitClaim,
  segments: Segments | undefined,
  rows: LineRows | undefined,
  firstNode: number,
  fileOf: (file: number) => number,
): void {
  const first = entries.count;
  const runs = rows === undefined ? NO_RUNS : rowRuns(rows);
  merge(entries, segments, rows, runs, firstNode, fileOf);
  const last = entries.count;
  if (last === first) return;
  for (let i = 0; i < claim.starts.length; i++) {
    addPieces(entries, claim.starts[i]!, claim.ends[i]!, first, last, claim.rank);
  }
}

/** The parts of `[start, end)` that have an answer. */
function addPieces(entries: Entries, start: number, end: number, first: number, last: number, rank: number): void {
  const { addresses, nodes, files } = entries;
  let at = lastAtOrBelow(addresses, start, first, last);
  if (at < 0) at = first;
  let open = -1;
  for (; at < last && addresses[at]! < end; at++) {
    const answers = nodes[at] !== NONE || files[at] !== NONE;
    if (answers && open < 0) {
      open = at;
    } else if (!answers && open >= 0) {
      addClipped(entries, open, addresses[at]!, start, end, rank);
      open = -1;
    }
  }
  if (open >= 0) addClipped(entries, open, at < last ? addresses[at]! : end, start, end, rank);
}

function addClipped(entries: Entries, first: number, until: number, start: number, end: number, rank: number): void {
  const from = Math.max(entries.addresses[first]!, start);
  const to = Math.min(until, end);
  if (to > from) entries.addPiece(from, to, first, rank);
}

interface RowRuns {
  count: number;
  readonly starts: number[];
  readonly ends: number[];
  readonly sequences: number[];
}
const NO_RUNS: RowRuns = { count: 0, starts: [], ends: [], sequences: [] };

/** Which sequence of a line table counts where: of several that cover an address the one that begins last, then the first. */
function rowRuns({ starts, ends }: LineRows): RowRuns {
  const runs: RowRuns = { count: 0, starts: [], ends: [], sequences: [] };
  const isBefore = (a: number, b: number) => starts[a]! > starts[b]! || (starts[a] === starts[b] && a < b);
  resolveOverlaps(starts.length, starts, ends, isBefore, (start, end, sequence) => {
    runs.starts.push(start);
    runs.ends.push(end);
    runs.sequences.push(sequence);
    runs.count++;
  });
  return runs;
}

/** The changes of function and line in one rising list; each of the two holds until it changes. */
function merge(
  entries: Entries,
  segments: Segments | undefined,
  rows: LineRows | undefined,
  runs: RowRuns,
  firstNode: number,
  fileOf: (file: number) => number,
): void {
  const first = entries.count;
  const segmentCount = segments?.starts.length ?? 0;
  let segment = 0;
  let node = NONE;
  let functionStart = 0;
  let run = 0;
  let row = 0;
  let lastRow = 0; // past the rows of the open run; equal to `row` when the run has no further one
  let runOpen = false;
  let file = NONE;
  let line = 0;
  let previousAddress = -1;
  if (runs.count > 0) openRun();

  for (;;) {
    const nextSegment = segment < segmentCount ? segments!.starts[segment]! : Infinity;
    const nextRow = run < runs.count ? nextRowAddress() : Infinity;
    const address = Math.min(nextSegment, nextRow);
    if (address === Infinity) break;
    if (nextSegment === address) {
      const inUnit = segments!.nodes[segment]!;
      node = inUnit === NONE ? NONE : inUnit + firstNode;
      functionStart = segments!.functionStarts[segment]!;
      segment++;
    }
    if (nextRow === address) stepRow();
    // Of several at one address the last counts; one that says nothing new is none.
    if (address === previousAddress && entries.count > first) entries.count--;
    previousAddress = address;
    const last = entries.count - 1;
    if (
      last < first ||
      entries.nodes[last] !== node ||
      entries.files[last] !== file ||
      entries.lines[last] !== line ||
      (node !== NONE && entries.functionStarts[last] !== functionStart)
    ) {
      entries.add(address, node, functionStart, file, line);
    }
  }

  function openRun(): void {
    const sequence = runs.sequences[run]!;
    const first = rows!.firstRows[sequence]!;
    lastRow = first + rows!.rowCounts[sequence]!;
    row = Math.max(first, lastAtOrBelow(rows!.addresses, runs.starts[run]!, first, lastRow));
    runOpen = false;
  }

  function nextRowAddress(): number {
    if (!runOpen) return runs.starts[run]!;
    const end = runs.ends[run]!;
    return row < lastRow ? Math.min(Math.max(rows!.addresses[row]!, previousAddress), end) : end;
  }

  function stepRow(): void {
    const end = runs.ends[run]!;
    if (runOpen && (row >= lastRow || rows!.addresses[row]! >= end)) {
      file = NONE;
      line = 0;
      run++;
      if (run < runs.count) {
        const follows = runs.starts[run] === end;
        openRun();
        if (follows) stepRow();
      }
      return;
    }
    runOpen = true;
    file = fileOf(rows!.files[row]!);
    line = rows!.lines[row]!;
    row++;
  }
}
