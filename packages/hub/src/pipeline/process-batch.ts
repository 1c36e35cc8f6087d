/** One turn of the pipeline: a batch of accepted uploads becomes signatures in the state and rows in the events. */
import { ownedBy } from "../apps/owners.ts";
import { registerBuilds } from "../apps/register.ts";
import { type Clock, iso } from "../clock.ts";
import type { Changed } from "../live/live.ts";
import { errorField, type Logger } from "../logger.ts";
import { isDiskFull } from "../stores/disk-full.ts";
import { assignSignature } from "../signatures/assign.ts";
import { removeSuperseded } from "./superseded.ts";
import { copyMappings } from "../signatures/copy-mappings.ts";
import { osVersions } from "../devices/os-builds.ts";
import { EventEngineError } from "../stores/events/event-engine.ts";
import type { EventRow, RawKey } from "../stores/events/event-row.ts";
import type { EventsStore } from "../stores/events/events-store.ts";
import type { RedoStore } from "../symbols/redo-store.ts";
import type { AnalyzedReport, ReadReport } from "./jobs.ts";
import { addClue, type ClueRow, cluesOf, findSame, type Found } from "./same-event.ts";
import { type BatchReport, commitBatch, type PipelineStore, type StateTx, type WaitingUpload } from "./store.ts";
import { JobError, type WorkerPool } from "./worker-pool.ts";

/** A report that throws this often is set aside. */
export const MAX_ATTEMPTS = 3;

export interface PipelineDeps {
  readonly store: PipelineStore;
  readonly events: EventsStore;
  readonly workers: WorkerPool;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
  readonly redo: RedoStore;
  /** Told when something is new in the stores. */
  readonly changed: Changed;
}

export interface BatchOutcome {
  /** Uploads that threw and will be tried again. */
  readonly failures: number;
  /** Raw keys that were not seen before. */
  readonly newKeys: number;
}

export async function processBatch(deps: PipelineDeps, uploads: readonly WaitingUpload[]): Promise<BatchOutcome> {
  const { store, events, clock } = deps;
  let failures = 0;
  const fail: Fail = async (upload, error) => {
    if (await noteFailure(deps, upload, error)) failures++;
  };
  const read = await readUploads(deps, uploads, fail);
  const reports = await withoutDuplicates(deps, await withOwners(deps, read));
  const { analyzed, kept } = await analyzeNewKeys(deps, reports, fail);
  if (kept.length === 0) return { failures, newKeys: 0 };
  // A poisoned report's signature may be all that is left of its key.
  const keptKeys = new Set(kept.map(({ read }) => read.rawKey));
  const now = iso(clock());
  const batchId = deps.newId();
  const newKeys = [...analyzed].filter(([rawKey]) => keptKeys.has(rawKey));
  const osVersionOf = await commit(store, async (tx) => {
    await registerBuilds(
      tx,
      kept.map(({ read, upload }) => ({
        app: read.app,
        version: read.appVersion,
        build: read.appBuild,
        sample: upload.sample,
        receivedAt: upload.receivedAt,
        platform: read.platform,
        osVersion: read.osVersion,
        osBuild: read.osBuild,
      })),
      now,
    );
    await commitBatch(tx, batchId, kept, now);
    for (const [rawKey, { report, result }] of newKeys) {
      const { id, read } = report;
      const { appVersion, appBuild } = read;
      await assignSignature(
        tx,
        { rawKey, appId: read.app.id, reportId: id, analyzed: result, appVersion, appBuild },
        now,
      );
    }
    return osVersions(
      tx,
      kept.map(({ read }) => read),
    );
  });
  deps.logger.debug({ batch: batchId, reports: kept.length }, "a batch goes to the events");
  if (newKeys.length > 0) await copyMappings(store, events);
  await insert(events, batchId, kept, osVersionOf);
  deps.logger.debug({ batch: batchId }, "a batch has reached the events");
  await store.closeBatch(batchId, "all");
  if (kept.some(({ supersedes }) => supersedes !== undefined)) await removeSuperseded(deps);
  deps.changed(
    [...new Set(kept.map(({ read }) => read.app.id))],
    newKeys.length > 0 ? ["counts", "signatures"] : ["counts"],
  );
  return { failures, newKeys: newKeys.length };
}

/**
 * A store does not take what a report of the batch says: a constraint, a value that does not fit. Trying the same batch again
 * cannot help, and would hold up everything behind it.
 */
export class BatchRefused extends Error {
  override readonly name = "BatchRefused";
}

/** SQLite's words for "not these values"; every other failure (disk full, locked, damaged) is not the reports' fault. */
const SQLITE_REFUSALS = new Set([18 /* too big */, 19 /* constraint */, 20 /* mismatch */, 25 /* range */]);

