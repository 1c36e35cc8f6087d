/** Puts the hub together: stores, pipeline, routes, server; and takes it apart again without losing what was acknowledged. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { access as accessFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createAccess, type FirstSecrets } from "./access/access.ts";
import { adminRoutes } from "./access/admin-routes.ts";
import { newToken } from "./access/secrets.ts";
import { createKeys } from "./access/keys.ts";
import { createKeysStore } from "./access/keys-store.ts";
import { createPasswords } from "./access/passwords.ts";
import { createPeople } from "./access/people.ts";
import { createPeopleStore } from "./access/people-store.ts";
import { createReach } from "./access/reach.ts";
import { accessRoutes } from "./access/routes.ts";
import { ADDRESS_FILE, signInAddress } from "./access/sign-in-link.ts";
import { createAccessStore } from "./access/store.ts";
import { createTries } from "./access/tries.ts";
import { appsRoutes } from "./apps/routes.ts";
import { createScopes } from "./apps/scope.ts";
import { createAppsStore } from "./apps/store.ts";
import { registerArchive } from "./builds/archive.ts";
import { buildsRoutes } from "./builds/routes.ts";
import { createBuildsStore } from "./builds/store.ts";
import { type Chance, iso } from "./clock.ts";
import { createDemo, type DemoListener } from "./demo/demo.ts";
import { createDemoStore } from "./demo/demo-store.ts";
import { demoRoutes } from "./demo/routes.ts";
import { lockDataFolder } from "./data-lock.ts";
import { createDeviceNames } from "./devices/device-names.ts";
import { feedbackRoutes } from "./feedback/routes.ts";
import { createFeedbackStore } from "./feedback/store.ts";
import { createApp } from "./http/app.ts";
import type { Handlers } from "./http/handlers.ts";
import { createRateLimiter } from "./http/rate-limit.ts";
import { listen } from "./http/server.ts";
import { loadWebFiles } from "./http/web-files.ts";
import { createIds } from "./ids.ts";
import type { IngestDeps } from "./ingest/accept-reports.ts";
import type { SymbolsIngestDeps } from "./ingest/accept-symbols.ts";
import { createInboxStore } from "./ingest/inbox-store.ts";
import { createScrubbing } from "./scrubbing/scrubbing.ts";
import { createScrubbingStore } from "./scrubbing/store.ts";
import { ingestRoutes } from "./ingest/routes.ts";
import { createLive, hostsOf } from "./live/live.ts";
import { liveRoutes, tellOfBuilds } from "./live/routes.ts";
import { errorField, type Logger } from "./logger.ts";
import { createHealthStore } from "./operations/health-store.ts";
import { metricsText } from "./operations/metrics.ts";
import { createRebuilder } from "./operations/rebuild.ts";
import { createRebuildStore } from "./operations/rebuild-store.ts";
import { operationsRoutes } from "./operations/routes.ts";
import { createSetAsideStore } from "./operations/set-aside.ts";
import { type Pipeline, type PipelineOptions, startPipeline } from "./pipeline/pipeline.ts";
import { createPipelineStore } from "./pipeline/store.ts";
import { createWorkerPool } from "./pipeline/worker-pool.ts";
import { reportsRoutes } from "./reports/routes.ts";
import { createReportsStore } from "./reports/store.ts";
import { sampleRoutes } from "./sample/routes.ts";
import { copyMappings } from "./signatures/copy-mappings.ts";
import { signaturesRoutes } from "./signatures/routes.ts";
import { createSignaturesStore } from "./signatures/store.ts";
import { openBlobFolder } from "./stores/blobs/blob-store.ts";
import { unlessFull } from "./stores/disk-full.ts";
import { createEventsStore } from "./stores/events/events-store.ts";
import { openEventEngine } from "./stores/events/open-events.ts";
import { openState, STATE_FILE } from "./stores/state/open-state.ts";
import { createUsageStore } from "./usage/store.ts";
import { takeInUsage } from "./usage/take-in.ts";
import { createExclusive } from "./symbols/exclusive.ts";
import { createMatrixStore } from "./symbols/matrix.ts";
import { createRedoStore } from "./symbols/redo-store.ts";
import { createSymbolsRemoval } from "./symbols/removal.ts";
import { symbolsRoutes } from "./symbols/routes.ts";
import { createSymbolsStore } from "./symbols/store.ts";
import { SYMCACHE_FOLDER } from "./symbols/symcache-files.ts";
import { createSymcaches } from "./symbols/symcaches.ts";

export interface HubOptions {
  readonly dataFolder: string;
  /** 127.0.0.1 if not told. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How people reach the hub, where that is not its own address. */
  readonly publicUrl?: string;
  /** A ClickHouse server in place of the embedded engine. */
  readonly eventsUrl?: string;
  /** Debug files of builds without a report for so many days are removed; without it all are kept. */
  readonly keepSymbolsDays?: number;
  readonly version: string;
  readonly logger: Logger;
  readonly chance: Chance;
  /** Held against the contract before they leave; for tests. */
  readonly checkAnswers?: boolean;
  readonly pipeline?: Partial<PipelineOptions>;
  /** Fills the example app in the background, unless it is there already, and says how far that is. */
  readonly demo?: DemoListener;
}

