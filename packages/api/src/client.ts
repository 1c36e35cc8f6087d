/** A typed client for every route: `const client = createClient({ baseUrl, fetch, key }); await client.call("signatures", { params, query })`. */
import type { z } from "zod";
import { ErrorBody, type ErrorCode } from "./errors.ts";
import { type Route, type RouteName, type Routes, routes } from "./routes.ts";

type Output<T> = T extends z.ZodType ? z.output<T> : Response;
type Input<T> = T extends z.ZodType ? z.input<T> : never;
type Part<R, K extends string> = R extends { readonly [key in K]: infer S } ? S : undefined;

export type CallOptions<N extends RouteName> = {
  signal?: AbortSignal;
  headers?: Record<string, string>;
} & (Part<Routes[N], "params"> extends z.ZodType ? { params: Input<Part<Routes[N], "params">> } : object) &
  (Part<Routes[N], "query"> extends z.ZodType ? { query?: Input<Part<Routes[N], "query">> } : object) &
  (Part<Routes[N], "body"> extends "bytes"
    ? { body: BodyInit }
    : Part<Routes[N], "body"> extends z.ZodType
      ? { body: Input<Part<Routes[N], "body">> }
      : object);

export type CallResult<N extends RouteName> = Output<Routes[N]["response"]>;

/** The hub said no. `code` is from the closed list; `unreachable` and `unreadable` are the client's own. */
export class HubError extends Error {
  override readonly name = "HubError";
  readonly code: ErrorCode | "unreachable" | "unreadable-answer";
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly requestId: string | undefined;

  constructor(code: HubError["code"], message: string, status: number, requestId?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

export interface ClientOptions {
  /** `http://127.0.0.1:7878`; empty in a page the hub served. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** An ingest or API key; a page uses its session cookie instead. */
  readonly key?: string;
}

export interface Client {
  call<N extends RouteName>(name: N, options: CallOptions<N>): Promise<CallResult<N>>;
}

export function createClient({ baseUrl, fetch, key }: ClientOptions): Client {
  return {
    async call(name, options) {
      const route: Route = routes[name];
      const parts = options as { params?: object; query?: object; body?: unknown; headers?: Record<string, string> };
      const headers: Record<string, string> = { ...parts.headers };
      if (key !== undefined) headers["authorization"] = `Bearer ${key}`;
      const init: RequestInit & { duplex?: "half" } = { method: route.method, headers };
      if (options.signal) init.signal = options.signal;
      if (route.body === "bytes") {
        init.body = parts.body as BodyInit;
        if (init.body instanceof ReadableStream) init.duplex = "half";
      } else if (route.body) {
        headers["content-type"] = "application/json";
        init.body = JSON.stringify(parts.body);
      }
      let response: Response;
      try {
        response = await fetch(baseUrl + urlOf(route, parts.params, parts.query), init);
      } catch (cause) {
        if (options.signal?.aborted) throw cause;
        throw new HubError("unreachable", `no answer from ${baseUrl || "the hub"}`, 0, undefined, cause);
      }
      if (!response.ok) throw await readError(response);
      if (route.response === "bytes") return response as never;
      const answer = route.response.safeParse(await response.json().catch(() => undefined));
      if (!answer.success) {
        throw new HubError(
          "unreadable-answer",
          `${route.method} ${route.path} answered in another shape`,
          response.status,
          undefined,
          answer.error,
        );
      }
      return answer.data as never;
    },
  };
}

/** The path of a route with its parameters and query filled in; lists repeat their key. */
export function urlOf(route: Route, params: object = {}, query: object = {}): string {
  const values = params as Record<string, string>;
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) search.append(name, String(item));
    }
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function readError(response: Response): Promise<HubError> {
  const body = ErrorBody.safeParse(await response.json().catch(() => undefined));
  if (!body.success) return new HubError("unreadable-answer", `HTTP ${response.status}`, response.status);
  const { code, message, requestId } = body.data.error;
  return new HubError(code, message, response.status, requestId);
}
