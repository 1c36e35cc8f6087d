/**
 * Functions by the symbol table (mach-o/nlist.h): the only source for stripped and system binaries, and for code the
 * compiler made without debug information (outlined copies, witnesses, merged functions).
 */
import { sliceSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { MAX_IMAGE_OFFSET, readImageOffset, textBase } from "../bytes/image-offset.ts";
import { PagedSource, readString } from "../bytes/paged-source.ts";
import { Reader } from "../bytes/reader.ts";
import { U32List } from "../bytes/u32-list.ts";
import { readFunctionStarts } from "./function-starts.ts";
import type { MachOSlice } from "./mach-o.ts";

/** Rows of the table, stabs included: a debug map has five rows per function and the largest we know has 939,000. */
export const MAX_SYMBOLS: number = 1 << 24;
/** Those in code: the index sorts address and row together in one double, 32 + 21 bits. */
export const MAX_CODE_SYMBOLS: number = 2 ** 21;

const N_STAB = 0xe0;
const N_TYPE = 0x0e;
const N_SECT = 0x0e;
const N_EXT = 0x01;

/** 768 KiB or 1 MiB at a time, never the whole table. */
const ROWS_PER_READ = 65_536;

export interface CodeSymbol {
  /** Without the underscore that the linker convention puts before every C-level name. */
  readonly name: string;
  /** Offset in the image. */
  readonly start: number;
}

export interface SymbolTable {
  readonly size: number;
  /** The symbol whose code holds `offset`: it ends at the next symbol or with its section. */
  find(offset: number): Promise<CodeSymbol | undefined>;
}

const EMPTY: SymbolTable = { size: 0, find: async () => undefined };

/** The symbols in code by address, their names not looked up yet. */
export interface SortedSymbols {
  readonly starts: Uint32Array;
  /** Where the code of each ends at the latest: with its section, or where a function begins that has no symbol. */
  readonly ends: Uint32Array;
  /** Where the name of each begins in `strings`. */
  readonly names: Uint32Array;
  readonly strings: PagedSource;
  /** Whether the linker put an underscore before every name. */
  readonly addsUnderscore: boolean;
  /** The best of the names of the symbols from `first` to `last`, which have one address; as it stands in the table. */
  bestName(first: number, last: number): Promise<string>;
}

/** `undefined` where a file has none. */
export async function readSymbols(slice: MachOSlice): Promise<SortedSymbols | undefined> {
  const location = slice.symbolTable;
  if (location === undefined || location.count === 0) return undefined;
  if (location.count > MAX_SYMBOLS) throw new FormatError("too-large", `a symbol table of ${location.count} rows`);
  const { source } = slice;
  if (location.offset > source.size || location.stringsOffset > source.size) {
    throw new FormatError("truncated", "the symbol table lies past the end of the file", location.offset);
  }
  const stringsSize = Math.min(location.stringsSize, source.size - location.stringsOffset);
  const strings = new PagedSource(sliceSource(source, location.stringsOffset, stringsSize));
  const rows = await readCodeRows(slice, location.offset, location.count, stringsSize);
  if (rows.count === 0) return undefined;
  const addsUnderscore = await underscoreIsAdded(strings, rows);
  const sorted = sortRows(rows);
  return {
    starts: sorted.starts,
    ends: boundedBy(
      await readFunctionStarts(slice),
      sorted.starts,
      sorted.details.map((detail) => sectionEnd(slice, detail)),
    ),
    names: sorted.names,
    strings,
    addsUnderscore,
    bestName: (first, last) => bestName(strings, sorted, first, last),
  };
}

/** In a stripped binary most functions have no symbol; the one before must not stand for them. */
function boundedBy(functionStarts: Uint32Array, starts: Uint32Array, ends: Uint32Array): Uint32Array {
  let next = 0;
  for (let i = 0; i < starts.length; i++) {
    while (next < functionStarts.length && functionStarts[next]! <= starts[i]!) next++;
    if (next === functionStarts.length) break;
    ends[i] = Math.min(ends[i]!, functionStarts[next]!);
  }
  return ends;
}

/** At most what an image spans: beyond it is no address. */
function sectionEnd(slice: MachOSlice, detail: number): number {
  const { address, size } = slice.sections[detail >> 1]!;
  return Math.min(address + size, MAX_IMAGE_OFFSET);
}

export async function loadSymbolTable(slice: MachOSlice): Promise<SymbolTable> {
  const symbols = await readSymbols(slice);
  if (symbols === undefined) return EMPTY;
  const { starts, ends, addsUnderscore } = symbols;
  const names = new Map<number, string>();

  return {
    size: starts.length,
    async find(offset) {
      const last = lastSymbol(starts, offset);
      if (last < 0 || offset >= ends[last]!) return undefined;
      const start = starts[last]!;
      const known = names.get(start);
      if (known !== undefined) return { name: known, start };
      let first = last;
      while (first > 0 && starts[first - 1] === start && last - first < MAX_ALIASES) first--;
      const name = stripUnderscore(await symbols.bestName(first, last), addsUnderscore);
      names.set(start, name);
      return { name, start };
    },
  };
}

/** The last one that does not begin after `offset`, or -1. */
function lastSymbol(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Symbols of one address that are compared for the best name; folded code has dozens, damage millions. */
export const MAX_ALIASES = 1024;

/** External before private, the assembler's and linker's own labels last; of equals (folded code) llvm-symbolizer's choice. */
async function bestName(strings: PagedSource, rows: CodeRows, first: number, last: number): Promise<string> {
  let best = "";
  let bestScore = -1;
  for (let i = first; i <= last; i++) {
    const name = await readString(strings, rows.names[i]!);
    const score = (rows.details[i]! & 1) * 4 + (name.startsWith("ltmp") ? 0 : 2) + (name.startsWith("l_") ? 0 : 1);
    if (score > bestScore || (score === bestScore && name > best)) {
      best = name;
      bestScore = score;
    }
  }
  return best;
}

/** Placeholders of bitcode builds; the symbol map that names them uses this spelling. */
const HIDDEN = /^__hidden#\d+_$/;

/** Takes off exactly one underscore, and only where one was put on. */
export function stripUnderscore(name: string, addsUnderscore: boolean): string {
  return addsUnderscore && name.startsWith("_") && !HIDDEN.test(name) ? name.slice(1) : name;
}

const SAMPLE = 64;
/** Names no convention prefixes: Objective-C methods, local labels. */
const NEVER_PREFIXED = /^([-+]\[|l_|ltmp|L|GCC_except)/;

/** Dart writes its own names as they are (`_Uri._toWindowsFilePath`); C, C++, Objective-C and Swift put `_` before every one. */
async function underscoreIsAdded(strings: PagedSource, rows: CodeRows): Promise<boolean> {
  let balance = 0;
  for (let i = 0; i < Math.min(SAMPLE, rows.count); i++) {
    const name = await readString(strings, rows.names[i]!);
    if (name.startsWith("_")) balance++;
    else if (name !== "" && !NEVER_PREFIXED.test(name)) balance--;
  }
  return balance >= 0;
}

interface CodeRows {
  readonly count: number;
  readonly starts: Uint32Array;
  /** Offset of the name in the string table. */
  readonly names: Uint32Array;
  /** Twice the index into the slice's sections, plus 1 for an external symbol. */
  readonly details: Uint32Array;
}

async function readCodeRows(
  slice: MachOSlice,
  tableOffset: number,
  declared: number,
  stringsSize: number,
): Promise<CodeRows> {
  const width = slice.is64 ? 16 : 12;
  const base = textBase(slice.textAddress);
  const total = Math.min(declared, Math.floor((slice.source.size - tableOffset) / width));
  const starts = new U32List();
  const names = new U32List();
  const details = new U32List(); // section index * 2 + external

  for (let done = 0; done < total; done += ROWS_PER_READ) {
    const rows = Math.min(ROWS_PER_READ, total - done);
    const reader = new Reader(await slice.source.read(tableOffset + done * width, rows * width));
    for (let i = 0; i < rows; i++) {
      reader.offset = i * width + 4;
      const type = reader.u8();
      if ((type & N_STAB) !== 0 || (type & N_TYPE) !== N_SECT) continue;
      const sectionIndex = reader.u8() - 1;
      const section = slice.sections[sectionIndex];
      if (section === undefined || !section.holdsCode) continue;
      reader.offset = i * width;
      const name = reader.u32();
      reader.offset += 4;
      const start = readImageOffset(reader, slice.is64 ? 8 : 4, base);
      if (name >= stringsSize || !(start >= section.address && start < section.address + section.size)) continue;
      if (start < 0 || start > 0xffff_ffff) continue;
      if (starts.length === MAX_CODE_SYMBOLS) {
        throw new FormatError("too-large", `more than ${MAX_CODE_SYMBOLS} code symbols`);
      }
      starts.push(start);
      names.push(name);
      details.push(sectionIndex * 2 + (type & N_EXT));
    }
  }
  return { count: starts.length, starts: starts.trimmed(), names: names.trimmed(), details: details.trimmed() };
}

function sortRows(rows: CodeRows): CodeRows {
  const keys = new Float64Array(rows.count);
  for (let i = 0; i < rows.count; i++) keys[i] = rows.starts[i]! * MAX_CODE_SYMBOLS + i;
  keys.sort();
  const starts = new Uint32Array(rows.count);
  const names = new Uint32Array(rows.count);
  const details = new Uint32Array(rows.count);
  for (let i = 0; i < rows.count; i++) {
    const start = Math.floor(keys[i]! / MAX_CODE_SYMBOLS);
    const row = keys[i]! - start * MAX_CODE_SYMBOLS;
    starts[i] = start;
    names[i] = rows.names[row]!;
    details[i] = rows.details[row]!;
  }
  return { count: rows.count, starts, names, details };
}
