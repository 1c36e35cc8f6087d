/** The work of a worker thread: bytes from blobs, through core, to what the hub stores or shows. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  analysisJson,
  analyzeReport,
  bytesSource,
  FormatError,
  type ImageSymbols,
  parseReports,
  type ParsedReport,
  rawKeyText,
  readFound,
  reportText,
  scrubReport,
  sourceFile,
  type ProblemCode,
  type Report,
  type ReportKind,
  type Signature,
  type SymbolProvider,
} from "@windfall/core";
import { appOfReport, UNKNOWN_APP } from "../apps/app-identity.ts";
import { soughtBy } from "../apps/owners.ts";
import { idOfDigest } from "../ids.ts";
import { scrubUpload } from "../scrubbing/scrub-job.ts";
import { readBlob } from "../stores/blobs/read-blob.ts";
import { type Ground, rawKey } from "../stores/events/event-row.ts";
import { packSlice, type SymcacheFolders } from "../symbols/symcache-files.ts";
import { installOf } from "../usage/install-id.ts";
import { sameEventOf } from "./same-event.ts";
import type { AnalyzedReport, FeedbackFacts, Job, JobAnswers, ReadReport, SeenImage } from "./jobs.ts";

/** More reports in one upload than any real one holds. */
export const MAX_REPORTS_PER_UPLOAD = 10_000;
/** Text of a report that becomes a column. */
const MAX_FACT_LENGTH = 100;

export interface JobTools extends SymcacheFolders {
  readonly symbols: SymbolProvider;
}

export async function runJob(job: Job, tools: JobTools): Promise<JobAnswers[Job["kind"]]> {
  if (job.kind === "check") return whyNoReport(typeof job.input === "string" ? await readFile(job.input) : job.input);
  if (job.kind === "scrub") {
    const bytes = typeof job.input === "string" ? await readFile(job.input) : job.input;
    return scrubUpload(bytes, job.secret, job.apps);
  }
  if (job.kind === "symcache") return packSlice(tools, job.blob, job.uuid);
  return job.kind === "feedback" ? feedbackFacts(job) : runOnBlob(job, tools);
}

async function runOnBlob(
  job: Exclude<Job, { kind: "check" | "feedback" | "scrub" | "symcache" }>,
  { blobFolder, symbols }: JobTools,
): Promise<JobAnswers[Job["kind"]]> {
  const stored = await readBlob(blobFolder, job.blob);
  if (job.kind === "scrubbed") return scrubReport(stored, { secret: job.secret });
  const bytes = job.kind === "text" && job.scrub !== undefined ? scrubReport(stored, { secret: job.scrub }) : stored;
  const reports = parseReports(bytes);
  if (reports.length > MAX_REPORTS_PER_UPLOAD) {
    throw new FormatError("too-large", `more than ${MAX_REPORTS_PER_UPLOAD} reports in one upload`);
  }
  if (job.kind === "read") return reports.map(readReport);
  const { value, problems, part } = partOf(reports, job.part);
  if (job.kind === "analyze") return analyzed(value, symbols);
  const analysis = await analyzeReport(value, symbols);
  return job.kind === "text"
    ? reportText(bytes, job.part, analysis.report)
    : analysisJson(
        { ...analysis, problems: [...problems, ...analysis.problems], ...(part !== undefined && { part }) },
        job.path,
      );
}

