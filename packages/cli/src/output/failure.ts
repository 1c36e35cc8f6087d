/** An error as INTERFACES wants it: one line on stderr and, for machines, one object on stdout. */
import type { CliFailure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { printable } from "./printable.ts";

export function printFailure({ code, message }: CliFailure, terminal: Terminal, json: boolean): void {
  terminal.err(`windfall: ${printable(message)}\n`);
  if (json) terminal.out(`${JSON.stringify({ error: { code, message } })}\n`);
}
