/** Takes in uploads: bytes durable first, then a row in the inbox, and only then may the sender be told. */
import { readFile } from "node:fs/promises";
import { AppError } from "../app-error.ts";
import { type Clock, iso } from "../clock.ts";
import type { WorkerPool } from "../pipeline/worker-pool.ts";
import type { Arrival } from "../stores/blobs/arrival.ts";
import type { BlobId, BlobStore } from "../stores/blobs/blob-store.ts";
import type { Accepted, InboxStore, NewUpload } from "./inbox-store.ts";
import {
  type CheckedFeedback,
  checkFeedback,
  type FeedbackIngestDeps,
  MAX_FEEDBACK_BYTES,
  type Skipped,
} from "../feedback/accept-feedback.ts";
import { checkZip, isZip, type ZipIngestDeps } from "./accept-zip.ts";
import type { Scrubbed, Scrubbing } from "../scrubbing/scrubbing.ts";
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
  readonly scrubbing: Scrubbing;
  /** For what testers wrote, alone or with a crash. */
  readonly feedback: FeedbackIngestDeps;
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
  /** The id of the key or the person. */
  readonly sender?: string;
}

/** How many reports one array may hold; more stay together as one upload. */
export const MAX_ARRAY_REPORTS = 1_000;
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
  /** One of several that wait for each other: it goes to a file sooner. */
  readonly inForm?: boolean;
  /** Zips in it were looked into already. */
  readonly inZip?: boolean;
}

const FORM_MEMORY_BYTES = 64 * 1024;

/** An upload that arrived whole and is a report as far as a first look can tell. Nothing of it is kept before `store`. */
export interface CheckedUpload {
  readonly sizeBytes: number;
  /** Files of a zip that looked like reports and were none. */
  readonly skipped?: readonly Skipped[];
  /** A tester's words are in it. */
  readonly hasFeedback?: boolean;
  /** Durable when it resolves. Each report of an array that KSCrash sends is an upload of its own, so that none depends on its neighbours. */
  store(): Promise<readonly Accepted[]>;
  /** Must be called whatever happens. */
  discard(): Promise<void>;
}

export async function checkUpload(
  deps: IngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  options: IngestOptions,
  hints: SenderHints = { fromKsCrash: false },
): Promise<CheckedUpload> {
  const limits = {
    maxBytes: MAX_REPORT_BYTES,
    ...(hints.inForm === true && { memoryBytes: FORM_MEMORY_BYTES }),
    // Not even for a moment on the disk.
    ...(deps.scrubbing.isOn() && { memoryBytes: MAX_REPORT_BYTES }),
  };
  return checkArrival(deps, await deps.blobs.receive(unpacked(chunks, MAX_REPORT_BYTES), limits), options, hints);
}

