/** From the lines of a text report to a `Report`. A header line of JSON may stand before it (iOS up to 14). */
import type { Frame, JsonValue, Parsed, Report, Thread } from "../../report.ts";
import { defined, type JsonObject, without } from "../json-fields.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { MAX_IMAGES } from "../limits.ts";
import { withMacPlatform } from "../mac-platform.ts";
import { ProblemList } from "../problem-list.ts";
import { kindOf } from "../report-kind.ts";
import { TextLines } from "../text-lines.ts";
import { readBody } from "./body.ts";
import type { RawBody, RawThread } from "./raw-body.ts";
import { parseException, parseTermination } from "./cause.ts";
import { findReport } from "./find-report.ts";
import { splitQueue } from "./grammar.ts";
import { elidedFrames } from "./recursion.ts";
import { isOfException, readPrintedBacktrace } from "./printed-backtrace.ts";
import { headMetadata, type LabelValues, parseHead } from "./head.ts";
import { createImageMap, type ImageMap } from "./image-map.ts";

/** Reports of one text; more than this in one file is no report but an archive. */
export const MAX_REPORTS_IN_TEXT = 100;

/** Every report of the text; empty when it has none. */
export function parseCrashText(text: string, header?: JsonObject, firstLine = 1): readonly Parsed<Report>[] {
  const start = findReport(text, 0, firstLine);
  if (start === undefined) return [];
  const lines = new TextLines(text, start);
  const reports: Parsed<Report>[] = [];
  for (;;) {
    const problems = new ProblemList();
    const cutBefore = lines.cutLines;
    const body = readBody(lines, problems);
    if (lines.cutLines > cutBefore) {
      problems.add("limit-reached", `${lines.cutLines - cutBefore} lines were too long and are cut`);
    }
    const value = reportOf(body, reports.length === 0 ? header : undefined, problems);
    reports.push({ value, problems: problems.items });
    if (!body.another) return reports;
    if (reports.length >= MAX_REPORTS_IN_TEXT) {
      problems.add("limit-reached", `reads ${MAX_REPORTS_IN_TEXT} reports of one text`);
      return reports;
    }
  }
}

function reportOf(body: RawBody, header: JsonObject | undefined, problems: ProblemList): Report {
  const values: LabelValues = (label) => body.labels.get(label) ?? [];
  const head = parseHead(values, isByKsCrash(body));
  const known = header === undefined ? undefined : headerFacts(header);
  const exception = parseException(values);
  const termination = parseTermination(values, body.reasons);
  const map = createImageMap(body.images, MAX_IMAGES);
  // Without a list, any frame may be the one that tells where an image is: all are read once before.
  if (!body.hasImageList) for (const { frames } of body.threads) for (const frame of frames) map.frame(frame);
  const crashedThread = crashedPosition(body, values);
  const threads = body.threads.map((thread, position) =>
    threadOf(thread, position === crashedThread, crashedQueue(values), map),
  );
  const lastException = lastExceptionOf(body, map);
  if (!body.hasImageList && threads.length > 0) {
    problems.add(
      "missing-part",
      "there is no list of binary images: frames cannot be matched with debug files by UUID",
    );
  }
  if (head.isUnsetClock) {
    problems.add("unreadable-value", "the clock of the device was not set: when it crashed is not known");
  }
  const version = values("Report Version")[0];
  if (version !== undefined && version !== "" && !KNOWN_VERSIONS.has(version)) {
    problems.add("unknown-dialect", `report version ${version} is not one that is known: it is read like 12 and 104`);
  }
  const isSampled = SAMPLED.some((name) => body.sections.has(name));
  if (isSampled)
    problems.add("unknown-dialect", "call trees of sampled stacks are not read yet: they are kept as text");
  else if (threads.length === 0) problems.add("missing-part", "there is no backtrace");
  const bugType = known?.bugType;
  return {
    format: "crash",
    kind:
      isSampled && bugType === undefined
        ? "hang"
        : kindOf({
            bugType,
            exceptionType: exception?.type,
            exceptionSubtype: exception?.subtype,
            isSimulated: head.process.isSimulated,
            isNonFatal: head.process.isNonFatal,
            isAttributed: body.isAttributed,
          }),
    ...defined({
      incidentId: head.incidentId ?? known?.incidentId,
      bugType,
      crashedAt: head.crashedAt ?? known?.crashedAt,
      launchedAt: head.launchedAt,
    }),
    app: { ...head.app, ...known?.app },
    os: withMacPlatform(
      { ...known?.os, ...head.os },
      { ...head.process, coalition: head.coalition, images: map.images },
    ),
    device: head.device,
    process: head.process,
    ...defined({ exception, termination }),
    applicationSpecificInformation: messagesOf(body),
    ...defined({ crashedThread }),
    ...(lastException && { lastExceptionBacktrace: lastException }),
    threads,
    images: map.images,
    metadata: Object.fromEntries([...headMetadata(body.labels), ...sectionMetadata(body), ...headerMetadata(header)]),
  };
}

