/** Takes in what a tester wrote: JSON and pictures durable first, then its row, and only then may the sender be told. */
import { fileName, readTreeFile, type TreeFile } from "@windfall/core";
import { AppError } from "../app-error.ts";
import { appOfUsage } from "../apps/app-identity.ts";
import { type Clock, iso } from "../clock.ts";
import type { FeedbackFacts } from "../pipeline/jobs.ts";
import type { WorkerPool } from "../pipeline/worker-pool.ts";
import type { Arrival } from "../stores/blobs/arrival.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { Scrubbing } from "../scrubbing/scrubbing.ts";
import { pictureType } from "./picture-type.ts";
import type { FeedbackStore, StoredPicture } from "./store.ts";

/** Of the JSON; a comment of TestFlight has 4,000 characters at most. */
export const MAX_FEEDBACK_BYTES: number = 256 * 1024;
/** Of one picture. */
export const MAX_PICTURE_BYTES: number = 32 * 1024 * 1024;
/** TestFlight takes up to 10. */
export const MAX_PICTURES = 20;
/** A larger crash is joined by its upload alone, not by what it says. */
const MAX_JOINED_CRASH_BYTES = 8 * 1024 * 1024;
const PICTURE_MEMORY_BYTES = 64 * 1024;
/** Text that becomes a column. */
const MAX_FACT_LENGTH = 100;

export interface FeedbackIngestDeps {
  readonly store: FeedbackStore;
  readonly blobs: BlobStore;
  readonly workers: WorkerPool;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly scrubbing: Scrubbing;
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** Whole, understood, and nothing of it kept before `store`. */
export interface CheckedFeedback {
  readonly sizeBytes: number;
  readonly skipped: readonly Skipped[];
  store(about: {
    readonly reportId?: string | undefined;
    readonly sender?: string | undefined;
  }): Promise<{ readonly id: string; readonly duplicate: boolean }>;
  /** Must be called whatever happens. */
  discard(): Promise<void>;
}

export interface ReceivedPicture {
  readonly name: string;
  readonly arrival: Arrival;
}

/** Gives the reason where `json` is no feedback. */
export async function checkFeedback(
  deps: FeedbackIngestDeps,
  received: Uint8Array,
  {
    crash,
    pictures,
    bundleId,
  }: {
    readonly crash?: TreeFile | undefined;
    readonly pictures: readonly ReceivedPicture[];
    /** Where the sender knows it and the JSON does not say it. */
    readonly bundleId?: string | undefined;
  },
): Promise<CheckedFeedback | string> {
  const log =
    crash === undefined || crash.size > MAX_JOINED_CRASH_BYTES
      ? undefined
      : await readTreeFile(crash, MAX_JOINED_CRASH_BYTES);
  // Its words become columns: what is scrubbed is scrubbed before they are read.
  const json = (await deps.scrubbing.report(received))?.bytes ?? received;
  const facts = await deps.workers.run<"feedback">({ kind: "feedback", json, ...(log && { crash: log }) });
  if (typeof facts === "string") return facts;
  const skipped: Skipped[] = [];
  const kept: (ReceivedPicture & { readonly type: string })[] = [];
  for (const picture of pictures) {
    const type = pictureType(picture.arrival.head);
    if (type === undefined) skipped.push({ path: picture.name, reason: "no picture by its first bytes" });
    else if (kept.length >= MAX_PICTURES)
      skipped.push({ path: picture.name, reason: `more than ${MAX_PICTURES} pictures` });
    else kept.push({ ...picture, type });
  }
  return {
    sizeBytes: json.length + pictures.reduce((sum, { arrival }) => sum + arrival.sizeBytes, 0),
    skipped,
    async store({ reportId, sender }) {
      const stored: StoredPicture[] = [];
      for (const { name, type, arrival } of kept) {
        const blob = await deps.blobs.keep(arrival);
        stored.push({ name: fact(name), type, blob, sizeBytes: arrival.sizeBytes });
      }
      return deps.store.add({
        ...columnsOf(facts, stored, bundleId),
        id: deps.newId(),
        blob: await deps.blobs.put(json),
        receivedAt: iso(deps.clock()),
        reportId,
        sender,
      });
    },
    async discard() {
      for (const { arrival } of pictures) await arrival.discard();
    },
  };
}

/** A picture on its way, wherever it comes from. */
export async function receivePicture(
  { blobs }: Pick<FeedbackIngestDeps, "blobs">,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<ReceivedPicture> {
  const arrival = await blobs.receive(chunks, { maxBytes: MAX_PICTURE_BYTES, memoryBytes: PICTURE_MEMORY_BYTES });
  if (arrival.sizeBytes > 0) return { name: fileName(name), arrival };
  await arrival.discard();
  throw new AppError("empty-body", `${name} is empty`);
}

function columnsOf(
  { app, os, device, crashedAt, feedback }: FeedbackFacts,
  pictures: readonly StoredPicture[],
  told: string | undefined,
) {
  const bundleId = app.bundleId ?? told;
  return {
    app: bundleId === undefined ? undefined : appOfUsage(bundleId, app.name),
    submittedAt: crashedAt,
    version: fact(app.version),
    build: fact(app.build),
    platform: fact(os.platform),
    osVersion: fact(os.version),
    deviceModel: fact(device.model),
    facts: { ...feedback, screenshots: pictures.map(({ name }) => name) },
    pictures,
  };
}

/** A stranger's text as the stores can hold it. */
const fact = (text: string | undefined): string =>
  (text ?? "").slice(0, MAX_FACT_LENGTH).toWellFormed().replaceAll("\0", "\ufffd");
