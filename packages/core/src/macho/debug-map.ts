/**
 * Whether a linked binary has a debug map (mach-o/stab.h): rows of its symbol table that name the object files where the compiler left the
 * debug information. dsymutil follows them on the machine that built it; nobody else has those files.
 */
import { Reader } from "../bytes/reader.ts";
import type { MachOSlice } from "./mach-o.ts";
import { MAX_SYMBOLS } from "./symbol-table.ts";

const N_OSO = 0x66;
const ROWS_PER_READ = 65_536;

/** The linker writes the map first, so that hardly more than one read is made of a file that has one. */
export async function hasDebugMap({ symbolTable, source, is64 }: MachOSlice): Promise<boolean> {
  if (symbolTable === undefined || symbolTable.offset > source.size) return false;
  const width = is64 ? 16 : 12;
  const there = Math.floor((source.size - symbolTable.offset) / width);
  const total = Math.min(symbolTable.count, there, MAX_SYMBOLS);
  for (let done = 0; done < total; done += ROWS_PER_READ) {
    const rows = Math.min(ROWS_PER_READ, total - done);
    const reader = new Reader(await source.read(symbolTable.offset + done * width, rows * width));
    for (let i = 0; i < rows; i++) {
      reader.offset = i * width + 4;
      if (reader.u8() === N_OSO) return true;
    }
  }
  return false;
}
