/** The events fail at the worst moments: before the rows are in, and after, when only the answer is lost. */
import { join } from "node:path";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { variantOf } from "../../../../fixtures/variants.ts";
import { temporaryEngine, temporaryFolder } from "../../test/events.ts";
import { fixtureBytes, fixtureText } from "../../test/hub.ts";
import { createIds } from "../ids.ts";
import { secureRandom } from "../clock.ts";
import { acceptReport } from "../ingest/accept-reports.ts";
import { acceptSymbols } from "../ingest/accept-symbols.ts";
import { createScrubbing } from "../scrubbing/scrubbing.ts";
import { createScrubbingStore } from "../scrubbing/store.ts";
import { createFeedbackStore } from "../feedback/store.ts";
import { createInboxStore } from "../ingest/inbox-store.ts";
import { silentLogger } from "../logger.ts";
import { openBlobFolder } from "../stores/blobs/blob-store.ts";
import { createEventsStore, type EventsStore } from "../stores/events/events-store.ts";
import { EventEngineError } from "../stores/events/event-engine.ts";
import { openState } from "../stores/state/open-state.ts";
import { createRedoStore } from "../symbols/redo-store.ts";
import { createSymbolsStore } from "../symbols/store.ts";
import { type Pipeline, startPipeline } from "./pipeline.ts";
import { createPipelineStore } from "./store.ts";
import { createWorkerPool } from "./worker-pool.ts";

const REPORTS = 30;

