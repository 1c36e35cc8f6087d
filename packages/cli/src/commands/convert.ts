/** `windfall convert`: one report, or each of several, in another form. */
import { type Converted, convertReports, type ConvertTarget } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure, usageFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import { writeResult } from "../output/result-file.ts";
import { reportInputs } from "../reports/report-inputs.ts";
import type { Terminal } from "../terminal.ts";

export async function convertCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const to = args.text("to") as ConvertTarget | undefined;
  if (to === undefined) throw usageFailure("convert needs --to ips, --to crash or --to json");
  const as = args.text("as") as "app-store-connect" | undefined;
  if (as !== undefined && to !== "crash") throw usageFailure("--as goes with --to crash");
  const [path = ""] = args.operands;
  const texts: string[] = [];
  try {
    for await (const input of reportInputs(path, terminal)) {
      const found = convertReports(await input.read(), { to, ...(as && { as }) });
      for (const converted of found) {
        texts.push(converted.text);
        tell(converted, input.part);
      }
    }
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  }
  writeResult(new TextEncoder().encode(texts.join(to === "crash" ? "\n" : "")), args, terminal);
  return 0;

  function tell({ notes, part }: Converted, entry: string | undefined): void {
    const where = [path, entry, part].filter((name) => name !== undefined).join("#");
    for (const note of notes) terminal.err(`windfall: ${printable(`${where}: ${note}`)}\n`);
  }
}
