/** `windfall analyze`: every report of every input, one after the other; one that cannot be read does not stop the others. */
import {
  type Analysis,
  analysisJson,
  analyzeReports,
  FormatError,
  isWorthReading,
  withFullNames,
} from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure, worst } from "../failure.ts";
import { formatAnalysisMarkdown } from "../output/analysis-markdown.ts";
import { formatAnalysisText } from "../output/analysis-text.ts";
import { analysisView } from "../output/analysis-view.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import { createStyle } from "../output/style.ts";
import { type ReportInput, reportInputs } from "../reports/report-inputs.ts";
import { symbolSearch } from "../symbols/symbol-search.ts";
import type { Terminal } from "../terminal.ts";

export async function analyzeCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const format = args.text("format") ?? "text";
  const symbolicated = !args.has("no-symbolicate");
  const search = symbolicated
    ? symbolSearch(args.list("symbols"), terminal, { givenOnly: args.has("no-search") })
    : undefined;
  // People are shown the thread that crashed; looking up names of the others would take most of the time.
  const threads = format === "json" || args.has("all-threads") ? "all" : "telling";
  const style = createStyle(terminal.colour);
  let exit: ExitCode = 0;
  let printed = 0;

  for (const operand of args.operands) {
    try {
      for await (const input of reportInputs(operand, terminal)) {
        for (const analysis of await analyzeInput(input)) print(analysis, input);
      }
    } catch (error) {
      fail(error, operand);
    }
  }
  search?.close();
  return exit;

  async function analyzeInput(input: ReportInput): Promise<readonly Analysis[]> {
    const path = input.part === undefined ? input.path : `${input.path}: ${input.part}`;
    try {
      const analyses = await analyzeReports(await input.reports(), search?.for(input.path), { threads });
      if (input.mustBeReport) return analyses;
      const worth = analyses.filter(({ report }) => isWorthReading(report));
      if (worth.length === 0) input.passOver();
      return worth;
    } catch (error) {
      const isOther = error instanceof FormatError && (error.code === "not-a-report" || error.code === "empty");
      if (input.mustBeReport || !isOther) fail(error, path);
      else input.passOver();
      return [];
    }
  }

  function print(simplified: Analysis, { path, part: entry }: ReportInput): void {
    const analysis = args.has("full-names") ? { ...simplified, report: withFullNames(simplified.report) } : simplified;
    const part = [entry, analysis.part].filter((name) => name !== undefined).join("#");
    if (format === "json") {
      terminal.out(`${JSON.stringify(analysisJson({ ...analysis, ...(part !== "" && { part }) }, path))}\n`);
      return;
    }
    const name = printable(part === "" ? path : `${path}: ${part}`);
    const view = analysisView(analysis, { allThreads: args.has("all-threads"), symbolicated });
    if (printed++ > 0) terminal.out(format === "markdown" ? "\n---\n\n" : `\n${style.faint("─".repeat(72))}\n\n`);
    terminal.out(format === "markdown" ? formatAnalysisMarkdown(view, name) : formatAnalysisText(view, name, style));
  }

  function fail(error: unknown, path: string): void {
    const failure = inputFailure(error, path);
    if (!failure) throw error;
    printFailure(failure, terminal, format === "json");
    exit = worst(exit, failure.exit);
  }
}
