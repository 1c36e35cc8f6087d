/**
 * `windfall import --xcode`: what a Mac already has of crashes. Triaged at once with the dSYMs of its archives, or sent to a hub, and
 * of the dSYMs only those that a report names.
 */
import {
  type Analysis,
  analyzeReports,
  imageRole,
  isWorthReading,
  type ParsedReport,
  type Report,
} from "@windfall/core";
import type { Arguments } from "../arguments.ts";
import { CliFailure, type ExitCode, inputFailure, usageFailure, worst } from "../failure.ts";
import { openHub } from "../hub.ts";
import { printFailure } from "../output/failure.ts";
import { printable } from "../output/printable.ts";
import { createProgress } from "../output/progress.ts";
import { type ReportInput, reportInputs } from "../reports/report-inputs.ts";
import { sendReport } from "../reports/send-report.ts";
import { createTriage, triageTable } from "../reports/triage.ts";
import { debugFilesIn } from "../symbols/debug-files.ts";
import { sendDebugFile, uploadOf } from "../symbols/send-debug-file.ts";
import { symbolSearch } from "../symbols/symbol-search.ts";
import type { Terminal } from "../terminal.ts";
import { type Places, placesOf } from "../xcode/places.ts";

export async function importCommand(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const given = args.list("from");
  // A folder that is named says what is meant.
  if (!args.has("xcode") && given.length === 0) {
    throw usageFailure(
      "import what? windfall import --xcode takes what Xcode and macOS keep, --from DIR what lies in a folder",
    );
  }
  const places = placesOf(given, terminal.env["HOME"]);
  if (places.reports.length === 0) {
    const where = given.length > 0 ? given.join(", ") : "the home folder";
    throw new CliFailure("no-reports", `nothing that Xcode or macOS keep of crashes lies in ${where}`, 3);
  }
  const run = createRun(terminal, args.text("format") === "json");
  return args.has("hub") ? sendAll(places, args, run) : triageAll(places, run);
}

interface Run {
  readonly terminal: Terminal;
  readonly json: boolean;
  /** The reports of all places, each with what could be read of it; none twice. */
  found(places: Places): AsyncGenerator<FoundInput>;
  readonly fail: (error: unknown, path: string) => void;
  readonly exit: () => ExitCode;
}

interface FoundInput {
  readonly input: ReportInput;
  /** As people are told of it. */
  readonly path: string;
  readonly reports: readonly ParsedReport[];
}

function createRun(terminal: Terminal, json: boolean): Run {
  let exit: ExitCode = 0;
  const seen = new Set<string>();
  return {
    terminal,
    json,
    exit: () => exit,
    fail,
    async *found({ reports: places }) {
      for (const place of places) {
        try {
          for await (const input of reportInputs(place, terminal)) {
            const path = input.part === undefined ? input.path : `${input.path}: ${input.part}`;
            const reports = (await read(input, path)).filter(({ value }) => isFirst(value));
            if (reports.length > 0) yield { input, path, reports };
          }
        } catch (error) {
          // A place without reports is nothing to complain of: Xcode makes its folders before it fills them.
          if (!(error instanceof CliFailure && error.code === "no-reports")) fail(error, place);
        }
      }
    },
  };

  async function read(input: ReportInput, path: string): Promise<readonly ParsedReport[]> {
    try {
      return (await input.reports()).filter(({ value }) => isWorthReading(value));
    } catch (error) {
      if (input.mustBeReport) fail(error, path);
      else if (inputFailure(error, path) === undefined) throw error;
      return [];
    }
  }

  /** Xcode's copy with names comes before the system's own. */
  function isFirst({ incidentId }: Report): boolean {
    if (incidentId === undefined || /^[0-]+$/.test(incidentId)) return true;
    const isNew = !seen.has(incidentId);
    seen.add(incidentId);
    return isNew;
  }

  function fail(error: unknown, path: string): void {
    const failure = inputFailure(error, path);
    if (!failure) throw error;
    printFailure(failure, terminal, json);
    exit = worst(exit, failure.exit);
  }
}

async function triageAll(places: Places, run: Run): Promise<ExitCode> {
  const { terminal } = run;
  // What lies below other folders is searched there alone.
  const search = symbolSearch(places.symbols, { ...terminal, err: () => {} }, { givenOnly: true });
  const triage = createTriage();
  let feedback = 0;
  for await (const { path, input, reports } of run.found(places)) {
    for (const analysis of await analyzed(reports, input, path)) {
      if (analysis.report.kind === "feedback") feedback++;
      else triage.add(analysis, path);
    }
  }
  search.close();
  const rows = triage.rows();
  if (run.json) for (const row of rows) terminal.out(`${JSON.stringify(row)}\n`);
  else {
    if (rows.length > 0) terminal.out(triageTable(rows));
    terminal.out(`${rows.length > 0 ? "\n" : ""}${summary(triage.reports, rows.length, feedback)}\n`);
  }
  return run.exit();

  async function analyzed(
    reports: readonly ParsedReport[],
    input: ReportInput,
    path: string,
  ): Promise<readonly Analysis[]> {
    try {
      return await analyzeReports(reports, search.for(input.path), { threads: "telling" });
    } catch (error) {
      run.fail(error, path);
      return [];
    }
  }
}

function summary(reports: number, signatures: number, feedback: number): string {
  const told = [`${counted(reports, "report")} in ${counted(signatures, "signature")}`];
  if (feedback > 0) told.push(`${counted(feedback, "piece")} of feedback`);
  return told.join(", ");
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

async function sendAll(places: Places, args: Arguments, run: Run): Promise<ExitCode> {
  const { terminal, json, fail } = run;
  const hub = await openHub(args, terminal);
  const needed = new Set<string>();
  for await (const { input, path, reports } of run.found(places)) {
    for (const { value } of reports) for (const uuid of ownImages(value)) needed.add(uuid);
    try {
      const answer = await sendReport(hub, input, await input.read(), reports[0]?.value.app.bundleId);
      if (json) terminal.out(`${JSON.stringify({ path, ...answer })}\n`);
      else terminal.out(`${printable(`${answer.duplicate ? "known already" : "accepted"}  ${answer.id}  ${path}`)}\n`);
    } catch (error) {
      fail(hub.failure(error, path) ?? error, path);
    }
  }
  const progress = createProgress(terminal);
  const sent = new Set<string>();
  for (const place of places.symbols) {
    for await (const file of debugFilesIn(place, () => {})) {
      const slices = file.slices.filter(({ uuid }) => needed.has(uuid) && !sent.has(uuid));
      try {
        if (slices.length === 0 || !file.slices.some(({ hasDebugInfo }) => hasDebugInfo)) continue;
        const answer = await sendDebugFile(hub, uploadOf(file), progress);
        for (const { uuid } of file.slices) sent.add(uuid);
        if (json) terminal.out(`${JSON.stringify({ path: file.path, ...answer })}\n`);
        else {
          for (const { uuid, arch, name, duplicate } of answer.slices) {
            terminal.out(`${printable(`${duplicate ? "known already" : "accepted"}  ${uuid}  ${arch}  ${name}`)}\n`);
          }
        }
      } catch (error) {
        fail(hub.failure(error, file.path) ?? error, file.path);
      } finally {
        file.close();
      }
    }
  }
  return run.exit();
}

/** Images of the app: of the system's nobody has a dSYM. */
function ownImages(report: Report): readonly string[] {
  return report.images.flatMap((image) =>
    image.uuid !== undefined && imageRole(image, report) !== "system" ? [image.uuid] : [],
  );
}
