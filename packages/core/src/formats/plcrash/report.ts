/**
 * What PLCrashReporter writes (and with it HockeyApp, App Center, and others that embed it): `plcrash`, a version byte, and one message
 * of Protocol Buffers, of which the numbers below are the fields. Known from its own public schema and from reports of five apps.
 *
 *     1 system { 1 os · 2 version · 3 architecture · 4 time · 5 build }      5 exception { 1 name · 2 reason · 3 frame* }
 *     2 app { 1 bundle id · 2 build · 3 version }                            6 signal { 1 name · 2 code · 3 address · 4 mach { 1 type · 2 code* } }
 *     3 thread* { 1 number · 2 frame* { 3 pc · 6 symbol } · 3 crashed · 4 register* { 1 name · 2 value } }
 *     4 image* { 1 base · 2 size · 3 path · 4 UUID · 5 processor }           7 process { 1 name · 2 pid · 3 path · 4 parent · 5 its pid · 7 start }
 *     8 machine { 1 model · 2 processor { 2 type · 3 subtype } }             9 report { 1 by request · 2 UUID }
 */
import { uuidFromBytes } from "../../bytes/uuid.ts";
import { FormatError } from "../../bytes/errors.ts";
import type { ExceptionFacts, Frame, Image, Parsed, Platform, Report, Thread, Uuid } from "../../report.ts";
import { archOfCpu, codeTypeOf } from "../cpu-arch.ts";
import type { BinaryFormat } from "../format.ts";
import { defined } from "../json-fields.ts";
import { MAX_FRAMES, MAX_IMAGES, MAX_REGISTERS, MAX_STRING_LENGTH, MAX_THREADS } from "../limits.ts";
import { createFramePlacer, type FramePlace, reportedSymbol } from "../placed-frame.ts";
import { ProblemList } from "../problem-list.ts";
import { parseTime } from "../kscrash/times.ts";
import { Message } from "./message.ts";

const MAGIC: Uint8Array = new TextEncoder().encode("plcrash");
const HEAD_BYTES = 8;
const VERSION = 1;

export const plCrashFormat: BinaryFormat = {
  format: "plcrash",
  is: (bytes) => MAGIC.every((byte, i) => bytes[i] === byte),
  parse: (bytes) => [parsePlCrash(bytes)],
};

function parsePlCrash(bytes: Uint8Array): Parsed<Report> {
  if (bytes[MAGIC.length] !== VERSION) {
    throw new FormatError(
      "unsupported",
      `a PLCrashReporter report of version ${bytes[MAGIC.length] ?? "none"}`,
      MAGIC.length,
    );
  }
  const problems = new ProblemList();
  const message = new Message(bytes.subarray(HEAD_BYTES));
  const images = parseImages(message.all(4), problems);
  const place = createFramePlacer(images);
  const threads = parseThreads(message.all(3), place, problems);
  const exception = message.message(5);
  const thrown = exception && parseFrames(exception.all(3), place, "exception", problems);
  if (message.cut) problems.add("truncated", "the report ends in the middle: what stood complete before it is shown");
  if (threads.length === 0) problems.add("missing-part", "the report has no threads");
  const crashed = threads.findIndex((thread) => thread.crashed);
  return { value: reportOf(message, { images, threads, crashed, exception, thrown }), problems: problems.items };
}

interface Parts {
  readonly images: readonly Image[];
  readonly threads: readonly Thread[];
  readonly crashed: number;
  readonly exception: Message | undefined;
  readonly thrown: readonly Frame[] | undefined;
}

const SYSTEMS: Readonly<Record<number, Platform>> = { 0: "macOS", 1: "iOS", 2: "iOS Simulator", 4: "tvOS" };

function reportOf(message: Message, { images, threads, crashed, exception, thrown }: Parts): Report {
  const system = message.message(1);
  const app = message.message(2);
  const process = message.message(7);
  const machine = message.message(8);
  const info = message.message(9);
  const isByRequest = info?.number(1) === 1n;
  const uuid = info?.bytes(2);
  const [name, reason] = [exception?.text(1), exception?.text(2)];
  const model = machine?.text(1);
  const platform = SYSTEMS[system?.int(1) ?? -1];
  const facts = exceptionFacts(message.message(6));
  return {
    format: "plcrash",
    // Written at the app's own wish: it went on.
    kind: isByRequest ? "fault" : "crash",
    ...defined({
      incidentId: uuid?.length === 16 ? uuidFromBytes(uuid).toUpperCase() : undefined,
      crashedAt: parseTime(system?.int(4)),
      launchedAt: parseTime(process?.int(7)),
    }),
    app: defined({
      name: process?.text(1),
      bundleId: app?.text(1),
      version: app?.text(3) ?? app?.text(2),
      build: app?.text(3) === undefined ? undefined : app.text(2),
    }),
    os: defined({
      platform: platform === "iOS" && model?.startsWith("iPad") === true ? ("iPadOS" as const) : platform,
      version: system?.text(2),
      build: system?.text(5),
    }),
    device: defined({ model }),
    process: defined({
      name: process?.text(1),
      path: process?.text(3),
      pid: process?.int(2),
      cpuType: codeTypeOf(archOfProcessor(machine?.message(2)) ?? images[0]?.arch),
      parent: process?.text(4),
      isNonFatal: isByRequest ? true : undefined,
    }),
    ...(facts && { exception: facts }),
    applicationSpecificInformation:
      name === undefined
        ? {}
        : { CoreFoundation: [`*** Terminating app due to uncaught exception '${name}', reason: '${reason ?? ""}'`] },
    ...(crashed >= 0 && { crashedThread: crashed }),
    ...(thrown !== undefined && thrown.length > 0 && { lastExceptionBacktrace: thrown }),
    threads,
    images,
    metadata:
      name === undefined
        ? {}
        : {
            exceptionReason: {
              type: "objc-exception",
              name,
              composed_message: reason?.slice(0, MAX_STRING_LENGTH) ?? "",
            },
          },
  };
}

