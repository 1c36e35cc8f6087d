/** The OpenAPI 3.1 document, made from the route table: what is not in the table does not exist. */
import { type Access, ErrorBody, type Route, routes } from "@windfall/api";
import { z } from "zod";
import { createSessionCookies } from "./cookies.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

export function openApiDocument(version: string, url: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = (paths[openApiPath(route.path)] ??= {});
    path[route.method.toLowerCase()] = operation(name, route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Windfall hub", version },
    servers: [{ url }],
    paths,
    components: {
      schemas: { Error: schema(ErrorBody, "output") },
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key (wfk_…), or an ingest key (wfi_…) to send" },
        keyInUrl: { type: "apiKey", in: "query", name: "key", description: "An ingest key" },
        session: { type: "apiKey", in: "cookie", name: createSessionCookies(url).name },
      },
    },
  };
}

export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

function operation(name: string, route: Route): Operation {
  const answer =
    route.response === "bytes"
      ? { "application/octet-stream": {} }
      : { "application/json": { schema: schema(route.response, "output") } };
  return {
    operationId: name,
    summary: route.summary,
    security: SECURITY[route.access],
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
    ...(route.body !== undefined && {
      requestBody: {
        required: true,
        content:
          route.body === "bytes"
            ? { "application/octet-stream": {}, "multipart/form-data": {} }
            : { "application/json": { schema: schema(route.body, "input") } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        (route.statuses ?? [200]).map((status) => [String(status), { description: "Done", content: answer }]),
      ),
      default: {
        description: "Not done",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

const SECURITY = {
  open: [],
  ingest: [{ key: [] }, { keyInUrl: [] }, { session: [] }],
  read: [{ key: [] }, { session: [] }],
  write: [{ key: [] }, { session: [] }],
  keys: [{ key: [] }, { session: [] }],
  admin: [{ key: [] }, { session: [] }],
  person: [{ session: [] }],
} as const satisfies Record<Access, Operation["security"]>;

function parameters(object: z.ZodObject | undefined, where: "path" | "query"): object[] {
  if (!object) return [];
  const json = schema(object, "input");
  const required = new Set(Array.isArray(json["required"]) ? json["required"] : []);
  return Object.entries((json["properties"] ?? {}) as Record<string, object>).map(([name, value]) => ({
    name,
    in: where,
    required: where === "path" || required.has(name),
    schema: value,
  }));
}

function schema(type: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return json;
}
