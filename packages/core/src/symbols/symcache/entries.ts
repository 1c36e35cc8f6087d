/**
 * What all addresses of an image say, in columns: at each entry's address an answer begins that holds until the next one. Pieces
 * are runs of entries of one unit without a gap; only they know where an answer ends.
 */
import { FormatError } from "../../bytes/errors.ts";
import { NONE } from "../../dwarf/constants.ts";
import { lastAtOrBelow } from "../../dwarf/flatten.ts";
import type { LineRows } from "../../dwarf/line-program.ts";
import type { TableBudget } from "./table-budget.ts";
import { MAX_OVERLAP_RANGES, resolveOverlaps } from "./resolve-overlaps.ts";
import type { UnitSegments } from "./unit-tree.ts";

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
 * Adds what one unit says of the addresses it claims. `segments` and `rows` hold its functions and its lines, and `fileOf` gives the
 * number of a file of its line table.
 */
export function addUnitEntries(
  entries: Entries,
  claim: UnitClaim,
  segments: UnitSegments | undefined,
  rows: LineRows | undefined,
  fileOf: (file: number) => number,
): void {
  const first = entries.count;
  merge(entries, segments, rows === undefined ? NO_CHANGES : rowChanges(rows, fileOf));
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

/** The rows of a unit in one rising list; a file of `NONE` where the rows before it end. */
interface RowChanges {
  count: number;
  readonly addresses: Uint32Array;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
}
const NO_CHANGES: RowChanges = {
  count: 0,
  addresses: new Uint32Array(0),
  files: new Uint32Array(0),
  lines: new Uint32Array(0),
};

function rowChanges(rows: LineRows, fileOf: (file: number) => number): RowChanges {
  const { starts, ends } = rows;
  const sequences = starts.length;
  let isApart = true;
  for (let i = 1; i < sequences && isApart; i++) isApart = ends[i - 1]! <= starts[i]!;
  if (isApart) {
    const changes = newChanges(rows.addresses.length + sequences);
    for (let i = 0; i < sequences; i++) addRun(changes, rows, i, starts[i]!, ends[i]!, fileOf);
    return changes;
  }
  // Of several that cover an address the one that begins last counts, then the first.
  const parts: number[] = [];
  let rowCount = 0;
  const isBefore = (a: number, b: number) => starts[a]! > starts[b]! || (starts[a] === starts[b] && a < b);
  resolveOverlaps(sequences, starts, ends, isBefore, (start, end, sequence) => {
    parts.push(start, end, sequence);
    rowCount += rows.rowCounts[sequence]! + 1;
    if (rowCount > MAX_ENTRIES) throw new FormatError("too-large", "line sequences overlap too often");
  });
  const changes = newChanges(rowCount);
  for (let i = 0; i < parts.length; i += 3) addRun(changes, rows, parts[i + 2]!, parts[i]!, parts[i + 1]!, fileOf);
  return changes;
}

/** Good until the next unit: one after the other is packed, so the room is used again. */
function newChanges(size: number): RowChanges {
  if (size > scratch.addresses.length) {
    const room = Math.max(size, Math.min(2 * size, MAX_KEPT));
    const made = {
      count: 0,
      addresses: new Uint32Array(room),
      files: new Uint32Array(room),
      lines: new Uint32Array(room),
    };
    if (room > MAX_KEPT) return made;
    scratch = made;
  }
  scratch.count = 0;
  return scratch;
}
const MAX_KEPT = 1 << 20;
let scratch: RowChanges = NO_CHANGES;

/** The rows of a sequence from `start` to `end`, and its end. */
function addRun(
  changes: RowChanges,
  rows: LineRows,
  sequence: number,
  start: number,
  end: number,
  fileOf: (file: number) => number,
): void {
  const { addresses, files, lines } = changes;
  const first = rows.firstRows[sequence]!;
  const last = first + rows.rowCounts[sequence]!;
  let at = changes.count;
  // Where the one before ends just here, that end is none.
  if (at > 0 && addresses[at - 1] === start) at--;
  let row = Math.max(first, lastAtOrBelow(rows.addresses, start, first, last));
  let address = start;
  let file = NONE;
  let id = 0;
  while (address < end) {
    if (rows.files[row] !== file) {
      file = rows.files[row]!;
      id = fileOf(file);
    }
    addresses[at] = address;
    files[at] = id;
    lines[at] = rows.lines[row]!;
    at++;
    if (++row >= last) break;
    // Addresses only rise; in a damaged file they may not.
    address = Math.max(address, rows.addresses[row]!);
  }
  addresses[at] = end;
  files[at] = NONE;
  lines[at] = 0;
  changes.count = at + 1;
}

/** The changes of function and line in one rising list; each of the two holds until it changes. */
function merge(entries: Entries, segments: UnitSegments | undefined, rows: RowChanges): void {
  const first = entries.count;
  const segmentCount = segments?.count ?? 0;
  const segmentStarts = segments?.starts ?? NO_CHANGES.addresses;
  const segmentNodes = segments?.nodes ?? NO_CHANGES.addresses;
  const functionStarts = segments?.functionStarts ?? NO_CHANGES.addresses;
  const { count: rowCount, addresses, files, lines } = rows;
  let segment = 0;
  let row = 0;
  let node = NONE;
  let functionStart = 0;
  let file = NONE;
  let line = 0;
  let previousAddress = -1;
  while (segment < segmentCount || row < rowCount) {
    const nextSegment = segment < segmentCount ? segmentStarts[segment]! : Infinity;
    const nextRow = row < rowCount ? addresses[row]! : Infinity;
    const address = nextSegment < nextRow ? nextSegment : nextRow;
    if (nextSegment === address) {
      node = segmentNodes[segment]!;
      functionStart = functionStarts[segment]!;
      segment++;
    }
    if (nextRow === address) {
      file = files[row]!;
      line = lines[row]!;
      row++;
    }
    // Of several at one address the last counts; one that says nothing new is none.
    if (address === previousAddress && entries.count > first && entries.addresses[entries.count - 1] === address) {
      entries.count--;
    }
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
}
