/** Where a command that gives back a report puts it: the file of -o, else standard output, made safe where a person looks on. */
import { writeFileSync } from "node:fs";
import type { Arguments } from "../arguments.ts";
import { inputFailure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { printable } from "./printable.ts";

export function writeResult(bytes: Uint8Array, args: Arguments, terminal: Terminal): void {
  const path = args.text("output") ?? "-";
  if (path !== "-") {
    try {
      writeFileSync(path, bytes);
    } catch (error) {
      throw inputFailure(error, path) ?? error;
    }
  } else if (terminal.shown) terminal.out(safeText(bytes));
  else terminal.outBytes(bytes);
}

/** Lines and tabs stay; what a terminal would obey is shown. */
function safeText(bytes: Uint8Array): string {
  const lines = new TextDecoder().decode(bytes).split("\n");
  return lines
    .map((line) =>
      line
        .split("\t")
        .map((cell) => printable(cell, line.length))
        .join("\t"),
    )
    .join("\n");
}
