/** Whether the hub itself is well. Every finding says what was found and, where that is not good, the way out. */
import { createReadStream } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Doctor, Finding } from "@windfall/api";
import type { Clock } from "../clock.ts";
import { type BlobId, blobPath } from "../stores/blobs/blob-store.ts";
import type { EventEngine } from "../stores/events/event-engine.ts";
import { STATE_FILE } from "../stores/state/open-state.ts";
import type { HealthStore } from "./health-store.ts";

export interface DoctorDeps {
  readonly dataFolder: string;
  readonly health: HealthStore;
  readonly engine: EventEngine;
  readonly clock: Clock;
}

const GIB = 1024 ** 3;
/** Below this the engine's merges and a large dSYM may not find room. */
const LITTLE_DISK_BYTES: number = 2 * GIB;
const TOO_LITTLE_DISK_BYTES: number = GIB / 4;
/** A queue that is older than this does not move, or moves too slowly. */
const OLD_QUEUE_MS: number = 15 * 60_000;
/** The clock may be stepped a little by the time service. */
const CLOCK_SLACK_MS = 60_000;
const ENGINE_PATIENCE_MS = 10_000;
const NAMED_BLOBS = 5;

export async function examine(deps: DoctorDeps, blobSample: number): Promise<Doctor> {
  const engine = await engineFinding(deps);
  const findings = [
    await diskFinding(deps),
    engine,
    ...(engine.level === "ok" ? [await eventsFinding(deps)] : []),
    await queueFinding(deps),
    await setAsideFinding(deps),
    await clockFinding(deps),
    await permissionsFinding(deps),
    await blobsFinding(deps, blobSample),
  ];
  return { healthy: findings.every(({ level }) => level !== "problem"), findings };
}

async function diskFinding({ dataFolder }: DoctorDeps): Promise<Finding> {
  const { bavail, bsize, blocks } = await statfs(dataFolder);
  const free = bavail * bsize;
  const found = `${gib(free)} of ${gib(blocks * bsize)} free at ${dataFolder}`;
  const wayOut = "make room on that disk, or stop the hub and move the data folder to a larger one";
  if (free < TOO_LITTLE_DISK_BYTES) return { check: "disk", level: "problem", found, wayOut };
  if (free < LITTLE_DISK_BYTES) return { check: "disk", level: "warning", found, wayOut };
  return { check: "disk", level: "ok", found };
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

async function engineFinding({ engine }: DoctorDeps): Promise<Finding> {
  try {
    await engine.query("SELECT 1", {}, { timeoutMs: ENGINE_PATIENCE_MS });
    return { check: "engine", level: "ok", found: "the event engine answers" };
  } catch (error) {
    const found = `the event engine does not answer: ${error instanceof Error ? error.message : String(error)}`;
    const wayOut =
      "read the hub's log; start the hub again; if its folder is damaged, stop the hub, move DATA/events away, start it and run 'windfall hub rebuild'";
    return { check: "engine", level: "problem", found, wayOut };
  }
}

async function eventsFinding({ engine, health }: DoctorDeps): Promise<Finding> {
  const [row] = await engine.query<{ rows: number }>("SELECT toUInt32(count()) AS rows FROM windfall.events");
  const rows = row?.rows ?? 0;
  const stored = await health.storedReports();
  const found = `${rows} events for ${stored} stored reports`;
  // Between the two questions a batch may have arrived.
  if (rows >= stored && rows <= (await health.reports())) return { check: "events", level: "ok", found };
  return {
    check: "events",
    level: "problem",
    found,
    wayOut: "run 'windfall hub rebuild': it makes the events anew from what is kept",
  };
}

async function queueFinding({ health, clock }: DoctorDeps): Promise<Finding> {
  const { waiting, oldest } = await health.queue();
  const ageMs = oldest === undefined ? 0 : Math.max(0, clock() - Date.parse(oldest));
  const found = waiting === 0 ? "nothing waits" : `${waiting} uploads wait, the oldest for ${minutes(ageMs)}`;
  if (ageMs < OLD_QUEUE_MS) return { check: "queue", level: "ok", found };
  return {
    check: "queue",
    level: "problem",
    found,
    wayOut:
      "the hub is behind or held up: look into its log for 'the pipeline failed'; nothing that was accepted is lost",
  };
}

const minutes = (ms: number): string =>
  ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;

async function setAsideFinding({ health }: DoctorDeps): Promise<Finding> {
  const count = await health.setAside();
  if (count === 0) return { check: "set-aside", level: "ok", found: "nothing was set aside" };
  return {
    check: "set-aside",
    level: "warning",
    found: `${count} uploads were set aside`,
    wayOut: "GET /api/v1/set-aside has the reason of each; POST /api/v1/set-aside/retry tries them again",
  };
}

async function clockFinding({ health, clock }: DoctorDeps): Promise<Finding> {
  const newest = await health.newestArrival();
  const aheadMs = newest === undefined ? 0 : Date.parse(newest) - clock();
  if (aheadMs <= CLOCK_SLACK_MS) return { check: "clock", level: "ok", found: "no report arrived in the future" };
  return {
    check: "clock",
    level: "problem",
    found: `a report arrived ${minutes(aheadMs)} after now: the clock was set back`,
    wayOut: "set the clock right and keep it by NTP; nothing is lost, but the days of what arrived meanwhile are off",
  };
}

async function permissionsFinding({ dataFolder }: DoctorDeps): Promise<Finding> {
  const open: string[] = [];
  for (const path of [dataFolder, join(dataFolder, STATE_FILE)]) {
    const { mode, uid } = await stat(path);
    const isFolder = path === dataFolder;
    if ((mode & 0o077) !== 0 && isFolder)
      open.push(`${path} can be read by others (mode ${(mode & 0o777).toString(8)})`);
    if (process.getuid !== undefined && uid !== process.getuid()) open.push(`${path} belongs to another user (${uid})`);
  }
  if (open.length === 0) return { check: "permissions", level: "ok", found: "the data folder is the hub's alone" };
  const wayOut = `chmod 700 '${dataFolder}', and chown it to the user the hub runs as`;
  return { check: "permissions", level: "problem", found: open.join("; "), wayOut };
}

async function blobsFinding({ dataFolder, health }: DoctorDeps, sample: number): Promise<Finding> {
  const ids = await health.someBlobs(sample);
  const bad: string[] = [];
  for (const id of ids) {
    const state = await blobState(blobPath(join(dataFolder, "blobs"), id), id);
    if (state !== "whole") bad.push(`${id} (${state})`);
  }
  if (bad.length === 0) return { check: "blobs", level: "ok", found: `${ids.length} blobs read: all are as they came` };
  const more = bad.length > NAMED_BLOBS ? ` and ${bad.length - NAMED_BLOBS} more` : "";
  return {
    check: "blobs",
    level: "problem",
    found: `${bad.length} of ${ids.length} blobs are damaged: ${bad.slice(0, NAMED_BLOBS).join(", ")}${more}`,
    wayOut: "put them back from a backup; look at the disk's health; '--blobs 100000' reads them all",
  };
}

/** As a stream: a debug file may have gigabytes. */
async function blobState(path: string, id: BlobId): Promise<"whole" | "changed" | "missing"> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "missing";
    return "changed";
  }
  return hash.digest("hex") === id ? "whole" : "changed";
}
