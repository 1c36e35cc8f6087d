/** `windfall symbols verify`: for each image that a report's frames use, whether its symbols are here. */
import { analyze } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure } from "../failure.ts";
import { printable } from "../output/printable.ts";
import { createStyle } from "../output/style.ts";
import { reportInputs } from "../reports/report-inputs.ts";
import { symbolSearch } from "../symbols/symbol-search.ts";
import { type ImageVerdict, verdictOf } from "../symbols/verify.ts";
import type { Terminal } from "../terminal.ts";

export async function symbolsVerifyCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [path = ""] = args.operands;
  const json = args.text("format") === "json";
  const search = symbolSearch(args.list("symbols"), terminal, { givenOnly: args.has("no-search") });
  const verdicts = new Map<string, ImageVerdict>();
  try {
    for await (const input of reportInputs(path, terminal)) {
      for (const { report, symbols } of await analyze(await input.read(), search.for(input.path))) {
        for (const image of symbols) verdicts.set(`${image.name}\0${image.uuid ?? ""}`, verdictOf(image, report));
      }
    }
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  } finally {
    search.close();
  }
  const all = [...verdicts.values()];
  terminal.out(json ? formatJson(path, all) : formatText(all));
  return all.some(isWithout) ? 1 : 0;

  function formatText(verdicts: readonly ImageVerdict[]): string {
    const style = createStyle(terminal.colour);
    const paint = { good: style.good, part: style.warn, bad: style.bad, none: style.faint };
    const own = verdicts.filter(({ image }) => image.status !== "system");
    const width = Math.max(0, ...own.map(({ verdict }) => verdict.words.length));
    const lines = own.flatMap(({ image, verdict: { words, state, why, ways, command } }) => {
      const about = [image.name, image.arch, image.uuid].filter(Boolean).join("  ");
      const indent = " ".repeat(width + 2);
      return [
        `${paint[state](words.padEnd(width))}  ${printable(about)}`,
        ...(image.path === undefined ? [] : [indent + style.faint(printable(image.path))]),
        ...(why === "" ? [] : [indent + printable(why)]),
        ...ways.map((way) => `${indent}- ${printable(way)}`),
        ...(command === undefined ? [] : [`${indent}${printable(command)}`]),
      ];
    });
    const system = verdicts.length - own.length;
    const summary = [
      `${own.filter((verdict) => !isWithout(verdict)).length} of ${own.length} images of the app have symbols`,
      ...(system > 0 ? [`${system} of the system ${system === 1 ? "is" : "are"} not needed`] : []),
    ].join("; ");
    return [...lines, ...(lines.length > 0 ? [""] : []), summary, ""].join("\n");
  }
}

const isWithout = ({ verdict }: ImageVerdict): boolean => verdict.state === "bad";

function formatJson(path: string, verdicts: readonly ImageVerdict[]): string {
  const images = verdicts.map(({ image, verdict: { case: which, why, ways, command } }) => ({
    ...image,
    case: which,
    why,
    ...(ways.length > 0 && { ways }),
    ...(command !== undefined && { mend: command }),
  }));
  return `${JSON.stringify({ input: { path }, images })}\n`;
}
