/** What devices, tools and build machines send. */
import type { IngestAnswer } from "@windfall/api";
import { actorOf } from "../access/caller.ts";
import { AppError } from "../app-error.ts";
import { announcedLength, bodyChunks, readLimited } from "../http/body.ts";
import type { Call, Handlers, Reply } from "../http/handlers.ts";
import { multipartBoundary, type Part, readParts } from "../http/multipart.ts";
import type { Skipped } from "../feedback/accept-feedback.ts";
import { type Arrival, tooLarge } from "../stores/blobs/arrival.ts";
import { installOfRequest } from "../usage/install-id.ts";
import {
  acceptReports,
  checkArrival,
  type CheckedUpload,
  checkUpload,
  type IngestDeps,
  type IngestOptions,
  MAX_REPORT_BYTES,
} from "./accept-reports.ts";
import { acceptSymbols, type SymbolsIngestDeps } from "./accept-symbols.ts";
import { acceptFeedbackForm } from "./feedback-form.ts";
import type { Accepted } from "./inbox-store.ts";
import { nameOfUpload, withoutGz } from "./upload-name.ts";
import { acceptUsage, type UsageIngestDeps } from "./usage.ts";

/** What KSCrash's HTTP sink calls the one part of its form. */
const KSCRASH_PART = "reports";

/** Bodies up to here skip the stream machinery. */
const SMALL_BODY_BYTES = 1024 * 1024;

export function ingestRoutes(
  reports: IngestDeps,
  symbols: SymbolsIngestDeps,
  usage: UsageIngestDeps,
): Pick<Handlers, "ingestFeedback" | "ingestMetricKit" | "ingestReports" | "ingestSymbols" | "ingestUsage"> {
  const takeReports = async ({ request, caller }: Pick<Call<"ingestReports">, "request" | "caller">) => {
    const boundary = multipartBoundary(request.headers.get("content-type"));
    const options = { install: installOfRequest(request), sender: actorOf(caller).id };
    if (boundary === undefined) return answer(await acceptReports(reports, chunksOf(request), options));
    return answer(await acceptForm(reports, readParts(chunksOf(request), boundary), options));
  };
  return {
    ingestReports: takeReports,
    // What a body is, its content says; the address is what an app's developer looks for.
    ingestMetricKit: takeReports,
    async ingestFeedback({ request, caller }) {
      const sender = actorOf(caller).id;
      const boundary = multipartBoundary(request.headers.get("content-type"));
      if (boundary !== undefined) {
        const form = {
          feedback: reports.feedback,
          blobs: reports.blobs,
          checkArrival: (arrival: Arrival) => checkArrival(reports, arrival, { sender }),
          sender,
        };
        return answer(await acceptFeedbackForm(form, readParts(bodyChunks(request), boundary)));
      }
      const upload = await checkUpload(reports, bodyChunks(request), { sender });
      try {
        if (upload.hasFeedback !== true) {
          throw new AppError(
            "not-a-report",
            "no feedback in this: it is for TestFlight's zip, its feedback.json or a form",
          );
        }
        return answer({ accepted: await upload.store(), skipped: upload.skipped ?? [] });
      } finally {
        await upload.discard();
      }
    },
    async ingestUsage({ request, caller }) {
      const body = await acceptUsage(usage, request, { sender: actorOf(caller).id });
      return { status: body.duplicate ? 200 : 202, body };
    },
    async ingestSymbols({ request, query }) {
      const boundary = multipartBoundary(request.headers.get("content-type"));
      if (boundary === undefined) {
        return { body: await acceptSymbols(symbols, bodyChunks(request), nameOfUpload(request, query.name)) };
      }
      for await (const part of readParts(bodyChunks(request), boundary)) {
        if (part.fileName === undefined) continue;
        return { body: await acceptSymbols(symbols, part.body, withoutGz(part.fileName)) };
      }
      throw new AppError("empty-body", "the form holds no file");
    },
  };
}

/** Of all files of a form together, unpacked: they wait until the last one is checked. */
export const MAX_FORM_BYTES: number = 512 * 1024 * 1024;

/** All files of a form or none: what is wrong with one is found before the first is kept. A field without a file name that is no report is a field: passed over. */
async function acceptForm(deps: IngestDeps, parts: AsyncIterable<Part>, options: IngestOptions): Promise<Taken> {
  const uploads: CheckedUpload[] = [];
  let sizeBytes = 0;
  try {
    for await (const part of parts) {
      const fromKsCrash = part.name === KSCRASH_PART;
      const upload = await checkUpload(deps, part.body, options, { fromKsCrash, inForm: true }).catch(
        (error: unknown) => {
          if (part.fileName === undefined && isNoReport(error)) return undefined;
          throw error;
        },
      );
      if (!upload) continue;
      uploads.push(upload);
      sizeBytes += upload.sizeBytes;
      if (sizeBytes > MAX_FORM_BYTES) throw tooLarge(MAX_FORM_BYTES);
    }
    const accepted: Accepted[] = [];
    for (const upload of uploads) accepted.push(...(await upload.store()));
    return { accepted, skipped: uploads.flatMap(({ skipped = [] }) => skipped) };
  } finally {
    for (const upload of uploads) await upload.discard();
  }
}

const isNoReport = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "not-a-report" || error.code === "empty-body");

interface Taken {
  readonly accepted: readonly Accepted[];
  readonly skipped: readonly Skipped[];
}

/** Skipped files that are named in one answer. */
const MAX_NAMED_SKIPPED = 100;

function answer({ accepted, skipped }: Taken): Reply<IngestAnswer> {
  const [first] = accepted;
  if (!first) throw new AppError("empty-body", "the form holds no file");
  const feedback = accepted.filter((one) => one.feedback === true).map(({ id }) => id);
  const more = {
    ...(feedback.length > 0 && { feedback }),
    ...(skipped.length > 0 && { skipped: skipped.slice(0, MAX_NAMED_SKIPPED).map((one) => ({ ...one })) }),
  };
  if (accepted.every(({ duplicate }) => duplicate)) {
    return { status: 200, body: { id: first.id, duplicate: true, ...more } };
  }
  const reports = accepted.filter((one) => one.feedback !== true).map(({ id }) => id);
  return { status: 202, body: { id: first.id, reports, ...more } };
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  const announced = announcedLength(request);
  if (announced === undefined || announced > SMALL_BODY_BYTES) yield* bodyChunks(request);
  else yield await readLimited(request, MAX_REPORT_BYTES);
}
