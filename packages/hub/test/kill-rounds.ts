/**
 * Kills a hub and its event engine (kill -9, at random moments) while reports and usage stream in and a page is read, then counts:
 * everything that was acknowledged must be there, once. For the test suite and `bench/kill.ts`.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type App, type Client, createClient, HubError } from "@windfall/api";
import { variantOf } from "../../../fixtures/variants.ts";
import { fixtureText } from "./hub.ts";

export interface KillPlan {
  readonly dataFolder: string;
  /** What Node is started with: its flags and the hub's main file. */
  readonly hub: readonly string[];
  readonly hubKills: number;
  readonly engineKills: number;
  /** Between two uploads of one sender. */
  readonly pauseMs: number;
  readonly tell?: (round: number, of: number) => void;
}

export interface Counted {
  readonly expected: number;
  readonly found: number;
}

export interface KillCount {
  /** Of both kinds, acknowledged and kept: one more would be one twice. */
  readonly uploads: Counted;
  readonly reports: Counted;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** By name; each must be exact. */
  readonly usage: Readonly<Record<"users" | "usersCrashed" | "sessions" | "sessionsCrashed", Counted>>;
  /** Uploads that the hub gave up on. */
  readonly setAside: number;
  /** Kills that hit a batch on its way to the events, and how many of these when its rows were there already. */
  readonly batchesInterrupted: number;
  readonly afterArrival: number;
  /** Answers to the reader by status; 0 where the hub was away. */
  readonly pages: Readonly<Record<number, number>>;
  readonly slowestRestartMs: number;
  /** Of the last hub, told to stop. */
  readonly exitCode: number | null;
}

const REPORT_SENDERS = 6;
const USAGE_SENDERS = 2;
const ROWS_PER_BATCH = 5;
/** Installs that crash; every usage batch tells of one of them too. */
const CRASHING_INSTALLS = 500;
/** Every third kill comes at any moment after the last; */
const MAX_LIFE_MS = 600;
/** the others aim: so long after something has left for the events, or as soon as it is there and the state has not heard of it, */
const AIM_MS = 60;
const LEFT = /(?:a batch goes|usage goes) to the events/;
const ARRIVED = /a batch has reached the events/;
/** or when it has not said so for this long. */
const AIM_LIMIT_MS = 10_000;
const READ_EVERY_MS = 150;
const PAGE = 500;
/** A restart that takes longer hangs: half a second is usual. */
const RESTART_LIMIT_MS = 30_000;
/** What Teebude's reports say of it. */
const BUILD = { app: "org.windfall.fixtures.Teebude", version: "2.3", build: "231", platform: "iOS" } as const;

export async function killRounds(plan: KillPlan): Promise<KillCount> {
  const hub = createHubProcess(plan, await freePort());
  try {
    await hub.start();
    const load = await startLoad(hub, plan.pauseMs);
    const kinds = mixed(plan.hubKills, plan.engineKills);
    for (const [round, kind] of kinds.entries()) {
      const engine = kind === "engine" ? await hub.enginePid() : undefined;
      await Promise.race([moment(hub, round), load.failed]);
      if (engine === undefined) await hub.killAndRestart();
      else process.kill(engine, "SIGKILL");
      plan.tell?.(round + 1, kinds.length);
    }
    const truth = await Promise.race([load.stop(), load.failed]);
    const counted = await count(hub, truth);
    return {
      ...counted,
      pages: load.pages,
      ...interrupted(hub.printed()),
      slowestRestartMs: hub.slowestRestartMs(),
      exitCode: await hub.stop(),
    };
  } finally {
    await hub.kill();
  }
}

async function moment(hub: Hub, round: number): Promise<void> {
  if (round % 3 === 0) return pause(Math.random() * MAX_LIFE_MS);
  if (round % 3 === 1) return hub.says(ARRIVED);
  await hub.says(LEFT);
  return pause(Math.random() * AIM_MS);
}

/** The engine's kills spread among the hub's. */
function mixed(hubKills: number, engineKills: number): ("hub" | "engine")[] {
  const all = hubKills + engineKills;
  return Array.from({ length: all }, (_, i) =>
    Math.floor(((i + 1) * engineKills) / all) > Math.floor((i * engineKills) / all) ? "engine" : "hub",
  );
}

type Hub = ReturnType<typeof createHubProcess>;

