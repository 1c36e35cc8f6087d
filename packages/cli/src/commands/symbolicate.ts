/** `windfall symbolicate`: the file as it is, with the names that debug files know. */
import { analyze, writeNames } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, inputFailure } from "../failure.ts";
import { collectBytes, readBytes } from "../files/read.ts";
import { printable } from "../output/printable.ts";
import { writeResult } from "../output/result-file.ts";
import { isZip } from "../reports/report-inputs.ts";
import { symbolSearch } from "../symbols/symbol-search.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolicateCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [path = ""] = args.operands;
  const search = symbolSearch(args.list("symbols"), terminal);
  try {
    const bytes = await readFileToChange(path, terminal);
    const analyses = await analyze(bytes, search.for(path));
    const result = writeNames(
      bytes,
      analyses.map(({ report }) => report),
    );
    const missing = new Set(
      analyses.flatMap(({ symbols }) =>
        symbols.flatMap(({ name, uuid, status }) =>
          status === "found" || status === "system" ? [] : [`${name}${uuid === undefined ? "" : ` ${uuid}`}`],
        ),
      ),
    );
    for (const image of missing) terminal.err(`windfall: ${printable(`no symbols for ${image}`)}\n`);
    writeResult(result, args, terminal);
    return 0;
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  } finally {
    search.close();
  }
}

/** One file, whose bytes are given back changed: an archive has many. */
export async function readFileToChange(path: string, terminal: Pick<Terminal, "stdin">): Promise<Uint8Array> {
  if (path === "-") return collectBytes(terminal.stdin(), "standard input");
  const bytes = await readBytes(path);
  if (isZip(path)) throw new CliFailure("unsupported", `${path}: is a zip; take the report out of it first`, 3);
  return bytes;
}
