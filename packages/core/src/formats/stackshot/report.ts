/**
 * A stackshot (288, 509): every thread of every process at one moment, taken for a sysdiagnose or because something did not
 * answer in time. 409 has one inside. The threads of the process it is about come first.
 */
import type { Parsed, Report } from "../../report.ts";
import type { IpsBodyFormat, IpsBodySource } from "../format.ts";
import { parseTermination } from "../ips/cause.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { arrayOf, defined, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { parseTimestamp } from "../timestamp.ts";
import { parseStackshotImages } from "./images.ts";
import { listProcesses, parseStackshotThreads, type StackshotProcess } from "./processes.ts";

export const stackshotFormat: IpsBodyFormat = {
  format: "ips",
  is: (body) => "processByPid" in body || "processByPid" in (objectOf(body["stackshot"]) ?? {}),
  parse: parseStackshot,
};

function parseStackshot(source: IpsBodySource): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(source.reading, "the body", problems);
  const shot = readStackshot(source, (processes) => subjects(processes, source), problems);
  const { body } = source;
  const termination = parseTermination(body["termination"]);
  const value: Report = {
    ...shot.report,
    kind: "stackshot",
    ...defined({ termination, sampling: samplingOf(body) }),
  };
  return { value, problems: problems.items };
}

export interface Stackshot {
  /** Of kind "stackshot": a panic makes it its own. */
  readonly report: Report;
  /** Position of the thread with the wanted id. */
  readonly found: number | undefined;
}

/** Keys of a body with a stackshot that have a place in the model, those of panics included. */
const BODY_KEYS = [
  "build",
  "product",
  "modelCode",
  "incident",
  "crashReporterKey",
  "date",
  "bug_type",
  "reason",
  "termination",
  "processByPid",
  "binaryImages",
  "stackshot",
  "pid",
  "procName",
];

/** What every body with a stackshot has in common. `choose`: whom it is about. */
export function readStackshot(
  { header, body }: IpsBodySource,
  choose: (processes: readonly StackshotProcess[]) => readonly StackshotProcess[],
  problems: ProblemList,
  options: { readonly crashedId?: number | undefined; readonly known?: readonly string[] } = {},
): Stackshot {
  const inner = objectOf(body["stackshot"]) ?? body;
  const facts = headerFacts(header);
  const processes = listProcesses(inner["processByPid"], problems);
  const chosen = choose(processes);
  const isChosen = new Set(chosen);
  const ordered = [...chosen, ...processes.filter((process) => !isChosen.has(process))];
  const [subject] = chosen.length === 1 ? chosen : processes.length === 1 ? processes : [];
  const name = textOf(body["procName"]) ?? subject?.name ?? facts.app.name;
  const list = inner["binaryImages"] ?? body["binaryImages"];
  const { images, slots } = parseStackshotImages(list, { uuid: textOf(header["slice_uuid"]), name }, problems);
  const hasImages = slots.length > 0;
  const read = parseStackshotThreads(
    ordered,
    { slots, hasImages, crashedId: options.crashedId, detailed: subject },
    problems,
  );
  if (!hasImages && read.threads.some(({ frames }) => frames.length > 0)) {
    problems.add("missing-part", "the list of images is missing: frames are only offsets", "body#/binaryImages");
  }
  const model = textOf(body["product"]) ?? textOf(body["modelCode"]);
  return {
    found: read.found,
    report: {
      format: "ips",
      kind: "stackshot",
      ...defined({
        incidentId: textOf(body["incident"])?.toUpperCase() ?? facts.incidentId,
        bugType: facts.bugType ?? textOf(body["bug_type"]),
        crashedAt: parseTimestamp(textOf(body["date"])) ?? facts.crashedAt,
      }),
      app: { ...facts.app, ...defined({ name: facts.app.name ?? name }) },
      os: parseOs({ text: textOf(body["build"]) ?? textOf(header["os_version"]), model }),
      device: defined({ model }),
      process: defined({
        name,
        pid: subject?.pid,
        crashReporterKey: textOf(body["crashReporterKey"]) ?? textOf(header["crashreporter_key"]),
      }),
      applicationSpecificInformation: {},
      threads: read.threads,
      images,
      metadata: {
        ...without(body, [...BODY_KEYS, ...(options.known ?? [])]),
        ...defined({
          stackshot: inner === body ? undefined : without(inner, ["processByPid", "binaryImages"]),
          process: subject && without(subject.source, ["pid", "procname", "threadById", "waitInfo"]),
          threads: read.rest.length === 0 ? undefined : read.rest,
          header: without(header, HEADER_KEYS),
        }),
      },
    },
  };
}

/** Who the report is about: the process it names, else what was in front of the user. */
function subjects(
  processes: readonly StackshotProcess[],
  { header, body }: IpsBodySource,
): readonly StackshotProcess[] {
  const name = textOf(body["procName"]) ?? textOf(header["app_name"]);
  const pid = numberOf(body["pid"]);
  const byPid = processes.filter((process) => pid !== undefined && pid >= 0 && process.pid === pid);
  if (byPid.length > 0) return byPid;
  const byName = processes.filter((process) => name !== undefined && process.name === name.slice(0, 31));
  if (byName.length > 0) return byName;
  const front = new Set((arrayOf(body["frontmostPids"]) ?? []).map(numberOf));
  return processes.filter((process) => front.has(process.pid));
}

/** Why it was taken. */
function samplingOf(body: JsonObject): Report["sampling"] {
  const reason = textOf(body["reason"]);
  return reason === undefined ? undefined : { event: "stackshot", reason };
}
