/** Temporary engines and generated events for the tests of the events store. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createEmbeddedEngine, type EmbeddedEngine } from "../src/stores/events/embedded/embedded-engine.ts";
import { type EventRow, rawKey, type RawKey, signatureId } from "../src/stores/events/event-row.ts";
import type { SignatureChange } from "../src/stores/events/events-store.ts";
import { migrate } from "../src/stores/events/migrate.ts";

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "windfall-events-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A folder that goes away with the test; ask for it before what uses it, so that this is closed first. */
export function temporaryFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** An engine with its tables, closed with the test. */
export async function temporaryEngine(folder: string = temporaryFolder()): Promise<EmbeddedEngine> {
  const engine = createEmbeddedEngine(folder);
  onTestFinished(() => engine.close());
  await migrate(engine, {});
  return engine;
}

/** The same for a suite, which ends it with `stop`. */
export async function startEngine(): Promise<{ engine: EmbeddedEngine; stop: () => Promise<void> }> {
  const folder = makeFolder();
  const engine = createEmbeddedEngine(folder);
  await migrate(engine, {});
  const stop = async (): Promise<void> => {
    await engine.close();
    removeFolder(folder);
  };
  return { engine, stop };
}

/** Whether a process runs; one that has ended and waits to be collected does not. */
export function isRunning(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}

/** Numbers that look random and are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface GeneratedEvents {
  readonly rows: readonly EventRow[];
  /** Some keys are left out: nothing has mapped them yet. */
  readonly map: readonly SignatureChange[];
}

const DAY_MS = 24 * 3600 * 1000;
const END = Date.UTC(2026, 9, 31, 12);

/** Two apps over 60 days, with what reports really have: no device id, no build, a wrong clock, kinds other than crashes. */
export function generateEvents(count: number, seed: number): GeneratedEvents {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];
  // Squared, so that some signatures crash far more than others.
  const keys = Array.from({ length: 80 }, () => rawKey((BigInt(below(2 ** 32)) << 32n) | BigInt(below(2 ** 32))));
  const keyOf = (): RawKey => keys[Math.floor(random() ** 2 * keys.length)] ?? rawKey(0n);

  const rows = Array.from({ length: count }, (_, index): EventRow => {
    const platform = pick(["iOS", "iPadOS", "macOS"]);
    const minor = below(4);
    return {
      reportId: `report-${index}`,
      appId: pick(["harbor", "harbor", "teebude"]),
      rawKey: keyOf(),
      kind: pick(["crash", "crash", "crash", "crash", "hang"]),
      crashedAt: pick<string | undefined>([
        undefined,
        "1970-01-01T00:00:00.000Z",
        ...Array.from({ length: 12 }, () => moment(random)),
      ]),
      receivedAt: new Date(END - below(10) * DAY_MS).toISOString(),
      platform,
      osVersion: `26.${below(3)}`,
      osBuild: `23A${below(5)}`,
      deviceModel: platform === "macOS" ? pick(["Mac16,1", "Mac15,3"]) : pick(["iPhone18,1", "iPhone17,2", "iPad16,3"]),
      appVersion: `2.${minor}`,
      appBuild: pick(["", String(100 + minor * 10 + below(3))]),
      ...deviceOf(pick(["", ...Array.from({ length: 4 }, () => `device-${below(300)}`)])),
      incidentId: pick(["", `INCIDENT-${index}`]),
      ground: GROUNDS[index % GROUNDS.length] ?? "",
    };
  });
  const map = keys
    .filter((_, index) => index % 9 !== 4)
    .map((rawKey, index): SignatureChange => ({ rawKey, signatureId: signatureId(1 + (index % 23)), version: 1 }));
  return { rows, map };
}

const GROUNDS = ["foreground", "background", "foreground", ""] as const;

/** Every third device sends its install id. */
function deviceOf(deviceId: string): Pick<EventRow, "deviceId" | "deviceKind"> {
  if (deviceId === "") return { deviceId, deviceKind: "" };
  return { deviceId, deviceKind: Number(deviceId.slice(7)) % 3 === 0 ? "install" : "reporter-key" };
}

function moment(random: () => number): string {
  return new Date(END - Math.floor(random() * 60 * DAY_MS)).toISOString();
}
