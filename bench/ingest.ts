/**
 * How fast the hub takes reports and usage in: acknowledged (durable) per second over HTTP with 32 connections, processed per second end
 * to end, its memory, and the same again while somebody reads the pages. Baseline of the same run: a bare HTTP server that writes each
 * body to a file and syncs it. `npm run bench:ingest [-- REPORTS]`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { firstStart } from "../e2e/hub.ts";
import { startBareServer } from "./ingest/bare-server.ts";
import { openDashboard, type Reading } from "./ingest/dashboard.ts";
import { CONNECTIONS, createUploads, type Load, ROWS_PER_USAGE, send } from "./ingest/load.ts";
import { memoryOf } from "./ingest/memory.ts";

const REPORTS = Number(process.argv[2] ?? 10_000);
const WARM_UP = 200;
const BASELINE = 4_000;
/** How long the pages are read with nothing else going on. */
const QUIET_MS = 12_000;

const [busyBefore = 0] = loadavg();
const folder = await mkdtemp(join(tmpdir(), "windfall-bench-"));
const hub = await firstStart({ data: join(folder, "data") });
try {
  await setTimeout(2_000);
  const idle = await memoryOf(hub.pid);
  const uploads = createUploads(new URL("..", import.meta.url).pathname, Date.now());

  const bare = await startBareServer(join(folder, "bare"));
  const baseline = await send(bare.url, uploads(0, BASELINE), "none");
  await bare.close();

  await send(hub.url, uploads(0, WARM_UP), hub.ingestKey);
  await hub.processed();
  const alone = await ingest(WARM_UP);
  const after = await memoryOf(hub.pid);

  const dashboard = await openDashboard(hub.url, hub.signInLink);
  const quiet = await dashboard.read(AbortSignal.timeout(QUIET_MS));
  const done = new AbortController();
  const reading = dashboard.read(done.signal);
  const read = await ingest(WARM_UP + REPORTS);
  done.abort();
  const busy = await reading;
  const end = await memoryOf(hub.pid);

  const against = (value: number) => (value / baseline.requestsPerSecond).toFixed(2);
  print([
    ["", "", "against bare server"],
    ["bare server, fsync a file each", perSecond(baseline.requestsPerSecond), "1.00"],
    ...ingestRows(alone, against),
    ["while the pages are read:", "", ""],
    ...ingestRows(read, against),
    ["memory: hub · engine, idle", `${idle.hub} · ${idle.engine} MB`, ""],
    [`  after ${REPORTS}`, `${after.hub} · ${after.engine} MB`, ""],
    [`  after ${2 * REPORTS} and the reading`, `${end.hub} · ${end.engine} MB`, ""],
  ]);
  process.stdout.write("\n");
  print([
    ["page, all its questions", "quiet: p50", "p95", "while ingesting: p50", "p95", "opened"],
    ...pageRows(quiet, busy),
  ]);
  process.stdout.write(
    `\n${quiet.changes} and ${busy.changes} events of the stream. ${CONNECTIONS} connections; 1 request in 11 is usage of ${ROWS_PER_USAGE} rows.\n` +
      `${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, load before ${busyBefore.toFixed(1)}\n`,
  );
} finally {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
}

interface Ingested {
  readonly load: Load;
  readonly processedPerSecond: number;
}

async function ingest(from: number): Promise<Ingested> {
  const uploads = createUploads(new URL("..", import.meta.url).pathname, Date.now())(from, REPORTS);
  const started = performance.now();
  const load = await send(hub.url, uploads, hub.ingestKey);
  await hub.processed();
  return { load, processedPerSecond: REPORTS / ((performance.now() - started) / 1000) };
}

function ingestRows({ load, processedPerSecond }: Ingested, against: (value: number) => string): string[][] {
  return [
    ["  reports acknowledged", perSecond(load.reportsPerSecond), against(load.reportsPerSecond)],
    ["  with the usage batches", perSecond(load.requestsPerSecond), against(load.requestsPerSecond)],
    ["  slowest 1 % of answers", `${round(load.p99)} ms`, ""],
    ["  reports processed, end to end", perSecond(processedPerSecond), against(processedPerSecond)],
  ];
}

function pageRows(quiet: Reading, busy: Reading): string[][] {
  return busy.pages.map(({ name, opened, p50, p95 }) => {
    const alone = quiet.pages.find((page) => page.name === name);
    const times = [alone?.p50, alone?.p95, p50, p95].map((ms) => (ms === undefined ? "–" : `${round(ms)} ms`));
    return [name, ...times, String(opened)];
  });
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}

function perSecond(value: number): string {
  return `${round(value)} /s`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}
