/** The engine inside the data folder: the official client, bridged to a process of our own. */
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { createClientEngine } from "../client-engine.ts";
import type { EventEngine } from "../event-engine.ts";
import { createConnection } from "./connection.ts";
import { createEngineProcess, type EngineProcess } from "./engine-process.ts";

export interface EmbeddedEngine extends EventEngine {
  /** The engine's process while it runs. */
  readonly process: Pick<EngineProcess, "pid">;
}

/** Starts nothing: the process comes with the first question. */
export function createEmbeddedEngine(folder: string): EmbeddedEngine {
  const process = createEngineProcess(folder);
  const client = createClient({
    connection: createConnection(process),
    log: { level: ClickHouseLogLevel.OFF },
  });
  return { ...createClientEngine(client), process };
}
