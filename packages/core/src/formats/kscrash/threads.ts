/**
 * `crash.threads`: backtraces whose frames carry absolute addresses. KSCrash writes an address as it lies on the stack (it goes one
 * instruction back only to find the symbol it prints beside it) and takes the bits of pointer authentication off before.
 */
import type { Frame, FrameSymbol, Image, ImageOffset, JsonValue, Thread } from "../../report.ts";
import { arrayOf, bigOf, defined, flagOf, numberOf, objectOf, textOf } from "../json-fields.ts";
import { MAX_FRAMES, MAX_THREADS } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";
import { createImageFinder } from "./images.ts";

/** More registers than any flavour has. */
const MAX_REGISTERS = 128;

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
  const find = createImageFinder(source.images);
  const byBase = new Map(source.images.map(({ base }, index) => [base, index]));
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
        const frame = parseFrame(item, byBase, find);
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

function parseFrame(
  item: JsonValue,
  byBase: ReadonlyMap<bigint, number>,
  find: (address: bigint) => number | undefined,
): Frame | undefined {
  const source = objectOf(item);
  const address = bigOf(source?.["instruction_addr"]);
  if (source === undefined || address === undefined) return undefined;
  const base = bigOf(source["object_addr"]);
  const named = base === undefined || base > address ? undefined : byBase.get(base);
  const image = named ?? find(address);
  const start = named === undefined ? undefined : base;
  const symbol = parseSymbol(textOf(source["symbol_name"]), bigOf(source["symbol_addr"]), address);
  const offset = start === undefined ? undefined : address - start;
  const fits = offset !== undefined && offset <= BigInt(Number.MAX_SAFE_INTEGER);
  return {
    ...(image !== undefined && { image }),
    ...(fits && { imageOffset: Number(offset) as ImageOffset }),
    address,
    ...(symbol && { symbol }),
  };
}

/** iOS hides the names of its private functions, and without a symbol table there is nothing to print but the nearest export. */
function parseSymbol(name: string | undefined, start: bigint | undefined, address: bigint): FrameSymbol | undefined {
  if (name === undefined || name === "<redacted>" || name === "???") return undefined;
  const behind = start === undefined || start === 0n || start > address ? undefined : address - start;
  return {
    function: name,
    ...(behind !== undefined && behind <= BigInt(Number.MAX_SAFE_INTEGER) && { functionOffset: Number(behind) }),
    source: "report",
  };
}

function parseRegisters(value: JsonValue | undefined): Readonly<Record<string, bigint>> | undefined {
  const pairs = Object.entries(objectOf(value) ?? {})
    .slice(0, MAX_REGISTERS)
    .flatMap(([name, entry]) => {
      const register = typeof entry === "number" && entry < 0 ? BigInt.asUintN(64, BigInt(entry)) : bigOf(entry);
      return register === undefined ? [] : [[name, register] as const];
    });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