/** A pipeline over real stores whose events go through `between`. */
async function setUp(between: (events: EventsStore) => EventsStore) {
  const folder = temporaryFolder();
  const blobFolder = join(folder, "blobs");
  const state = await openState(":memory:");
  const blobs = await openBlobFolder(blobFolder);
  const store = createPipelineStore(state);
  const events = createEventsStore(await temporaryEngine());
  const workers = createWorkerPool({
    size: 2,
    blobFolder,
    symcacheFolder: join(folder, "symcaches"),
    jobTimeoutMs: 30_000,
    lookUp: (question) => store.heldSymbols(question),
  });
  const newId = createIds({ clock: Date.now, random: secureRandom });
  let pipeline: Pipeline | undefined;
  onTestFinished(async () => {
    await pipeline?.stop();
    await workers.close();
    await blobs.close();
    await state.destroy();
  });
  const scrubbing = await createScrubbing({ store: createScrubbingStore(state), workers, newSecret: newId });
  const common = { blobs, workers, clock: Date.now, newId, scrubbing };
  const feedback = { ...common, store: createFeedbackStore(state) };
  const ingest = { ...common, inbox: createInboxStore(state), feedback, wake: () => {} };
  const accept = async (text: string) => (await acceptReport(ingest, oneChunk(new TextEncoder().encode(text)))).id;
  const symbols = { blobs, symbols: createSymbolsStore(state), clock: Date.now, wake: () => {} };
  const addSymbols = async (name: string) => {
    const path = `dsyms/${name}/Teebude.dSYM/Contents/Resources/DWARF/Teebude`;
    await acceptSymbols(symbols, oneChunk(await fixtureBytes(path)), "Teebude");
  };
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const ids: string[] = [];
  for (let number = 0; number < REPORTS; number++) {
    ids.push(await accept(variantOf(template, { number, at: new Date(), device: number })));
  }
  const start = (through: EventsStore) =>
    startPipeline(
      {
        store,
        events: through,
        workers,
        clock: Date.now,
        newId,
        logger: silentLogger,
        redo: createRedoStore(state),
        changed: () => {},
      },
      { maxBatch: 1_000, gatherMs: 0, retryMs: 10 },
    );
  pipeline = start(between(events));
  return { state, events, ids, pipeline, start, accept, addSymbols };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test.each<[string, (events: EventsStore) => EventsStore]>([
  [
    "before the map is written",
    (events) => {
      let done = false;
      return {
        ...events,
        async mapSignatures(changes) {
          if (done) return events.mapSignatures(changes);
          done = true;
          throw new Error("the engine went away");
        },
      };
    },
  ],
  ["before the rows are in", (events) => ({ ...events, insertEvents: failingOnce(async () => {}, events) })],
  [
    "when half of the rows are in",
    (events) => ({
      ...events,
      insertEvents: failingOnce(async (id, rows) => events.insertEvents(id, rows.slice(0, REPORTS / 2)), events),
    }),
  ],
  [
    "when the rows are in and the answer is lost",
    (events) => ({ ...events, insertEvents: failingOnce(async (id, rows) => events.insertEvents(id, rows), events) }),
  ],
])("no report is lost or counted twice when the engine fails %s", async (_, between) => {
  const { events, ids, pipeline } = await setUp(between);
  await pipeline.settled();
  expect((await events.apps())[0]?.crashes).toBe(REPORTS);
  expect(await events.heldReportIds(ids)).toEqual(new Set(ids));
  expect(await counts(events)).toEqual([REPORTS]);
});

function failingOnce(fault: EventsStore["insertEvents"], events: EventsStore): EventsStore["insertEvents"] {
  let done = false;
  return async (id, rows) => {
    if (done) return events.insertEvents(id, rows);
    done = true;
    await fault(id, rows);
    throw new Error("the engine went away");
  };
}

test("a batch that the last process left open is put right by the next", async () => {
  const insertion = Promise.withResolvers<void>();
  const { events, ids, pipeline, start, state } = await setUp((events) => ({
    ...events,
    insertEvents: async (id, rows) => {
      await events.insertEvents(id, rows.slice(0, 10));
      insertion.resolve();
      throw new Error("gone");
    },
    heldReportIds: () => Promise.reject(new Error("gone")),
  }));
  await insertion.promise;
  await pipeline.stop();
  expect(await state.selectFrom("batches").select("state").execute()).toEqual([{ state: "open" }]);

  const next = start(events);
  await next.settled();
  await next.stop();
  expect(await events.heldReportIds(ids)).toEqual(new Set(ids));
  expect((await events.apps())[0]?.crashes).toBe(REPORTS);
  const left = await state.selectFrom("inbox").select("id").where("state", "!=", "done").execute();
  expect(left).toEqual([]);
});

test("late symbols that the events were not told of are told after the next start", async () => {
  const { events, pipeline, start, accept, addSymbols } = await setUp((events) => events);
  await addSymbols("swift-teebude-ios-arm64-O-d4");
  await pipeline.settled();
  const next = await fixtureText("reports/swift/22-pair-v2-nickname.ips");
  await accept(variantOf(next, { number: REPORTS, at: new Date(), device: 1 }));
  await pipeline.settled();
  await pipeline.stop();
  expect(await counts(events)).toEqual([REPORTS, 1]);

  // The next build's dSYM shows that it is the same crash; the state knows, the events do not hear of it.
  await addSymbols("swift-teebude-v2-ios-arm64-O-d4");
  const tried = Promise.withResolvers<void>();
  const deaf = start({
    ...events,
    async mapSignatures() {
      tried.resolve();
      throw new Error("the engine went away");
    },
  });
  await tried.promise;
  await deaf.stop();
  expect(await counts(events)).toEqual([REPORTS, 1]);

  const last = start(events);
  await last.settled();
  await last.stop();
  expect(await counts(events)).toEqual([REPORTS + 1]);
});

test.each<[string, (events: EventsStore) => EventsStore, string]>([
  ["state", (events) => events, "poison"],
  [
    "engine",
    (events) => ({
      ...events,
      async insertEvents(id, rows) {
        if (rows.some(({ deviceModel }) => deviceModel === "poison")) throw new EventEngineError("query-failed", "no");
        return events.insertEvents(id, rows);
      },
    }),
    "no",
  ],
])("one report that the %s refuses is set aside, and those around it are stored", async (_, between, reason) => {
  const { events, ids, pipeline, accept, state } = await setUp(between);
  const template = await fixtureText("reports/swift/01-ios17-unwrap-nil.ips");
  const poison = variantOf(template, { number: 900, at: new Date(), device: 1, model: "poison" });
  const incident = /"incident_id":"([^"]+)"/.exec(poison)?.[1] ?? "";
  if (reason === "poison") {
    await sql
      .raw(
        `CREATE TRIGGER refuse BEFORE INSERT ON reports WHEN NEW.incident_id = '${incident}' BEGIN SELECT RAISE(ABORT, 'poison'); END`,
      )
      .execute(state);
  }
  const bad = await accept(poison);
  const good = await accept(variantOf(template, { number: 901, at: new Date(), device: 1 }));
  await pipeline.settled();
  expect(await events.heldReportIds([...ids, bad, good])).toEqual(new Set([...ids, good]));
  expect((await events.apps())[0]?.crashes).toBe(REPORTS + 1);
  const row = await state.selectFrom("inbox").select(["state", "attempts", "reason"]).where("id", "=", bad).execute();
  expect(row).toMatchObject([{ state: "set-aside", attempts: 3, reason: expect.stringContaining(reason) }]);
  expect(await state.selectFrom("batches").select("id").where("state", "=", "open").execute()).toEqual([]);
});

async function counts(events: EventsStore): Promise<number[]> {
  const [app] = await events.apps();
  const day = new Date().toISOString().slice(0, 10);
  const scope = { appIds: [app?.appId ?? ""], from: "2020-01-01", to: day, filters: {} };
  const { signatures } = await events.signatures(scope, { limit: 10, offset: 0 });
  return signatures.map(({ crashes }) => crashes);
}
