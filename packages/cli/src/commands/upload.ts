/** `windfall upload`: every report of every input, one request each; the answers are printed as they come. */
import { isWorthReading, parseReports } from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { type ExitCode, inputFailure, worst } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import { type ReportInput, reportInputs } from "../reports/report-inputs.ts";
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
      const bytes = await input.read();
      // What was only found on the way (a .txt, a .json) is not sent to the hub to be refused there.
      if (!input.mustBeReport && !isReport(bytes)) return input.passOver();
      const { id, reports, duplicate } = await hub.client.call("ingestReports", {
        body: new Blob([bytes as Uint8Array<ArrayBuffer>]),
      });
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

function isReport(bytes: Uint8Array): boolean {
  try {
    return parseReports(bytes).some(({ value }) => isWorthReading(value));
  } catch (error) {
    if (inputFailure(error, "")) return false;
    throw error;
  }
}
