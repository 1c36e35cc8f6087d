/** `windfall symbols verify`: for each image that a report's frames use, whether its symbols are here. */
import { analyze, type ImageSymbols } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure } from "../failure.ts";
import { STATUS_WORDS } from "../output/images.ts";
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
  const images = new Map<string, ImageSymbols>();
  try {
    for await (const input of reportInputs(path, terminal)) {
      for (const { symbols } of await analyze(await input.read(), search.for(input.path))) {
        for (const image of symbols) images.set(`${image.name}\0${image.uuid ?? ""}`, image);
      }
    }
  } catch (error) {
    throw inputFailure(error, path) ?? error;
  } finally {
    search.close();
  }
  const verdicts = [...images.values()].map((image) => verdictOf(image, path));
  terminal.out(json ? formatJson(path, verdicts) : formatText(verdicts));
  return verdicts.some(({ image }) => image.status !== "found" && image.status !== "system") ? 1 : 0;

  function formatText(verdicts: readonly ImageVerdict[]): string {
    const style = createStyle(terminal.colour);
    const own = verdicts.filter(({ image }) => image.status !== "system");
    const width = Math.max(0, ...own.map(({ image }) => STATUS_WORDS[image.status].length));
    const lines = own.flatMap(({ image, why, mend }) => {
      const paint = image.status === "found" ? style.good : style.bad;
      const about = [image.name, image.arch, image.uuid].filter(Boolean).join("  ");
      const indent = " ".repeat(width + 2);
      return [
        `${paint(STATUS_WORDS[image.status].padEnd(width))}  ${printable(about)}`,
        ...(why === "" ? [] : [indent + style.faint(printable(why))]),
        ...(mend === undefined ? [] : [`${indent}${printable(mend)}`]),
      ];
    });
    const system = verdicts.length - own.length;
    const missing = own.filter(({ image }) => image.status !== "found").length;
    const summary = [
      `${own.length - missing} of ${own.length} images of the app have symbols`,
      ...(system > 0 ? [`${system} of the system ${system === 1 ? "is" : "are"} not needed`] : []),
    ].join("; ");
    return [...lines, ...(lines.length > 0 ? [""] : []), summary, ""].join("\n");
  }
}

function formatJson(path: string, verdicts: readonly ImageVerdict[]): string {
  const images = verdicts.map(({ image, why, mend }) => ({ ...image, why, ...(mend !== undefined && { mend }) }));
  return `${JSON.stringify({ input: { path }, images })}\n`;
}
