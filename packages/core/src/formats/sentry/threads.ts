/** `threads.values`, and the backtrace of the exception, which newer versions give to the exception alone. */
import type { Frame, Image, JsonValue, Thread } from "../../report.ts";
import { arrayOf, bigOf, defined, flagOf, type JsonObject, numberOf, objectOf, textOf } from "../json-fields.ts";
import { MAX_FRAMES, MAX_THREADS } from "../limits.ts";
import { createFramePlacer, reportedSymbol } from "../placed-frame.ts";
import type { ProblemList } from "../problem-list.ts";
import { parseRegisters } from "../registers.ts";

export interface ThreadsSource {
  readonly threads: readonly JsonValue[];
  readonly exception: JsonObject | undefined;
  readonly images: readonly Image[];
  readonly startsAtCall: boolean;
}

export function parseThreads(source: ThreadsSource, problems: ProblemList): readonly Thread[] {
  const { threads, exception, images, startsAtCall } = source;
  if (threads.length > MAX_THREADS) {
    problems.add("limit-reached", `keeps ${MAX_THREADS} of ${threads.length} threads`, "body#/threads");
  }
  const place = createFramePlacer(images);
  const own = objectOf(exception?.["stacktrace"]);
  const list = threads.slice(0, MAX_THREADS).map((entry) => objectOf(entry));
  // The list of an event without threads: what the exception has is all there is.
  const entries = list.length === 0 && own !== undefined ? [{ crashed: true }] : list;
  const id = exception?.["thread_id"];
  const crashedBy = (thread: JsonObject, i: number) => id !== undefined && id !== null && (thread["id"] ?? i) === id;
  return entries.map((thread, index): Thread => {
    const where = `body#/threads/values/${index}`;
    if (thread === undefined) {
      problems.add("unreadable-thread", "thread is no object", where);
      return { index, crashed: false, frames: [] };
    }
    const crashed = flagOf(thread["crashed"]) ?? crashedBy(thread, index);
    const given = objectOf(thread["stacktrace"]);
    const isEmpty = (arrayOf(given?.["frames"]) ?? []).length === 0;
    const stack = crashed && isEmpty ? (own ?? given) : given;
    const registers = parseRegisters(stack?.["registers"]);
    return {
      index: numberOf(thread["id"]) ?? index,
      ...defined({ name: textOf(thread["name"]) }),
      crashed,
      frames: parseFrames(arrayOf(stack?.["frames"]) ?? [], place, where, problems),
      ...(registers !== undefined && { registers }),
      ...(crashed && startsAtCall && { startsAtCall: true as const }),
    };
  });
}

function parseFrames(
  entries: readonly JsonValue[],
  place: ReturnType<typeof createFramePlacer>,
  where: string,
  problems: ProblemList,
): readonly Frame[] {
  if (entries.length > MAX_FRAMES) {
    problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${entries.length} frames`, where);
  }
  // Outermost first: the innermost ones are kept.
  return entries
    .slice(-MAX_FRAMES)
    .toReversed()
    .flatMap((entry, i) => {
      const source = objectOf(entry);
      const address = bigOf(source?.["instruction_addr"]);
      if (source === undefined || address === undefined) {
        problems.add("unreadable-frame", "frame without an address", `${where}/frames/${entries.length - 1 - i}`);
        return [];
      }
      const symbol = reportedSymbol(textOf(source["function"]), {
        address,
        start: bigOf(source["symbol_addr"]),
        file: textOf(source["abs_path"]) ?? textOf(source["filename"]),
        line: numberOf(source["lineno"]),
      });
      return [place({ address, base: bigOf(source["image_addr"]), symbol })];
    });
}
