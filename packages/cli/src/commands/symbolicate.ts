/** `windfall symbolicate`: the file as it is, with the names that debug files know. */
import { analyze, writeNames } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure } from "../failure.ts";
import { readFileToChange } from "../files/file-to-change.ts";
import { printable } from "../output/printable.ts";
import { writeResult } from "../output/result-file.ts";
import { symbolSearch } from "../symbols/symbol-search.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolicateCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [path = ""] = args.operands;
  const search = symbolSearch(args.list("symbols"), terminal, { givenOnly: args.has("no-search") });
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