/** Mach's exceptions, by number. */
const MACH_TYPES: Readonly<Record<number, string>> = {
  1: "EXC_BAD_ACCESS",
  2: "EXC_BAD_INSTRUCTION",
  3: "EXC_ARITHMETIC",
  4: "EXC_EMULATION",
  5: "EXC_SOFTWARE",
  6: "EXC_BREAKPOINT",
  7: "EXC_SYSCALL",
  8: "EXC_MACH_SYSCALL",
  9: "EXC_RPC_ALERT",
  10: "EXC_CRASH",
  11: "EXC_RESOURCE",
  12: "EXC_GUARD",
};

function exceptionFacts(signal: Message | undefined): ExceptionFacts | undefined {
  if (signal === undefined) return undefined;
  const mach = signal.message(4);
  const codes = mach?.numbers(2) ?? [];
  const address = signal.number(3);
  const type = MACH_TYPES[mach?.int(1) ?? 0];
  const code = signal.text(2);
  const facts = defined({
    type,
    signal: signal.text(1),
    codes: codes.length === 0 ? undefined : codes.map(hex16).join(", "),
    subtype: code === undefined || address === undefined ? code : `${code} at ${hex16(address)}`,
  });
  return Object.keys(facts).length === 0 ? undefined : facts;
}

const hex16 = (value: bigint): string => `0x${value.toString(16).padStart(16, "0")}`;

function parseImages(entries: readonly Uint8Array[], problems: ProblemList): readonly Image[] {
  if (entries.length > MAX_IMAGES) problems.add("limit-reached", `keeps ${MAX_IMAGES} of ${entries.length} images`);
  return entries.slice(0, MAX_IMAGES).flatMap((bytes, i) => {
    const image = new Message(bytes);
    const base = image.number(1);
    if (base === undefined) {
      problems.add("unreadable-image", `image ${i} has no address`);
      return [];
    }
    const path = image.text(3);
    const uuid = image.bytes(4);
    return [
      {
        name: path === undefined ? "???" : path.slice(path.lastIndexOf("/") + 1),
        base,
        size: image.int(2) ?? 0,
        ...defined({ path, uuid: uuidOf(uuid), arch: archOfProcessor(image.message(5)) }),
      },
    ];
  });
}

const uuidOf = (bytes: Uint8Array | undefined): Uuid | undefined =>
  bytes?.length === 16 && bytes.some((byte) => byte !== 0) ? uuidFromBytes(bytes) : undefined;

const archOfProcessor = (processor: Message | undefined): string | undefined =>
  archOfCpu(processor?.int(2), processor?.int(3));

function parseThreads(
  entries: readonly Uint8Array[],
  place: (at: FramePlace) => Frame,
  problems: ProblemList,
): readonly Thread[] {
  if (entries.length > MAX_THREADS) problems.add("limit-reached", `keeps ${MAX_THREADS} of ${entries.length} threads`);
  return entries.slice(0, MAX_THREADS).map((bytes, i): Thread => {
    const thread = new Message(bytes);
    if (thread.cut) problems.add("unreadable-thread", `thread ${i} is damaged`);
    const registers = thread.all(4).slice(0, MAX_REGISTERS).flatMap(registerOf);
    return {
      index: thread.int(1) ?? i,
      crashed: thread.number(3) === 1n,
      frames: parseFrames(thread.all(2), place, `thread ${i}`, problems),
      ...(registers.length > 0 && { registers: Object.fromEntries(registers) }),
    };
  });
}

function registerOf(bytes: Uint8Array): readonly (readonly [string, bigint])[] {
  const register = new Message(bytes);
  const [name, value] = [register.text(1), register.number(2)];
  return name === undefined || value === undefined ? [] : [[name, value]];
}

function parseFrames(
  entries: readonly Uint8Array[],
  place: (at: FramePlace) => Frame,
  where: string,
  problems: ProblemList,
): readonly Frame[] {
  if (entries.length > MAX_FRAMES) {
    problems.add("limit-reached", `keeps ${MAX_FRAMES} of ${entries.length} frames of ${where}`);
  }
  return entries.slice(0, MAX_FRAMES).flatMap((bytes, i) => {
    const frame = new Message(bytes);
    const address = frame.number(3);
    if (address === undefined) {
      problems.add("unreadable-frame", `frame ${i} of ${where} has no address`);
      return [];
    }
    const symbol = frame.message(6);
    return [place({ address, symbol: reportedSymbol(symbol?.text(1), { address, start: symbol?.number(2) }) })];
  });
}
