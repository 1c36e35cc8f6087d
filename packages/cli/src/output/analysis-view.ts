/**
 * What `analyze` tells about one report, in the order it is read: what happened, where it ran, the signature, the backtraces,
 * the images, what could not be read. Everything here is safe to print (`printable`); text and Markdown only lay it out.
 */
import type { Analysis, Evidence, Feedback, Report } from "@windfall/core";
import { backtraceView, type BacktraceView, type FrameReasons, frameReasons } from "./backtrace.ts";
import { imagesView, type ImagesView } from "./images.ts";
import { printable, printableLines } from "./printable.ts";

export interface AnalysisView {
  readonly title: string;
  /** Label and value; a value of several lines stays several lines. */
  readonly facts: readonly (readonly [label: string, lines: readonly string[]])[];
  readonly diagnosis?: DiagnosisView;
  readonly signature: readonly string[];
  readonly backtraces: readonly BacktraceView[];
  /** What was not printed: "4 more threads". */
  readonly threadsLeftOut?: string;
  readonly images: ImagesView;
  readonly problems: readonly string[];
}

export interface DiagnosisView {
  readonly title: string;
  readonly confidence: string;
  readonly evidence: readonly string[];
  readonly against: readonly string[];
  readonly checkFirst: string;
  readonly advice: string;
  /** What else it may be. */
  readonly others: readonly string[];
}

export interface ViewOptions {
  readonly allThreads: boolean;
  /** Whether symbols were looked for at all. */
  readonly symbolicated: boolean;
}

export function analysisView(analysis: Analysis, options: ViewOptions): AnalysisView {
  const { report, signature } = analysis;
  const reasons = frameReasons(report, options.symbolicated ? analysis.symbols : undefined);
  const { backtraces, left } = backtracesOf(report, reasons, options.allThreads);
  const diagnosis = diagnosisView(analysis);
  return {
    title: printable(signature.title || analysis.diagnosis.hypotheses[0]?.title || fallbackTitle(report)),
    facts: facts(report),
    ...(diagnosis && { diagnosis }),
    signature:
      signature.key === ""
        ? []
        : [signature.key, signature.family, `confidence ${signature.confidence}`].map((part) => printable(part)),
    backtraces,
    ...(left > 0 && { threadsLeftOut: `${left} more ${left === 1 ? "thread" : "threads"}: --all-threads prints them` }),
    images: imagesView(analysis.symbols),
    problems: analysis.problems.map(({ code, message, where }) =>
      printable(`${code}${where === undefined ? "" : ` at ${where}`}: ${message}`),
    ),
  };
}

function fallbackTitle({ kind, exception, process }: Report): string {
  return [exception?.type ?? kind, process.name === undefined ? "" : `in ${process.name}`].filter(Boolean).join(" ");
}

function facts(report: Report): AnalysisView["facts"] {
  const { app, os, device, process, exception, termination } = report;
  const rows: [string, string | readonly string[] | undefined][] = [
    [
      "App",
      words(app.name ?? process.name, app.version, app.build && `(${app.build})`, app.bundleId && `· ${app.bundleId}`),
    ],
    ["System", words(os.platform, os.version, os.build && `(${os.build})`, device.model && `· ${device.model}`)],
    ["Time", words(report.crashedAt && readableTime(report.crashedAt), process.role && `· ${process.role}`)],
    ["Incident", report.incidentId],
    [
      "Exception",
      words(exception?.type, exception?.signal && `(${exception.signal})`, exception?.subtype ?? exception?.codes),
    ],
    ["Message", exception?.message],
    [
      "Termination",
      termination && [
        words(
          termination.namespace,
          termination.code === undefined ? "" : codeText(termination.code),
          termination.indicator,
        ),
        ...termination.reasons,
        ...(termination.details ?? []),
        ...(termination.byProcess === undefined ? [] : [`by ${termination.byProcess}`]),
      ],
    ],
    ...feedbackRows(report.feedback),
    ...Object.entries(report.applicationSpecificInformation).map(([image, lines]): [string, readonly string[]] => [
      `Says ${image}`,
      lines,
    ]),
  ];
  return rows.flatMap(([label, value]) => {
    const lines = (typeof value === "string" ? [value] : (value ?? [])).filter((line) => line !== "");
    return lines.length === 0 ? [] : [[printable(label, 60), lines.flatMap((line) => printableLines(line))] as const];
  });
}

function feedbackRows(feedback: Feedback | undefined): readonly [string, string | undefined][] {
  if (feedback === undefined) return [];
  const { comment, personName, email, screenshots, crashIncidentId } = feedback;
  return [
    ["Comment", comment],
    ["From", words(personName, email)],
    ["Pictures", screenshots.join(", ")],
    ["About crash", crashIncidentId],
  ];
}

const words = (...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join(" ");

/** Termination codes are read in hex where they are 0x8badf00d and the like, in decimal where they are signals. */
const codeText = (code: bigint) =>
  code >= 0n && code < 256n ? `${code}` : `0x${BigInt.asUintN(64, code).toString(16)}`;

function readableTime(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(iso);
  return match ? `${match[1]} ${match[2]} UTC` : iso;
}

function diagnosisView({ diagnosis }: Analysis): DiagnosisView | undefined {
  const [best, ...others] = diagnosis.hypotheses;
  if (!best) return undefined;
  const evidence = (list: readonly Evidence[]) => list.map(({ where, text }) => printable(`${text}  [${where}]`));
  return {
    title: printable(best.title),
    confidence: diagnosis.inconclusive ? `inconclusive, best guess ${best.confidence}` : best.confidence,
    evidence: evidence(best.evidence),
    against: evidence(best.against),
    checkFirst: printable(best.checkFirst),
    advice: printable(best.advice),
    others: others.map(({ title, confidence }) => printable(`${title} (${confidence})`)),
  };
}

function backtracesOf(
  report: Report,
  reasons: FrameReasons,
  allThreads: boolean,
): { backtraces: readonly BacktraceView[]; left: number } {
  const { threads, lastExceptionBacktrace } = report;
  // Without a crashed thread (a hang, a CPU report) the first one is the main thread.
  const main = threads.find(({ crashed }) => crashed) ?? threads[report.crashedThread ?? 0];
  const printed = allThreads ? threads : threads.filter((thread) => thread === main);
  const backtraces = printed.map(({ index, name, queue, crashed, frames }) =>
    backtraceView(
      words(
        `Thread ${index}`,
        crashed ? "crashed" : undefined,
        name && `· ${name}`,
        queue && queue !== name ? `· ${queue}` : undefined,
      ),
      frames,
      report,
      reasons,
    ),
  );
  // An uncaught exception broke at its throw site; the crashed thread then shows only abort().
  if (lastExceptionBacktrace && lastExceptionBacktrace.length > 0) {
    backtraces.unshift(backtraceView("Last exception backtrace", lastExceptionBacktrace, report, reasons));
  }
  return { backtraces, left: threads.length - printed.length };
}
