/**
 * What `analyze` tells about one report, in the order it is read: what happened, where it ran, the signature, the backtraces,
 * the images, what could not be read. Everything here is safe to print (`printable`); text and Markdown only lay it out.
 */
import {
  type Analysis,
  blockingThread,
  type Evidence,
  type Feedback,
  type Report,
  systemFacts,
  systemTitle,
  tellingThread,
  type Thread,
} from "@windfall/core";
import { backtraceView, type BacktraceView, type FrameReasons, frameReasons, sampledView } from "./backtrace.ts";
import { imagesView, type ImagesView } from "./images.ts";
import { measuredRows } from "./measured.ts";
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
    title: printable(
      systemTitle(report) ?? (signature.title || analysis.diagnosis.hypotheses[0]?.title || fallbackTitle(report)),
    ),
    facts: facts(report),
    ...(diagnosis && { diagnosis }),
    signature:
      signature.key === ""
        ? []
        : [signature.key, signature.family, `confidence ${signature.confidence}`].map((part) => printable(part)),
    backtraces,
    ...(left > 0 && { threadsLeftOut: `${left} more ${left === 1 ? "thread" : "threads"}: --all-threads prints them` }),
    images: imagesView(symbolsShown(analysis, options.allThreads)),
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
      words(
        app.name ?? ownProcess(report),
        app.version,
        app.build && `(${app.build})`,
        app.bundleId && `· ${app.bundleId}`,
      ),
    ],
    ["System", words(os.platform, os.version, os.build && `(${os.build})`, device.model && `· ${device.model}`)],
    ["Time", words(report.crashedAt && readableTime(report.crashedAt), process.role && `· ${process.role}`)],
    ["Incident", report.incidentId],
    [
      "Exception",
      words(exception?.type, exception?.signal && `(${exception.signal})`, exception?.subtype ?? exception?.codes),
    ],
    ["Message", exception?.message],
    ["Text", keptText(report)],
    ...systemFacts(report).map(([label, lines]): [string, readonly string[]] => [label, lines]),
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
    ...measuredRows(report).map(([label, lines]): [string, readonly string[]] => [label, lines]),
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
  const main = tellingThread(report);
  const blocking = main && blockingThread(report, main);
  const printed = allThreads ? threads : threads.filter((thread) => thread === main || thread === blocking);
  const backtraces = printed.map((thread) => {
    const heading = headingOf(report.kind, thread);
    return thread.callTree === undefined
      ? backtraceView(heading, thread.frames, report, reasons)
      : sampledView(heading, thread.callTree, report, reasons);
  });
  // An uncaught exception broke at its throw site; the crashed thread then shows only abort().
  if (lastExceptionBacktrace && lastExceptionBacktrace.length > 0) {
    backtraces.unshift(backtraceView("Last exception backtrace", lastExceptionBacktrace, report, reasons));
  }
  return { backtraces, left: threads.length - printed.length };
}

/** Only reports of an end name a thread that crashed; others name one that broke a limit, or told a fault. */
function headingOf(kind: Report["kind"], thread: Thread): string {
  const { index, process, name, queue, crashed, state, callTree, sampleCount, elided } = thread;
  const isEnd = kind === "crash" || kind === "panic";
  const samples = sampleCount === undefined ? "" : ` of ${sampleCount} ${sampleCount === 1 ? "sample" : "samples"}`;
  return words(
    `Thread ${index}`,
    crashed && isEnd ? "crashed" : undefined,
    process && `of ${process}`,
    name && `· ${name}`,
    queue && queue !== name ? `· ${queue}` : undefined,
    state && `· ${state}`,
    ...(elided ?? []).map(({ after, count }) => `· ${count} frames left out behind the first ${after}`),
    callTree && `· heaviest path${samples}`,
  );
}

/** The task that ran when the kernel stopped is not what the report is about. */
const ownProcess = ({ kind, process }: Report): string | undefined => (kind === "panic" ? undefined : process.name);

/** A report about a whole system lists the binaries of every process: only those of the thread shown matter. */
function symbolsShown({ report, symbols }: Analysis, allThreads: boolean): Analysis["symbols"] {
  if (allThreads || !report.threads.some(({ process }) => process !== undefined)) return symbols;
  const frames = tellingThread(report)?.frames ?? [];
  const shown = new Set(frames.map(({ image }) => (image === undefined ? undefined : report.images[image]?.uuid)));
  return symbols.filter(({ uuid }) => uuid !== undefined && shown.has(uuid));
}

const TEXT_LINES = 12;

/** Of a log that is kept as it is, how it begins. */
function keptText({ threads, metadata: { text } }: Report): readonly string[] | undefined {
  return typeof text !== "string" || threads.length > 0 ? undefined : printableLines(text.trimEnd(), TEXT_LINES);
}
