/** `processByPid`: what every process of the system was doing at one moment. */
import type { Frame, ImageOffset, JsonValue, Thread } from "../../report.ts";
import type { ImageSlot } from "../ips/images.ts";
import {
  arrayOf,
  bigOf,
  defined,
  type JsonObject,
  numberOf,
  objectOf,
  textOf,
  textsOf,
  without,
} from "../json-fields.ts";
import { MAX_FRAMES, MAX_PROCESSES, MAX_THREADS } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

export interface StackshotProcess {
  /** The key it stands under; −1 occurs. */
  readonly key: string;
  readonly pid: number | undefined;
  /** Cut at 31 characters. */
  readonly name: string | undefined;
  readonly source: JsonObject;
}

export function listProcesses(value: JsonValue | undefined, problems: ProblemList): readonly StackshotProcess[] {
  const entries = Object.entries(objectOf(value) ?? {});
  if (entries.length > MAX_PROCESSES) {
    problems.add("limit-reached", `keeps ${MAX_PROCESSES} of ${entries.length} processes`, "body#/processByPid");
  }
  return entries.slice(0, MAX_PROCESSES).flatMap(([key, entry]) => {
    const source = objectOf(entry);
    if (source === undefined) {
      problems.add("unreadable-value", "a process that is no object", `body#/processByPid/${key.slice(0, 40)}`);
      return [];
    }
    const pid = numberOf(source["pid"]) ?? numberOf(key);
    return [{ key, pid: Number.isSafeInteger(pid) ? pid : undefined, name: textOf(source["procname"]), source }];
  });
}

export const processLabel = ({ name, pid, key }: StackshotProcess): string => `${name ?? "???"} [${pid ?? key}]`;

export interface StackshotThreads {
  readonly threads: readonly Thread[];
  /** Keys beyond the model, for threads that have some. */
  readonly rest: readonly JsonObject[];
  /** The position of the thread with the wanted id. */
  readonly found: number | undefined;
}

const THREAD_KEYS = ["id", "name", "dispatch_queue_label", "userFrames", "kernelFrames"];

/** The threads of `processes`, the oldest of each first: a process begins with its main thread. */
export function parseStackshotThreads(
  processes: readonly StackshotProcess[],
  options: {
    readonly slots: readonly ImageSlot[];
    readonly hasImages: boolean;
    readonly crashedId?: number | undefined;
    /** Whose threads are kept with all that is said of them. */
    readonly detailed?: StackshotProcess | undefined;
  },
  problems: ProblemList,
): StackshotThreads {
  const threads: Thread[] = [];
  const rest: JsonObject[] = [];
  let found: number | undefined;
  let left = 0;
  for (const process of processes) {
    const waits = waitsById(process);
    for (const [key, entry] of Object.entries(objectOf(process.source["threadById"]) ?? {})) {
      const source = objectOf(entry);
      const where = `body#/processByPid/${process.key.slice(0, 40)}/threadById/${key.slice(0, 40)}`;
      if (source === undefined) {
        problems.add("unreadable-thread", "a thread that is no object", where);
        continue;
      }
      if (threads.length >= MAX_THREADS) {
        left++;
        continue;
      }
      const index = threads.length;
      const id = numberOf(source["id"]) ?? numberOf(key);
      const crashed = id !== undefined && id === options.crashedId;
      if (crashed) found = index;
      threads.push({
        index,
        ...defined({
          id: id === undefined ? undefined : String(id),
          process: processes.length > 1 ? processLabel(process) : undefined,
          name: textOf(source["name"]),
          queue: textOf(source["dispatch_queue_label"]),
          state: (id === undefined ? undefined : waits.get(id)) ?? stateOf(source["state"]),
        }),
        crashed,
        frames: framesOf(source, { ...options, where }, problems),
      });
      const more = process === options.detailed ? without(source, THREAD_KEYS) : undefined;
      if (more !== undefined) rest.push({ index, ...more });
    }
  }
  if (left > 0)
    problems.add("limit-reached", `keeps ${MAX_THREADS} of ${MAX_THREADS + left} threads`, "body#/processByPid");
  return { threads, rest, found };
}

/** Who waits for what, in Apple's words: what a deadlock is read from. */
function waitsById({ source }: StackshotProcess): ReadonlyMap<number, string> {
  const lines = [...textsOf(source["waitInfo"]), ...textsOf(source["turnstileInfo"])];
  return new Map(
    lines.flatMap((line) => {
      const [match, id, wait = ""] = /^thread (\d{1,15}): (.{1,1000})/.exec(line) ?? [];
      return match === undefined ? [] : [[Number(id), wait] as const];
    }),
  );
}

const stateOf = (value: JsonValue | undefined): string | undefined => textsOf(value).join(" ") || undefined;

interface FramePlaces {
  readonly slots: readonly ImageSlot[];
  readonly hasImages: boolean;
  readonly where: string;
}

/** The kernel's frames are inner to those of the process: it was called by it. */
function framesOf(source: JsonObject, places: FramePlaces, problems: ProblemList): readonly Frame[] {
  const pairs = [...(arrayOf(source["kernelFrames"]) ?? []), ...(arrayOf(source["userFrames"]) ?? [])];
  if (pairs.length > MAX_FRAMES) {
    problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${pairs.length} frames of a thread`, places.where);
  }
  return pairs.slice(0, MAX_FRAMES).flatMap((pair) => {
    const frame = frameOf(pair, places);
    if (frame === undefined) problems.add("unreadable-frame", "a frame without image and offset", places.where);
    return frame === undefined ? [] : [frame];
  });
}

const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

/** `[imageIndex, offset]`. */
function frameOf(pair: JsonValue, { slots, hasImages }: FramePlaces): Frame | undefined {
  const [index, value] = arrayOf(pair) ?? [];
  const offset = bigOf(value);
  const position = numberOf(index);
  if (offset === undefined || position === undefined) return undefined;
  const slot = slots[position];
  if (slot === "absolute") return { address: offset };
  const exact = offset <= MAX_OFFSET ? { imageOffset: Number(offset) as ImageOffset } : {};
  // A list that was cut away leaves offsets in images nobody knows.
  if (!hasImages || slot === "unreadable") return { ...exact, address: offset };
  if (slot === undefined) return undefined;
  return { image: slot.image, ...exact, address: BigInt.asUintN(64, slot.base + offset) };
}
