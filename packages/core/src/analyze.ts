/** From bytes to an answer: detect, parse, symbolicate, classify, group. What the CLI, the hub and the browser all call. */
import { classify } from "./diagnose/classify.ts";
import type { Diagnosis, Signature } from "./diagnose/diagnosis.ts";
import { signatureOf } from "./diagnose/signature.ts";
import { beginsAtLeaves, withTreesTurned } from "./formats/metrickit/direction.ts";
import { type ParsedReport, parseReports } from "./formats/parse.ts";
import { type ProblemJson, problemJson, type ReportJson, reportJson } from "./report-json.ts";
import type { Problem, Report } from "./report.ts";
import type { ImageSymbols, SymbolProvider } from "./symbols/provider.ts";
import { blockingThread, tellingThread } from "./telling-thread.ts";
import { symbolicate, type SymbolicateOptions } from "./symbolicate/symbolicate.ts";

export interface Analysis {
  readonly report: Report;
  readonly symbols: readonly ImageSymbols[];
  readonly diagnosis: Diagnosis;
  readonly signature: Signature;
  readonly problems: readonly Problem[];
  /** Which report of an input that holds several. */
  readonly part?: string;
}

export interface AnalyzeOptions {
  /**
   * Which threads get the names of the symbols. `telling`: the crashed and the main thread, one of which the diagnosis and the
   * signature rest on, for who shows no other; the last exception's backtrace always gets them.
   */
  readonly threads?: "all" | "telling";
}

export type ImageSymbolsJson = Omit<ImageSymbols, "uuid"> & { readonly uuid?: string };

export interface AnalysisJson {
  input: { path: string; format: string; kind: string; part?: string };
  report: ReportJson;
  symbols: { images: ImageSymbolsJson[] };
  diagnosis: Diagnosis;
  signature: Signature;
  problems: ProblemJson[];
}

/**
 * Every report in `bytes`. Throws `FormatError` only when nothing in it is a report.
 * Without `symbols` names stay as the report has them.
 *
 * @example
 * const [analysis] = await analyze(bytes);
 */
export async function analyze(
  bytes: Uint8Array,
  symbols?: SymbolProvider,
  options: AnalyzeOptions = {},
): Promise<readonly Analysis[]> {
  return analyzeReports(parseReports(bytes), symbols, options);
}

/** The same for reports that are parsed already, their problems included. */
export async function analyzeReports(
  reports: readonly ParsedReport[],
  symbols?: SymbolProvider,
  options: AnalyzeOptions = {},
): Promise<readonly Analysis[]> {
  const analyses: Analysis[] = [];
  for (const { value, problems, part } of reports) {
    const analysis = await analyzeReport(value, symbols, options);
    analyses.push({
      ...analysis,
      problems: [...problems, ...analysis.problems],
      ...(part !== undefined && { part }),
    });
  }
  return analyses;
}

/** The same for one of them; its problems are those of the debug files alone. */
export async function analyzeReport(
  parsed: Report,
  provider?: SymbolProvider,
  { threads = "all" }: AnalyzeOptions = {},
): Promise<Omit<Analysis, "part">> {
  const named = await symbolicate(parsed, provider, choice(parsed, threads));
  // Of a stack that was read the wrong way round other addresses are return addresses: it is looked up once more.
  const turned = beginsAtLeaves(named.report) ? withTreesTurned(parsed, named.report) : undefined;
  const { report, symbols, problems } = turned ? await symbolicate(turned, provider, choice(turned, threads)) : named;
  const diagnosis = classify(report);
  return { report, symbols, diagnosis, signature: signatureOf(report, diagnosis), problems };
}

function choice(report: Report, threads: AnalyzeOptions["threads"]): SymbolicateOptions {
  if (threads !== "telling") return {};
  const chosen = tellingThread(report);
  const blocking = chosen && blockingThread(report, chosen);
  return {
    threads: (thread) => thread.crashed || thread === chosen || thread === blocking || thread === report.threads[0],
  };
}

export function analysisJson(analysis: Analysis, path: string): AnalysisJson {
  const { report, part } = analysis;
  return {
    input: { path, format: report.format, kind: report.kind, ...(part !== undefined && { part }) },
    report: reportJson(report),
    symbols: { images: [...analysis.symbols] },
    diagnosis: analysis.diagnosis,
    signature: analysis.signature,
    problems: analysis.problems.map(problemJson),
  };
}
