/** Many kinds of crash wait for one dSYM; the hub is killed while it reads them again. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient, type SignatureRow } from "@windfall/api";
import { afterAll, expect, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { fixtureBytes, fixtureText } from "../../test/hub.ts";

/** More than are read again in one go. */
const KINDS = 450;
const DSYM = "dsyms/swift-teebude-ios-arm64-O-d4/Teebude.dSYM/Contents/Resources/DWARF/Teebude";

const folder = mkdtempSync(join(tmpdir(), "windfall-late-"));
const port = 20_000 + Math.floor(Math.random() * 20_000);
const baseUrl = `http://127.0.0.1:${port}`;
const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const started: ChildProcess[] = [];
let output = "";

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await Promise.all(started.map(ended));
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function startHub(): Promise<ChildProcess> {
  const args = ["--conditions=@windfall/source", main, "--data", folder, "--port", String(port)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (text) => (output += String(text)));
  child.stderr.on("data", (text) => (output += String(text)));
  started.push(child);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the hub ended:\n${output}`);
    const response = await fetch(`${baseUrl}/readyz`).catch(() => undefined);
    if (response?.ok) return child;
    await pause(20);
  }
}

const SIGNATURES = 9;

/** Another kind of crash: by its second frame one of nine signatures as long as there are no names, by its fourth a kind of its own. */
function ofKind(text: string, kind: number): string {
  const shifted = (offset: number, by: number) =>
    text.replace(new RegExp(`("imageOffset" ?: ?)${offset}\\b`), `$1${offset + 4 * by}`);
  text = shifted(28_256, 3 * (kind % SIGNATURES));
  return shifted(30_877, Math.floor(kind / SIGNATURES));
}

async function everySignature(hub: Client, appId: string): Promise<{ crashes: number; rows: SignatureRow[] }> {
  const { crashes, signatures } = await hub.call("signatures", { params: { appId }, query: { limit: 500 } });
  return { crashes, rows: signatures };
}

test(
  "a hub killed between two steps goes on: every kind is read once, none counted twice",
  { timeout: 120_000 },
  async () => {
    let child = await startHub();
    while (!/wfk_\S+/.test(output)) await pause(10);
    const hub = createClient({ baseUrl, fetch, key: /wfk_\S+/.exec(output)?.[0] ?? "" });
    const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
    const form = new FormData();
    for (let kind = 0; kind < KINDS; kind++) {
      const text = ofKind(variantOf(template, { number: kind, at: new Date(), device: kind }), kind);
      form.append("report", new Blob([text]), `${kind}.ips`);
    }
    await hub.call("ingestReports", { body: form });
    let appId: string | undefined;
    for (;;) {
      appId = (await hub.call("apps", {})).apps[0]?.id;
      if (appId !== undefined && (await hub.call("overview", { params: { appId } })).waiting === 0) break;
      await pause(50);
    }
    const before = await everySignature(hub, appId);
    expect(before.crashes).toBe(KINDS);
    expect(before.rows.map(({ confidence }) => confidence)).toEqual(
      Array.from({ length: SIGNATURES }, () => "provisional"),
    );

    await hub.call("ingestSymbols", { body: new Uint8Array(await fixtureBytes(DSYM)) });
    let progress = await hub.call("symbolsProgress", {});
    while ((progress.runs[0]?.rawKeys ?? 0) === 0) {
      await pause(5);
      progress = await hub.call("symbolsProgress", {});
    }
    child.kill("SIGKILL");
    await ended(child);
    const done = progress.runs[0]?.rawKeys ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(KINDS);

    child = await startHub();
    do {
      await pause(50);
      progress = await hub.call("symbolsProgress", {});
    } while (progress.runs[0]?.endedAt === null);
    expect(progress.waiting).toBe(0);
    expect(progress.runs).toHaveLength(1);
    expect(progress.runs[0]).toMatchObject({ rawKeys: KINDS, reports: KINDS, failed: 0 });

    const after = await everySignature(hub, appId);
    expect(after.crashes).toBe(KINDS);
    expect(after.rows.reduce((sum, { crashes }) => sum + crashes, 0)).toBe(KINDS);
    expect(after.rows.every(({ confidence }) => confidence !== "provisional")).toBe(true);
    // Every link from before leads to where its crashes are now.
    for (const { id } of before.rows) {
      const { signature, movedTo } = await hub.call("signature", { params: { signatureId: id } });
      expect(after.rows.map((row) => row.id)).toContain(signature.id);
      expect(movedTo).toBe(signature.id === id ? undefined : signature.id);
    }
    child.kill("SIGTERM");
    await ended(child);
    expect(output).not.toContain("late symbols could not be used");
  },
);
