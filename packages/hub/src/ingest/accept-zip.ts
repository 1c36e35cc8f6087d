/**
 * A zip of reports: an .xccrashpoint, what App Store Connect gives for one feedback, a folder somebody packed. What is in it is taken
 * as the files of a form are, each an upload of its own; a file that only looked like a report is named and left out.
 */
import type { ErrorCode } from "@windfall/api";
import {
  chunksOf,
  FormatError,
  type FormatErrorCode,
  type FoundReport,
  readTreeFile,
  reportsInZip,
} from "@windfall/core";
import { AppError } from "../app-error.ts";
import {
  type CheckedFeedback,
  checkFeedback,
  type FeedbackIngestDeps,
  MAX_FEEDBACK_BYTES,
  type ReceivedPicture,
  receivePicture,
  type Skipped,
} from "../feedback/accept-feedback.ts";
import { type Arrival, tooLarge } from "../stores/blobs/arrival.ts";
import type { BlobStore } from "../stores/blobs/blob-store.ts";
import type { CheckedUpload } from "./accept-reports.ts";
import { arrivalSource } from "./arrival-source.ts";
import type { Accepted } from "./inbox-store.ts";
import { spoolZip } from "./spool-zip.ts";

/** Reports and feedback of one zip. */
export const MAX_ZIP_REPORTS = 1_000;
/** Everything that is taken out of one zip, unpacked. */
export const MAX_ZIP_REPORT_BYTES: number = 512 * 1024 * 1024;
/** Of a zip inside the zip. */
const MAX_INNER_ZIP_BYTES = 256 * 1024 * 1024;
const MAX_NAME_LENGTH = 200;
const STORED_AT_ONCE = 16;

export interface ZipIngestDeps {
  readonly blobs: BlobStore;
  readonly feedback: FeedbackIngestDeps;
  /** One report, as it would come alone. */
  readonly checkOne: (chunks: AsyncIterable<Uint8Array>) => Promise<CheckedUpload>;
  readonly sender: string | undefined;
}

export const isZip = ({ head }: Pick<Arrival, "head">): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));

interface Taken {
  readonly path: string;
  readonly upload: CheckedUpload;
}

interface TakenFeedback {
  readonly feedback: CheckedFeedback;
  readonly crash: string | undefined;
}

export async function checkZip(deps: ZipIngestDeps, arrival: Arrival): Promise<CheckedUpload> {
  const uploads: Taken[] = [];
  const feedback: TakenFeedback[] = [];
  const skipped: Skipped[] = [];
  const discard = async () => {
    for (const { upload } of uploads) await upload.discard();
    for (const { feedback: one } of feedback) await one.discard();
    await arrival.discard();
  };
  try {
    await lookInto(deps, arrival, { uploads, feedback, skipped });
    if (uploads.length + feedback.length === 0) {
      const [first] = skipped;
      throw new AppError("not-a-report", first ? `${first.path}: ${first.reason}` : "no report in this zip");
    }
  } catch (error) {
    await discard();
    throw error instanceof FormatError ? new AppError(CODES[error.code], error.message, error) : error;
  }
  return {
    sizeBytes: [...uploads.map(({ upload }) => upload), ...feedback.map((one) => one.feedback)].reduce(
      (sum, { sizeBytes }) => sum + sizeBytes,
      0,
    ),
    hasFeedback: feedback.length > 0,
    skipped: [...skipped, ...feedback.flatMap((one) => one.feedback.skipped)],
    store: () => storeAll(deps, uploads, feedback),
    discard,
  };
}

