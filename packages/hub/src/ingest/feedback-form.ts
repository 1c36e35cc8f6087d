/**
 * Feedback as a form: a comment and what the sender knows of itself as fields, pictures and the crash as files. It is written down in
 * the shape of TestFlight's own `feedback.json`, so that there is one reader for both. TestFlight's zip may be a file of the form too.
 */
import { sourceFile } from "@windfall/core";
import { AppError } from "../app-error.ts";
import {
  type CheckedFeedback,
  checkFeedback,
  type FeedbackIngestDeps,
  MAX_FEEDBACK_BYTES,
  MAX_PICTURES,
  type ReceivedPicture,
  type Skipped,
} from "../feedback/accept-feedback.ts";
import { pictureType } from "../feedback/picture-type.ts";
import type { Part } from "../http/multipart.ts";
import { type Arrival, tooLarge } from "../stores/blobs/arrival.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { CheckedUpload } from "./accept-reports.ts";
import { arrivalSource } from "./arrival-source.ts";
import type { Accepted } from "./inbox-store.ts";

/** Of one field. */
const MAX_FIELD_BYTES = 64 * 1024;
/** Of one file, unpacked; all of a form together are bounded by their number. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = MAX_PICTURES + 10;
const FILE_MEMORY_BYTES = 64 * 1024;

/** Field of the form, key of TestFlight's file. */
const FIELDS: Readonly<Record<string, string>> = {
  id: "id",
  comment: "comment",
  email: "emailAddress",
  name: "personName",
  app: "bundleIdentifier",
  version: "cfBundleShortVersion",
  build: "cfBundleVersion",
  os: "osVersion",
  device: "deviceModel",
  locale: "locale",
  time: "timestamp",
  incident: "crashIncidentId",
};

export interface FeedbackFormDeps {
  readonly feedback: FeedbackIngestDeps;
  readonly blobs: BlobStore;
  /** One file that is no picture: a zip, a report. Takes over what arrived. */
  readonly checkArrival: (arrival: Arrival) => Promise<CheckedUpload>;
  readonly sender: string | undefined;
}

/** All of a form or nothing. */
export async function acceptFeedbackForm(
  deps: FeedbackFormDeps,
  parts: AsyncIterable<Part>,
): Promise<{ readonly accepted: readonly Accepted[]; readonly skipped: readonly Skipped[] }> {
  const fields = new Map<string, string>();
  const pictures: ReceivedPicture[] = [];
  const uploads: CheckedUpload[] = [];
  const logs: Arrival[] = [];
  let json: Uint8Array | undefined;
  let feedback: CheckedFeedback | undefined;
  try {
    for await (const part of parts) {
      if (part.fileName === undefined) {
        fields.set(part.name, await textOf(part));
        continue;
      }
      if (pictures.length + uploads.length >= MAX_FILES) {
        throw new AppError("body-too-large", `more than ${MAX_FILES} files`);
      }
      const arrival = await deps.blobs.receive(part.body, {
        maxBytes: MAX_FILE_BYTES,
        memoryBytes: deps.feedback.scrubbing.isOn() ? MAX_FILE_BYTES : FILE_MEMORY_BYTES,
      });
      if (pictureType(arrival.head) !== undefined) pictures.push({ name: part.fileName, arrival });
      else if (json === undefined && (await isFeedback(deps.feedback, arrival))) {
        json = arrival.head;
        await arrival.discard();
      } else {
        const upload = await deps.checkArrival(arrival);
        uploads.push(upload);
        logs.push(arrival);
      }
    }
    feedback = await checkForm(deps.feedback, json ?? written(deps.feedback, fields, pictures), {
      pictures,
      log: logs[0],
      bundleId: fields.get("app") || undefined,
    });
    if (feedback === undefined && !uploads.some(({ hasFeedback }) => hasFeedback)) {
      throw new AppError("bad-request", "the form has neither a comment nor a picture nor TestFlight's zip");
    }
    const accepted: Accepted[] = [];
    for (const upload of uploads) accepted.push(...(await upload.store()));
    if (feedback) {
      const crash = accepted.find((one) => !one.feedback);
      accepted.push({ ...(await feedback.store({ reportId: crash?.id, sender: deps.sender })), feedback: true });
    }
    return { accepted, skipped: [...uploads.flatMap(({ skipped = [] }) => skipped), ...(feedback?.skipped ?? [])] };
  } finally {
    for (const { arrival } of pictures) await arrival.discard();
    for (const upload of uploads) await upload.discard();
  }
}

/** `feedback.json`, or what Xcode keeps of one, as a file of the form. */
async function isFeedback(deps: FeedbackIngestDeps, { head, path, sizeBytes }: Arrival): Promise<boolean> {
  if (path !== undefined || sizeBytes > MAX_FEEDBACK_BYTES || head[0] !== OPEN_BRACE) return false;
  return typeof (await checkFeedback(deps, head, { pictures: [] })) !== "string";
}

const OPEN_BRACE = 0x7b;

/** The fields in the shape of TestFlight's file; nothing where they say nothing. */
function written(
  deps: FeedbackIngestDeps,
  fields: ReadonlyMap<string, string>,
  pictures: readonly ReceivedPicture[],
): Uint8Array | undefined {
  if (!fields.has("comment") && pictures.length === 0) return undefined;
  const told = Object.entries(FIELDS).flatMap(([field, key]) => {
    const value = fields.get(field);
    return value === undefined || value === "" ? [] : [[key, value] as const];
  });
  const document = {
    // Two people may say the same; a sender that tries again says who it is by an id.
    ...(fields.has("id") ? {} : { id: deps.newId() }),
    ...Object.fromEntries(told),
    comment: fields.get("comment") ?? "",
    cfBundleVersion: fields.get("build") ?? "",
  };
  return new TextEncoder().encode(JSON.stringify(document));
}

async function checkForm(
  deps: FeedbackIngestDeps,
  json: Uint8Array | undefined,
  { pictures, log, bundleId }: FormParts,
): Promise<CheckedFeedback | undefined> {
  if (json === undefined) return undefined;
  if (json.length > MAX_FEEDBACK_BYTES) throw tooLarge(MAX_FEEDBACK_BYTES);
  const source = log && (await arrivalSource(log));
  try {
    const crash = source && sourceFile("crashlog.crash", source);
    const checked = await checkFeedback(deps, json, { crash, pictures, bundleId });
    if (typeof checked === "string") throw new AppError("bad-request", checked);
    return checked;
  } finally {
    await source?.close();
  }
}

interface FormParts {
  readonly pictures: readonly ReceivedPicture[];
  readonly log: Arrival | undefined;
  readonly bundleId: string | undefined;
}

async function textOf(part: Part): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of part.body) {
    size += chunk.length;
    if (size > MAX_FIELD_BYTES) throw tooLarge(MAX_FIELD_BYTES);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}
