/**
 * Where `analyze` and `symbols verify` look for symbols: the paths of --symbols, those of WINDFALL_SYMBOLS, then the dSYMs beside
 * the report. Nothing is looked at before a report asks, and the places of one kind are indexed once for all reports.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createSymbolCollection, type SymbolCollection, type SymbolProvider } from "@windfall/core";
import { CliFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../terminal.ts";
import { type DebugFile, type DebugFileProblem, debugFilesIn } from "./debug-files.ts";

export interface SymbolSearch {
  /** Symbols for the report at `path`. */
  for(path: string): SymbolProvider;
  close(): void;
}

export function symbolSearch(given: readonly string[], terminal: Pick<Terminal, "env" | "err">): SymbolSearch {
  for (const path of given) {
    if (!existsSync(path)) throw new CliFailure("not-found", `--symbols ${path}: no such file or folder`, 3);
  }
  // A variable of the shell's profile may name folders that are not there today.
  const ambient = (terminal.env["WINDFALL_SYMBOLS"] ?? "").split(":").filter((path) => path !== "" && existsSync(path));
  const open: DebugFile[] = [];
  const indexes = new Map<string, Promise<SymbolCollection>>();

  return {
    for(reportPath) {
      return {
        async find(image) {
          const named = await (await index("named", indexNamed)).find(image);
          if (named.status === "found" || reportPath === "-") return named;
          const folder = dirname(reportPath);
          const beside = await (await index(`beside:${folder}`, () => indexBeside(folder))).find(image);
          return beside.status === "found" || named.status === "missing" ? beside : named;
        },
      };
    },
    close() {
      for (const file of open) file.close();
    },
  };

  function index(key: string, make: () => Promise<SymbolCollection>): Promise<SymbolCollection> {
    const known = indexes.get(key) ?? make();
    indexes.set(key, known);
    return known;
  }

  async function indexNamed(): Promise<SymbolCollection> {
    const collection = createSymbolCollection();
    for (const path of given) {
      const before = collection.files.length;
      await addAll(collection, debugFilesIn(path, tell));
      if (collection.files.length === before) note(`--symbols ${path}: no debug file in it`);
    }
    for (const path of ambient)
      await addAll(
        collection,
        debugFilesIn(path, () => {}),
      );
    return collection;
  }

  async function indexBeside(folder: string): Promise<SymbolCollection> {
    const collection = createSymbolCollection();
    await addAll(collection, besides(folder));
    return collection;
  }

  /** The dSYMs in that folder itself, not those of its subfolders: a report may lie in a home folder. */
  async function* besides(folder: string): AsyncGenerator<DebugFile> {
    for (const bundle of bundlesIn(folder)) yield* debugFilesIn(bundle, () => {});
  }

  async function addAll(collection: SymbolCollection, files: AsyncIterable<DebugFile>): Promise<void> {
    for await (const file of files) {
      collection.add(file.path, file.slices);
      open.push(file);
    }
  }

  function tell({ path, error, named }: DebugFileProblem): void {
    if (named || error.code !== "not-mach-o") note(`${path}: ${error.message}`);
  }

  function note(text: string): void {
    terminal.err(`windfall: ${printable(text)}\n`);
  }
}

function bundlesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".dSYM"))
      .sort()
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  } catch {
    // A folder that cannot be listed has nothing for us; the report in it was readable.
    return [];
  }
}
