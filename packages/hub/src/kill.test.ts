/** The promise of `202`: kill -9 at random moments while reports stream in, and afterwards each acknowledged one is there, once. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type App, createClient, HubError } from "@windfall/api";
import { afterAll, expect, test } from "vitest";
import { variantOf } from "../../../fixtures/variants.ts";
import { fixtureText } from "../test/hub.ts";

const ROUNDS = Number(process.env["WINDFALL_KILL_ROUNDS"] ?? 20);
const SENDERS = 6;
/** A kill comes this long after the first answer of a round. */
const MIN_LIFE_MS = 20;
/** Every other round lives long enough for batches to be on their way to the events. */
const MAX_LIFE_MS = [600, 4_000] as const;

const folder = mkdtempSync(join(tmpdir(), "windfall-kill-"));
const port = 20_000 + Math.floor(Math.random() * 20_000);
const baseUrl = `http://127.0.0.1:${port}`;
const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const started: ChildProcess[] = [];
let output = "";

function startHub(): ChildProcess {
  const child = spawn(
    process.execPath,
    ["--conditions=@windfall/source", main, "--data", folder, "--port", String(port)],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, WINDFALL_LOG: "info" } },
  );
  child.stdout.on("data", (text) => (output += String(text)));
  child.stderr.on("data", (text) => (output += String(text)));
  started.push(child);
  return child;
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("exit", resolve);
  });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A restart that takes longer hangs: half a second is usual. */
const RESTART_LIMIT_MS = 30_000;

async function answers(): Promise<void> {
  for (const since = Date.now(); ;) {
    if (Date.now() - since > RESTART_LIMIT_MS) throw new Error(`the hub does not come back:\n${output}`);
    if (started.at(-1)?.exitCode != null) throw new Error(`the hub ended:\n${output}`);
    const response = await fetch(`${baseUrl}/healthz`).catch(() => undefined);
    if (response?.ok) return;
    await pause(20);
  }
}

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await Promise.all(started.map(ended));
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

test(`${ROUNDS} kills lose no acknowledged report and count none twice`, { timeout: 300_000 }, async () => {
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const acknowledged = new Set<string>();
  let number = 0;
  const enough = new AbortController();
  let ingestKey = "";

  /** Sends until told to stop; what got no answer is sent again, as a real sender would. */
  async function send(): Promise<void> {
    let unanswered: string | undefined;
    while (!enough.signal.aborted) {
      unanswered ??= variantOf(template, { number: ++number, at: new Date(), device: number % 50 });
      const hub = createClient({ baseUrl, fetch, key: ingestKey });
      try {
        acknowledged.add((await hub.call("ingestReports", { body: unanswered })).id);
        unanswered = undefined;
      } catch (error) {
        if (!(error instanceof HubError) || error.status !== 0) throw error;
        await pause(20);
      }
    }
  }

  let child = startHub();
  await answers();
  while (!/wfi_\S+/.test(output)) await pause(10);
  ingestKey = /wfi_\S+/.exec(output)?.[0] ?? "";
  const apiKey = /wfk_\S+/.exec(output)?.[0] ?? "";
  const senders = Array.from({ length: SENDERS }, send);
  for (let round = 0; round < ROUNDS; round++) {
    const [short, long] = MAX_LIFE_MS;
    await pause(MIN_LIFE_MS + Math.random() * (round % 2 === 0 ? short : long));
    child.kill("SIGKILL");
    await ended(child);
    child = startHub();
    await answers();
  }
  enough.abort();
  await Promise.all(senders);

  const hub = createClient({ baseUrl, fetch, key: apiKey });
  const theApp = async (): Promise<App | undefined> => (await hub.call("apps", {})).apps[0];
  let app = await theApp();
  while (!app || (await hub.call("overview", { params: { appId: app.id } })).waiting > 0) {
    await pause(100);
    app = await theApp();
  }
  const found: string[] = [];
  const { signatures } = await hub.call("signatures", { params: { appId: app.id } });
  for (const { id } of signatures) {
    for (let offset = 0, total = 1; offset < total; offset += 500) {
      const page = await hub.call("signatureReports", { params: { signatureId: id }, query: { limit: 500, offset } });
      total = page.total;
      found.push(...page.reports.map((report) => report.id));
    }
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  expect(new Set(found).size).toBe(found.length);
  expect([...acknowledged].filter((id) => !found.includes(id))).toEqual([]);
  // An upload whose answer was lost may be there too: at most one per sender and kill.
  expect(found.length - acknowledged.size).toBeLessThanOrEqual(SENDERS * ROUNDS);
  expect(output).not.toContain("set aside");

  child.kill("SIGTERM");
  expect(await ended(child)).toBe(0);
});

test("a second hub on the folder ends with 1 and says why; unknown flags end with 2", { timeout: 60_000 }, async () => {
  const first = startHub();
  await answers();
  output = "";
  expect(await ended(startHub())).toBe(1);
  expect(output).toContain("data-folder-locked: another hub already runs on");
  first.kill("SIGTERM");
  expect(await ended(first)).toBe(0);

  const wrong = spawn(process.execPath, ["--conditions=@windfall/source", main, "--prot", "1"], { stdio: "ignore" });
  expect(await ended(wrong)).toBe(2);
});
