/**
 * A stackshot as iOS 7 wrote it (188): labels, then for each process a block of facts and its threads. The lines of the
 * backtraces are taken for what begins with an address; no real file with some was at hand. There is no list of images.
 */
import type { Frame, Parsed, Report, Thread } from "../../report.ts";
import type { TextFormat, TextSource } from "../format.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { defined, without } from "../json-fields.ts";
import { MAX_FRAMES, MAX_LABELS, MAX_THREADS } from "../limits.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { matchLabel } from "../spindump/lines.ts";
import { TextLines } from "../text-lines.ts";
import { parseTimestamp } from "../timestamp.ts";

export const stackshotTextFormat: TextFormat = {
  format: "text",
  is: (text) => THREADS.test(text),
  parse: (source) => [parseStackshotText(source)],
};

const THREADS = /^[ \t>]{0,8}Process (-?\d{1,10}) (\S.{0,100})? ?threads:\s{0,8}$/m;
const INFO = /^\s{0,8}Process -?\d{1,10} info:/;
const THREAD = /^\s{0,40}thread 0x([0-9a-f]{1,16})(?: ([A-Z_|]{1,200}))?/;
const FRAME = /^\s{0,40}(0x[0-9a-f]{1,16})(?:\s|$)/;
const MODEL_LABELS = new Set([
  "Incident Identifier",
  "CrashReporter Key",
  "Hardware Model",
  "OS Version",
  "Date/Time",
  "Date",
  "Reason",
]);

interface OpenThread extends Pick<Thread, "index" | "id" | "process" | "state"> {
  readonly frames: Frame[];
}

function parseStackshotText({ text, header = {}, firstLine }: TextSource): Parsed<Report> {
  const problems = new ProblemList();
  const labels = new Map<string, string>();
  const threads: OpenThread[] = [];
  const lines = new TextLines(text, { offset: 0, line: firstLine, prefix: "" });
  let process: string | undefined;
  let isHead = true;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [isThreads, pid, name = ""] = THREADS.exec(line) ?? [];
    const [isThread, id = "", state] = THREAD.exec(line) ?? [];
    const address = FRAME.exec(line)?.[1];
    const label = isHead ? matchLabel(line) : undefined;
    if (isThreads !== undefined) {
      isHead = false;
      process = `${name.trim()} [${pid}]`;
    } else if (INFO.test(line)) {
      isHead = false;
      process = undefined;
    } else if (isThread !== undefined && process !== undefined) {
      if (threads.length < MAX_THREADS) {
        threads.push({
          index: threads.length,
          id: `0x${id}`,
          process,
          ...defined({ state: state?.replaceAll("|", " ") }),
          frames: [],
        });
      } else problems.addOnce("limit-reached", `keeps ${MAX_THREADS} threads`, `line:${lines.number}`);
    } else if (address !== undefined) {
      const frames = threads.at(-1)?.frames;
      if (frames === undefined) continue;
      if (frames.length < MAX_FRAMES) frames.push({ address: BigInt(address) });
      else problems.addOnce("limit-reached", `keeps ${MAX_FRAMES} frames of a thread`, `line:${lines.number}`);
    } else if (label !== undefined && !labels.has(label.label) && labels.size < MAX_LABELS) {
      labels.set(label.label, label.value);
    }
  }
  if (threads.some(({ frames }) => frames.length > 0)) {
    problems.add("missing-part", "there is no list of images: frames are only addresses");
  }
  const known = headerFacts(header);
  const model = labels.get("Hardware Model");
  const reason = labels.get("Reason");
  const value: Report = {
    format: "text",
    kind: "stackshot",
    ...known,
    ...defined({
      incidentId: labels.get("Incident Identifier")?.toUpperCase() ?? known.incidentId,
      crashedAt: parseTimestamp(labels.get("Date/Time") ?? labels.get("Date")) ?? known.crashedAt,
    }),
    os: { ...known.os, ...parseOs({ text: labels.get("OS Version"), model }) },
    device: defined({ model }),
    process: defined({ crashReporterKey: labels.get("CrashReporter Key") }),
    applicationSpecificInformation: {},
    threads: threads.map((thread): Thread => ({ ...thread, crashed: false })),
    images: [],
    ...(reason !== undefined && { sampling: { event: "stackshot", reason } }),
    metadata: {
      ...Object.fromEntries([...labels].filter(([label]) => !MODEL_LABELS.has(label))),
      ...defined({ header: without(header, HEADER_KEYS) }),
    },
  };
  return { value, problems: problems.items };
}
