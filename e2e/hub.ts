/** A real hub in a process of its own, started as a user would start it, on a free port and a new data folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("..", import.meta.url));

export interface RunningHub {
  readonly url: string;
  readonly pid: number;
  /** Printed by the first start only. */
  readonly signInLink: string;
  readonly ingestKey: string;
  readonly apiKey: string;
  /** Everything printed so far. */
  readonly printed: () => string;
  /** Resolves when no accepted report waits any more. */
  processed(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const PROCESS_TIMEOUT_MS = 300_000;

interface StartOptions {
  readonly data: string;
  readonly port?: number;
  /** Further flags. */
  readonly flags?: readonly string[];
}

/** The first start on `data`: with link and keys. */
export async function firstStart(options: StartOptions): Promise<RunningHub> {
  const hub = await start(options, /\bwfk_\S+/);
  const find = (pattern: RegExp) => pattern.exec(hub.printed())?.[0] ?? "";
  const apiKey = find(/\bwfk_[\w-]+/);
  return {
    ...hub,
    signInLink: find(/http:\S+\/sign-in\?token=\S+/),
    ingestKey: find(/\bwfi_[\w-]+/),
    apiKey,
    processed: () => processed(hub.url, apiKey),
  };
}

/** A later start: whatever was printed once is not printed again. */
export async function start(options: StartOptions, until: RegExp = /http:\/\/127\.0\.0\.1/) {
  const port = options.port ?? (await freePort());
  const flags = ["--data", options.data, "--port", String(port), ...(options.flags ?? [])];
  const command = ["--max-semi-space-size=16", `${root}packages/hub/dist/main.js`, ...flags];
  const child = spawn("node", command, { stdio: ["ignore", "pipe", "pipe"] });
  const url = `http://127.0.0.1:${port}`;
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await ready(
    child,
    url,
    () => until.test(text),
    () => text,
  );
  return {
    url,
    pid: child.pid ?? 0,
    printed: () => text,
    stop: async () => {
      child.kill("SIGTERM");
      return exited;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function ready(child: ChildProcess, url: string, said: () => boolean, printed: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the hub ended with ${child.exitCode}:\n${printed()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok && said()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the hub did not come up:\n${printed()}`);
}

async function processed(url: string, apiKey: string): Promise<void> {
  const deadline = Date.now() + PROCESS_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const headers = { authorization: `Bearer ${apiKey}` };
    const { apps } = (await (await fetch(`${url}/api/v1/apps`, { headers })).json()) as { apps: { id: string }[] };
    const waiting = await Promise.all(
      apps.map(async ({ id }) => {
        const answer = await fetch(`${url}/api/v1/apps/${id}/overview`, { headers });
        return ((await answer.json()) as { waiting: number }).waiting;
      }),
    );
    if (apps.length > 0 && waiting.every((count) => count === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("reports still wait");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
