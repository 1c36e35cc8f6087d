/** The edge: what a request says, as the contract's schemas understand it. */
import { type Route, type RouteName, routes } from "@windfall/api";
import { z } from "zod";
import { AppError } from "../app-error.ts";
import { readLimited } from "./body.ts";
import type { Parts } from "./handlers.ts";

export const MAX_JSON_BODY_BYTES = 1024 * 1024;

export async function decodeRequest<N extends RouteName>(
  name: N,
  request: Request,
  params: Record<string, string>,
): Promise<Parts<N>> {
  const route: Route = routes[name];
  const parts = {
    params: route.params && decode(route.params, params, "path"),
    query: route.query && decode(route.query, queryObject(route.query, new URL(request.url).searchParams), "query"),
    body:
      route.body === undefined || route.body === "bytes" ? undefined : decode(route.body, await json(request), "body"),
  };
  // Each was read by the schema that its type is made of.
  return parts as Parts<N>;
}

function decode(schema: z.ZodType, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new AppError("bad-request", `${where}${path === "" ? "" : ` ${path}`}: ${issue?.message ?? "not understood"}`);
}

/** Repeated keys become lists where the schema wants one; keys it does not know are left out. */
function queryObject(schema: z.ZodObject, search: URLSearchParams): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const all = search.getAll(name);
    const [first] = all;
    if (first === undefined) continue;
    values[name] = isList(field) ? all : first;
  }
  return values;
}

function isList(field: z.core.$ZodType): boolean {
  if (field instanceof z.ZodArray) return true;
  if (field instanceof z.ZodOptional || field instanceof z.ZodExactOptional || field instanceof z.ZodDefault) {
    return isList(field.def.innerType);
  }
  return false;
}

async function json(request: Request): Promise<unknown> {
  const bytes = await readLimited(request, MAX_JSON_BODY_BYTES);
  if (bytes.length === 0) throw new AppError("empty-body", "a JSON body is needed");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError("bad-request", "the body is no JSON", cause);
  }
}
