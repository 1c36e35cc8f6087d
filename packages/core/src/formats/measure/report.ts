/**
 * The exception of Measure's SDK for iOS: the crashed thread in `exceptions`, the others in `threads`, and `binary_images`. Addresses
 * are hex without `0x`, and `symbol_address` is where the thread stood, not where the symbol begins: it equals `binary_address +
 * offset` in every frame seen. Flutter's errors have frames of Dart, with names and without addresses.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Frame, Image, JsonValue, Parsed, Report, Thread } from "../../report.ts";
import { codeTypeOf } from "../cpu-arch.ts";
import type { JsonDocument, JsonFormat } from "../format.ts";
import { arrayOf, defined, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { MAX_FRAMES, MAX_IMAGES, MAX_THREADS } from "../limits.ts";
import { createFramePlacer, reportedSymbol } from "../placed-frame.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";

export const measureFormat: JsonFormat = {
  format: "measure",
  is: (value) => arrayOf(value["exceptions"]) !== undefined && arrayOf(value["binary_images"]) !== undefined,
  parse: (document) => [parseMeasure(document)],
};

function parseMeasure({ value, reading }: JsonDocument): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the exception", problems);
  const images = parseImages(arrayOf(value["binary_images"]) ?? [], problems);
  const threads = parseThreads(value, images, problems);
  if (threads.length === 0) problems.add("missing-part", "the exception has no frames", "body#/exceptions");
  const crashed = threads.findIndex((thread) => thread.crashed);
  const [exception = {}] = (arrayOf(value["exceptions"]) ?? []).map((item) => objectOf(item) ?? {});
  const signal = textOf(exception["signal"]);
  const message = textOf(exception["message"]);
  const isNonFatal = value["handled"] === true;
  const foreground = value["foreground"];
  const main = images.find(({ path = "" }) => /\.app\/[^/]+$/.test(path));
  const report: Report = {
    format: "measure",
    kind: isNonFatal ? "fault" : "crash",
    app: defined({ name: main?.name }),
    os: {},
    device: {},
    process: defined({
      name: main?.name,
      path: main?.path,
      cpuType: codeTypeOf((main ?? images[0])?.arch),
      role: typeof foreground === "boolean" ? (foreground ? "Foreground" : "Background") : undefined,
      isNonFatal: isNonFatal ? true : undefined,
    }),
    ...((signal !== undefined || message !== undefined) && {
      exception: defined({ signal, message, type: textOf(exception["type"]) }),
    }),
    applicationSpecificInformation: {},
    ...(crashed >= 0 && { crashedThread: crashed }),
    threads,
    images,
    metadata: without(value, ["exceptions", "threads", "binary_images", "foreground", "handled"]) ?? {},
  };
  return { value: report, problems: problems.items };
}

function parseImages(entries: readonly JsonValue[], problems: ProblemList): readonly Image[] {
  if (entries.length > MAX_IMAGES) {
    problems.add("limit-reached", `keeps ${MAX_IMAGES} of ${entries.length} images`, "body#/binary_images");
  }
  return entries.slice(0, MAX_IMAGES).flatMap((entry, i) => {
    const source = objectOf(entry);
    const base = hexOf(source?.["start_addr"]) ?? hexOf(source?.["baseAddr"]);
    if (source === undefined || base === undefined) {
      problems.add("unreadable-image", "image without an address", `body#/binary_images/${i}`);
      return [];
    }
    const end = hexOf(source["end_addr"]);
    const size = end === undefined || end < base ? 0n : end - base + 1n;
    return [
      {
        name: textOf(source["name"]) ?? "???",
        base,
        size: size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : 0,
        ...defined({
          path: textOf(source["path"]),
          uuid: parseUuid(textOf(source["uuid"]) ?? ""),
          arch: textOf(source["arch"]),
        }),
      },
    ];
  });
}

/** The crashed thread stands in the exception alone. */
function parseThreads(value: JsonObject, images: readonly Image[], problems: ProblemList): readonly Thread[] {
  const place = createFramePlacer(images);
  const read = (key: "exceptions" | "threads", crashed: boolean): Thread[] =>
    (arrayOf(value[key]) ?? []).slice(0, MAX_THREADS).map((entry, i) => {
      const thread = objectOf(entry) ?? {};
      return {
        index: numberOf(thread["sequence"]) ?? numberOf(thread["thread_sequence"]) ?? i,
        ...defined({ name: textOf(thread["name"]) }),
        crashed: crashed && i === 0,
        frames: parseFrames(thread, place, `body#/${key}/${i}`, problems),
      };
    });
  const threads = [...read("exceptions", true), ...read("threads", false)];
  if (threads.length > MAX_THREADS) {
    problems.add("limit-reached", `keeps ${MAX_THREADS} of ${threads.length} threads`, "body#/threads");
  }
  return threads.slice(0, MAX_THREADS).sort((a, b) => a.index - b.index);
}

function parseFrames(
  thread: JsonObject,
  place: ReturnType<typeof createFramePlacer>,
  where: string,
  problems: ProblemList,
): readonly Frame[] {
  const entries = arrayOf(thread["frames"]) ?? [];
  if (entries.length > MAX_FRAMES)
    problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${entries.length} frames`, where);
  return entries.slice(0, MAX_FRAMES).flatMap((entry, i) => {
    const source = objectOf(entry) ?? {};
    const address = hexOf(source["symbol_address"]);
    const names = [textOf(source["class_name"]), textOf(source["method_name"])].filter((part) => part !== undefined);
    const file = [textOf(source["module_name"]) ?? "", textOf(source["file_name"]) ?? ""].join("");
    if (address === undefined && names.length === 0) {
      problems.add("unreadable-frame", "frame without an address", `${where}/frames/${i}`);
      return [];
    }
    const symbol = reportedSymbol(names.join("."), {
      address: address ?? 0n,
      file: file === "" ? undefined : file,
      line: numberOf(source["line_num"]),
    });
    // Dart's code has no address to look up.
    if (address === undefined) return [{ address: 0n, ...(symbol && { symbol }) }];
    return [place({ address, base: hexOf(source["binary_address"]), symbol })];
  });
}

function hexOf(value: JsonValue | undefined): bigint | undefined {
  const text = textOf(value)?.replace(/^0x/i, "");
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : undefined;
}
