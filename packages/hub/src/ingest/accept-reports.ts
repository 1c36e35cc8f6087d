/** Takes in uploads: bytes durable first, then a row in the inbox, and only then may the sender be told. */
import { readFile } from "node:fs/promises";
import { AppError } from "../app-error.ts";
import { type Clock, iso } from "../clock.ts";
import type { WorkerPool } from "../pipeline/worker-pool.ts";
import type { Arrival } from "../stores/blobs/arrival.ts";
import type { BlobId, BlobStore } from "../stores/blobs/blob-store.ts";
import type { Accepted, InboxStore, NewUpload } from "./inbox-store.ts";
import { elementsOfArray } from "./json-array.ts";
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

/** How many reports one array may hold; more stay together as one upload. */
const MAX_ARRAY_REPORTS = 1_000;
const PUTS_AT_ONCE = 16;
/** Whether an array may be one of KSCrash: it sends objects with these keys, or strings. Arrays of Apple's bodies have neither. */
const KSCRASH_KEYS = [/"report"\s*:/, /"crash"\s*:/] as const;

/** Where the sender is known by how it sends. */
export interface SenderHints {
  /**
   * KSCrash's sink: it deletes its reports after any answer of 2xx and sends all of them again after any other, so what is unreadable
   * is taken too, and set aside here.
   */
  readonly fromKsCrash: boolean;
}

/** As `acceptReport`; each report of an array that KSCrash sends is an upload of its own, so that none depends on its neighbours. */
export async function acceptReports(
  deps: IngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  options: IngestOptions,
  { fromKsCrash }: SenderHints = { fromKsCrash: false },
): Promise<readonly Accepted[]> {
  const arrival = await receive(deps, chunks);
  try {
    const elements = await elementsOf(arrival);
    if (elements === undefined) return [await takeIn(deps, arrival, options, fromKsCrash)];
    if (!fromKsCrash) await requireReport(deps.workers, arrival);
    const accepted: Accepted[] = [];
    for (let at = 0; at < elements.length; at += PUTS_AT_ONCE) {
      const some = elements.slice(at, at + PUTS_AT_ONCE);
      accepted.push(...(await Promise.all(some.map((element) => putOne(deps, element, options)))));
    }
    if (accepted.some(({ duplicate }) => !duplicate)) deps.wake();
    return accepted;
  } finally {
    await arrival.discard();
  }
}

export async function acceptReport(
  deps: IngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  options: IngestOptions = {},
): Promise<Accepted> {
  const arrival = await receive(deps, chunks);
  try {
    return await takeIn(deps, arrival, options, false);
  } finally {
    await arrival.discard();
  }
}

const receive = ({ blobs }: IngestDeps, chunks: AsyncIterable<Uint8Array>): Promise<Arrival> =>
  blobs.receive(unpacked(chunks, MAX_REPORT_BYTES), { maxBytes: MAX_REPORT_BYTES });

async function takeIn(
  deps: IngestDeps,
  arrival: Arrival,
  options: IngestOptions,
  anything: boolean,
): Promise<Accepted> {
  if (arrival.sizeBytes === 0) throw new AppError("empty-body", "the upload is empty");
  const { isReport, incidentId } = sniff(arrival.head, arrival.path === undefined);
  if (!isReport && !anything) await requireReport(deps.workers, arrival);
  const blob = await deps.blobs.keep(arrival);
  const accepted = await deps.inbox.add(newUpload(deps, blob, arrival.sizeBytes, incidentId, options));
  if (!accepted.duplicate) deps.wake();
  return accepted;
}

async function putOne(deps: IngestDeps, element: Uint8Array, options: IngestOptions): Promise<Accepted> {
  const blob = await deps.blobs.put(element);
  return deps.inbox.add(newUpload(deps, blob, element.length, sniff(element, true).incidentId, options));
}

function newUpload(
  { clock, newId }: IngestDeps,
  blob: BlobId,
  sizeBytes: number,
  incidentId: string | undefined,
  { sample = false, demo = false, install }: IngestOptions,
): NewUpload {
  return {
    id: newId(),
    blob,
    sizeBytes,
    incidentId,
    receivedAt: iso(clock()),
    sample,
    demo,
    ...(install !== undefined && { install }),
  };
}

async function elementsOf({ head, path }: Arrival): Promise<readonly Uint8Array[] | undefined> {
  if (!/^(?:\u00ef\u00bb\u00bf)?\s*\[/.test(Buffer.from(head.subarray(0, 100)).toString("latin1"))) return undefined;
  const elements = elementsOfArray(path === undefined ? head : await readFile(path), MAX_ARRAY_REPORTS);
  return elements?.some(isFromKsCrash) ? elements : undefined;
}

function isFromKsCrash(element: Uint8Array): boolean {
  const text = Buffer.from(element.buffer, element.byteOffset, element.length).toString("latin1");
  return !text.startsWith("{") || KSCRASH_KEYS.every((key) => key.test(text));
}

/** Not one of the usual beginnings: core has the last word, and the reason. */
async function requireReport(workers: WorkerPool, { path, head }: Arrival): Promise<void> {
  const reason = await workers.run<"check">({ kind: "check", input: path ?? head });
  if (reason !== undefined) throw new AppError("not-a-report", reason);
}
