/** The symbol table as blocks: where each symbol begins and its name; a nameless one ends the code of the one before. */
import { FormatError } from "../../bytes/errors.ts";
import { MAX_STRING_BYTES } from "../../bytes/paged-source.ts";
import type { MachOSlice } from "../../macho/mach-o.ts";
import { MAX_ALIASES, readSymbols, type SortedSymbols, stripUnderscore } from "../../macho/symbol-table.ts";
import type { Problem } from "../../report.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { END_OF_CODE, SYMBOLS_PER_BLOCK } from "./format.ts";
import type { StringPool } from "./string-pool.ts";

const encoder = new TextEncoder();

export async function packSymbols(
  slice: MachOSlice,
  names: StringPool,
  index: ByteWriter,
  blocks: ByteWriter,
  report: (problem: Problem) => void,
): Promise<void> {
  try {
    const symbols = await readSymbols(slice);
    if (symbols !== undefined) await pack(symbols, names, index, blocks);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    report({ code: "damaged-symbols", message: `symbol table: ${error.message}` });
  }
}

async function pack(symbols: SortedSymbols, names: StringPool, index: ByteWriter, blocks: ByteWriter): Promise<void> {
  const { starts, ends, addsUnderscore } = symbols;
  const offsets: number[] = [];
  let inBlock = 0;
  let previous = 0;
  const write = (address: number, name: number): void => {
    if (inBlock === 0) {
      index.u32(address);
      offsets.push(blocks.length);
      previous = address;
    }
    blocks.uleb(address - previous);
    blocks.uleb(name);
    previous = address;
    inBlock = (inBlock + 1) % SYMBOLS_PER_BLOCK;
  };
  // Names as bytes: a text for each would be most of the time.
  const strings =
    symbols.strings.size <= MAX_WHOLE_STRINGS ? await symbols.strings.read(0, symbols.strings.size) : undefined;
  for (let first = 0; first < starts.length;) {
    const start = starts[first]!;
    let last = first;
    while (last + 1 < starts.length && starts[last + 1] === start) last++;
    const known = last === first && strings ? addBytes(strings, symbols.names[first]!) : undefined;
    write(start, (known ?? (await addText(first, last))) + 1);
    const end = ends[last]!;
    first = last + 1;
    if (first === starts.length || starts[first]! > end) write(end, END_OF_CODE);
  }
  for (const offset of offsets) index.u32(offset);

  function addBytes(strings: Uint8Array, at: number): number | undefined {
    const isPrefixed = addsUnderscore && strings[at] === UNDERSCORE;
    // `__hidden#1_` may keep it.
    if (isPrefixed && strings[at + 1] === UNDERSCORE && strings[at + 2] === SMALL_H) return undefined;
    const name = names.addUntilZero(strings, isPrefixed ? at + 1 : at, MAX_STRING_BYTES);
    return name < 0 ? undefined : name;
  }

  async function addText(first: number, last: number): Promise<number> {
    const raw = await symbols.bestName(Math.max(first, last - MAX_ALIASES), last);
    const name = encoder.encode(stripUnderscore(raw, addsUnderscore));
    return names.add(name, 0, name.length);
  }
}

const MAX_WHOLE_STRINGS: number = 64 << 20;
const UNDERSCORE = 0x5f;
const SMALL_H = 0x68;
