/** Takes in uploads: bytes durable first, then a row in the inbox, and only then may the sender be told. */
import { AppError } from "../app-error.ts";
import { type Clock, iso } from "../clock.ts";
import type { WorkerPool } from "../pipeline/worker-pool.ts";
import type { Arrival } from "../stores/blobs/arrival.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { Accepted, InboxStore } from "./inbox-store.ts";
import { sniff } from "./sniff.ts";
import { unpacked } from "./unpack.ts";

/** Of one report, unpacked. */
export const MAX_REPORT_BYTES: number = 64 * 1024 * 1024;

export interface IngestDeps {
  readonly blobs: BlobStore;
  readonly inbox: InboxStore;
  readonly workers: WorkerPool;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Told after each acceptance. */
  readonly wake: () => void;
}

export interface IngestOptions {
  /** From the repo's own sample. */
  readonly sample?: boolean;
  /** From the generated demo. */
  readonly demo?: boolean;
  /** The install that the sender named, hashed. */
  readonly install?: string | undefined;
}

export async function acceptReport(
  deps: IngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  { sample = false, demo = false, install }: IngestOptions = {},
): Promise<Accepted> {
  const { blobs, inbox, clock, newId } = deps;
  const arrival = await blobs.receive(unpacked(chunks, MAX_REPORT_BYTES), { maxBytes: MAX_REPORT_BYTES });
  try {
    if (arrival.sizeBytes === 0) throw new AppError("empty-body", "the upload is empty");
    const sniffed = sniff(arrival.head, arrival.path === undefined);
    if (!sniffed.isReport) await requireReport(deps.workers, arrival);
    const blob = await blobs.keep(arrival);
    const accepted = await inbox.add({
      id: newId(),
      blob,
      sizeBytes: arrival.sizeBytes,
      incidentId: sniffed.incidentId,
      receivedAt: iso(clock()),
      sample,
      demo,
      ...(install !== undefined && { install }),
    });
    if (!accepted.duplicate) deps.wake();
    return accepted;
  } finally {
    await arrival.discard();
  }
}

/** Not one of the usual beginnings: core has the last word, and the reason. */
async function requireReport(workers: WorkerPool, { path, head }: Arrival): Promise<void> {
  const reason = await workers.run<"check">({ kind: "check", input: path ?? head });
  if (reason !== undefined) throw new AppError("not-a-report", reason);
}
