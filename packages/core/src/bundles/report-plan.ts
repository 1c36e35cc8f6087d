/**
 * Which files of a place are reports, by their paths alone: a folder, a zip, an `.xccrashpoint`, a mix of all. What Xcode and
 * TestFlight keep together is one entry here, and what they keep twice is taken once.
 *
 *     X.xccrashpoint/Filters/Filter_…/{DistributionInfo,PointInfo}.json
 *                                    /Logs/<name>.crash
 *                                    /Logs/LocallySymbolicated/<name>.crash     the same with more names
 *     X.xcfeedbackpoint/Filters/Filter_…/PointInfo.json, Images/, Logs/
 *     testflight_feedback.zip: feedback.json, crashlog.crash, pictures
 */
import { fileName, folderOf } from "../bytes/tree-file.ts";
import { mayHoldReports, type NamedLike, reportName } from "../formats/report-files.ts";

export type PlannedReport =
  | {
      readonly kind: "report";
      readonly path: string;
      readonly named: Exclude<NamedLike, "other">;
      /** What Xcode knows of the crash it belongs to. */
      readonly point?: PointFiles;
    }
  | {
      readonly kind: "feedback";
      readonly path: string;
      readonly screenshots: readonly string[];
      /** Planned as a report of its own too, right before. */
      readonly crash?: string;
    };

export interface PointFiles {
  readonly info?: string;
  readonly distribution?: string;
}

/** Xcode's copy of a report with the names it had symbols for. */
const SYMBOLICATED_COPY = "LocallySymbolicated";
/** Bundles of Organizer: crashes, feedback, and what it shows of hangs, launches, disk writes and energy. */
const POINT_BUNDLE =
  /^(?:.*\.xc(?:crash|feedback|hang|launch|diskwrite|processorusage)point(?=\/)|(?:.*\/)?Filters(?=\/Filter_))/i;
const FEEDBACK_BUNDLE = /\.xcfeedbackpoint$/i;
/** What Organizer keeps beside reports. */
const SIDECARS: ReadonlySet<string> = new Set([
  "DistributionInfo.json",
  "PointInfo.json",
  "ListablePoints.json",
  "URLModeListableFeedback.json",
]);
const PICTURE = /\.(png|jpe?g|heic|gif|webp)$/i;

/**
 * Paths in the order in which they should be read.
 *
 * @example
 * planReports(["feedback.json", "crashlog.crash", "screenshot.png"]);
 */
export function planReports(paths: readonly string[]): readonly PlannedReport[] {
  const known = new Set(paths);
  const pictures = picturesByFolder(paths);
  /** By what may be there twice: the place of the first stays. */
  const reports = new Map<string, PlannedReport>();
  const crashes = new Map<string, string>();
  const feedback: Feedback[] = [];
  for (const path of paths) {
    const name = fileName(path);
    const folder = folderOf(path);
    if (!folder.split("/").every(mayHoldReports)) continue;
    const bundle = POINT_BUNDLE.exec(path)?.[0];
    if (isFeedback(name, bundle)) {
      feedback.push({ kind: "feedback", path, screenshots: screenshotsOf(folder, bundle, pictures) });
      continue;
    }
    const named = reportName(name);
    if (named === "other" || (SIDECARS.has(name) && named === "perhaps")) continue;
    if (known.has(`${folder}/${SYMBOLICATED_COPY}/${name}`)) continue;
    // One log may lie under several filters of one bundle: one version, and all versions.
    const once = bundle === undefined ? path : `${bundle}/${name}`;
    if (reports.has(once) && !isSymbolicated(path)) continue;
    reports.set(once, { kind: "report", path, named, ...pointOf(folder, bundle, known) });
    if (/^crashlog\./i.test(name)) crashes.set(folder, path);
    else if (bundle !== undefined && FEEDBACK_BUNDLE.test(bundle)) crashes.set(filterOf(folder), path);
  }
  return [...reports.values(), ...feedback.map((item) => withCrash(item, crashes.get(folderOf(item.path))))];
}

type Feedback = Extract<PlannedReport, { kind: "feedback" }>;

function withCrash(item: Feedback, crash: string | undefined): Feedback {
  return crash === undefined ? item : { ...item, crash };
}

const isFeedback = (name: string, bundle: string | undefined): boolean =>
  name === "feedback.json" || (name === "PointInfo.json" && bundle !== undefined && FEEDBACK_BUNDLE.test(bundle));

const isSymbolicated = (path: string): boolean => fileName(folderOf(path)) === SYMBOLICATED_COPY;

/** `Filters/Filter_…` of a folder of logs in it. */
const filterOf = (folder: string): string =>
  folderOf(fileName(folder) === SYMBOLICATED_COPY ? folderOf(folder) : folder);

function pointOf(folder: string, bundle: string | undefined, known: ReadonlySet<string>): { point?: PointFiles } {
  if (bundle === undefined) return {};
  const info = `${filterOf(folder)}/PointInfo.json`;
  const distribution = `${filterOf(folder)}/DistributionInfo.json`;
  const point = { ...(known.has(info) && { info }), ...(known.has(distribution) && { distribution }) };
  return Object.keys(point).length === 0 ? {} : { point };
}

function picturesByFolder(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const byFolder = new Map<string, string[]>();
  for (const path of paths) {
    if (!PICTURE.test(path)) continue;
    const folder = folderOf(path);
    const before = byFolder.get(folder);
    if (before === undefined) byFolder.set(folder, [path]);
    else before.push(path);
  }
  return byFolder;
}

/** Organizer keeps a small picture of each beside the original. */
function screenshotsOf(
  folder: string,
  bundle: string | undefined,
  pictures: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (bundle === undefined) return pictures.get(folder) ?? [];
  const inside = pictures.get(folder === "" ? "Images" : `${folder}/Images`) ?? [];
  const originals = inside.filter((path) => fileName(path).startsWith("Original"));
  return originals.length > 0 ? originals : inside;
}