export interface Hub {
  readonly url: string;
  readonly port: number;
  /** On the first start; shown once, by the caller. */
  readonly firstSecrets: FirstSecrets | undefined;
  /** Until somebody has signed in for the first time. */
  readonly signInLink: string | undefined;
  newSignInLink(): Promise<string>;
  /** The same app that listens, for tests without a socket. */
  fetch(request: Request): Response | Promise<Response>;
  /** Resolves when all that was accepted is processed. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export const DEFAULT_HOST = "127.0.0.1";
const PIPELINE: PipelineOptions = { maxBatch: 1_000, gatherMs: 250, retryMs: 2_000 };
const MAX_WORKERS = 4;
const JOB_TIMEOUT_MS = 60_000;
/** For the symbols of one slice, however large. */
const PACK_TIMEOUT_MS = 15 * 60_000;
const STOP_GRACE_MS = 10_000;

export async function startHub(options: HubOptions): Promise<Hub> {
  const { dataFolder, logger, chance, version } = options;
  const { clock } = chance;
  const lock = lockDataFolder(dataFolder);
  const undo: (() => unknown)[] = [() => lock.release()];
  try {
    const state = await openState(join(dataFolder, STATE_FILE));
    undo.push(() => state.destroy());
    const blobFolder = join(dataFolder, "blobs");
    const symcacheFolder = join(dataFolder, SYMCACHE_FOLDER);
    const blobs = await openBlobFolder(blobFolder);
    undo.push(() => blobs.close());
    const engine = openEventEngine({
      folder: join(dataFolder, "events"),
      ...(options.eventsUrl !== undefined && { url: options.eventsUrl }),
    });
    undo.push(() => engine.close());
    const events = createEventsStore(engine);
    const newId = createIds(chance);
    const keys = createKeys(createKeysStore(state), chance, newId);
    const access = createAccess({ store: createAccessStore(state), keys, chance, newId });
    const peopleStore = createPeopleStore(state);
    const people = createPeople({
      store: peopleStore,
      access,
      passwords: createPasswords(chance.random),
      tries: createTries(clock),
      chance,
      newId,
    });

    const pipelineStore = createPipelineStore(state);
    const workers = createWorkerPool({
      size: Math.min(MAX_WORKERS, Math.max(1, availableParallelism() - 1)),
      blobFolder,
      jobTimeoutMs: JOB_TIMEOUT_MS,
      symcacheFolder,
      lookUp: (question) => pipelineStore.heldSymbols(question),
      unpacked: (blob, uuid) => symcaches.want({ blob, uuid }),
    });
    undo.push(() => workers.close());
    const symbols = createSymbolsStore(state);
    const symcaches = createSymcaches({
      folder: symcacheFolder,
      workers: createWorkerPool({
        size: 1,
        blobFolder,
        symcacheFolder,
        jobTimeoutMs: PACK_TIMEOUT_MS,
        lookUp: async () => [],
      }),
      held: () => symbols.files(),
      logger,
    });
    undo.push(() => symcaches.close());

    let stopping = false;
    let pipeline: Pipeline | undefined;
    const wake = () => pipeline?.wake();
    const settled = async () => pipeline?.settled();

    const host = options.host ?? DEFAULT_HOST;
    // Bound first: with port 0 nothing knows the hub's own address before. Early requests wait.
    const app = Promise.withResolvers<ReturnType<typeof createApp>>();
    const answer = async (request: Request, peer?: string) => (await app.promise).fetch(request, { peer });
    const server = await listen(answer, host, options.port);
    undo.push(() => server.close(STOP_GRACE_MS));
    const ownUrl = `http://${nameOf(host)}:${server.port}`;
    const publicUrl = (options.publicUrl ?? ownUrl).replace(/\/+$/, "");

    const apps = createAppsStore(state);
    const builds = createBuildsStore(state);
    const scopes = createScopes({ apps, builds, clock });
    const devices = createDeviceNames(dataFolder);
    const stored = createReportsStore(state);
    const inbox = createInboxStore(state);
    const feedback = createFeedbackStore(state);
    const scrubbing = await createScrubbing({
      store: createScrubbingStore(state),
      workers,
      newSecret: () => newToken(chance.random),
    });
    const reportsIngest: IngestDeps = {
      scrubbing,
      blobs,
      inbox,
      workers,
      clock,
      newId,
      wake,
      feedback: { store: feedback, blobs, workers, clock, newId, scrubbing },
    };
    const redo = createRedoStore(state);
    const live = createLive({ hostsOf: (appIds) => hostsOf(apps, appIds) });
    undo.push(() => live.close());
    const exclusively = createExclusive();
    const removal = createSymbolsRemoval({ symbols, blobs, symcaches, exclusively, clock, logger });
    const symbolsIngest: SymbolsIngestDeps = {
      blobs,
      symbols,
      clock,
      exclusively,
      added: (file) => symcaches.want(file),
      wake: () => {
        pipeline?.symbolsArrived();
        live.changed("all", ["symbols"]);
      },
      registerArchive: async (archive, images) => {
        const appId = await registerArchive(state, archive, images, iso(clock()));
        live.changed([appId], ["counts", "symbols"]);
        return appId;
      },
    };
    const usageIngest = { blobs, inbox, clock, newId, wake };
    const demo = createDemo({
      store: createDemoStore(state),
      reports: reportsIngest,
      symbols: symbolsIngest,
      usage: usageIngest,
      blobs,
      events,
      clock,
      logger,
      settled,
      changed: () => live.changed("all", ["counts", "signatures", "symbols"]),
    });
    const health = createHealthStore(state);
    const rebuilder = createRebuilder({
      store: createRebuildStore(state),
      engine,
      events,
      workers,
      pipeline: () => pipeline,
      clock,
      newId,
      logger,
      symcaches,
      changed: () => live.changed("all", ["counts", "signatures"]),
    });
    const buildRoutes = buildsRoutes({ state, apps, builds, clock });
    const handlers: Handlers = {
      ...accessRoutes({ access, people, store: peopleStore, version, publicUrl }),
      ...adminRoutes({ people, keys, apps, publicUrl }),
      ...appsRoutes({
        apps,
        scopes,
        clock,
        devices,
        events,
        mapped: () => copyMappings(pipelineStore, events),
        scrubbing,
        waiting: () => pipelineStore.waitingCount(),
      }),
      ...buildRoutes,
      registerBuild: tellOfBuilds(live, buildRoutes.registerBuild),
      ...signaturesRoutes({ scopes, signatures: createSignaturesStore(state), devices, events }),
      ...feedbackRoutes({ store: feedback, blobs }),
      ...reportsRoutes({ reports: stored, devices, blobs, workers, scrubbing }),
      ...symbolsRoutes({
        apps,
        symbols,
        matrix: createMatrixStore(state),
        redo,
        removal,
        changed: () => live.changed("all", ["symbols"]),
      }),
      ...liveRoutes(live),
      ...demoRoutes(demo, () => rebuilder.status().state === "running"),
      ...sampleRoutes({ reports: reportsIngest, symbols: symbolsIngest, stored, clock }),
      ...ingestRoutes(reportsIngest, symbolsIngest, usageIngest),
      ...operationsRoutes({
        setAside: createSetAsideStore(state),
        blobs,
        doctor: { dataFolder, health, engine, clock },
        rebuilder,
        wake,
      }),
    };
    const mounted = createApp({
      handlers,
      access,
      reach: createReach(state),
      limiter: createRateLimiter(clock),
      logger,
      newRequestId: () => Buffer.from(chance.random(8)).toString("hex"),
      web: await loadWebFiles(await webFolder()),
      version,
      boundHost: host,
      publicUrl,
      behindProxy: options.publicUrl !== undefined,
      isReady: async () => {
        try {
          await pipelineStore.waitingCount();
          await engine.query("SELECT 1");
          return true;
        } catch {
          return false;
        }
      },
      isStopping: () => stopping,
      metrics: () => metricsText({ health, engine, version }),
      ...(options.checkAnswers !== undefined && { checkAnswers: options.checkAnswers }),
    });

    await unlessFull(writeFile(join(dataFolder, ADDRESS_FILE), publicUrl));
    const firstSecrets = await access.firstStart();
    const linkFor = (token: string) => signInAddress(publicUrl, token);
    const signInLink = (await access.neverSignedIn()) ? linkFor(await access.newSignInLink()) : undefined;
    pipeline = startPipeline(
      { store: pipelineStore, events, workers, clock, newId, logger, redo, changed: live.changed },
      { ...PIPELINE, ...options.pipeline },
      async () => {
        const usage = createUsageStore(state);
        const outcome = await takeInUsage({ usage, pipeline: pipelineStore, blobs, events, clock, logger });
        if (outcome.taken > 0) live.changed("all", ["counts"]);
        return outcome;
      },
    );
    logger.info({ url: ownUrl, version }, "the hub listens");

    app.resolve(mounted);
    demo.start(options.demo);
    symcaches.refresh().catch((error: unknown) => logger.error({ error: errorField(error) }, "symbols are not packed"));
    const endPruning = options.keepSymbolsDays === undefined ? undefined : removal.pruneDaily(options.keepSymbolsDays);

    let stopped: Promise<void> | undefined;
    const stop = async () => {
      stopping = true;
      logger.info({}, "the hub stops");
      // They would hold up the end until the grace is over.
      live.close();
      await server.close(STOP_GRACE_MS);
      const demoStopped = demo.stop();
      const rebuildStopped = rebuilder.stop();
      await pipeline?.stop();
      await rebuildStopped;
      await demoStopped;
      endPruning?.();
      await symcaches.close();
      await workers.close();
      await engine.close();
      await blobs.close();
      await state.destroy();
      lock.release();
      logger.info({}, "the hub has stopped");
    };
    return {
      url: publicUrl,
      port: server.port,
      firstSecrets,
      signInLink,
      newSignInLink: async () => linkFor(await access.newSignInLink()),
      fetch: (request) => answer(request),
      settled,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
}

/** What to call a listening address in a link. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** The pages: beside this file when installed, the web workspace's build in a clone. */
async function webFolder(): Promise<string | undefined> {
  for (const place of ["./web/", "../dist/web/", "../../web/dist/"]) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    try {
      await accessFile(join(folder, "index.html"));
      return folder;
    } catch {
      continue;
    }
  }
  return undefined;
}
