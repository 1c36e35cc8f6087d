/** What is sent to the hub, and how: over kept-alive connections, each as fast as its answers come. */
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { variantOf } from "../../fixtures/variants.ts";

export const CONNECTIONS = 32;
/** Every so many reports a batch of usage. */
const REPORTS_PER_USAGE = 10;
export const ROWS_PER_USAGE = 20;
const DAYS = 28;
const DAY_MS = 86_400_000;
const DEVICES = 3_000;
const APP = "org.windfall.fixtures.Teebude";
const VERSIONS = [
  { version: "2.3", build: "231" },
  { version: "2.4", build: "240" },
  { version: "2.5", build: "255" },
] as const;

export interface Upload {
  readonly path: "/ingest/reports" | "/ingest/usage";
  readonly body: Buffer;
  readonly install?: string;
}

export interface Load {
  readonly reportsPerSecond: number;
  readonly requestsPerSecond: number;
  /** Of the slowest 1 % of answers the fastest. */
  readonly p99: number;
}

/** Different reports of one app, spread over four weeks, and usage of the devices they come from. */
export function createUploads(root: string, nowMs: number): (from: number, count: number) => Upload[] {
  const folder = join(root, "fixtures/reports/swift");
  const templates = readdirSync(folder)
    .filter((name) => name.endsWith(".ips"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
  const dayOf = (number: number) => nowMs - (number % DAYS) * DAY_MS - 1000 * (number % 10_000);
  const build = (number: number) => VERSIONS[number % VERSIONS.length] ?? VERSIONS[0];

  function report(number: number): Upload {
    const device = number % DEVICES;
    const template = templates[number % templates.length] ?? "";
    const at = new Date(dayOf(number));
    const facts = { number, at, device, model: `iPhone${14 + (number % 4)},5`, pid: 300 + ((number * 7_919) % 60_000) };
    const text = variantOf(template, { ...facts, app: build(number) });
    return { path: "/ingest/reports", body: Buffer.from(text), install: installOf(device) };
  }

  function usage(number: number): Upload {
    const rows = Array.from({ length: ROWS_PER_USAGE }, (_, i) => {
      const device = (number * ROWS_PER_USAGE + i) % DEVICES;
      const day = new Date(dayOf(number + i)).toISOString().slice(0, 10);
      return {
        installId: installOf(device),
        day,
        app: APP,
        ...build(device),
        platform: "iOS",
        os: "17.6.1",
        sessions: 3,
      };
    });
    return { path: "/ingest/usage", body: Buffer.from(JSON.stringify(rows)) };
  }

  return (from, count) =>
    Array.from({ length: count }, (_, i) => from + i).flatMap((number) =>
      number % REPORTS_PER_USAGE === 0 ? [report(number), usage(number)] : [report(number)],
    );
}

const installOf = (device: number): string => `install-of-device-${device}`;

/** Each upload must be answered 2xx. */
export async function send(url: string, uploads: readonly Upload[], key: string): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let upload = uploads[next++]; upload; upload = uploads[next++]) {
        const sent = performance.now();
        const status = await post(url, upload, key, agent);
        if (status >= 300) throw new Error(`${url}${upload.path} answered ${status}`);
        times.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return {
    reportsPerSecond: uploads.filter(({ path }) => path === "/ingest/reports").length / seconds,
    requestsPerSecond: uploads.length / seconds,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

function post(url: string, { path, body, install }: Upload, key: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      "content-length": body.length,
      ...(install !== undefined && { "x-windfall-install-id": install }),
    };
    const sent = request(`${url}${path}`, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