async function lookInto(
  deps: ZipIngestDeps,
  arrival: Arrival,
  { uploads, feedback, skipped }: { uploads: Taken[]; feedback: TakenFeedback[]; skipped: Skipped[] },
): Promise<void> {
  const source = await arrivalSource(arrival);
  let sizeBytes = 0;
  const count = (more: number) => {
    sizeBytes += more;
    if (sizeBytes > MAX_ZIP_REPORT_BYTES) throw tooLarge(MAX_ZIP_REPORT_BYTES);
  };
  const skip = (path: string, reason: string) =>
    void skipped.push({ path: path.slice(0, MAX_NAME_LENGTH), reason: reason.slice(0, MAX_NAME_LENGTH) });
  try {
    const found = reportsInZip(source, {
      spool: (file) => spoolZip(deps.blobs, file, MAX_INNER_ZIP_BYTES, { inMemory: deps.feedback.scrubbing.isOn() }),
      onProblem: ({ message, where = "" }) => skip(where.replace(/^zip:/, ""), message),
    });
    for await (const report of found) {
      if (uploads.length + feedback.length >= MAX_ZIP_REPORTS) {
        throw new FormatError("too-large", `more than ${MAX_ZIP_REPORTS} reports in one zip`);
      }
      if (report.feedback) {
        const checked = await checkFound(deps.feedback, report);
        if (typeof checked === "string") skip(report.path, checked);
        else {
          feedback.push({ feedback: checked, crash: report.feedback.crash?.path });
          count(checked.sizeBytes);
        }
        continue;
      }
      try {
        const upload = await deps.checkOne(chunksOf(report.file.stream()));
        uploads.push({ path: report.path, upload });
        count(upload.sizeBytes);
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === undefined) throw error;
        // A .txt or .json may be anything: nothing is to be said of it.
        if (report.mustBeReport) skip(report.path, reason);
      }
    }
  } finally {
    await source.close();
  }
}

/** Why this one file is no report; `undefined` where the upload as a whole, or the hub, is at fault. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof AppError) {
    return error.code === "not-a-report" || error.code === "empty-body" || error.code === "unreadable"
      ? error.message
      : undefined;
  }
  return error instanceof FormatError && error.code === "damaged" ? error.message : undefined;
}

async function checkFound(deps: FeedbackIngestDeps, report: FoundReport): Promise<CheckedFeedback | string> {
  const json = await readTreeFile(report.file, MAX_FEEDBACK_BYTES);
  const pictures: ReceivedPicture[] = [];
  try {
    for (const picture of report.feedback?.screenshots ?? []) {
      pictures.push(await receivePicture(deps, picture.path, chunksOf(picture.stream())));
    }
    const checked = await checkFeedback(deps, json, { crash: report.feedback?.crash, pictures });
    if (typeof checked === "string") for (const { arrival } of pictures) await arrival.discard();
    return checked;
  } catch (error) {
    for (const { arrival } of pictures) await arrival.discard();
    throw error;
  }
}

async function storeAll(
  { sender }: ZipIngestDeps,
  uploads: readonly Taken[],
  feedback: readonly TakenFeedback[],
): Promise<readonly Accepted[]> {
  const accepted: Accepted[] = [];
  const ids = new Map<string, string>();
  // Those of one commit share a flush of the disk.
  for (let at = 0; at < uploads.length; at += STORED_AT_ONCE) {
    const some = uploads.slice(at, at + STORED_AT_ONCE);
    for (const [i, stored] of (await Promise.all(some.map(({ upload }) => upload.store()))).entries()) {
      const [first] = stored;
      if (first) ids.set(some[i]?.path ?? "", first.id);
      accepted.push(...stored);
    }
  }
  for (const { feedback: one, crash } of feedback) {
    const reportId = crash === undefined ? undefined : ids.get(crash);
    accepted.push({ ...(await one.store({ reportId, sender })), feedback: true });
  }
  return accepted;
}

const CODES = {
  "unsafe-path": "unsafe-archive",
  "too-large": "archive-too-large",
  "too-deep": "archive-too-large",
  empty: "not-a-report",
  "not-a-report": "not-a-report",
  "not-mach-o": "not-a-report",
  "not-a-zip": "not-a-report",
  unsupported: "not-a-report",
  truncated: "unreadable",
  damaged: "unreadable",
} as const satisfies Record<FormatErrorCode, ErrorCode>;
