/**
 * A ClickHouse server instead of the embedded engine: `https://user:pass@host:8443/windfall`. The same client, the same SQL.
 * Unproven: it has not been run against a live server.
 */
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { createClientEngine } from "./client-engine.ts";
import { type EventEngine, EventEngineError } from "./event-engine.ts";
import type { DictionarySource } from "./schema.ts";

export interface ServerAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** Splits the credentials off, which must never reach a log line; refuses what this version cannot do. */
export function parseServerAddress(address: string): ServerAddress {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new EventEngineError("engine-failed", "WINDFALL_EVENTS is not an http:// or https:// address");
  }
  if (url.searchParams.has("cluster")) {
    throw new EventEngineError(
      "engine-failed",
      "WINDFALL_EVENTS: ?cluster= is not supported yet; name a single server",
    );
  }
  const { username, password } = url;
  url.username = "";
  url.password = "";
  url.pathname = "";
  url.search = "";
  return {
    url: url.href,
    username: decodeURIComponent(username) || "default",
    password: decodeURIComponent(password),
  };
}

export function createServerEngine({ url, username, password }: ServerAddress): EventEngine {
  const client = createClient({
    url,
    username,
    password,
    log: { level: ClickHouseLogLevel.OFF },
    // A thousand report ids do not fit into an address.
    use_multipart_params_auto: true,
  });
  return createClientEngine(client, async (queryId) => {
    await client.command({ query: "KILL QUERY WHERE query_id = {id:String} ASYNC", query_params: { id: queryId } });
  });
}

/** A server's dictionary signs in to its own server to read the map. */
export function dictionarySource({ username, password }: ServerAddress): DictionarySource {
  return { user: username, password };
}
