/** `windfall symbols list`: one line per slice of every debug file. */
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, inputFailure, worst } from "../failure.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import { createStyle } from "../output/style.ts";
import { type DebugFile, debugFilesIn } from "../symbols/debug-files.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolsListCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const json = args.text("format") === "json";
  const style = createStyle(terminal.colour);
  let exit: ExitCode = 0;
  for (const path of args.operands) {
    let found = 0;
    try {
      for await (const file of debugFilesIn(path, ({ path, error }) => fail(error, path))) {
        for (const line of json ? jsonLines(file) : textLines(file)) terminal.out(`${line}\n`);
        found += file.slices.length;
        file.close();
      }
      if (found === 0) fail(new CliFailure("no-symbols", `${path}: no debug file with a UUID in it`, 3), path);
    } catch (error) {
      fail(error, path);
    }
  }
  return exit;

  function fail(error: unknown, path: string): void {
    const failure = inputFailure(error, path);
    if (!failure) throw error;
    printFailure(failure, terminal, json);
    exit = worst(exit, failure.exit);
  }

  function textLines(file: DebugFile): string[] {
    return file.slices.map(({ uuid, arch, hasDebugInfo }) => {
      const holds = hasDebugInfo ? "debug info" : style.warn("names only");
      return `${uuid}  ${printable(arch).padEnd(8)}  ${holds}  ${printable(file.path)}`;
    });
  }
}

function jsonLines({ path, sizeBytes, slices }: DebugFile): string[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return slices.map(({ uuid, arch, hasDebugInfo }) =>
    JSON.stringify({ uuid, arch, name, hasDebugInfo, sizeBytes, path }),
  );
}
