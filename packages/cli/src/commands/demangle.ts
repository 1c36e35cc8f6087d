/** `windfall demangle`: one line out per line in, mangled names in it as people read them. */
import { demangleInText } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import type { ExitCode } from "../failure.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../terminal.ts";

export async function demangleCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const form = args.has("simplified") ? "simplified" : "full";
  const answer = (lines: readonly string[]): void => {
    terminal.out(lines.map((line) => `${safe(demangleInText(line, { form }))}\n`).join(""));
  };
  if (args.operands.length > 0) answer(args.operands);
  else for await (const lines of linesFrom(terminal)) answer(lines);
  return 0;
}

/** Lines keep their tabs: logs have them between their columns. */
const safe = (line: string): string =>
  line
    .split("\t")
    .map((part) => printable(part, Number.POSITIVE_INFINITY))
    .join("\t");

/** A line that is longer is answered in pieces. */
const MAX_LINE = 4 * 1024 * 1024;

/** Whole lines as they come: a program may wait for one answer before it asks for the next. */
async function* linesFrom(terminal: Terminal): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of terminal.stdin()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) {
      lines.push(rest);
      rest = "";
    }
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== "") yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
