/** One report: as a page reads it, as it came, as Apple's text; and what became of an accepted upload. */
import { AppError } from "../app-error.ts";
import type { DeviceNames } from "../devices/device-names.ts";
import { attachment } from "../http/attachment.ts";
import type { Handlers } from "../http/handlers.ts";
import { type Caller, rightsOf } from "../access/caller.ts";
import type { Scrubbing } from "../scrubbing/scrubbing.ts";
import { JobError, type WorkerPool } from "../pipeline/worker-pool.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { BlobDamaged } from "../stores/blobs/read-blob.ts";
import type { ReportsStore, StoredReport } from "./store.ts";

export interface ReportsDeps {
  readonly reports: ReportsStore;
  readonly devices: DeviceNames;
  readonly blobs: BlobStore;
  readonly workers: WorkerPool;
  readonly scrubbing: Scrubbing;
}

export function reportsRoutes(deps: ReportsDeps): Pick<Handlers, "report" | "downloadReport" | "ingestStatus"> {
  const { reports, devices, blobs, workers, scrubbing } = deps;
  return {
    async report({ params }) {
      const stored = await open(deps, params.reportId);
      const { blob, part } = stored;
      const analysis = await readable(workers.run<"detail">({ kind: "detail", blob, part, path: fileName(stored) }));
      const deviceLabel = (await devices.current())(analysis.report.device.model ?? "");
      return {
        body: {
          id: stored.id,
          appId: stored.appId,
          signatureId: stored.signatureId === null ? null : String(stored.signatureId),
          receivedAt: stored.receivedAt,
          sizeBytes: stored.sizeBytes,
          ...(deviceLabel !== undefined && { deviceLabel }),
          downloads: downloadsOf(stored, analysis.report.threads.length > 0),
          analysis: analysis as ReportAnalysis,
        },
      };
    },
    async downloadReport({ params, query, caller }) {
      const stored = await open(deps, params.reportId);
      const { blob, part } = stored;
      const secret = scrubbing.secret();
      const isRaw = maySeeRaw(caller);
      if (query.format === "scrubbed" || (query.format === "original" && !isRaw)) {
        const work = workers.run<"scrubbed">({ kind: "scrubbed", blob, secret });
        return attachment(await readable(work, "format-unavailable"), fileName(stored));
      }
      if (query.format === "original") return attachment(await original(blobs, stored), fileName(stored));
      const work = workers.run<"text">({ kind: "text", blob, part, ...(!isRaw && { scrub: secret }) });
      const text = await readable(work, "format-unavailable");
      return attachment(new TextEncoder().encode(text), `${stored.id}.crash`);
    },
    async ingestStatus({ params }) {
      const status = await reports.status(params.reportId);
      if (!status) throw new AppError("report-not-found", "nothing was accepted under this id");
      return {
        body: { ...status, signatureId: status.signatureId === null ? null : String(status.signatureId) },
      };
    },
  };
}

/** Sampled text is no crash report in another form, and binary forms cannot be scrubbed. */
function downloadsOf({ format }: StoredReport, hasThreads: boolean): ("original" | "crash" | "scrubbed")[] {
  return [
    "original",
    ...(hasThreads && format !== "text" ? (["crash"] as const) : []),
    ...(format === "plcrash" ? [] : (["scrubbed"] as const)),
  ];
}

/** Who may only look gets nothing that tells who it happened to. */
const maySeeRaw = (caller: Caller): boolean => caller.kind !== "anyone" && rightsOf(caller).includes("write");

type ReportAnalysis = Awaited<ReturnType<Handlers["report"]>>["body"]["analysis"];

async function open({ reports }: ReportsDeps, id: string): Promise<StoredReport> {
  const stored = await reports.find(id);
  if (stored) return stored;
  const status = await reports.status(id);
  throw new AppError(
    "report-not-found",
    status ? `accepted, but ${status.state}: see /api/v1/inbox/${status.id}` : "no report with this id",
  );
}

async function original(blobs: BlobStore, { blob }: StoredReport): Promise<Uint8Array> {
  try {
    return await blobs.read(blob);
  } catch (error) {
    if (error instanceof BlobDamaged) throw new AppError("blob-damaged", error.message, error);
    throw error;
  }
}

async function readable<T>(work: Promise<T>, code: "unreadable" | "format-unavailable" = "unreadable"): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof JobError && error.damaged) throw new AppError("blob-damaged", error.message, error);
    if (error instanceof JobError && error.unreadable) throw new AppError(code, error.message, error);
    throw error;
  }
}

/** Our own id, never a name that came with the report. */
const fileName = ({ id, format }: StoredReport): string => `${id}.${EXTENSIONS[format] ?? "txt"}`;
const EXTENSIONS: Readonly<Record<string, string>> = {
  ips: "ips",
  crash: "crash",
  json: "json",
  metrickit: "json",
  kscrash: "json",
  feedback: "json",
  sentry: "json",
  measure: "json",
  plcrash: "plcrash",
};
