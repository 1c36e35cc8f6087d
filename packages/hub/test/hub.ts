/** A whole hub for a test file: real stores in a temporary folder, the real engine, a free port. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HubOptions, type Hub, startHub } from "../src/hub.ts";
import { secureRandom } from "../src/clock.ts";
import type { LogFields, Logger } from "../src/logger.ts";

export interface TestHub {
  readonly hub: Hub;
  readonly folder: string;
  readonly ingestKey: string;
  readonly apiKey: string;
  /** Every line the hub logged, as JSON. */
  readonly log: readonly string[];
  /** A request with the API key, if no other header says who asks. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  json<T>(path: string, init?: RequestInit): Promise<T>;
  /** Posts and gives the answer with its status. */
  send(path: string, body: BodyInit | Uint8Array, headers?: Record<string, string>): Promise<Sent>;
  /** Signs in with a new link. */
  cookie(): Promise<string>;
  /** The folder stays for another start unless told otherwise. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export interface Sent {
  readonly status: number;
  readonly body: { id?: string; reports?: string[]; duplicate?: boolean; error?: { code: string; message: string } };
}

let keysOfFolder = new Map<string, { ingestKey: string; apiKey: string }>();

export async function startTestHub(options: Partial<HubOptions> = {}): Promise<TestHub> {
  const folder = options.dataFolder ?? mkdtempSync(join(tmpdir(), "windfall-hub-"));
  const log: string[] = [];
  const note = (fields: LogFields, message: string) => void log.push(JSON.stringify({ ...fields, message }));
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const hub = await startHub({
    port: 0,
    version: "0.0.0-test",
    logger,
    chance: { clock: Date.now, random: secureRandom },
    checkAnswers: true,
    pipeline: { gatherMs: 10, retryMs: 50 },
    ...options,
    dataFolder: folder,
  });
  const keys = hub.firstSecrets ?? keysOfFolder.get(folder);
  if (!keys) throw new Error("the keys of this folder are not known");
  keysOfFolder.set(folder, keys);
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization") && !headers.has("cookie")) headers.set("authorization", `Bearer ${keys.apiKey}`);
    return hub.fetch(new Request(hub.url + path, { ...init, headers }));
  };
  return {
    hub,
    folder,
    ...keys,
    log,
    ask,
    async json<T>(path: string, init?: RequestInit) {
      const response = await ask(path, init);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async send(path, body, headers = {}) {
      const response = await ask(path, {
        method: "POST",
        body: body as BodyInit,
        headers: { authorization: `Bearer ${keys.ingestKey}`, ...headers },
      });
      return { status: response.status, body: (await response.json()) as Sent["body"] };
    },
    async cookie() {
      const token = new URL(await hub.newSignInLink()).searchParams.get("token");
      const response = await hub.fetch(
        new Request(`${hub.url}/api/v1/sign-in`, {
          method: "POST",
          body: JSON.stringify({ token }),
          headers: { "content-type": "application/json", origin: hub.url },
        }),
      );
      return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    },
    stop: () => hub.stop(),
    async remove() {
      await hub.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const fixtureBytes = (path: string): Promise<Buffer> =>
  readFile(new URL(`../../../fixtures/${path}`, import.meta.url));

export const fixtureText = async (path: string): Promise<string> => (await fixtureBytes(path)).toString("utf8");
