/** `threads` and `lastExceptionBacktrace`: backtraces whose frames point into `usedImages`. */
import type { Frame, FrameSymbol, ImageOffset, JsonValue, Thread } from "../../report.ts";
import {
  arrayOf,
  bigOf,
  defined,
  flagOf,
  type JsonObject,
  numberOf,
  objectOf,
  textOf,
  without,
} from "../json-fields.ts";
import { MAX_FRAMES, MAX_THREADS } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import type { ImageSlot } from "./images.ts";
import { elidedFrames } from "./recursion.ts";
import { parseRegisters } from "./registers.ts";

export interface IpsThreads {
  readonly threads: readonly Thread[];
  readonly crashedThread?: number;
  /** Keys beyond the model, for threads that have some. */
  readonly rest: readonly JsonObject[];
}

const KNOWN = ["id", "triggered", "name", "queue", "frames", "threadState", "recursionInfoArray", "originalLength"];

export function parseThreads(body: JsonObject, slots: readonly ImageSlot[], problems: ProblemList): IpsThreads {
  const entries = arrayOf(body["threads"]) ?? [];
  const kept = entries.slice(0, MAX_THREADS);
  if (kept.length < entries.length) {
    problems.add("limit-reached", `keeps ${MAX_THREADS} of ${entries.length} threads`, "body#/threads");
  }
  const info = objectOf(body["legacyInfo"]);
  const highlighted = info?.["threadHighlighted"];
  const legacy =
    objectOf(info?.["threadTriggered"]) ??
    objectOf(highlighted) ??
    (numberOf(highlighted) === undefined ? undefined : { index: numberOf(highlighted) ?? 0 });
  const crashed = crashedIndex(body, kept, legacy);
  const rest: JsonObject[] = [];
  const threads = kept.map((entry, index): Thread => {
    const source = objectOf(entry);
    if (source === undefined) problems.add("unreadable-thread", "thread is no object", `body#/threads/${index}`);
    const more = source === undefined ? undefined : threadRest(source, index === crashed);
    if (more !== undefined) rest.push({ index, ...more });
    const frames = parseFrames(source?.["frames"], slots, `body#/threads/${index}/frames`, problems);
    const elided = elidedFrames(source, frames);
    return {
      index,
      ...defined({
        name: textOf(source?.["name"]) ?? (index === crashed ? textOf(legacy?.["name"]) : undefined),
        queue: textOf(source?.["queue"]) ?? (index === crashed ? textOf(legacy?.["queue"]) : undefined),
      }),
      crashed: index === crashed,
      frames,
      ...(elided.length > 0 && { elided }),
      ...defined({ registers: parseRegisters(source?.["threadState"]) }),
    };
  });
  return { threads, rest, ...defined({ crashedThread: crashed }) };
}

/** `faultingThread`, else the triggered thread, else the one `legacyInfo` numbers. Some kills blame no thread. */
function crashedIndex(
  body: JsonObject,
  threads: readonly JsonValue[],
  legacy: JsonObject | undefined,
): number | undefined {
  const triggered = threads.findIndex((thread) => flagOf(objectOf(thread)?.["triggered"]) === true);
  const candidates = [numberOf(body["faultingThread"]), triggered, numberOf(legacy?.["index"])];
  return candidates.find((index) => index !== undefined && threads[index] !== undefined);
}

/** What the thread state tells beyond values (a register's symbol, the fault's name) is kept for the crashed thread only. */
function threadRest(source: JsonObject, crashed: boolean): JsonObject | undefined {
  const rest = without(source, KNOWN);
  const state = crashed ? objectOf(source["threadState"]) : undefined;
  return rest === undefined && state === undefined ? undefined : { ...rest, ...(state && { threadState: state }) };
}

export function parseFrames(
  value: JsonValue | undefined,
  slots: readonly ImageSlot[],
  where: string,
  problems: ProblemList,
): readonly Frame[] {
  const entries = arrayOf(value) ?? [];
  if (entries.length > MAX_FRAMES) {
    problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${entries.length} frames`, where);
  }
  const frames: Frame[] = [];
  for (let i = 0; i < entries.length && i < MAX_FRAMES; i++) {
    const source = objectOf(entries[i]);
    const offset = bigOf(source?.["imageOffset"]);
    if (source === undefined || offset === undefined) {
      problems.add("unreadable-frame", "frame without imageOffset", `${where}/${i}`);
      continue;
    }
    const index = numberOf(source["imageIndex"]);
    const slot = index === undefined ? undefined : slots[index];
    // Where the whole list is lost, that is told once.
    if (slot === undefined && slots.length > 0) {
      problems.add("missing-part", `frame in image ${index ?? "?"}, which is not listed`, `${where}/${i}`);
    }
    frames.push(frameOf(source, offset, slot ?? "unreadable"));
  }
  return frames;
}

/** A report has hundreds of frames: they and their symbols are built key by key, which is several times faster than by spreading. */
type Building<T> = { -readonly [K in keyof T]: T[K] };

function frameOf(source: JsonObject, offset: bigint, slot: ImageSlot): Frame {
  const frame = placeOf(offset, slot);
  const symbol = symbolOf(source);
  if (symbol !== undefined) frame.symbol = symbol;
  if (flagOf(source["inline"]) === true) frame.inlined = true;
  return frame;
}

/** In a report without its images a frame is an offset in something unknown: the address is not known either. */
function placeOf(offset: bigint, slot: ImageSlot): Building<Frame> {
  if (slot === "absolute") return { address: offset };
  const frame: Building<Frame> =
    slot === "unreadable"
      ? { address: offset }
      : { image: slot.image, address: BigInt.asUintN(64, slot.base + offset) };
  if (offset <= MAX_OFFSET) frame.imageOffset = Number(offset) as ImageOffset;
  return frame;
}

const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

function symbolOf(source: JsonObject): FrameSymbol | undefined {
  const name = textOf(source["symbol"]);
  if (name === undefined) return undefined;
  const line = numberOf(source["sourceLine"]);
  const functionOffset = numberOf(source["symbolLocation"]);
  const file = textOf(source["sourceFile"]);
  const symbol: Building<FrameSymbol> = { function: name, source: "report" };
  if (functionOffset !== undefined) symbol.functionOffset = functionOffset;
  if (file !== undefined) symbol.file = file;
  if (line !== undefined && line > 0) symbol.line = line;
  return symbol;
}
