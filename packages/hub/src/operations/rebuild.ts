/**
 * Makes all events anew from blobs and state while the hub serves and takes in: a second table is filled, what came meanwhile is
 * added while the pipeline holds still between two batches, and the tables change places in one step. Until then every
 * question is answered from the old one. A raw key stays what the state says, so signatures keep their ids and their reports.
 */
import type { Rebuild } from "@windfall/api";
import { type Clock, iso } from "../clock.ts";
import { errorField, type Logger } from "../logger.ts";
import { ownedBy, type Owner } from "../apps/owners.ts";
import type { ReadReport } from "../pipeline/jobs.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { eventRow } from "../pipeline/process-batch.ts";
import type { BatchReport } from "../pipeline/store.ts";
import type { WorkerPool } from "../pipeline/worker-pool.ts";
import type { EventEngine } from "../stores/events/event-engine.ts";
import { createWrites } from "../stores/events/event-writes.ts";
import type { EventsStore } from "../stores/events/events-store.ts";
import type { Symcaches } from "../symbols/symcaches.ts";
import type { RebuildStore, StoredRow } from "./rebuild-store.ts";

const EVENTS = "windfall.events";
const SHADOW = "windfall.events_rebuilt";
const PAGE = 500;
/** Mappings per insert: each reloads the dictionary. */
const MAPPINGS = 20_000;

export interface RebuildDeps {
  readonly store: RebuildStore;
  readonly engine: EventEngine;
  readonly events: EventsStore;
  readonly workers: WorkerPool;
  readonly pipeline: () => Pipeline | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
  readonly symcaches: Pick<Symcaches, "refresh">;
  /** Told when the numbers may have changed. */
  readonly changed: () => void;
}

export interface Rebuilder {
  status(): Rebuild;
  /** Starts one unless one runs. */
  start(): Rebuild;
  /** Gives up a running one; the old events stay. */
  stop(): Promise<void>;
}

const NO_SYMBOLS: Rebuild["symbols"] = { total: 0, done: 0, failed: 0 };

export function createRebuilder(deps: RebuildDeps): Rebuilder {
  let status: Rebuild = {
    state: "never",
    startedAt: null,
    endedAt: null,
    total: 0,
    done: 0,
    unreadable: 0,
    symbols: NO_SYMBOLS,
    reason: null,
  };
  let running: Promise<void> | undefined;
  const abort = new AbortController();

  async function run(): Promise<void> {
    const { logger, clock } = deps;
    try {
      await rebuild(deps, abort.signal, (change) => (status = { ...status, ...change }));
      // Made from debug files, as events are from reports. Until one is there again the file itself answers.
      await deps.symcaches.refresh({ anew: true, progress: (symbols) => (status = { ...status, symbols }) });
      status = { ...status, state: "done", endedAt: iso(clock()) };
      logger.info({ reports: status.done, unreadable: status.unreadable }, "the events are rebuilt");
      deps.changed();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      status = { ...status, state: "failed", endedAt: iso(clock()), reason };
      logger.error({ error: errorField(error) }, "the rebuild failed; the events are as they were");
    }
  }

  return {
    status: () => status,
    start() {
      if (status.state === "running") return status;
      const startedAt = iso(deps.clock());
      status = {
        state: "running",
        startedAt,
        endedAt: null,
        total: 0,
        done: 0,
        unreadable: 0,
        symbols: NO_SYMBOLS,
        reason: null,
      };
      running = run();
      return status;
    },
    async stop() {
      abort.abort(new Error("the hub stopped"));
      await running;
    },
  };
}

type Report = (change: Partial<Rebuild>) => void;

async function rebuild(deps: RebuildDeps, signal: AbortSignal, report: Report): Promise<void> {
  const { store, engine } = deps;
  const pipeline = deps.pipeline();
  if (!pipeline) throw new Error("the pipeline does not run");
  report({ total: await store.storedCount() });
  await engine.command(`DROP TABLE IF EXISTS ${SHADOW} SYNC`);
  await engine.command(`CREATE TABLE ${SHADOW} AS ${EVENTS}`);
  try {
    await mapAll(deps);
    const copy = createCopy(deps, report);
    await copy.catchUp(signal);
    await pipeline.between(async () => {
      // All batches are closed now: nothing is on its way to the old table.
      await copy.catchUp(signal);
      await copy.leftOver();
      await check(deps, copy.missing());
      await engine.command(`EXCHANGE TABLES ${EVENTS} AND ${SHADOW}`);
    });
  } finally {
    await engine.command(`DROP TABLE IF EXISTS ${SHADOW} SYNC`);
  }
  if ((await store.usageAgain()) > 0) pipeline.wake();
  report({ done: await store.storedCount() });
}

