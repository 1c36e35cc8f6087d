/** The hub as one function from request to answer: mounts the contract's table, and nothing in it goes around the checks. */
import { type ErrorCode, type Route, type RouteName, routes } from "@windfall/api";
import { type Context, Hono } from "hono";
import type { Access } from "../access/access.ts";
import type { Reach } from "../access/reach.ts";
import { AppError, TooSoon } from "../app-error.ts";
import { errorField, type Logger } from "../logger.ts";
import { authenticate } from "./authenticate.ts";
import { callerAddress } from "./caller-address.ts";
import { createSessionCookies } from "./cookies.ts";
import { decodeRequest } from "./decode.ts";
import { errorResponse, STATUS } from "./errors.ts";
import { addSecurityHeaders, createHostGuard, createOwnOrigins } from "./guards.ts";
import type { Handler, Handlers, Reply } from "./handlers.ts";
import { openApiDocument } from "./openapi.ts";
import { type RateLimiter, takeFor } from "./rate-limit.ts";
import { isDiskFull } from "../stores/disk-full.ts";
import { EventEngineError, type EventEngineErrorCode } from "../stores/events/event-engine.ts";
import type { WebFiles } from "./web-files.ts";

export interface AppDeps {
  readonly handlers: Handlers;
  readonly access: Pick<Access, "callerOfKey" | "callerOfSession">;
  readonly reach: Reach;
  readonly limiter: RateLimiter;
  readonly logger: Logger;
  readonly newRequestId: () => string;
  readonly web: WebFiles;
  readonly version: string;
  /** The address the hub listens on, and the one people reach it by. */
  readonly boundHost: string;
  readonly publicUrl: string;
  /** Whether a proxy stands before the hub, whose word about addresses counts. */
  readonly behindProxy: boolean;
  /** Stores can be asked. */
  readonly isReady: () => Promise<boolean>;
  readonly isStopping: () => boolean;
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<string>;
  /** Each answer is held against its schema before it leaves; for tests. */
  readonly checkAnswers?: boolean;
}

