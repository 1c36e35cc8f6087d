/** One report to a hub: as it is; feedback as a form with its pictures and the crash it is about. */
import type { IngestAnswer } from "@windfall/api";
import { fileName, readTreeFile } from "@windfall/core";
import type { Hub } from "../hub.ts";
import { MAX_REPORT_BYTES } from "../files/read.ts";
import type { ReportInput } from "./report-inputs.ts";

/** Of one picture, as the hub takes it. */
const MAX_PICTURE_BYTES = 32 * 1024 * 1024;

/** `bundleId` where the place of the feedback tells it: its JSON does not. */
export async function sendReport(
  hub: Hub,
  { feedback }: Pick<ReportInput, "feedback">,
  bytes: Uint8Array,
  bundleId?: string,
): Promise<IngestAnswer> {
  if (feedback === undefined) return hub.client.call("ingestReports", { body: blobOf(bytes) });
  const form = new FormData();
  if (bundleId !== undefined) form.append("app", bundleId);
  form.append("feedback", blobOf(bytes), "feedback.json");
  const { crash, screenshots } = feedback;
  if (crash) form.append("crash", blobOf(await readTreeFile(crash, MAX_REPORT_BYTES)), "crashlog.crash");
  for (const picture of screenshots) {
    form.append("picture", blobOf(await readTreeFile(picture, MAX_PICTURE_BYTES)), fileName(picture.path));
  }
  return hub.client.call("ingestFeedback", { body: form });
}

const blobOf = (bytes: Uint8Array) => new Blob([bytes.slice()]);
