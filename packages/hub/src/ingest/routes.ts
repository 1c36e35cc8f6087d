/** What devices, tools and build machines send. */
import type { IngestAnswer } from "@windfall/api";
import { AppError } from "../app-error.ts";
import { announcedLength, bodyChunks, readLimited } from "../http/body.ts";
import type { Handlers, Reply } from "../http/handlers.ts";
import { multipartBoundary, readParts } from "../http/multipart.ts";
import { installOfRequest } from "../usage/install-id.ts";
import { acceptReports, type IngestDeps, MAX_REPORT_BYTES } from "./accept-reports.ts";
import { acceptSymbols, type SymbolsIngestDeps } from "./accept-symbols.ts";
import type { Accepted } from "./inbox-store.ts";
import { acceptUsage, type UsageIngestDeps } from "./usage.ts";

/** What KSCrash's HTTP sink calls the one part of its form. */
const KSCRASH_PART = "reports";

/** Bodies up to here skip the stream machinery. */
const SMALL_BODY_BYTES = 1024 * 1024;

export function ingestRoutes(
  reports: IngestDeps,
  symbols: SymbolsIngestDeps,
  usage: UsageIngestDeps,
): Pick<Handlers, "ingestReports" | "ingestSymbols" | "ingestUsage"> {
  return {
    async ingestReports({ request }) {
      const boundary = multipartBoundary(request.headers.get("content-type"));
      const install = installOfRequest(request);
      if (boundary === undefined) return answer(await acceptReports(reports, chunksOf(request), { install }));
      const accepted: Accepted[] = [];
      for await (const part of readParts(chunksOf(request), boundary)) {
        const fromKsCrash = part.name === KSCRASH_PART;
        accepted.push(...(await acceptReports(reports, part.body, { install }, { fromKsCrash })));
      }
      return answer(accepted);
    },
    async ingestUsage({ request }) {
      const body = await acceptUsage(usage, request);
      return { status: body.duplicate ? 200 : 202, body };
    },
    async ingestSymbols({ request }) {
      const boundary = multipartBoundary(request.headers.get("content-type"));
      if (boundary === undefined) return { body: await acceptSymbols(symbols, bodyChunks(request), "upload") };
      for await (const part of readParts(bodyChunks(request), boundary)) {
        if (part.fileName === undefined) continue;
        return { body: await acceptSymbols(symbols, part.body, part.fileName) };
      }
      throw new AppError("empty-body", "the form holds no file");
    },
  };
}

function answer(accepted: readonly Accepted[]): Reply<IngestAnswer> {
  const [first] = accepted;
  if (!first) throw new AppError("empty-body", "the form holds no file");
  if (accepted.every(({ duplicate }) => duplicate)) return { status: 200, body: { id: first.id, duplicate: true } };
  return { status: 202, body: { id: first.id, reports: accepted.map(({ id }) => id) } };
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  const announced = announcedLength(request);
  if (announced === undefined || announced > SMALL_BODY_BYTES) yield* bodyChunks(request);
  else yield await readLimited(request, MAX_REPORT_BYTES);
}
