/**
 * Debug files as `SymbolSlice`s: DWARF where it covers an address, the symbol table where it does not.
 *
 * The name of the outermost frame is the one in the DWARF. llvm-symbolizer and, as far as we know, atos take the symbol
 * table's: it differs for constructors (C1 for C2), folded functions, aliases and bitcode placeholders. Pass
 * `outermostName: "symbol-table"` for theirs.
 */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { type MachOSlice, openMachO } from "../macho/mach-o.ts";
import { loadSymbolTable, type SymbolTable } from "../macho/symbol-table.ts";
import type { Problem } from "../report.ts";
import type { Resolution, SymbolSlice } from "./provider.ts";

/** Every slice that has a UUID; object files have none and no report can name them. */
export async function openSymbolSlices(source: ByteSource): Promise<readonly SymbolSlice[]> {
  const slices: SymbolSlice[] = [];
  for (const slice of await openMachO(source)) {
    if (slice.uuid !== undefined) slices.push({ uuid: slice.uuid, ...symbolsOf(slice) });
  }
  return slices;
}

/** The same for one slice, with or without a UUID. */
export function symbolsOf(slice: MachOSlice): Omit<SymbolSlice, "uuid"> {
  const problems: Problem[] = [...slice.problems];
  let table: Promise<SymbolTable> | undefined;

  return {
    arch: slice.arch,
    hasDebugInfo: false,
    problems,
    async resolve(offsets) {
      const answers: (Resolution | undefined)[] = [];
      for (const offset of offsets) {
        table ??= loadTable(slice, problems);
        const symbol = await (await table).find(offset);
        answers.push(
          symbol && [
            { name: symbol.name, functionOffset: offset - symbol.start, inlined: false, source: "symbol-table" },
          ],
        );
      }
      return answers;
    },
  };
}

async function loadTable(slice: MachOSlice, problems: Problem[]): Promise<SymbolTable> {
  try {
    return await loadSymbolTable(slice);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    problems.push({ code: "damaged-symbols", message: `symbol table: ${error.message}` });
    return { size: 0, find: async () => undefined };
  }
}