/** macOS to 15; iOS and App Store Connect; iOS 8; the iOS writer of Xamarin. 7 is that of the `sample` tool. */
const KNOWN_VERSIONS: ReadonlySet<string> = new Set(["12", "104", "105", "104-Xamarin", "7"]);

/** The thread the head blames, else the one marked in its own line; a position in the list, as numbers may have gaps. */
function crashedPosition(body: RawBody, values: LabelValues): number | undefined {
  const label = ["Triggered by Thread", "Crashed Thread", "Highlighted by Thread", "Highlighted Thread"]
    .flatMap(values)
    .map((value) => /^\d{1,6}/.exec(value)?.[0])
    .find((number) => number !== undefined);
  const named = label === undefined ? -1 : body.threads.findIndex((thread) => thread.number === Number(label));
  const position = named >= 0 ? named : body.threads.findIndex((thread) => thread.crashed);
  return position >= 0 ? position : undefined;
}

/** macOS names the queue in the head too: `Crashed Thread: 0  Dispatch queue: com.apple.main-thread`. */
const crashedQueue = (values: LabelValues): string | undefined =>
  ["Triggered by Thread", "Crashed Thread"].flatMap(values).map((value) => splitQueue(value).queue)[0];

function threadOf(raw: RawThread, crashed: boolean, queueOfCrashed: string | undefined, map: ImageMap): Thread {
  const frames = markInlined(raw.frames.map(map.frame));
  return {
    index: raw.number,
    ...defined({ name: raw.name, queue: raw.queue ?? (crashed ? queueOfCrashed : undefined) }),
    crashed,
    frames,
    ...(raw.gaps.length > 0 && { elided: elidedFrames(raw.gaps, frames) }),
    ...(raw.registers !== undefined && raw.registers.size > 0 && { registers: Object.fromEntries(raw.registers) }),
  };
}

function lastExceptionOf(body: RawBody, map: ImageMap): readonly Frame[] | undefined {
  if (body.lastException !== undefined && body.lastException.length > 0) {
    return markInlined(body.lastException.map(map.frame));
  }
  if (body.lastExceptionAddresses.length > 0) return body.lastExceptionAddresses.map(map.address);
  const printed = [...body.sections].find(([name]) => name.startsWith("Application Specific Backtrace"));
  const frames = readPrintedBacktrace(printed?.[1] ?? []);
  return isOfException(frames) ? frames.map(map.frame) : undefined;
}

/**
 * App Store Connect lists inlined functions as frames of their own without saying so. One return address in two functions
 * can be nothing else; in one function it is recursion.
 */
function markInlined(frames: readonly Frame[]): readonly Frame[] {
  return frames.map((frame, i) => {
    const outer = frames[i + 1];
    const isInlined =
      outer?.address === frame.address &&
      // Marked ones begin another frame: this one ends the one before, in code that calls itself.
      outer.inlined !== true &&
      frame.symbol !== undefined &&
      outer.symbol !== undefined &&
      outer.symbol.function !== frame.symbol.function;
    return isInlined ? { ...frame, inlined: true as const } : frame;
  });
}

const KSCRASH_SECTIONS = ["Extra Information", "Stack Dump", "Notable Addresses", "Rollbar Full Diagnostics"];

/** Its sections, or its frames: `0x104a08000 + 16880 (symbol + 76)`. */
function isByKsCrash(body: RawBody): boolean {
  return (
    KSCRASH_SECTIONS.some((name) => body.sections.has(name)) ||
    body.threads.some(({ frames }) => /^0x[0-9a-f]{1,16} \+ \d{1,20} \(.*\)$/.test(frames[0]?.rest ?? ""))
  );
}

/** Headings that only the tools which sample a process write (`sample`, spindump). */
const SAMPLED = ["Call graph", "Num samples", "Heaviest stack for the target process"];

/** Text does not say which image left the message. */
const UNKNOWN_IMAGE = "???";

function messagesOf(body: RawBody): Report["applicationSpecificInformation"] {
  const lines = trimmed(body.sections.get("Application Specific Information") ?? []).filter(
    (line) => !LOADER_MODE.test(line),
  );
  return lines.length === 0 ? {} : { [UNKNOWN_IMAGE]: lines };
}

/** macOS 11 says there how the process was loaded: nothing the app said, and no two machines agree. */
const LOADER_MODE = /^dyld[23] mode$/;

/** Sections `.ips` has under a key of its own. */
const IPS_KEYS: ReadonlyMap<string, string> = new Map([["Kernel Triage", "ktriageinfo"]]);

function sectionMetadata(body: RawBody): [string, JsonValue][] {
  return [...body.sections]
    .filter(([name]) => name !== "Application Specific Information")
    .map(([name, lines]): [string, string] => [IPS_KEYS.get(name) ?? name, trimmed(lines).join("\n")])
    .filter(([, text]) => text !== "");
}

function headerMetadata(header: JsonObject | undefined): [string, JsonValue][] {
  const rest = without(header, HEADER_KEYS);
  return rest === undefined ? [] : [["header", rest]];
}

/** Without the empty lines around. */
function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  if (first < 0) return [];
  return lines.slice(first, lines.findLastIndex((line) => line.trim() !== "") + 1);
}
