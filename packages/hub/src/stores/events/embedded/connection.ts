/**
 * The official client's `connection` contract over the engine's process: what the client would send to a server goes over
 * the IPC channel instead. The contract is not exported by name ("a backend must structurally match its shape"), so the type
 * is taken from the client's own options.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type ClickHouseClientConfigOptions, parseError } from "@clickhouse/client";
import { EventEngineError, type QueryValue } from "../event-engine.ts";
import type { EngineProcess } from "./engine-process.ts";
import type { Setting, Statement } from "./protocol.ts";

export type Connection = NonNullable<ClickHouseClientConfigOptions["connection"]>;
type BaseParams = Parameters<Connection["query"]>[0];

export function createConnection(engine: EngineProcess): Connection {
  async function run(params: BaseParams, lane: Statement["lane"], body?: string) {
    const queryId = params.query_id ?? randomUUID();
    const statement: Statement = {
      queryId,
      lane,
      sql: params.query,
      ...(body === undefined ? {} : { body }),
      params: (params.query_params ?? {}) as Record<string, QueryValue>,
      settings: plainSettings(params.clickhouse_settings ?? {}),
    };
    try {
      const answer = await engine.run(statement, params.abort_signal);
      return { query_id: queryId, response_headers: {}, http_status_code: 200, stream: streamOf(answer) };
    } catch (cause) {
      throw cause instanceof EventEngineError || !(cause instanceof Error) ? cause : parseError(cause);
    }
  }

  return {
    query: (params) => run(params, "read"),
    command: (params) => run(params, "write"),
    exec: async (params) => run(params, "write", params.values && (await textOf(params.values))),
    insert: async (params) => run(params, "write", await textOf(params.values)),
    async ping() {
      try {
        await run({ query: "SELECT 1" }, "read");
        return { success: true };
      } catch (error) {
        return { success: false, error: error instanceof Error ? error : new Error(String(error)) };
      }
    },
    close: () => engine.close(),
  };
}

/** The client adds settings that only its HTTP transport knows as `undefined`. */
function plainSettings(settings: object): Record<string, Setting> {
  const plain: Record<string, Setting> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") plain[name] = value;
  }
  return plain;
}

function streamOf(answer: Uint8Array): Readable {
  const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
}

async function textOf(values: string | Readable): Promise<string> {
  if (typeof values === "string") return values;
  const chunks: Buffer[] = [];
  for await (const chunk of values) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
