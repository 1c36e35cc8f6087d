/** Chooses the engine by one address: none means the embedded engine in the data folder. */
import { createEmbeddedEngine } from "./embedded/embedded-engine.ts";
import { type EventEngine, EventEngineError } from "./event-engine.ts";
import { migrate } from "./migrate.ts";
import type { Topology } from "./schema.ts";
import { createServerEngine, dictionarySource, parseServerAddress } from "./server.ts";

export interface EventsOptions {
  /** The embedded engine's own folder. */
  readonly folder: string;
  /** `WINDFALL_EVENTS`: https://user:pass@host:8443/windfall; the folder is not touched then. */
  readonly url?: string;
}

/** Nothing starts until the first question; that one also brings the tables up to date. */
export function openEventEngine({ folder, url }: EventsOptions): EventEngine {
  if (url === undefined) return withTables(createEmbeddedEngine(folder), {});
  const address = parseServerAddress(url);
  return withTables(createServerEngine(address), { source: dictionarySource(address) });
}

function withTables(engine: EventEngine, topology: Topology): EventEngine {
  let ready: Promise<void> | undefined;
  const tables = (): Promise<void> =>
    (ready ??= migrate(engine, topology).catch((cause: unknown) => {
      // The next question tries again: the folder may be free by then.
      ready = undefined;
      throw cause;
    }));
  async function ask<Row>(...question: Parameters<EventEngine["query"]>): Promise<Row[]> {
    await tables();
    return engine.query<Row>(...question);
  }
  async function askAgain<Row>(...question: Parameters<EventEngine["query"]>): Promise<Row[]> {
    try {
      return await ask<Row>(...question);
    } catch (error) {
      if (!(error instanceof EventEngineError && error.code === "engine-lost")) throw error;
      return ask<Row>(...question);
    }
  }
  return {
    // An engine that went away is back for the next question, and a question may be asked twice: nobody need see it.
    query: askAgain,
    insert: async (table, rows, options) => {
      await tables();
      return engine.insert(table, rows, options);
    },
    command: async (sql, params, options) => {
      await tables();
      return engine.command(sql, params, options);
    },
    cancel: (queryId) => engine.cancel(queryId),
    close: () => engine.close(),
  };
}
