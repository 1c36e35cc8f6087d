/**
 * How fast the hub takes reports in: acknowledged (durable) per second over HTTP with 32 connections, processed per second end to end,
 * and its memory, idle and after 10,000 reports. Baseline of the same run: a bare HTTP server that writes each body to a file and syncs it.
 */
import { spawn } from "node:child_process";
import { open, mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { variantOf } from "../fixtures/variants.ts";
import { firstStart } from "../e2e/hub.ts";

const REPORTS = Number(process.argv[2] ?? 10_000);
const CONNECTIONS = 32;
const WARM_UP = 200;

const root = new URL("..", import.meta.url).pathname;
const template = await readFile(join(root, "fixtures/reports/swift/01-ios17-unwrap-nil.ips"), "utf8");
const at = (number: number) => new Date(Date.now() - 1000 * (number % 2_000_000));
const report = (number: number) =>
  variantOf(template, { number, at: at(number), device: number % 3_000, model: `iPhone${14 + (number % 4)},5` });

const folder = await mkdtemp(join(tmpdir(), "windfall-bench-"));
const hub = await firstStart({ data: join(folder, "data") });
try {
  await sleep(2_000);
  const idle = await memory(hub.pid);
  const bodies = Array.from({ length: REPORTS + WARM_UP }, (_, number) => Buffer.from(report(number)));

  const bare = await bareServer(join(folder, "bare"));
  const baseline = await load(bare.url, bodies.slice(0, Math.min(REPORTS, 4_000)), {});
  await bare.close();

  const url = `${hub.url}/ingest/reports`;
  const headers = { authorization: `Bearer ${hub.ingestKey}` };
  await load(url, bodies.slice(REPORTS), headers);
  await hub.processed();
  const started = performance.now();
  const hubLoad = await load(url, bodies.slice(0, REPORTS), headers);
  await hub.processed();
  const processed = REPORTS / ((performance.now() - started) / 1000);
  const after = await memory(hub.pid);

  const row = (name: string, value: string, ratio = "") => [name, value, ratio];
  print([
    row("", "", "against bare server"),
    row("bare server, fsync a file each", `${round(baseline.perSecond)} /s`, "1.00"),
    row(
      "acknowledged, 32 connections",
      `${round(hubLoad.perSecond)} /s`,
      (hubLoad.perSecond / baseline.perSecond).toFixed(2),
    ),
    row("  slowest 1 % of answers", `${round(hubLoad.p99)} ms`, (hubLoad.p99 / baseline.p99).toFixed(2)),
    row("processed, end to end", `${round(processed)} /s`, (processed / baseline.perSecond).toFixed(2)),
    row("hub memory idle", `${idle.hub} MB`),
    row(`hub memory after ${REPORTS}`, `${after.hub} MB`),
    row("engine memory idle", `${idle.engine} MB`),
    row(`engine memory after ${REPORTS}`, `${after.engine} MB`),
  ]);
  process.stdout.write(
    `\n${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
  );
} finally {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
}

interface Load {
  readonly perSecond: number;
  readonly p99: number;
}

/** Posts every body over `CONNECTIONS` kept-alive connections; each must be answered 2xx. */
async function load(url: string, bodies: readonly Buffer[], headers: Record<string, string>): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let body = bodies[next++]; body; body = bodies[next++]) {
        const sent = performance.now();
        const status = await post(url, body, headers, agent);
        if (status >= 300) throw new Error(`${url} answered ${status}`);
        times.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { perSecond: bodies.length / seconds, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}

function post(url: string, body: Buffer, headers: Record<string, string>, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: "POST", agent, headers: { ...headers, "content-length": body.length } },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function bareServer(path: string) {
  let written = 0;
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      void open(`${path}-${written++}`, "w").then(async (file) => {
        await file.write(Buffer.concat(chunks));
        await file.sync();
        await file.close();
        answer.statusCode = 202;
        answer.end("{}");
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** Resident memory of the hub and of its engine child, in MB. */
async function memory(pid: number): Promise<{ hub: number; engine: number }> {
  const lines = await output("ps", ["-eo", "pid=,ppid=,rss="]);
  const rows = lines
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const megabytes = (sum: number) => Math.round(sum / 1024);
  const own = rows.filter(([id]) => id === pid).reduce((sum, [, , rss = 0]) => sum + rss, 0);
  const children = rows.filter(([, parent]) => parent === pid).reduce((sum, [, , rss = 0]) => sum + rss, 0);
  return { hub: megabytes(own), engine: megabytes(children) };
}

function output(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    process.stdout.write(
      `${row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
