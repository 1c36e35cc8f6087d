/** Line number programs, versions 2 to 5 (section 6.2 of the standard): rows of address, file and line. */
import { FormatError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import { NONE } from "./constants.ts";
import { lastAtOrBelow } from "./flatten.ts";
import { type FileTable, readFileTable } from "./line-files.ts";
import { isLiveRange, readImageOffset, type TextBase } from "../bytes/image-offset.ts";
import { readInitialLength, type UnitHeader } from "./unit-header.ts";

/** One program; the whole section of a 367 MB file is 20 MB. */
export const MAX_LINE_PROGRAM_BYTES: number = 256 << 20;
export const MAX_SEQUENCES: number = 2 ** 21;

export interface LineTable {
  readonly files: FileTable;
  readonly rows: LineRows;
}

export interface LineRows {
  readonly addresses: Uint32Array;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
  /** Runs of rows without a gap, sorted by start; `firstRows` has one more entry than there are runs. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly firstRows: Uint32Array;
  readonly rowCounts: Uint32Array;
}

/** `bytes` = one program from its length field on. */
export function parseLineProgram(bytes: Uint8Array, unit: UnitHeader, base: TextBase): LineTable {
  const reader = new Reader(bytes);
  const length = readInitialLength(reader);
  const offsetSize = reader.offset === 12 ? 8 : 4;
  const end = Math.min(reader.offset + length, bytes.length);
  const version = reader.u16();
  if (version < 2 || version > 5) throw new FormatError("unsupported", `line program version ${version}`);
  const addressSize = version >= 5 ? reader.u8() : unit.addressSize;
  if (version >= 5) reader.u8(); // segment selectors
  if (addressSize !== 4 && addressSize !== 8) throw new FormatError("unsupported", `addresses of ${addressSize} bytes`);
  const headerLength = offsetSize === 8 ? reader.u64Number() : reader.u32();
  const program = reader.offset + headerLength;
  if (program > end) throw new FormatError("truncated", "a line program shorter than its header", reader.offset);
  const minimumInstruction = reader.u8();
  if (version >= 4) reader.u8(); // operations per instruction: 1 on all our machines
  reader.u8(); // default is_stmt
  const lineBase = reader.i8();
  const lineRange = reader.u8();
  const opcodeBase = reader.u8();
  if (lineRange === 0 || opcodeBase === 0) throw new FormatError("damaged", "a line program without a line range");
  const operandCounts = reader.slice(opcodeBase - 1);
  const files = readFileTable(new Reader(bytes.subarray(0, program), reader.offset), {
    version,
    addressSize,
    offsetSize,
  });
  const rows = runProgram(new Reader(bytes.subarray(0, end), program), {
    minimumInstruction,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    addressSize,
    base,
  });
  return { files, rows };
}

interface ProgramRules {
  readonly minimumInstruction: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: Uint8Array;
  readonly addressSize: 4 | 8;
  readonly base: TextBase;
}

/** The standard opcode that makes a row and does nothing else. */
const COPY = 1;

function runProgram(reader: Reader, rules: ProgramRules): LineRows {
  const { bytes } = reader;
  const { minimumInstruction, lineBase, lineRange, opcodeBase } = rules;
  const end = bytes.length;
  let { addresses, files, lines } = scratch;
  let count = 0;
  const sequences = new SequenceBuilder();
  const constantAdvance = Math.floor((255 - opcodeBase) / lineRange) * minimumInstruction;

  let address = 0;
  let file = 1;
  let line = 1;
  let firstRow = 0;
  let start = NaN;
  let previous = -1;
  while (reader.offset < end) {
    const opcode = bytes[reader.offset++]!;
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      address += Math.floor(adjusted / lineRange) * minimumInstruction;
      line += lineBase + (adjusted % lineRange);
    } else if (opcode !== COPY) {
      switch (opcode) {
        case 0: {
          const length = reader.uleb();
          const next = reader.offset + length;
          if (next > end)
            throw new FormatError("truncated", "an extended line opcode reaches past the end", reader.offset);
          const extended = length === 0 ? 0 : reader.u8();
          if (extended === 1) {
            if (isLiveRange(start, address)) sequences.add(start, address, firstRow, count - firstRow);
            else count = firstRow;
            address = 0;
            file = 1;
            line = 1;
            firstRow = count;
            start = NaN;
            previous = -1;
          } else if (extended === 2) {
            address = readImageOffset(reader, length === 5 ? 4 : rules.addressSize, rules.base);
          }
          reader.offset = next;
          break;
        }
        case 2: // advance the address
          address += reader.uleb() * minimumInstruction;
          break;
        case 3:
          line += reader.sleb();
          break;
        case 4:
          file = reader.uleb();
          break;
        case 5: // column
          reader.uleb();
          break;
        case 8:
          address += constantAdvance;
          break;
        case 9:
          address += reader.u16();
          break;
        default: // statement and block marks, and what later versions add
          for (let i = rules.operandCounts[opcode - 1] ?? 0; i > 0; i--) reader.uleb();
      }
      continue;
    }

    // A special opcode or a copy: both make a row.
    if (Number.isNaN(start)) start = address;
    const at = address >= 0 && address <= NONE ? address : 0; // dead code; its sequence is dropped whole
    if (count > firstRow) {
      if (previous === at) count--; // the last of several rows at one address counts
      else if (files[count - 1] === file && lines[count - 1] === line) continue;
    }
    if (count === addresses.length) {
      addresses = doubled(addresses);
      files = doubled(files);
      lines = doubled(lines);
      if (addresses.length <= MAX_KEPT_ROWS) scratch = { addresses, files, lines };
    }
    addresses[count] = at;
    files[count] = file;
    lines[count] = line >= 0 ? line : 0;
    count++;
    previous = at;
  }
  count = firstRow; // rows after the last end belong to nobody
  return {
    addresses: addresses.slice(0, count),
    files: files.slice(0, count),
    lines: lines.slice(0, count),
    ...sequences.sorted(),
  };
}

/** Rows that there is room for at first; and what is kept for the next program: nothing waits while one runs. */
const FIRST_ROWS = 4096;
const MAX_KEPT_ROWS = 1 << 20;
let scratch = {
  addresses: new Uint32Array(FIRST_ROWS),
  files: new Uint32Array(FIRST_ROWS),
  lines: new Uint32Array(FIRST_ROWS),
};

function doubled(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}

class SequenceBuilder {
  readonly #starts = new U32List();
  readonly #ends = new U32List();
  readonly #firstRows = new U32List();
  readonly #rowCounts = new U32List();

  add(start: number, end: number, firstRow: number, rowCount: number): void {
    if (this.#starts.length === MAX_SEQUENCES)
      throw new FormatError("too-large", `more than ${MAX_SEQUENCES} sequences`);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#firstRows.push(firstRow);
    this.#rowCounts.push(rowCount);
  }

  sorted(): Pick<LineRows, "starts" | "ends" | "firstRows" | "rowCounts"> {
    const count = this.#starts.length;
    const order = new Float64Array(count);
    for (let i = 0; i < count; i++) order[i] = this.#starts.at(i) * MAX_SEQUENCES + i;
    order.sort();
    const pick = (from: U32List) => Uint32Array.from(order, (key) => from.at(key % MAX_SEQUENCES));
    return {
      starts: pick(this.#starts),
      ends: pick(this.#ends),
      firstRows: pick(this.#firstRows),
      rowCounts: pick(this.#rowCounts),
    };
  }
}

/** Sequences that overlap are damage or folded code; more than a few at one place need no answer. */
const MAX_OVERLAPS = 64;

/** The row for an address, or -1: the last that is not above it, and an end of sequence belongs to nobody. */
export function findRow(rows: LineRows, offset: number): number {
  let sequence = lastAtOrBelow(rows.starts, offset);
  if (sequence < 0) return -1;
  for (let i = 0; rows.ends[sequence]! <= offset; i++) {
    if (sequence-- === 0 || i === MAX_OVERLAPS) return -1;
  }
  // Several that cover it: the first one, as code folded by the linker belongs to the unit's first function.
  for (let i = sequence - 1; i >= 0 && sequence - i <= MAX_OVERLAPS; i--) {
    if (rows.starts[i] !== rows.starts[sequence]) break;
    if (rows.ends[i]! > offset) sequence = i;
  }
  const first = rows.firstRows[sequence]!;
  return lastAtOrBelow(rows.addresses, offset, first, first + rows.rowCounts[sequence]!);
}
