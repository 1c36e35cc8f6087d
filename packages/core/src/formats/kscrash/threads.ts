/**
 * `crash.threads`: backtraces whose frames carry absolute addresses. KSCrash writes an address as it lies on the stack (it goes one
 * instruction back only to find the symbol it prints beside it) and takes the bits of pointer authentication off before.
 */
import type { Frame, Image, JsonValue, Thread } from "../../report.ts";
import { arrayOf, bigOf, defined, flagOf, numberOf, objectOf, textOf } from "../json-fields.ts";
import { MAX_FRAMES, MAX_THREADS } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import { createFramePlacer, type FramePlace, reportedSymbol } from "../placed-frame.ts";
import { parseRegisters } from "../registers.ts";

export interface ThreadsSource {
  readonly threads: JsonValue | undefined;
  readonly images: readonly Image[];
  /** The crashed thread's backtrace was taken where an exception was thrown: its first address is a return address too. */
  readonly startsAtCall: boolean;
}

export function parseThreads(source: ThreadsSource, problems: ProblemList): readonly Thread[] {
  const entries = arrayOf(source.threads) ?? [];
  const kept = entries.slice(0, MAX_THREADS);
  if (kept.length < entries.length) {
    problems.add("limit-reached", `keeps ${MAX_THREADS} of ${entries.length} threads`, "body#/crash/threads");
  }
  const place = createFramePlacer(source.images);
  return kept.map((entry, index): Thread => {
    const thread = objectOf(entry);
    const where = `body#/crash/threads/${index}`;
    if (thread === undefined) problems.add("unreadable-thread", "thread is no object", where);
    const crashed = flagOf(thread?.["crashed"]) ?? false;
    const contents = arrayOf(objectOf(thread?.["backtrace"])?.["contents"]) ?? [];
    if (contents.length > MAX_FRAMES) {
      problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${contents.length} frames`, where);
    }
    const registers = parseRegisters(objectOf(thread?.["registers"])?.["basic"]);
    return {
      index: numberOf(thread?.["index"]) ?? index,
      ...defined({ name: textOf(thread?.["name"]), queue: textOf(thread?.["dispatch_queue"]) }),
      crashed,
      frames: contents.slice(0, MAX_FRAMES).flatMap((item, i) => {
        const frame = parseFrame(item, place);
        if (frame === undefined) {
          problems.add("unreadable-frame", "frame without an address", `${where}/backtrace/contents/${i}`);
          return [];
        }
        return [frame];
      }),
      ...(registers !== undefined && { registers }),
      ...(crashed && source.startsAtCall && { startsAtCall: true as const }),
    };
  });
}

function parseFrame(item: JsonValue, place: (at: FramePlace) => Frame): Frame | undefined {
  const source = objectOf(item);
  const address = bigOf(source?.["instruction_addr"]);
  if (source === undefined || address === undefined) return undefined;
  const symbol = reportedSymbol(textOf(source["symbol_name"]), { address, start: bigOf(source["symbol_addr"]) });
  return place({ address, base: bigOf(source["object_addr"]), symbol });
}
