/**
 * Brings waiting usage into the events. It may be done again at any time, in any order and in part: the table keeps the largest
 * of what an install said about a day and build, so nothing has to be remembered about what arrived before a kill.
 */
import { setImmediate } from "node:timers/promises";
import { appOfUsage } from "../apps/app-identity.ts";
import { registerBuilds, type SeenBuild } from "../apps/register.ts";
import { type Clock, iso } from "../clock.ts";
import { errorField, type Logger } from "../logger.ts";
import type { PipelineStore } from "../pipeline/store.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { isDiskFull } from "../stores/disk-full.ts";
import { EventEngineError } from "../stores/events/event-engine.ts";
import type { EventsStore } from "../stores/events/events-store.ts";
import type { StoredUsage } from "../stores/events/usage-writes.ts";
import { hashInstallId } from "./install-id.ts";
import { NotUsage, parseUsage, type UsageRow } from "./parse-usage.ts";
import type { UsageStore, WaitingUsage } from "./store.ts";

/** As for reports. */
const MAX_ATTEMPTS = 3;
const UPLOADS_PER_TURN = 500;
/** One insert is about this long, or one batch where that is longer. */
const ROWS_PER_TURN = 50_000;

export interface UsageDeps {
  readonly usage: UsageStore;
  readonly pipeline: PipelineStore;
  readonly blobs: BlobStore;
  readonly events: EventsStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface UsageOutcome {
  /** Batches that are no longer waiting. */
  readonly taken: number;
  /** Batches that failed and will be tried again. */
  readonly failures: number;
}

interface ReadUsage {
  readonly upload: WaitingUsage;
  readonly rows: readonly UsageRow[];
}

export async function takeInUsage(deps: UsageDeps): Promise<UsageOutcome> {
  const outcome = { taken: 0, failures: 0 };
  const turn: ReadUsage[] = [];
  let size = 0;
  for (const upload of await deps.usage.waiting(UPLOADS_PER_TURN)) {
    try {
      const { rows } = parseUsage(await deps.blobs.read(upload.blob), upload.receivedAt);
      turn.push({ upload, rows });
      size += rows.length;
      if (size >= ROWS_PER_TURN) break;
    } catch (error) {
      note(outcome, await fail(deps, upload, error));
    }
  }
  if (turn.length === 0) return outcome;
  try {
    await store(deps, turn);
    outcome.taken += turn.length;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // One of them cannot be stored: each alone, so that only that one is counted against.
    for (const one of turn) {
      try {
        await store(deps, [one]);
        outcome.taken++;
      } catch (cause) {
        if (!isRefusal(cause)) throw cause;
        note(outcome, await fail(deps, one.upload, cause));
      }
    }
  }
  return outcome;
}

/** Hashing and sending this many takes some tens of milliseconds; between them the hub does what else waits. */
const ROWS_PER_INSERT = 5_000;

async function insert(events: EventsStore, rows: readonly UsageRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await events.insertUsage(storedRows(rows.slice(start, start + ROWS_PER_INSERT)));
    await setImmediate();
  }
}

function storedRows(rows: readonly UsageRow[]): StoredUsage[] {
  const appIds = new Map<string, string>();
  return rows.map(({ bundleId, appName, installId, ...row }) => {
    const appId = appIds.get(bundleId) ?? appOfUsage(bundleId, appName).id;
    appIds.set(bundleId, appId);
    return { ...row, appId, install: hashInstallId(installId) };
  });
}

async function store({ usage, pipeline, events, clock, logger }: UsageDeps, turn: readonly ReadUsage[]): Promise<void> {
  const rows = turn.flatMap(({ rows }) => rows);
  const builds = new Map<string, SeenBuild>();
  for (const { upload, rows } of turn) {
    for (const row of rows) {
      const key = JSON.stringify([row.bundleId, row.version, row.build, row.osBuild]);
      if (!builds.has(key)) builds.set(key, seenBuild(row, upload.receivedAt));
    }
  }
  await pipeline.transaction((tx) => registerBuilds(tx, [...builds.values()], iso(clock())));
  logger.debug({ batches: turn.length, rows: rows.length }, "usage goes to the events");
  await insert(events, rows);
  await usage.finished(turn.map(({ upload }) => upload.id));
}

function seenBuild(row: UsageRow, receivedAt: string): SeenBuild {
  const { bundleId, appName, version, build, platform, os, osBuild } = row;
  const app = appOfUsage(bundleId, appName);
  return { app, version, build, sample: false, receivedAt, platform, osVersion: os, osBuild };
}

async function fail({ pipeline, logger }: UsageDeps, upload: WaitingUsage, error: unknown): Promise<boolean> {
  const setAside = error instanceof NotUsage || upload.attempts + 1 >= MAX_ATTEMPTS;
  await pipeline.failed(upload.id, error instanceof Error ? error.message : String(error), setAside);
  logger.error({ usage: upload.id, setAside, error: errorField(error) }, "a usage batch failed");
  return !setAside;
}

function note(outcome: { taken: number; failures: number }, again: boolean): void {
  if (again) outcome.failures++;
  else outcome.taken++;
}

const isRefusal = (error: unknown): boolean =>
  error instanceof EventEngineError && error.code === "query-failed" && !isDiskFull(error);
