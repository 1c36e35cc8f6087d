/** What stands behind each route of the contract: a decoded call in, an answer out. A route without a handler does not compile. */
import type { RouteName, Routes } from "@windfall/api";
import type { z } from "zod";
import type { Caller } from "../access/caller.ts";

type Part<R, K extends string> = R extends { readonly [key in K]: infer S } ? S : undefined;
type Decoded<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface Call<N extends RouteName> {
  readonly params: Decoded<Part<Routes[N], "params">>;
  readonly query: Decoded<Part<Routes[N], "query">>;
  readonly body: Decoded<Part<Routes[N], "body">>;
  readonly caller: Caller;
  /** Where the request comes from; for limits, never to be stored. */
  readonly address: string;
  /** For bodies that stream and for headers. */
  readonly request: Request;
}

/** Of a call: what the contract's schemas read. */
export type Parts<N extends RouteName> = Pick<Call<N>, "params" | "query" | "body">;

export interface Reply<T> {
  readonly body: T;
  /** 200 if not told. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer<N extends RouteName> = Routes[N]["response"] extends z.ZodType
  ? Reply<z.input<Routes[N]["response"]>>
  : Response;

export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Answer<N>>;
export type Handlers = { readonly [N in RouteName]: Handler<N> };
