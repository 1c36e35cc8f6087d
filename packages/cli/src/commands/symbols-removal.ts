/** `windfall symbols remove` and `windfall symbols prune`: debug files of a hub that nobody needs any more. */
import type { RemovedSymbols } from "@windfall/api";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolsRemoveCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const hub = await openHub(args, terminal);
  const [uuid = ""] = args.operands;
  try {
    tell(await hub.client.call("removeSymbols", { params: { uuid } }), "removed", args, terminal);
    return 0;
  } catch (error) {
    throw hub.failure(error, uuid) ?? error;
  }
}

const MAX_DAYS = 36_500;

export async function symbolsPruneCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const text = args.text("unused-days") ?? "";
  const unusedDays = Number(text);
  if (!/^\d+$/.test(text) || unusedDays < 1 || unusedDays > MAX_DAYS) {
    throw new CliFailure("usage", `--unused-days: give a number of days from 1 to ${MAX_DAYS}`, 2);
  }
  const dryRun = args.has("dry-run");
  const hub = await openHub(args, terminal);
  try {
    const removed = await hub.client.call("pruneSymbols", { body: { unusedDays, dryRun } });
    tell(removed, dryRun ? "would be removed" : "removed", args, terminal);
    return 0;
  } catch (error) {
    throw hub.failure(error, "the debug files") ?? error;
  }
}

function tell(removed: RemovedSymbols, done: string, args: Arguments, terminal: Terminal): void {
  if (args.text("format") === "json") {
    terminal.out(`${JSON.stringify(removed)}\n`);
    return;
  }
  for (const { uuid, arch, name } of removed.slices) {
    terminal.out(`${uuid}  ${printable(arch).padEnd(8)}  ${printable(name)}\n`);
  }
  const { length } = removed.slices;
  const megabytes = (removed.freedBytes / 1e6).toFixed(1);
  terminal.out(`${length} ${length === 1 ? "slice" : "slices"} ${done}, ${megabytes} MB on the disk\n`);
}