function createCopy({ store, engine, workers, newId }: RebuildDeps, report: Report) {
  const writes = createWrites(engine, SHADOW);
  let last = 0;
  let done = 0;
  let unreadable = 0;
  let missing = 0;
  /** Seen before their batch had reached the events. */
  const later = new Set<string>();

  async function copyRows(rows: readonly StoredRow[]): Promise<void> {
    const reports: BatchReport[] = [];
    const lost: string[] = [];
    const reading = new Map<string, Promise<readonly ReadReport[] | undefined>>();
    const readOnce = ({ upload: { blob } }: StoredRow) => {
      const known = reading.get(blob) ?? workers.run<"read">({ kind: "read", blob }).catch(() => undefined);
      reading.set(blob, known);
      return known;
    };
    const read = await Promise.all(rows.map(async (row) => (await readOnce(row))?.[row.part]));
    if (workers.isClosed()) throw new Error("the hub stopped");
    const ownerOf = await store.owners(read.flatMap((one) => one?.sought ?? []));
    for (const [i, row] of rows.entries()) {
      const found = read[i];
      if (found === undefined) lost.push(row.id);
      else reports.push(reportOf(row, found, found.sought && ownerOf(found.sought)));
    }
    const osVersionOf = await store.osVersions(reports.map(({ read }) => read));
    await writes.insertEvents(
      newId(),
      reports.map((report) => eventRow(report, osVersionOf(report.read))),
    );
    if (lost.length > 0) missing += lost.length - (await keepOld(engine, lost));
    unreadable += lost.length;
    done += rows.length;
    report({ done, unreadable });
  }

  return {
    async catchUp(signal: AbortSignal): Promise<void> {
      for (;;) {
        signal.throwIfAborted();
        const rows = await store.after(last, PAGE);
        const end = rows.at(-1);
        if (!end) return;
        for (const { id, stored } of rows) if (!stored) later.add(id);
        await copyRows(rows.filter(({ stored }) => stored));
        last = end.row;
      }
    },
    async leftOver(): Promise<void> {
      const ids = [...later];
      for (let at = 0; at < ids.length; at += PAGE) {
        await copyRows((await store.byIds(ids.slice(at, at + PAGE))).filter(({ stored }) => stored));
      }
    },
    /** Reports that neither the blobs nor the old events have any more. */
    missing: () => missing,
  };
}

/** Its app stays what the state says; `owner` tells the build again. */
function reportOf(
  { id, part, upload, appId, rawKey, kind }: StoredRow,
  read: ReadReport,
  owner: Owner | undefined,
): BatchReport {
  const ofOwner = owner?.app.id === appId ? ownedBy(read, owner) : read;
  return { id, part, upload, read: { ...ofOwner, app: { ...ofOwner.app, id: appId }, rawKey, kind } };
}

/** How many of them the old events have. */
async function keepOld(engine: EventEngine, ids: readonly string[]): Promise<number> {
  const params = { ids };
  const where = "WHERE report_id IN {ids:Array(String)}";
  await engine.command(`INSERT INTO ${SHADOW} SELECT * FROM ${EVENTS} ${where}`, params);
  const [row] = await engine.query<{ held: number }>(
    `SELECT toUInt32(count()) AS held FROM ${SHADOW} ${where}`,
    params,
  );
  return row?.held ?? 0;
}

/** Nothing changes places unless the new table holds what the state says, no more and no less. */
async function check({ store, engine }: RebuildDeps, missing: number): Promise<void> {
  const [row] = await engine.query<{ rows: number }>(`SELECT toUInt32(count()) AS rows FROM ${SHADOW}`);
  const expected = (await store.storedCount()) - missing;
  if (row?.rows !== expected) {
    throw new Error(
      `the new events hold ${row?.rows ?? 0} reports of ${expected}: some came or went meanwhile; try again`,
    );
  }
}

/** The map from raw keys to signatures lies with the events: it is lost with them. */
async function mapAll({ store, events }: RebuildDeps): Promise<void> {
  for (let last = ""; ;) {
    const changes = await store.mappingsAfter(last, MAPPINGS);
    const end = changes.at(-1);
    if (!end) return;
    await events.mapSignatures(changes);
    last = end.rawKey;
  }
}
