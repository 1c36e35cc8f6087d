/** Takes in usage: read once to say at once what is wrong with it, then durable like a report before the sender is told. */
import type { UsageAnswer } from "@windfall/api";
import { AppError } from "../app-error.ts";
import { type Clock, iso } from "../clock.ts";
import { bodyChunks } from "../http/body.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import { NotUsage, parseUsage, type ParsedUsage } from "../usage/parse-usage.ts";
import type { InboxStore } from "./inbox-store.ts";
import { unpacked } from "./unpack.ts";

/** Unpacked: 50,000 rows with every field are below. */
export const MAX_USAGE_BYTES: number = 32 * 1024 * 1024;
/** Rejected rows named in one answer. */
export const MAX_NAMED_PROBLEMS = 100;

export interface UsageIngestDeps {
  readonly blobs: BlobStore;
  readonly inbox: InboxStore;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Told after each acceptance. */
  readonly wake: () => void;
}

export async function acceptUsage(
  { blobs, inbox, clock, newId, wake }: UsageIngestDeps,
  request: Request,
  { demo = false, sender }: { readonly demo?: boolean; readonly sender?: string } = {},
): Promise<UsageAnswer> {
  const bytes = await bytesOf(request);
  if (bytes.length === 0) throw new AppError("empty-body", "the upload is empty");
  const receivedAt = iso(clock());
  const { rows, problems } = readable(bytes, receivedAt);
  const [first] = problems;
  if (rows.length === 0) {
    throw new AppError("bad-request", `no row can be read; row ${first?.row}: ${first?.field} ${first?.reason}`);
  }
  const accepted = await inbox.add({
    id: newId(),
    kind: "usage",
    blob: await blobs.put(bytes),
    sizeBytes: bytes.length,
    incidentId: undefined,
    receivedAt,
    sample: false,
    demo,
    ...(sender !== undefined && { sender }),
  });
  if (!accepted.duplicate) wake();
  return {
    id: accepted.id,
    accepted: rows.length,
    rejected: problems.length,
    problems: problems.slice(0, MAX_NAMED_PROBLEMS),
    ...(accepted.duplicate && { duplicate: true as const }),
  };
}

async function bytesOf(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpacked(bodyChunks(request), MAX_USAGE_BYTES)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > MAX_USAGE_BYTES) throw new AppError("body-too-large", `more than ${MAX_USAGE_BYTES} bytes`);
  return new Uint8Array(bytes);
}

function readable(bytes: Uint8Array, receivedAt: string): ParsedUsage {
  try {
    return parseUsage(bytes, receivedAt);
  } catch (error) {
    if (error instanceof NotUsage) throw new AppError("bad-request", error.message, error);
    throw error;
  }
}
