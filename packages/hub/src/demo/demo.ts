/**
 * The example app: filled in the background through the same doors that devices use, while the hub serves; never twice; and taken
 * away as a whole. A fill that was cut short goes on at the next start: the generator gives the same again, and what is known is a
 * duplicate.
 */
import { AppError } from "../app-error.ts";
import type { Clock } from "../clock.ts";
import { errorField, type Logger } from "../logger.ts";
import { acceptReport, type IngestDeps } from "../ingest/accept-reports.ts";
import { acceptSymbols, type SymbolsIngestDeps } from "../ingest/accept-symbols.ts";
import { acceptUsage, type UsageIngestDeps } from "../ingest/usage.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { EventsStore } from "../stores/events/events-store.ts";
import { installOf } from "../usage/install-id.ts";
import { type DemoFiles, imagesOf, loadDemoFiles } from "./demo-reports.ts";
import { DEMO_APP, type DemoStore, type StoredDemo } from "./demo-store.ts";
import { type DemoDay, type DemoReport, generateDemo } from "./generate-demo.ts";
import { type OtherReport, otherReports } from "./other-reports.ts";
import { BUILDS, DEMO_BUNDLE_ID, DEMO_DAYS } from "./story.ts";

export interface DemoDeps {
  readonly store: DemoStore;
  readonly reports: IngestDeps;
  readonly symbols: SymbolsIngestDeps;
  readonly usage: UsageIngestDeps;
  readonly blobs: BlobStore;
  readonly events: EventsStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Resolves when all that was accepted is processed. */
  readonly settled: () => Promise<void>;
  /** Told when everything has gone. */
  readonly changed: () => void;
}

export interface DemoProgress {
  readonly days: number;
  readonly ofDays: number;
  readonly reports: number;
}

export interface DemoListener {
  progress(made: DemoProgress): void;
  /** `undefined` when it was there already. */
  done(made: DemoProgress | undefined): void;
  failed(): void;
}

export interface Demo {
  /** Fills in the background if there is somebody to tell; ends a removal that was cut short. */
  start(listener: DemoListener | undefined): void;
  /** Ends a running fill first. False when there is no demo. */
  remove(): Promise<boolean>;
  /** Ends a running fill; it goes on at the next start. */
  stop(): Promise<void>;
}

export const DEMO_SEED = 2026;
const DAY_MS = 24 * 3600 * 1000;
const DAYS_AT_ONCE = 6;
/** Reports on their way to the disk together. */
const AT_ONCE = 32;

export function createDemo(deps: DemoDeps): Demo {
  const { store, blobs, events, settled, logger, changed } = deps;
  const abort = new AbortController();
  let filling: Promise<void> | undefined;
  let removing: Promise<boolean> | undefined;

  async function start(listener: DemoListener | undefined): Promise<void> {
    try {
      const known = await store.find();
      if (known?.state === "removing") await remove();
      const made = listener && (await fill(listener, abort.signal));
      if (!abort.signal.aborted) listener?.done(made);
    } catch (error) {
      if (abort.signal.aborted) return;
      logger.error({ error: errorField(error) }, "the demo could not be filled");
      listener?.failed();
    }
  }

  async function fill(listener: DemoListener, signal: AbortSignal): Promise<DemoProgress | undefined> {
    const known = await store.find();
    if (known?.state === "filled") return undefined;
    const demo = known ?? (await store.begin(DEMO_SEED, deps.clock()));
    const files = await loadDemoFiles();
    await fillSymbols(deps, files, Date.parse(demo.generatedAt));
    let made: DemoProgress = { days: 0, ofDays: DEMO_DAYS, reports: 0 };
    const others = Map.groupBy(otherReports(demo.seed, Date.parse(demo.generatedAt)), ({ crashedAt }) =>
      utcDay(crashedAt),
    );
    for (const day of daysOf(demo)) {
      await fillDay(deps, files, day);
      for (const report of others.get(day.day) ?? []) await sendReport(deps, files, report);
      made = { ...made, days: made.days + 1, reports: made.reports + day.reports.length };
      // Asked before each wait: a queue that has stopped never settles.
      if (signal.aborted) return made;
      listener.progress(made);
      // No more waits in the queue than a hub would see on a busy day: memory stays what it is.
      if (made.days % DAYS_AT_ONCE === 0) await settled();
    }
    if (signal.aborted) return made;
    await settled();
    if (!signal.aborted) await store.set("filled");
    return made;
  }

  async function remove(): Promise<boolean> {
    if (!(await store.find())) return false;
    await store.set("removing");
    // What was accepted reaches its tables, or it would come back after they were emptied.
    await settled();
    await events.removeApp(DEMO_APP.id, await store.rawKeys());
    for (const blob of await store.remove()) if (!(await store.isUsed(blob))) await blobs.remove(blob);
    changed();
    return true;
  }

  return {
    start(listener) {
      filling = start(listener);
    },
    async remove() {
      abort.abort();
      await filling;
      removing ??= remove().finally(() => (removing = undefined));
      return removing;
    },
    async stop() {
      abort.abort();
      await filling;
    },
  };
}

const utcDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const daysOf = ({ seed, generatedAt }: StoredDemo) => generateDemo(seed, Date.parse(generatedAt));

async function fillSymbols(deps: DemoDeps, files: DemoFiles, now: number): Promise<void> {
  for (const build of BUILDS) {
    if (!build.hasSymbols) continue;
    const then = { ...deps.symbols, clock: () => now - build.age * DAY_MS };
    for (const image of imagesOf(build)) {
      await acceptSymbols(then, oneChunk(files.debugFile(build, image)), image.name);
    }
  }
}

async function fillDay(deps: DemoDeps, files: DemoFiles, day: DemoDay): Promise<void> {
  const queue = day.reports.values();
  const send = async () => {
    for (const report of queue) await sendReport(deps, files, report);
  };
  const rows = usageRows(day);
  const usage = rows === "" ? undefined : acceptUsage(deps.usage, usageRequest(rows), { demo: true });
  await Promise.all([usage, ...Array.from({ length: AT_ONCE }, send)]);
}

async function sendReport({ reports }: DemoDeps, files: DemoFiles, report: DemoReport | OtherReport): Promise<void> {
  const install = report.installId === undefined ? undefined : installOf(report.installId);
  if (report.installId !== undefined && install === undefined) throw new AppError("internal", "no install id");
  // It arrived when it says, not now: "first seen" and delays are part of the story.
  const then = { ...reports, clock: () => report.receivedAt };
  await acceptReport(then, oneChunk(files.reportBytes(report)), { install, demo: true });
}

/** JSON lines, as an app's own server would send them. */
export function usageRows({ day, usage }: DemoDay): string {
  return usage
    .map(({ installId, build, os, model, sessions, crashedSessions }) =>
      JSON.stringify({
        installId,
        day,
        app: DEMO_BUNDLE_ID,
        version: build.version,
        build: build.build,
        platform: "iOS",
        os: os.version,
        osBuild: os.build,
        device: model,
        sessions,
        crashedSessions,
      }),
    )
    .join("\n");
}

const usageRequest = (rows: string): Request =>
  new Request("http://demo.invalid/ingest/usage", { method: "POST", body: rows });

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
