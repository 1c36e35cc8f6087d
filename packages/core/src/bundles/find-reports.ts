/** Reports in what people hand over: a zip (zips in it included) or the files of a folder. Names are judged here, contents when they are read. */
import type { ByteSource } from "../bytes/byte-source.ts";
import { FormatError } from "../bytes/errors.ts";
import { type FileLevel, type FileLevelsOptions, folderLevels, zipLevels } from "../bytes/file-levels.ts";
import { readTreeFile, type TreeFile } from "../bytes/tree-file.ts";
import { MAX_REPORT_BYTES } from "../formats/limits.ts";
import type { Problem } from "../report.ts";
import { type PlannedReport, planReports } from "./report-plan.ts";

export interface FoundReport {
  readonly path: string;
  /** `false`: a .txt or .json found on the way may hold anything, and is passed over where it is no report. */
  readonly mustBeReport: boolean;
  readonly file: TreeFile;
  /** All of it; `FormatError("too-large")` for what is larger than any report. */
  readonly read: () => Promise<Uint8Array>;
  /** It is feedback; what came with it. */
  readonly feedback?: { readonly screenshots: readonly TreeFile[]; readonly crash?: TreeFile };
  readonly point?: { readonly info?: TreeFile; readonly distribution?: TreeFile };
}

export interface FindReportsOptions extends FileLevelsOptions {
  /** Hears of what cannot be looked into: an encrypted entry, a broken zip inside the zip. */
  readonly onProblem?: (problem: Problem) => void;
}

/**
 * Crashes before the feedback on them. Throws `FormatError` when the zip cannot be read.
 *
 * @example
 * for await (const found of reportsInZip(blobSource(upload))) console.log(found.path);
 */
export async function* reportsInZip(
  source: ByteSource,
  options: FindReportsOptions = {},
): AsyncGenerator<FoundReport, void> {
  yield* inLevels(zipLevels(source, options), options);
}

export async function* reportsInFolder(
  files: readonly TreeFile[],
  options: FindReportsOptions = {},
): AsyncGenerator<FoundReport, void> {
  yield* inLevels(folderLevels(files, options), options);
}

/** Reports of one upload or folder, feedback included. A folder of all that a team ever collected stays below. */
export const MAX_FOUND_REPORTS = 100_000;

async function* inLevels(
  levels: AsyncGenerator<FileLevel, void>,
  { onProblem }: FindReportsOptions,
): AsyncGenerator<FoundReport, void> {
  let count = 0;
  for await (const { files, problems } of levels) {
    for (const problem of problems) onProblem?.(problem);
    const byPath = new Map(files.map((file) => [file.path, file]));
    for (const planned of planReports(files.map(({ path }) => path))) {
      const file = byPath.get(planned.path);
      if (file === undefined) continue;
      if (++count > MAX_FOUND_REPORTS) throw new FormatError("too-large", `more than ${MAX_FOUND_REPORTS} reports`);
      yield { ...found(file), ...beside(planned, byPath) };
    }
  }
}

const found = (file: TreeFile) => ({
  path: file.path,
  file,
  read: () => readTreeFile(file, MAX_REPORT_BYTES),
});

function beside(
  planned: PlannedReport,
  byPath: ReadonlyMap<string, TreeFile>,
): Pick<FoundReport, "mustBeReport" | "feedback" | "point"> {
  const at = (path: string | undefined) => (path === undefined ? undefined : byPath.get(path));
  if (planned.kind === "feedback") {
    const crash = at(planned.crash);
    const screenshots = planned.screenshots.flatMap((path) => at(path) ?? []);
    // A feedback.json may be of any other tool, unless Xcode or a crash beside it say what it is.
    return { mustBeReport: false, feedback: { screenshots, ...(crash !== undefined && { crash }) } };
  }
  const info = at(planned.point?.info);
  const distribution = at(planned.point?.distribution);
  return {
    mustBeReport: planned.named === "report",
    ...((info ?? distribution) !== undefined && {
      point: { ...(info !== undefined && { info }), ...(distribution !== undefined && { distribution }) },
    }),
  };
}