/** A hub in a process of its own, on one folder and port through all its lives. */
export function createHubProcess({ dataFolder, hub }: Pick<KillPlan, "dataFolder" | "hub">, port: number) {
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  let keys = { ingest: "", api: "" };
  let child: ChildProcess | undefined;
  let slowestMs = 0;
  const listeners = new Map<RegExp, () => void>();

  function hear(chunk: Buffer): void {
    const text = chunk.toString();
    output += text;
    for (const [words, tell] of listeners) if (text.match(words)) tell();
  }

  async function start(): Promise<void> {
    const since = performance.now();
    child = spawn(process.execPath, [...hub, "--data", dataFolder, "--port", String(port)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, WINDFALL_LOG: "debug" },
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", hear);
    while (!(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) {
      if (performance.now() - since > RESTART_LIMIT_MS) throw new Error(`the hub does not come back:\n${output}`);
      if (child.exitCode !== null) throw new Error(`the hub ended:\n${output}`);
      await pause(20);
    }
    slowestMs = Math.max(slowestMs, performance.now() - since);
    while (keys.api === "") {
      keys = { ingest: /wfi_\S+/.exec(output)?.[0] ?? "", api: /wfk_\S+/.exec(output)?.[0] ?? "" };
      if (keys.api === "") await pause(10);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!child) return null;
    child.kill(signal);
    return ended(child);
  }

  return {
    url,
    start,
    pid: () => child?.pid ?? 0,
    client: (key: keyof typeof keys): Client => createClient({ baseUrl: url, fetch, key: keys[key] }),
    /** Uploads ever, by the hub's own metrics. */
    async accepted(): Promise<number> {
      const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${keys.api}` } });
      return Number(/^windfall_uploads_accepted_total (\d+)$/m.exec(await answer.text())?.[1]);
    },
    /** Resolves the next time the hub says it, or after a while. */
    says: (words: RegExp): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(done, AIM_LIMIT_MS);
        function done() {
          clearTimeout(timer);
          listeners.delete(words);
          resolve();
        }
        listeners.set(words, done);
      }),
    printed: () => output,
    slowestRestartMs: () => slowestMs,
    async killAndRestart(): Promise<void> {
      await end("SIGKILL");
      await start();
    },
    /** Of the engine that runs, once it does. */
    async enginePid(): Promise<number> {
      for (let since = performance.now(); ;) {
        const found = childrenOf(child?.pid ?? 0)[0];
        if (found !== undefined) return found;
        if (performance.now() - since > RESTART_LIMIT_MS) throw new Error(`the engine does not come back:\n${output}`);
        await pause(20);
      }
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("exit", resolve);
  });
}

function childrenOf(parent: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,stat="], { encoding: "utf8" }).trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, of, state = "Z"]) => Number(of) === parent && !state.startsWith("Z"))
    .map(([pid]) => Number(pid));
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What was sent and acknowledged: all that was sent, since nobody gives up. */
interface Truth {
  readonly reports: ReadonlySet<string>;
  readonly batches: number;
  readonly crashing: ReadonlySet<string>;
  readonly used: ReadonlyMap<string, { readonly sessions: number; readonly crashedSessions: number }>;
}

async function startLoad(hub: Hub, pauseMs: number) {
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const at = new Date();
  const day = at.toISOString().slice(0, 10);
  const enough = new AbortController();
  const reports = new Set<string>();
  const crashing = new Set<string>();
  const used = new Map<string, { sessions: number; crashedSessions: number }>();
  const pages: Record<number, number> = {};
  let number = 0;
  let batches = 0;

  /** As a real sender: what got no answer is sent again, until it has one. */
  async function insist<T>(send: (client: Client) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await send(hub.client("ingest"));
      } catch (error) {
        if (!(error instanceof HubError) || error.status !== 0) throw error;
        await pause(20);
      }
    }
  }

  async function sendReports(): Promise<void> {
    while (!enough.signal.aborted) {
      const own = ++number;
      const body = variantOf(template, { number: own, at, device: own % CRASHING_INSTALLS });
      const install = `install-${own % CRASHING_INSTALLS}`;
      const headers = { "x-windfall-install-id": install };
      reports.add((await insist((client) => client.call("ingestReports", { body, headers }))).id);
      crashing.add(install);
      await pause(pauseMs);
    }
  }

  /** New installs, and one that crashes and is told of again and again, with more each time. */
  async function sendUsage(): Promise<void> {
    while (!enough.signal.aborted) {
      const own = ++batches;
      const installs = Array.from({ length: ROWS_PER_BATCH - 1 }, (_, i) => `install-of-${own}-${i}`);
      const rows = [...installs, `install-${own % CRASHING_INSTALLS}`].map((installId) => {
        const sessions = 1 + Math.min(own, 80_000);
        return { ...BUILD, installId, day, sessions, crashedSessions: Math.floor(sessions / 3) };
      });
      for (const { installId, sessions, crashedSessions } of rows) {
        if (sessions > (used.get(installId)?.sessions ?? 0)) used.set(installId, { sessions, crashedSessions });
      }
      const body = JSON.stringify(rows);
      const { accepted, rejected } = await insist((client) => client.call("ingestUsage", { body }));
      if (accepted !== rows.length || rejected !== 0) throw new Error(`${rejected} rows of a batch were rejected`);
      await pause(pauseMs);
    }
  }

  async function read(): Promise<void> {
    let appId: string | undefined;
    while (!enough.signal.aborted) {
      let status = 200;
      try {
        const client = hub.client("api");
        appId ??= (await client.call("apps", {})).apps[0]?.id;
        if (appId !== undefined) await client.call("overview", { params: { appId } });
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        status = error.status;
      }
      pages[status] = (pages[status] ?? 0) + 1;
      await pause(READ_EVERY_MS);
    }
  }

  const running = Promise.all([
    ...Array.from({ length: REPORT_SENDERS }, sendReports),
    ...Array.from({ length: USAGE_SENDERS }, sendUsage),
    read(),
  ]);
  const failed = new Promise<never>((_, reject) => void running.catch(reject));
  failed.catch(() => undefined);
  return {
    pages,
    /** Rejects when a sender got an answer it must not get. */
    failed,
    async stop(): Promise<Truth> {
      enough.abort();
      await running;
      return { reports, batches, crashing, used };
    },
  };
}

/** What each new start found, by its own words. */
function interrupted(printed: string): Pick<KillCount, "batchesInterrupted" | "afterArrival"> {
  const found = [...printed.matchAll(/"reports":(\d+),"held":(\d+),"msg":"an interrupted batch is put right"/g)];
  const open = found.filter(([, reports]) => reports !== "0");
  return { batchesInterrupted: open.length, afterArrival: open.filter(([, , held]) => held !== "0").length };
}

type FromTheHub = Omit<KillCount, "pages" | "batchesInterrupted" | "afterArrival" | "slowestRestartMs" | "exitCode">;

async function count(hub: Hub, truth: Truth): Promise<FromTheHub> {
  const client = hub.client("api");
  const app = await processed(client);
  const { crashFree, crashes } = await client.call("overview", { params: { appId: app.id } });
  const found = await reportIds(client, app);
  const known = new Set(found);
  const used = [...truth.used.values()];
  const sum = (field: "sessions" | "crashedSessions") => used.reduce((total, row) => total + row[field], 0);
  return {
    uploads: { expected: truth.reports.size + truth.batches, found: await hub.accepted() },
    reports: { expected: truth.reports.size, found: crashes },
    lost: [...truth.reports].filter((id) => !known.has(id)),
    doubled: twice(found),
    usage: {
      users: {
        expected: new Set([...truth.used.keys(), ...truth.crashing]).size,
        found: crashFree?.usersOfWindow?.n ?? 0,
      },
      usersCrashed: { expected: truth.crashing.size, found: crashFree?.usersOfWindow?.crashed ?? 0 },
      sessions: { expected: sum("sessions"), found: crashFree?.sessions?.n ?? 0 },
      sessionsCrashed: { expected: sum("crashedSessions"), found: crashFree?.sessions?.crashed ?? 0 },
    },
    setAside: (await client.call("setAside", {})).total,
  };
}

/** When nothing waits any more. */
async function processed(client: Client): Promise<App> {
  for (;;) {
    const app = (await client.call("apps", {})).apps[0];
    if (app && (await client.call("overview", { params: { appId: app.id } })).waiting === 0) return app;
    await pause(100);
  }
}

async function reportIds(client: Client, app: App): Promise<string[]> {
  const found: string[] = [];
  const { signatures } = await client.call("signatures", { params: { appId: app.id } });
  for (const { id } of signatures) {
    for (let offset = 0, total = 1; offset < total; offset += PAGE) {
      const query = { limit: PAGE, offset };
      const page = await client.call("signatureReports", { params: { signatureId: id }, query });
      total = page.total;
      found.push(...page.reports.map((report) => report.id));
    }
  }
  return found;
}

function twice(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}
