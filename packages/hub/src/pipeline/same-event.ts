/**
 * Two reports of one event without a common id. MetricKit gives none: an app that sends a payload twice, and a crash of which an app sends
 * MetricKit's diagnostic and somebody else the `.ips`, would be counted twice. What both say of the process decides, and only where it
 * cannot be another process: the same pid or the same install, beside the same build, OS and stack.
 */
import { createHash } from "node:crypto";
import type { Histogram, Measurement, Report, ReportFormat } from "@windfall/core";
import type { ReadReport } from "./jobs.ts";

/** A diagnostic says in which day it happened, in a time without a zone, and is delivered later; the pid of a process comes again after weeks. */
export const MAX_HOURS_APART = 48;
/** Innermost frames that are compared; a thread of fewer than the least could be any. */
const MAX_FRAMES = 30;
const MIN_FRAMES = 3;
/** A payload of fewer numbers could be that of another device. */
const MIN_NUMBERS = 10;
/** Below lie offsets that stand for addresses, the same on every device. */
const FIRST_LOAD_ADDRESS = 0x1_0000_0000n;

/** In the worker. */
export function sameEventOf(report: Report): Pick<ReadReport, "sameEvent"> {
  const content = report.format === "metrickit" && report.process.isSimulated !== true ? contentOf(report) : undefined;
  const stack = report.kind === "crash" ? stackOf(report) : undefined;
  const { pid } = report.process;
  if (content === undefined && stack === undefined) return {};
  return {
    sameEvent: {
      ...(content !== undefined && { content }),
      ...(stack !== undefined && { stack, ...(pid !== undefined && pid > 0 && { pid }) }),
    },
  };
}

function contentOf({ kind, app, os, device, process, exception, measured, threads }: Report): string | undefined {
  const { values = [], histograms = [] } = measured ?? {};
  const numbers = values.length + histograms.reduce((sum, { buckets }) => sum + buckets.length, 0);
  const isDistinct = threads.some(({ frames }) => frames.some(({ address }) => address >= FIRST_LOAD_ADDRESS));
  if (!isDistinct && numbers < MIN_NUMBERS) return undefined;
  const inOrder = (list: readonly (Measurement | Histogram)[]) =>
    list.map(({ scope = {}, ...item }) => JSON.stringify([sortedKeys(item), sortedKeys(scope)])).toSorted();
  return digest([
    kind,
    [app.version, app.build, os.version, os.build, device.model, process.pid, exception?.type, exception?.signal],
    [measured?.begin, measured?.end],
    inOrder(values),
    inOrder(histograms),
    threads.map(({ frames, callTree = [] }) => [
      frames.map(({ address }) => String(address)),
      callTree.map(({ depth, sampleCount }) => [depth, sampleCount]),
    ]),
  ]);
}

const sortedKeys = (object: object): unknown => Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1));

function stackOf({ threads, crashedThread, images }: Report): string | undefined {
  const frames = threads[crashedThread ?? threads.findIndex(({ crashed }) => crashed)]?.frames ?? [];
  const places = frames
    .filter(({ inlined }) => inlined !== true)
    .slice(0, MAX_FRAMES)
    .flatMap(({ image, imageOffset }) => {
      const uuid = images[image ?? -1]?.uuid;
      return uuid === undefined || imageOffset === undefined ? [] : [`${uuid}+${imageOffset}`];
    });
  return places.length < MIN_FRAMES ? undefined : digest(places);
}

const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

/** What a report is found by, and what it looks for. */
export interface Clues {
  readonly left: readonly string[];
  readonly sought: readonly string[];
}

/** `install`: the sender's word on its install, hashed. */
export function cluesOf({ sameEvent, ...read }: ReadReport, install: string | undefined): Clues {
  if (sameEvent === undefined) return { left: [], sought: [] };
  const { content, stack, pid } = sameEvent;
  const device = install ?? (read.deviceKind === "install" ? read.deviceId : undefined);
  const whole = content === undefined ? [] : [`content ${digest([read.app.id, content, device])}`];
  if (stack === undefined) return { left: whole, sought: whole };
  const of = (...facts: readonly (string | number)[]) =>
    digest([read.app.id, read.appBuild, read.osBuild, stack, ...facts]);
  const byPid = pid === undefined ? [] : [`pid ${of(read.deviceModel, pid)}`];
  // Of an install that crashed twice in one way the pids tell which is which, where both reports have one.
  const byInstall = (has: "pid" | "none") => (device === undefined ? [] : [`install ${has} ${of(device)}`]);
  return pid === undefined
    ? { left: [...whole, ...byInstall("none")], sought: [...whole, ...byInstall("none"), ...byInstall("pid")] }
    : { left: [...whole, ...byPid, ...byInstall("pid")], sought: [...whole, ...byPid, ...byInstall("none")] };
}

export interface ClueRow {
  readonly clue: string;
  readonly reportId: string;
  /** The report that turned out to be of the same event: each has one at most. */
  readonly takenBy: string | null;
  readonly format: string;
  readonly crashedAt: string;
}

export interface Found {
  readonly clue: string;
  readonly reportId: string;
  /** The one that is there says less than the one that comes. */
  readonly isLess: boolean;
  /** Of one payload sent again, nothing is taken. */
  readonly isCopy: boolean;
}

export interface Seeker {
  readonly id: string;
  readonly format: ReportFormat;
  readonly crashedAt: string;
  readonly sought: readonly string[];
}

/**
 * Rows of one clue that are looked at, the newest. A pair comes within days and most clues have one row; a device in a loop leaves thousands
 * under one clue, and each of them would be held against all.
 */
export const MAX_ROWS_PER_CLUE = 100;

/** Adds a row that is newer than those that are there. */
export function addClue(rows: Map<string, ClueRow[]>, row: ClueRow): void {
  const list = rows.get(row.clue);
  if (list === undefined) rows.set(row.clue, [row]);
  else if (list.push(row) > MAX_ROWS_PER_CLUE) list.shift();
}

/** The first row that is of the same event. A `.ips` says more than a diagnostic of MetricKit. */
export function findSame(rows: ReadonlyMap<string, readonly ClueRow[]>, seeker: Seeker): Found | undefined {
  for (const clue of seeker.sought) {
    for (const row of rows.get(clue) ?? []) {
      if (row.reportId === seeker.id) continue;
      if (clue.startsWith("content ")) return { clue, reportId: row.reportId, isLess: false, isCopy: true };
      const isPair = (row.format === "metrickit") !== (seeker.format === "metrickit");
      const isFree = row.takenBy === null || row.takenBy === seeker.id;
      // Times last: a device in a loop leaves thousands of rows that are no pair.
      if (!isPair || !isFree) continue;
      const apart = Math.abs(Date.parse(row.crashedAt) - Date.parse(seeker.crashedAt));
      if (apart <= MAX_HOURS_APART * 3_600_000) {
        return { clue, reportId: row.reportId, isLess: row.format === "metrickit", isCopy: false };
      }
    }
  }
  return undefined;
}
