/**
 * The repo's own crash report and its dSYM, taken in the way a user's would be. Its times are moved to now: pages open with
 * the last 30 days.
 */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { AppError } from "../app-error.ts";
import type { Clock } from "../clock.ts";
import { acceptReport, type IngestDeps } from "../ingest/accept-reports.ts";
import { acceptSymbols, type SymbolsIngestDeps } from "../ingest/accept-symbols.ts";
import type { ReportsStore } from "../reports/store.ts";

export interface SampleDeps {
  readonly reports: IngestDeps;
  readonly symbols: SymbolsIngestDeps;
  readonly stored: ReportsStore;
  readonly clock: Clock;
}

const FOLDER = new URL("../../assets/sample/", import.meta.url);
const MINUTE_MS = 60_000;
const CRASHED_AGO_MS = 10 * MINUTE_MS;

export async function loadSample(deps: SampleDeps): Promise<{ appId: string; reportId: string }> {
  await acceptSymbols(deps.symbols, createReadStream(new URL("Harbor", FOLDER)), "Harbor");
  const text = await readFile(new URL("report.ips", FOLDER), "utf8");
  const bytes = new TextEncoder().encode(movedTo(text, deps.clock() - CRASHED_AGO_MS));
  const { id } = await acceptReport(deps.reports, oneChunk(bytes), { sample: true });
  return { appId: await appOf(deps.stored, id), reportId: id };
}

const POLL_MS = 100;
const MAX_POLLS = 300;

/** The app, as soon as the report is processed; a long backlog may come first. */
async function appOf(stored: ReportsStore, reportId: string): Promise<string> {
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    const status = await stored.status(reportId);
    if (status?.appId != null && status.state === "done") return status.appId;
    if (status?.state === "set-aside") throw new AppError("internal", "the sample could not be processed");
    await setTimeout(POLL_MS);
  }
  throw new AppError("internal", "the sample is taken in, but other reports wait before it: look again in a minute");
}

const TIMES = /"(timestamp|captureTime|procLaunch)"(\s*):(\s*)"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4})"/g;

/** Every time of the report keeps its distance to the crash. */
export function movedTo(text: string, crashedAtMs: number): string {
  const crashed = /"captureTime"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  if (crashed === undefined) return text;
  const shift = crashedAtMs - parse(crashed);
  return text.replace(TIMES, (_, name: string, before: string, after: string, time: string) => {
    return `"${name}"${before}:${after}"${format(parse(time) + shift, time)}"`;
  });
}

/** 2025-03-04 09:09:07.0000 +0100 */
function parse(time: string): number {
  const [date = "", clock = "", zone = ""] = time.split(" ");
  return Date.parse(`${date}T${clock.slice(0, 12)}${zone.slice(0, 3)}:${zone.slice(3)}`);
}

/** In UTC, with as many decimals as the time it replaces. */
function format(ms: number, like: string): string {
  const decimals = /\.(\d+)/.exec(like)?.[1]?.length ?? 0;
  const [seconds = "", fraction = ""] = new Date(ms).toISOString().replace("T", " ").slice(0, -1).split(".");
  return `${seconds}.${fraction.padEnd(decimals, "0").slice(0, decimals)} +0000`;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
