/** `windfall symbols find`: which file on this machine holds the symbols of a UUID. */
import { parseUuid } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, usageFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import { createStyle } from "../output/style.ts";
import { type HoldingFile, symbolSearch } from "../symbols/symbol-search.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolsFindCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [text = "", ...paths] = args.operands;
  const uuid = parseUuid(text);
  if (uuid === undefined) throw usageFailure(`'${text}' is no UUID: 32 hex digits, with or without dashes`);
  const style = createStyle(terminal.colour);
  const search = symbolSearch(paths, terminal, { givenOnly: args.has("no-search"), givenAs: "" });
  try {
    const found = await search.holding(uuid);
    if (found.length === 0) throw new CliFailure("no-symbols", `nothing here holds the symbols of ${uuid}`, 1);
    for (const file of found) terminal.out(`${args.text("format") === "json" ? json(file) : line(file)}\n`);
    return 0;
  } finally {
    search.close();
  }

  function line({ path, slice: { uuid, arch, hasDebugInfo } }: HoldingFile): string {
    const holds = hasDebugInfo ? "debug info" : style.warn("names only");
    return `${uuid}  ${printable(arch).padEnd(8)}  ${holds}  ${printable(path)}`;
  }
}

function json({ path, slice: { uuid, arch, hasDebugInfo } }: HoldingFile): string {
  return JSON.stringify({ uuid, arch, hasDebugInfo, path });
}