function whyNoReport(bytes: Uint8Array): string | undefined {
  try {
    const problems = parseReports(bytes).at(-1)?.problems ?? [];
    // What an array holds beyond its limit would be acknowledged and never be seen.
    const left = problems.find(({ code, message }) => code === "limit-reached" && /^takes \d+ of \d+ /.test(message));
    return left && `${left.message}: send fewer at once`;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

async function feedbackFacts({ json, crash }: Extract<Job, { kind: "feedback" }>): Promise<string | FeedbackFacts> {
  const file = sourceFile("feedback.json", bytesSource(json));
  const log = crash && sourceFile("crashlog.crash", bytesSource(crash));
  const found = { path: file.path, file, mustBeReport: false, read: async () => json };
  try {
    const [first] = await readFound({ ...found, feedback: { screenshots: [], ...(log && { crash: log }) } });
    const { app, os, device, crashedAt, feedback } = first?.value ?? {};
    if (!app || !os || !device || !feedback) return "no feedback in this file";
    return { app, os, device, ...(crashedAt !== undefined && { crashedAt }), feedback };
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

function partOf(reports: readonly ParsedReport[], part: number): ParsedReport {
  const report = reports[part];
  if (!report) throw new FormatError("not-a-report", `the upload has no report ${part + 1}`);
  return report;
}

function readReport({ value: report, problems }: ParsedReport): ReadReport {
  const sought = soughtBy(report);
  const app = sought ? UNKNOWN_APP : appOfReport(report);
  return {
    app,
    ...(sought && { sought }),
    rawKey: rawKey(createHash("sha256").update(rawKeyText(report, app.id)).digest().readBigUInt64BE()),
    kind: eventKind(report),
    format: report.format,
    incidentId: incidentOf(report.incidentId),
    damaged: problems.some(({ code }) => DAMAGE.has(code)),
    crashedAt: report.crashedAt,
    platform: fact(report.os.platform),
    osVersion: fact(report.os.version),
    osBuild: fact(report.os.build),
    deviceModel: fact(report.device.model),
    appVersion: fact(report.app.version),
    appBuild: fact(report.app.build),
    ...deviceOf(report),
    ground: groundOf(report),
    ...sameEventOf(report),
  };
}

/** A person ended the app: `dead fall` of SpringBoard, on systems that write a report of it. */
const FORCE_QUIT = 0xdeadfa11n;

/** What Xcode simulates to try an app's wiring happened to nobody, and a force quit is no crash: both are kept, and counted with nothing. */
const eventKind = ({ kind, format, process, termination }: Report): ReportKind =>
  (format === "metrickit" && process.isSimulated === true) || (kind === "crash" && termination?.code === FORCE_QUIT)
    ? "other"
    : kind;

/** Pseudonymous already; hashed so that the events hold nothing that could be looked up elsewhere. An install id can be joined with usage. */
function deviceOf({ process: { installId, crashReporterKey } }: Report): Pick<ReadReport, "deviceId" | "deviceKind"> {
  const install = installId === undefined ? undefined : installOf(installId);
  if (install !== undefined) return { deviceId: install, deviceKind: "install" };
  if (crashReporterKey === undefined || crashReporterKey === "") return { deviceId: "", deviceKind: "" };
  return { deviceId: idOfDigest(createHash("sha256").update(crashReporterKey).digest()), deviceKind: "reporter-key" };
}

/** Whether a person saw it, as Apple's `procRole` and KSCrash say; other senders, and MetricKit, do not. */
function groundOf({ process: { role = "" } }: Report): Ground {
  if (/^foreground/i.test(role)) return "foreground";
  return /^background/i.test(role) ? "background" : "";
}

/** A stranger's text as the stores can hold it: half a surrogate pair or a NUL would come back as another text. */
const fact = (text: string | undefined): string =>
  (text ?? "").slice(0, MAX_FACT_LENGTH).toWellFormed().replaceAll("\0", "\ufffd");

const DAMAGE: ReadonlySet<string> = new Set<ProblemCode>(["truncated", "missing-part", "limit-reached"]);

/** What tells two reports of one incident; anonymised files have letters beyond hex, or only zeros. */
function incidentOf(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w-]{8,64}$/.test(id) && !/^[0-]+$/.test(id) ? id.toUpperCase() : undefined;
}

async function analyzed(parsed: Report, provider: SymbolProvider): Promise<AnalyzedReport> {
  const { report, symbols, diagnosis, signature } = await analyzeReport(parsed, provider);
  const kind = eventKind(report);
  return {
    signature: ofKind(signature, kind),
    kind,
    category: diagnosis.hypotheses[0]?.id ?? report.kind,
    appleTerm: appleTermOf(report),
    exception: report.exception ?? {},
    missing: symbols.filter(({ status }) => status !== "found" && status !== "system").flatMap(seenImage),
    images: [
      ...symbols
        .filter(({ status }) => status !== "system")
        .flatMap(seenImage)
        .map((image) => ({ ...image, kind: "own" as const })),
      ...(symbols.some(({ status }) => status === "system")
        ? [{ uuid: "", name: fact(report.os.platform), arch: "", kind: "system" as const }]
        : []),
    ],
  };
}

/** A simulated crash, or a hang, may have the stack of a crash: it is another signature. */
const ofKind = (signature: Signature, kind: ReportKind): Signature =>
  kind === "crash" ? signature : { ...signature, key: `${kind}:${signature.key}` };

const seenImage = ({ uuid, name, arch }: ImageSymbols): SeenImage[] =>
  uuid === undefined ? [] : [{ uuid, name: fact(name), arch: fact(arch) }];

function appleTermOf({ exception, termination, kind }: Report): string {
  const { type, signal } = exception ?? {};
  const thrown = type !== undefined && signal !== undefined ? `${type} (${signal})` : (type ?? signal);
  if (thrown !== undefined) return fact(thrown);
  if (termination?.namespace !== undefined) {
    return fact([termination.namespace, termination.code?.toString()].filter((part) => part !== undefined).join(" "));
  }
  return kind;
}
