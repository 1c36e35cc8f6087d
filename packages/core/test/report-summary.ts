/** A report in few lines, for `expected.json` files that a person can check against the input. */
import { hex } from "../src/report-json.ts";
import type { Frame, Image, Problem, Report } from "../src/report.ts";

export interface ReportSummary {
  readonly [fact: string]: unknown;
}

export function summarize(report: Report, problems: readonly Problem[]): ReportSummary {
  const frames = (list: readonly Frame[]) => list.map((frame) => frameText(frame, report.images));
  const { lastExceptionBacktrace, termination } = report;
  return plain({
    format: report.format,
    kind: report.kind,
    bugType: report.bugType,
    incidentId: report.incidentId,
    app: report.app,
    os: report.os,
    model: report.device.model,
    process: report.process,
    crashedAt: report.crashedAt,
    launchedAt: report.launchedAt,
    exception: report.exception,
    termination: termination && {
      ...termination,
      ...(termination.code !== undefined && { code: hex(termination.code) }),
    },
    messages: report.applicationSpecificInformation,
    crashedThread: report.crashedThread,
    lastExceptionBacktrace: lastExceptionBacktrace && frames(lastExceptionBacktrace),
    threads: report.threads.map((thread) => ({
      head: [
        `Thread ${thread.index}`,
        thread.id === undefined ? "" : ` (${thread.id})`,
        thread.crashed ? " crashed" : "",
        thread.name === undefined ? "" : `, name ${thread.name}`,
        thread.queue === undefined ? "" : `, queue ${thread.queue}`,
        thread.process === undefined ? "" : `, of ${thread.process}`,
        thread.state === undefined ? "" : `, ${thread.state}`,
      ].join(""),
      frames: frames(thread.frames),
      elided: thread.elided?.map(
        ({ after, count, levels }) => `${count} frames, ${levels ?? "?"} levels after ${after}`,
      ),
      registers:
        thread.registers &&
        Object.entries(thread.registers)
          .map(([name, value]) => `${name}=${hex(value)}`)
          .join(" "),
    })),
    images: report.images.map(imageText),
    memoryKill: report.memoryKill,
    panic: report.panic,
    feedback: report.feedback,
    metadata: report.metadata,
    problems: problems.map(({ code, where }) => (where === undefined ? code : `${code} ${where}`)),
  });
}

function frameText(frame: Frame, images: readonly Image[]): string {
  const image = frame.image === undefined ? "???" : images[frame.image]?.name;
  const place = frame.imageOffset === undefined ? "" : ` + ${frame.imageOffset}`;
  const { symbol } = frame;
  const name = symbol === undefined ? "" : ` ${symbol.function}`;
  const offset = symbol?.functionOffset === undefined ? "" : ` + ${symbol.functionOffset}`;
  const source =
    symbol?.file === undefined ? "" : ` (${symbol.file}${symbol.line === undefined ? "" : `:${symbol.line}`})`;
  return `${hex(frame.address)} [${image}${place}]${name}${offset}${source}${frame.inlined ? " inlined" : ""}`;
}

function imageText(image: Image): string {
  const facts = [image.uuid, image.arch, image.path, image.bundleId, image.version];
  return [`${hex(image.base)} ${image.size} ${image.name}`, ...facts.map((fact) => fact ?? "-")].join(" | ");
}

/** As JSON gives it back: no `undefined`, 64-bit numbers as text. */
function plain(value: unknown): ReportSummary {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
  return JSON.parse(text) as ReportSummary;
}
