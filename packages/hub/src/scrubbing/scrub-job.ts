/** The part of scrubbing that reads: in a worker, because reports are large and a stranger's. */
import { FormatError, parseReports, scrubReport } from "@windfall/core";
import { appOfReport } from "../apps/app-identity.ts";
import { soughtBy } from "../apps/owners.ts";
import { belongsByPrefix } from "../apps/hosts.ts";
import { installOf } from "../usage/install-id.ts";
import type { ScrubAnswer } from "./scrubbing.ts";
import type { ScrubbedApp } from "./store.ts";

/** Undefined when no report of the upload is of an app that wants it. One that does not say whose it is may be. */
export function scrubUpload(bytes: Uint8Array, secret: string, apps: readonly ScrubbedApp[]): ScrubAnswer {
  const reports = parseReports(bytes).map(({ value }) => value);
  const isWanted = reports.some((report) => {
    const { id, bundleId } = appOfReport(report);
    const { app, process } = report;
    const isNamed =
      app.bundleId !== undefined ||
      (report.kind !== "feedback" && soughtBy(report) === undefined && (app.name ?? process.name) !== undefined);
    return !isNamed || apps.some((wanted) => wanted.id === id || belongsByPrefix(bundleId, wanted.bundleId));
  });
  if (!isWanted) return undefined;
  const install = reports.map(({ process }) => process.installId).find((id) => id !== undefined);
  const hashed = install === undefined ? undefined : installOf(install);
  try {
    return { bytes: scrubReport(bytes, { secret }), ...(hashed !== undefined && { install: hashed }) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { refused: `${error.message}, and its app stores scrubbed reports only` };
  }
}
