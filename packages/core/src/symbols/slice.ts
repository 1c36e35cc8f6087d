/**
 * Debug files as `SymbolSlice`s: DWARF where it covers an address, the symbol table where it does not.
 *
 * The name of the outermost frame is the linkage name in the DWARF; where a C++ or Swift unit gives none (older compilers,
 * internal linkage), the symbol that begins with the function. llvm-symbolizer and, as far as we know, atos always take the
 * symbol that covers the address: it differs for constructors (C1 for C2), folded functions, aliases and bitcode
 * placeholders. Pass `outermostName: "symbol-table"` for theirs.
 */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { DebugInfo, type DwarfAnswer } from "../dwarf/debug-info.ts";
import { findSection, type MachOSlice, openMachO, sectionSource } from "../macho/mach-o.ts";
import { hasDebugMap } from "../macho/debug-map.ts";
import { type CodeSymbol, loadSymbolTable, type SymbolTable } from "../macho/symbol-table.ts";
import type { Problem } from "../report.ts";
import type { LesserContents, ResolvedFrame, Resolution, SymbolSlice } from "./provider.ts";

export interface SliceOptions {
  readonly outermostName?: "dwarf" | "symbol-table";
}

/**
 * Every slice that has a UUID; object files have none and no report can name them.
 *
 * @example
 * const [slice] = await openSymbolSlices(bytesSource(bytes));
 */
export async function openSymbolSlices(
  source: ByteSource,
  options: SliceOptions = {},
): Promise<readonly SymbolSlice[]> {
  const slices: SymbolSlice[] = [];
  for (const slice of await openMachO(source)) {
    if (slice.uuid !== undefined) slices.push({ uuid: slice.uuid, ...symbolsOf(slice, options) });
  }
  return slices;
}

/** Problems of one slice that are kept; a file damaged all over has as many as it has units. */
export const MAX_SLICE_PROBLEMS = 100;

/** The same for one slice, with or without a UUID. */
export function symbolsOf(slice: MachOSlice, options: SliceOptions = {}): Omit<SymbolSlice, "uuid"> {
  const problems: Problem[] = [...slice.problems];
  const report = (problem: Problem) => {
    if (problems.length < MAX_SLICE_PROBLEMS) problems.push(problem);
  };
  const hasDebugInfo = (findSection(slice, "__DWARF", "__debug_info")?.size ?? 0) > 0;
  const debugInfo = hasDebugInfo
    ? new DebugInfo(
        (name) => {
          const section = findSection(slice, "__DWARF", `__${name}`);
          return section && sectionSource(slice, section);
        },
        slice.textAddress,
        report,
      )
    : undefined;
  let table: Promise<SymbolTable> | undefined;
  const symbolAt = async (offset: number): Promise<CodeSymbol | undefined> => {
    table ??= loadTable(slice, report);
    return (await table).find(offset);
  };

  async function contents(): Promise<LesserContents> {
    if (await hasDebugMap(slice)) return "debug-map";
    table ??= loadTable(slice, report);
    return (await table).size > 0 ? "names" : "nothing";
  }

  async function resolveOne(offset: number): Promise<Resolution | undefined> {
    const answer = await debugInfo?.lookUp(offset);
    if (answer === undefined) {
      const symbol = await symbolAt(offset);
      return symbol && [symbolFrame(symbol, offset)];
    }
    const symbolName = options.outermostName === "symbol-table" || answer.frames.at(-1)?.name === "";
    if (!symbolName && !answer.nameIsPartial) return frames(answer, offset, undefined);
    const symbol = await symbolAt(offset);
    return frames(answer, offset, symbolName || symbol?.start === answer.functionStart ? symbol : undefined);
  }

  return {
    arch: slice.arch,
    textAddress: slice.textAddress,
    textSize: slice.textSize,
    hasDebugInfo,
    problems,
    ...(!hasDebugInfo && { contents }),
    async resolve(offsets) {
      // By address, so each unit is decoded once however large the file and however mixed the question.
      const order = offsets.map((_, i) => i).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
      const answers = Array.from<Resolution | undefined>({ length: offsets.length });
      for (const i of order) answers[i] = await resolveOne(offsets[i] ?? 0);
      return answers;
    },
  };
}

function symbolFrame(symbol: CodeSymbol, offset: number): ResolvedFrame {
  return { name: symbol.name, functionOffset: offset - symbol.start, inlined: false, source: "symbol-table" };
}

/** `symbol` replaces the name of the outermost frame. */
function frames(answer: DwarfAnswer, offset: number, symbol: CodeSymbol | undefined): Resolution {
  const last = answer.frames.length - 1;
  const start = answer.functionStart ?? symbol?.start;
  return answer.frames.map(({ name, file, line }, i) => ({
    name: i === last && symbol !== undefined ? symbol.name : name,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(i === last && start !== undefined && { functionOffset: offset - start }),
    inlined: i !== last,
    source: "dwarf",
  }));
}

async function loadTable(slice: MachOSlice, report: (problem: Problem) => void): Promise<SymbolTable> {
  try {
    return await loadSymbolTable(slice);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    report({ code: "damaged-symbols", message: `symbol table: ${error.message}` });
    return { size: 0, find: async () => undefined };
  }
}
