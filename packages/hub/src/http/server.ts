/** The app on a socket, with the time limits that keep slow senders from holding it. */
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** A sender has this long for its headers, and may pause this long within a body. */
const HEADERS_TIMEOUT_MS = 20_000;
const IDLE_TIMEOUT_MS = 60_000;
/** A dSYM of gigabytes over a slow line. */
const REQUEST_TIMEOUT_MS = 3_600_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
export const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 2_000;

export interface HttpServer {
  readonly port: number;
  /** No new connections; resolves when the running requests have their answers, or after the grace. */
  close(graceMs: number): Promise<void>;
}

export async function listen(
  fetch: (request: Request, peer: string | undefined) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => fetch(request, incoming.socket.remoteAddress),
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  }) as Server;
  /** Connections on which no request has come yet: `closeIdleConnections` knows only those that had one. */
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.prependListener("request", ({ socket }: IncomingMessage) => silent.delete(socket));
  server.timeout = IDLE_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
        for (const socket of silent) socket.destroy();
      }),
  };
}