interface Env {
  readonly Bindings: { readonly peer: string | undefined };
  readonly Variables: { requestId: string };
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The routes outside the table that need a caller: this one, and `/metrics`. */
export const OPEN_API_PATH = "/api/v1/openapi.json";
const NOT_PAGES = /^\/(?:api|ingest|v1|mcp|healthz|readyz|metrics)(?:\/|$)/;

export function createApp(deps: AppDeps): Hono<Env> {
  const { access, reach, limiter, logger } = deps;
  const hostIsKnown = createHostGuard(deps.boundHost, deps.publicUrl);
  const ownOrigins = createOwnOrigins(deps.publicUrl);
  const cookies = createSessionCookies(deps.publicUrl);
  const app = new Hono<Env>();

  /**
   * Who calls, where they may, and not too often. What has a good key or session is never held up by the strangers of its address:
   * a revoked key in old versions of an app comes from the same networks, and the same proxy, as the new one.
   */
  async function admit(c: Context<Env>, route: Pick<Route, "access" | "method">) {
    const address = callerAddress(c.req.raw, c.env.peer, deps.behindProxy);
    limiter.take("address", address);
    try {
      const caller = await authenticate(route, c.req.raw, access, cookies, ownOrigins);
      if (caller.kind === "anyone") limiter.take("stranger", address);
      takeFor(limiter, caller);
      return { caller, address };
    } catch (error) {
      if (error instanceof AppError && error.code === "unauthenticated") limiter.take("stranger", address);
      throw error;
    }
  }

  app.use(async (c, next) => {
    const requestId = deps.newRequestId();
    c.set("requestId", requestId);
    if (!hostIsKnown(c.req.raw)) {
      c.res = errorResponse("forbidden", "this hub answers on its own address only", requestId);
    } else if (deps.isStopping() && c.req.path !== "/healthz") {
      c.res = errorResponse("stopping", "the hub is stopping; try again in a moment", requestId);
      c.res.headers.set("retry-after", "5");
    } else {
      await next();
    }
    c.res.headers.set("x-request-id", requestId);
    // A kept-alive connection would hold up the end.
    if (deps.isStopping()) c.res.headers.set("connection", "close");
    addSecurityHeaders(c.res.headers);
  });

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) =>
    (await deps.isReady()) ? c.json({ status: "ready" }) : c.json({ status: "not ready" }, 503),
  );
  app.get(OPEN_API_PATH, async (c) => {
    await admit(c, { access: "read", method: "GET" });
    return c.json(openApiDocument(deps.version, deps.publicUrl));
  });

  app.get("/metrics", async (c) => {
    await admit(c, { access: "read", method: "GET" });
    return c.body(await deps.metrics(), 200, { "content-type": METRICS_TYPE, "cache-control": "no-store" });
  });

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties what is decoded to the handler that gets it
  function mount<N extends RouteName>(name: N): void {
    const route: Route = routes[name];
    const handler: Handler<N> = deps.handlers[name];
    app.on(route.method, route.path, async (c) => {
      const request = c.req.raw;
      const { caller, address } = await admit(c, route);
      const parts = await decodeRequest(name, request, c.req.param());
      await reach.require(caller, route, parts);
      const answer: Reply<unknown> | Response = await handler({ ...parts, caller, address, request });
      if (answer instanceof Response) return answer;
      const body = deps.checkAnswers && route.response !== "bytes" ? route.response.parse(answer.body) : answer.body;
      return Response.json(body, {
        status: answer.status ?? 200,
        headers: { "cache-control": "no-store", ...answer.headers },
      });
    });
  }
  for (const name of Object.keys(routes) as RouteName[]) mount(name);

  app.notFound(async (c) => {
    const requestId = c.get("requestId");
    const { path, method } = c.req;
    if (!NOT_PAGES.test(path)) {
      const page = method === "GET" || method === "HEAD" ? deps.web.respond(c.req.raw) : undefined;
      return page ?? errorResponse("not-found", "nothing is here", requestId);
    }
    // What exists and what does not is for those who may come in.
    await admit(c, { access: "ingest", method: "GET" }).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "forbidden")) throw error;
    });
    const allowed = methodsOf(path);
    if (allowed.length === 0) return errorResponse("not-found", "no such route", requestId);
    const response = errorResponse("method-not-allowed", `${path} answers to ${allowed.join(", ")}`, requestId);
    response.headers.set("allow", allowed.join(", "));
    return response;
  });

  app.onError((error, c) => {
    const requestId = c.get("requestId");
    if (error instanceof AppError) {
      if (STATUS[error.code] >= 500) logger.warn({ requestId, code: error.code }, error.message);
      const response = errorResponse(error.code, error.message, requestId);
      if (error instanceof TooSoon) response.headers.set("retry-after", String(error.retryAfterSeconds));
      return response;
    }
    if (isDiskFull(error)) {
      logger.error({ requestId, route: c.req.routePath }, "the disk is full");
      return errorResponse(
        "disk-full",
        "the hub has no room left on its disk; what was sent is not kept: send it again later",
        requestId,
      );
    }
    if (error instanceof EventEngineError && UNAVAILABLE.has(error.code)) {
      logger.error({ requestId, route: c.req.routePath, error: errorField(error) }, "the event engine does not answer");
      return errorResponse(
        "events-unavailable",
        "the hub's event engine does not answer; what is sent is kept, and shown when it is back: try again in a moment",
        requestId,
      );
    }
    if (c.req.raw.signal.aborted) {
      logger.debug({ requestId, route: c.req.routePath }, "the sender hung up");
      return errorResponse("bad-request", "the request ended early", requestId);
    }
    logger.error({ requestId, route: c.req.routePath, error: errorField(error) }, "a request failed");
    const code: ErrorCode = "internal";
    return errorResponse(code, `something went wrong here; the log has it under ${requestId}`, requestId);
  });

  return app;
}

/** The engine as a whole, not this question. */
const UNAVAILABLE: ReadonlySet<EventEngineErrorCode> = new Set([
  "engine-lost",
  "engine-failed",
  "data-folder-locked",
  "platform-unsupported",
]);

const PATTERNS = Object.values<Route>(routes).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`),
}));

function methodsOf(path: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}