async function commit<T>(store: PipelineStore, work: (tx: StateTx) => Promise<T>): Promise<T> {
  try {
    return await store.transaction(work);
  } catch (error) {
    const errcode = error instanceof Error && "errcode" in error ? Number(error.errcode) : undefined;
    const refused = errcode === undefined ? error instanceof TypeError : SQLITE_REFUSALS.has(errcode & 0xff);
    throw refused ? new BatchRefused(messageOf(error), { cause: error }) : error;
  }
}

async function insert(
  events: EventsStore,
  batchId: string,
  reports: readonly BatchReport[],
  osVersionOf: (read: ReadReport) => string | undefined,
): Promise<void> {
  try {
    await events.insertEvents(
      batchId,
      reports.map((report) => eventRow(report, osVersionOf(report.read))),
    );
  } catch (error) {
    // A full disk is not the reports' fault: they wait until there is room.
    const refused = error instanceof EventEngineError && error.code === "query-failed" && !isDiskFull(error);
    throw refused ? new BatchRefused(error.message, { cause: error }) : error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Fail = (upload: WaitingUpload, error: unknown) => Promise<void>;

async function readUploads(deps: PipelineDeps, uploads: readonly WaitingUpload[], fail: Fail): Promise<BatchReport[]> {
  const results = await Promise.all(
    uploads.map(async (upload) => {
      try {
        return await deps.workers.run<"read">({ kind: "read", blob: upload.blob });
      } catch (error) {
        await fail(upload, error);
        return [];
      }
    }),
  );
  return uploads.flatMap((upload, i) =>
    (results[i] ?? []).map((read: ReadReport, part) => ({ id: reportId(upload.id, part), upload, part, read })),
  );
}

/** A report that came with others may be of an app that they are the first of. */
async function withOwners({ store }: PipelineDeps, reports: readonly BatchReport[]): Promise<readonly BatchReport[]> {
  const sought = reports.flatMap(({ read }) => read.sought ?? []);
  if (sought.length === 0) return reports;
  const beside = reports.flatMap(({ read }) => (read.sought ? [] : [read.app]));
  const ownerOf = await store.owners(sought, beside);
  return reports.map((report) =>
    report.read.sought ? { ...report, read: ownedBy(report.read, ownerOf(report.read.sought)) } : report,
  );
}

/** One upload, one id; further reports of it count up from there. */
export const reportId = (uploadId: string, part: number): string => (part === 0 ? uploadId : `${uploadId}.${part}`);

/** Whether the upload will be tried again. */
export async function noteFailure(
  { store, logger, workers }: PipelineDeps,
  upload: WaitingUpload,
  error: unknown,
): Promise<boolean> {
  if (workers.isClosed()) return false;
  const unreadable = error instanceof JobError && error.unreadable;
  const setAside = unreadable || upload.attempts + 1 >= MAX_ATTEMPTS;
  await store.failed(upload.id, messageOf(error), setAside);
  if (unreadable) logger.info({ report: upload.id }, "an upload holds no report and is set aside");
  else logger.error({ report: upload.id, setAside, error: errorField(error) }, "a report failed");
  return !setAside;
}

/**
 * The same incident told twice is one report; the first to come is kept, unless it is damaged and the other is whole. So are a diagnostic of
 * MetricKit and the `.ips` of one crash, of which the `.ips` is kept.
 */
async function withoutDuplicates({ store }: PipelineDeps, reports: readonly BatchReport[]): Promise<BatchReport[]> {
  const incidents = reports.flatMap(({ read }) => (read.incidentId === undefined ? [] : [read.incidentId]));
  const owners = await store.reportsByIncident([...new Set(incidents)]);
  const stored = await store.storedReports([...new Set(reports.map(({ upload }) => upload.id))]);
  const same = await sameEvents(store, reports);
  const kept: BatchReport[] = [];
  for (const report of reports) {
    const { incidentId } = report.read;
    const byIncident = incidentId === undefined ? undefined : owners.get(incidentId);
    const found = byIncident === undefined ? same.find(report) : undefined;
    const owner = byIncident ?? (found && { id: found.reportId, damaged: found.isLess });
    let supersedes: string | undefined;
    if (owner !== undefined && owner.id !== report.id) {
      if (found?.isCopy === false) await same.take(found, report.id);
      if (!owner.damaged || report.read.damaged) {
        // The sender knows the first report of an upload by the upload's own id.
        if (report.part === 0) await store.duplicate(report.id, owner.id);
        continue;
      }
      const sameBatch = kept.findIndex(({ id }) => id === owner.id);
      if (sameBatch < 0) supersedes = owner.id;
      else if (kept.splice(sameBatch, 1)[0]?.part === 0) await store.duplicate(owner.id, report.id);
    }
    if (incidentId !== undefined) owners.set(incidentId, { id: report.id, damaged: report.read.damaged });
    if (stored.has(report.id)) continue;
    kept.push({ ...report, ...(supersedes !== undefined && { supersedes }) });
    same.leave(report, found?.reportId);
  }
  const left = new Set(kept.map(({ upload }) => upload.id));
  for (const id of new Set(reports.map(({ upload }) => upload.id))) if (!left.has(id)) await store.finished(id);
  return kept.map((report) => same.withClues(report));
}

/** What the reports before left, those of this batch included. */
async function sameEvents(store: PipelineStore, reports: readonly BatchReport[]) {
  const clues = new Map(reports.map((report) => [report.id, cluesOf(report.read, report.upload.install)]));
  const sought = new Set([...clues.values()].flatMap((clue) => clue.sought));
  const rows = new Map<string, ClueRow[]>();
  if (sought.size > 0) for (const row of await store.sameEvents([...sought])) addClue(rows, row);
  const taken = new Map<string, string>();
  const momentOf = ({ read, upload }: BatchReport) => read.crashedAt ?? upload.receivedAt;
  return {
    find: (report: BatchReport) =>
      findSame(rows, {
        id: report.id,
        format: report.read.format,
        crashedAt: momentOf(report),
        sought: clues.get(report.id)?.sought ?? [],
      }),
    async take({ clue, reportId }: Found, by: string) {
      taken.set(reportId, by);
      const list = rows.get(clue) ?? [];
      rows.set(
        clue,
        list.map((row) => (row.reportId === reportId ? { ...row, takenBy: by } : row)),
      );
      await store.takeSameEvent({ clue, reportId }, by);
    },
    /** `of`: the report of the same event that it found, so that no other finds it. */
    leave(report: BatchReport, of: string | undefined) {
      if (of !== undefined) taken.set(report.id, of);
      for (const clue of clues.get(report.id)?.left ?? []) {
        const { format } = report.read;
        addClue(rows, { clue, reportId: report.id, takenBy: of ?? null, format, crashedAt: momentOf(report) });
      }
    },
    withClues(report: BatchReport): BatchReport {
      const left = clues.get(report.id)?.left ?? [];
      const takenBy = taken.get(report.id);
      return left.length === 0 ? report : { ...report, clues: left, ...(takenBy !== undefined && { takenBy }) };
    },
  };
}

interface NewKeys {
  readonly analyzed: ReadonlyMap<RawKey, { readonly report: BatchReport; readonly result: AnalyzedReport }>;
  readonly kept: readonly BatchReport[];
}

/** Symbolication and grouping run once per raw key; of the reports that share a new one, the first stands for all. */
async function analyzeNewKeys(deps: PipelineDeps, reports: readonly BatchReport[], fail: Fail): Promise<NewKeys> {
  const firsts = new Map<RawKey, BatchReport>();
  for (const report of reports) if (!firsts.has(report.read.rawKey)) firsts.set(report.read.rawKey, report);
  const known = await deps.store.knownRawKeys([...firsts.keys()]);
  const analyzed = new Map<RawKey, { report: BatchReport; result: AnalyzedReport }>();
  const failed = new Map<RawKey, unknown>();
  await Promise.all(
    [...firsts].map(async ([rawKey, report]) => {
      if (known.has(rawKey)) return;
      try {
        const { blob } = report.upload;
        const result = await deps.workers.run<"analyze">({ kind: "analyze", blob, part: report.part });
        analyzed.set(rawKey, { report, result });
      } catch (error) {
        failed.set(rawKey, error);
      }
    }),
  );
  const poisoned = new Map<WaitingUpload, unknown>();
  for (const { upload, read } of reports) {
    if (failed.has(read.rawKey)) poisoned.set(upload, failed.get(read.rawKey));
  }
  for (const [upload, error] of poisoned) await fail(upload, error);
  return { analyzed, kept: reports.filter(({ upload }) => !poisoned.has(upload)) };
}

/** The sender's word on its install (it sends usage under the same id), then the report's own, then the CrashReporter key. */
function deviceOf(read: ReadReport, { install }: WaitingUpload): Pick<EventRow, "deviceId" | "deviceKind"> {
  if (install !== undefined) return { deviceId: install, deviceKind: "install" };
  return { deviceId: read.deviceId, deviceKind: read.deviceKind };
}

/** `osVersion` is that of its build, for a report that names only the build. */
export function eventRow({ id, read, upload }: BatchReport, osVersion?: string): EventRow {
  return {
    reportId: id,
    appId: read.app.id,
    rawKey: read.rawKey,
    kind: read.kind,
    crashedAt: read.crashedAt,
    receivedAt: upload.receivedAt,
    platform: read.platform,
    osVersion: read.osVersion || (osVersion ?? ""),
    osBuild: read.osBuild,
    deviceModel: read.deviceModel,
    appVersion: read.appVersion,
    appBuild: read.appBuild,
    ...deviceOf(read, upload),
    ground: read.ground,
    incidentId: read.incidentId ?? "",
  };
}