/** The same for what has arrived; it is discarded here when it is refused. */
export async function checkArrival(
  deps: IngestDeps,
  arrival: Arrival,
  options: IngestOptions,
  { fromKsCrash, inZip = false }: SenderHints = { fromKsCrash: false },
): Promise<CheckedUpload> {
  const { sizeBytes } = arrival;
  const discard = () => arrival.discard();
  try {
    if (sizeBytes === 0) throw new AppError("empty-body", "the upload is empty");
    if (!inZip && isZip(arrival)) return await checkZip(zipDeps(deps, options), arrival);
    const feedback = await feedbackAlone(deps, arrival);
    if (feedback) return asUpload(feedback, options, discard);
    const elements = await elementsOf(arrival);
    if (elements !== undefined) {
      if (!fromKsCrash) await requireReport(deps.workers, arrival);
      return { sizeBytes, store: () => storeEach(deps, elements, options), discard };
    }
    const { isReport, incidentId } = sniff(arrival.head, arrival.path === undefined);
    if (!isReport && !fromKsCrash) await requireReport(deps.workers, arrival);
    return { sizeBytes, store: async () => [await storeWhole(deps, arrival, incidentId, options)], discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

const zipDeps = (deps: IngestDeps, options: IngestOptions): ZipIngestDeps => ({
  blobs: deps.blobs,
  feedback: deps.feedback,
  checkOne: (chunks) => checkUpload(deps, chunks, options, { fromKsCrash: false, inForm: true, inZip: true }),
  sender: options.sender,
});

/** `feedback.json` by itself: these keys stand near its beginning. Every upload passes here, so the look is short. */
const FEEDBACK_KEY = Buffer.from('"cfBundleVersion"');
const FEEDBACK_HEAD_BYTES = 2_048;

async function feedbackAlone({ feedback }: IngestDeps, { head, path }: Arrival): Promise<CheckedFeedback | undefined> {
  if (path !== undefined || head.length > MAX_FEEDBACK_BYTES || head[0] !== OPEN_BRACE) return undefined;
  const beginning = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, FEEDBACK_HEAD_BYTES));
  if (!beginning.includes(FEEDBACK_KEY)) return undefined;
  const checked = await checkFeedback(feedback, head, { pictures: [] });
  return typeof checked === "string" ? undefined : checked;
}

function asUpload(feedback: CheckedFeedback, { sender }: IngestOptions, discard: () => Promise<void>): CheckedUpload {
  return {
    sizeBytes: feedback.sizeBytes,
    hasFeedback: true,
    store: async () => [{ ...(await feedback.store({ sender })), feedback: true }],
    discard,
  };
}

const OPEN_BRACE = 0x7b;

export async function acceptReports(
  deps: IngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  options: IngestOptions,
): Promise<{ readonly accepted: readonly Accepted[]; readonly skipped: readonly Skipped[] }> {
  const upload = await checkUpload(deps, chunks, options);
  try {
    return { accepted: await upload.store(), skipped: upload.skipped ?? [] };
  } finally {
    await upload.discard();
  }
}

/** Of an input that is known to hold one report: the sample, the demo. */
export async function acceptReport(
  deps: IngestDeps,
  chunks: AsyncIterable<Uint8Array>,
  options: IngestOptions = {},
): Promise<Accepted> {
  const {
    accepted: [accepted],
  } = await acceptReports(deps, chunks, options);
  if (!accepted) throw new AppError("empty-body", "the upload is empty");
  return accepted;
}

async function storeWhole(
  deps: IngestDeps,
  arrival: Arrival,
  incidentId: string | undefined,
  options: IngestOptions,
): Promise<Accepted> {
  const scrubbed = await deps.scrubbing.report(arrival.path ?? arrival.head);
  if (scrubbed) return storeScrubbed(deps, scrubbed, incidentId, options);
  const blob = await deps.blobs.keep(arrival);
  const accepted = await deps.inbox.add(newUpload(deps, blob, arrival.sizeBytes, incidentId, options));
  deps.wake();
  return accepted;
}

/** In place of what came. */
async function storeScrubbed(
  deps: IngestDeps,
  { bytes, install }: Scrubbed,
  incidentId: string | undefined,
  options: IngestOptions,
): Promise<Accepted> {
  const blob = await deps.blobs.put(bytes);
  const about = { ...options, ...(options.install === undefined && install !== undefined && { install }) };
  const accepted = await deps.inbox.add(newUpload(deps, blob, bytes.length, incidentId, about));
  deps.wake();
  return accepted;
}

async function storeEach(
  deps: IngestDeps,
  elements: readonly Uint8Array[],
  options: IngestOptions,
): Promise<readonly Accepted[]> {
  const accepted: Accepted[] = [];
  for (let at = 0; at < elements.length; at += PUTS_AT_ONCE) {
    const some = elements.slice(at, at + PUTS_AT_ONCE);
    accepted.push(...(await Promise.all(some.map((element) => putOne(deps, element, options)))));
  }
  deps.wake();
  return accepted;
}

async function putOne(deps: IngestDeps, element: Uint8Array, options: IngestOptions): Promise<Accepted> {
  const scrubbed = await deps.scrubbing.report(element);
  if (scrubbed) return storeScrubbed(deps, scrubbed, sniff(element, true).incidentId, options);
  const blob = await deps.blobs.put(element);
  return deps.inbox.add(newUpload(deps, blob, element.length, sniff(element, true).incidentId, options));
}

function newUpload(
  { clock, newId }: IngestDeps,
  blob: BlobId,
  sizeBytes: number,
  incidentId: string | undefined,
  { sample = false, demo = false, install, sender }: IngestOptions,
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
    ...(sender !== undefined && { sender }),
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
