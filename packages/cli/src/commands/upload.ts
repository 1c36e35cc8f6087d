/** `windfall upload`: every report of every input, one request each; the answers are printed as they come. */
import { isWorthReading, type Report } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure, worst } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import { type ReportInput, reportInputs } from "../reports/report-inputs.ts";
import { sendReport } from "../reports/send-report.ts";
import type { Terminal } from "../terminal.ts";

export async function uploadCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const json = args.text("format") === "json";
  const hub = await openHub(args, terminal);
  let exit: ExitCode = 0;
  for (const operand of args.operands) {
    try {
      for await (const input of reportInputs(operand, terminal)) await send(input);
    } catch (error) {
      fail(error, operand);
    }
  }
  return exit;

  async function send(input: ReportInput): Promise<void> {
    const path = input.part === undefined ? input.path : `${input.path}: ${input.part}`;
    try {
      // What was only found on the way (a .txt, a .json) is not sent to the hub to be refused there.
      const found = input.mustBeReport ? [] : await reportsIn(input);
      if (!input.mustBeReport && found.length === 0) return input.passOver();
      const answer = await sendReport(hub, input, await input.read(), found[0]?.app.bundleId);
      const { id, reports, duplicate } = answer;
      if (json) terminal.out(`${JSON.stringify({ path: input.path, part: input.part, id, reports, duplicate })}\n`);
      else {
        const count = reports === undefined || reports.length === 1 ? "" : ` (${reports.length} reports)`;
        terminal.out(printable(`${duplicate ? "known already" : "accepted"}  ${id}  ${path}${count}`) + "\n");
      }
    } catch (error) {
      fail(hub.failure(error, path) ?? error, path);
    }
  }

  function fail(error: unknown, path: string): void {
    const failure = inputFailure(error, path);
    if (!failure) throw error;
    printFailure(failure, terminal, json);
    exit = worst(exit, failure.exit);
  }
}

async function reportsIn(input: ReportInput): Promise<readonly Report[]> {
  try {
    return (await input.reports()).map(({ value }) => value).filter(isWorthReading);
  } catch (error) {
    if (inputFailure(error, "")) return [];
    throw error;
  }
}
