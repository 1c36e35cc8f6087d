/** The flat JSON of INTERFACES: the one projection of `Report`, used by the CLI, the hub and MCP. Addresses are hex strings, offsets numbers. */
import type {
  Feedback,
  Frame,
  Image,
  JsonValue,
  Measured,
  MemoryProcess,
  Problem,
  Report,
  ReportFormat,
  ReportKind,
  Thread,
} from "./report.ts";

export interface FrameJson {
  /** Image name, or null when the address lies in no listed image. */
  image: string | null;
  /** Index into `images`. */
  imageIndex?: number;
  imageOffset?: number;
  address: string;
  function?: string;
  linkageName?: string;
  functionOffset?: number;
  file?: string;
  line?: number;
  inlined?: true;
}
export interface ThreadJson {
  index: number;
  id?: string;
  process?: string;
  name?: string;
  queue?: string;
  crashed: boolean;
  frames: FrameJson[];
  state?: string;
  registers?: Record<string, string>;
  /** Recursion that was left out: `count` frames behind the first `after`, inlined ones not counted. */
  elided?: { after: number; count: number; levels?: number }[];
  sampleCount?: number;
  /** Depth first, outermost frames first. */
  callTree?: { depth: number; sampleCount: number; frames: FrameJson[] }[];
}
export interface ImageJson {
  name: string;
  path?: string;
  uuid?: string;
  arch?: string;
  base: string;
  size: number;
  bundleId?: string;
  version?: string;
}
export interface ReportJson {
  format: ReportFormat;
  kind: ReportKind;
  incidentId?: string;
  bugType?: string;
  app: { name?: string; bundleId?: string; version?: string; build?: string };
  os: { platform?: string; version?: string; build?: string };
  device: { model?: string };
  process: Record<string, string | number | boolean>;
  crashedAt?: string;
  launchedAt?: string;
  exception?: { type?: string; signal?: string; codes?: string; subtype?: string; message?: string };
  termination?: {
    namespace?: string;
    /** A number where it is exact (below 2^53), else a hex string. */
    code?: number | string;
    indicator?: string;
    reasons: string[];
    details?: string[];
    byProcess?: string;
  };
  applicationSpecificInformation: Record<string, string[]>;
  crashedThread?: number;
  lastExceptionBacktrace?: FrameJson[];
  threads: ThreadJson[];
  images: ImageJson[];
  sampling?: {
    event?: string;
    action?: string;
    reason?: string;
    observed?: string;
    limit?: string;
    limitSeconds?: number;
    durationSeconds?: number;
    sampleCount?: number;
  };
  memoryKill?: {
    victims: MemoryProcessJson[];
    largest: MemoryProcessJson[];
    largestProcess?: string;
    processCount: number;
    residentBytes: number;
    pageBytes: number;
    pages: Record<string, number>;
  };
  panic?: { message: string; cause?: string; process?: string };
  feedback?: Omit<Feedback, "screenshots"> & { screenshots: string[] };
  measured?: {
    begin?: string;
    end?: string;
    values: {
      name: string;
      value: number;
      unit: string;
      raw: string;
      sampleCount?: number;
      standardDeviation?: number;
      scope?: Record<string, string>;
    }[];
    histograms: {
      name: string;
      unit: string;
      buckets: { start: number; end: number; count: number }[];
      scope?: Record<string, string>;
    }[];
  };
  metadata: Record<string, unknown>;
}

export interface MemoryProcessJson {
  name: string;
  pid?: number;
  uuid?: string;
  reason?: string;
  states: string[];
  residentBytes: number;
  peakBytes?: number;
}

export interface ProblemJson {
  code: string;
  message: string;
  where?: string;
}

export const hex = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16)}`;

/**
 * @example
 * const json = JSON.stringify(reportJson(report));
 */
export function reportJson(report: Report): ReportJson {
  const frames = (list: readonly Frame[]) => list.map((frame) => frameJson(frame, report.images));
  const { termination, memoryKill } = report;
  const processes = (list: readonly MemoryProcess[]) => list.map((item) => ({ ...item, states: [...item.states] }));
  return {
    format: report.format,
    kind: report.kind,
    ...defined({ incidentId: report.incidentId, bugType: report.bugType }),
    app: { ...report.app },
    os: { ...report.os },
    device: { ...report.device },
    process: { ...report.process },
    ...defined({ crashedAt: report.crashedAt, launchedAt: report.launchedAt }),
    ...(report.exception && { exception: { ...report.exception } }),
    ...(termination && {
      termination: {
        ...defined({
          namespace: termination.namespace,
          code: termination.code === undefined ? undefined : numberOrHex(termination.code),
          indicator: termination.indicator,
          byProcess: termination.byProcess,
        }),
        reasons: [...termination.reasons],
        ...(termination.details && { details: [...termination.details] }),
      },
    }),
    applicationSpecificInformation: Object.fromEntries(
      Object.entries(report.applicationSpecificInformation).map(([image, lines]) => [image, [...lines]]),
    ),
    ...defined({ crashedThread: report.crashedThread }),
    ...(report.lastExceptionBacktrace && { lastExceptionBacktrace: frames(report.lastExceptionBacktrace) }),
    threads: report.threads.map((thread) => threadJson(thread, report.images)),
    images: report.images.map(imageJson),
    ...(report.sampling && { sampling: { ...report.sampling } }),
    ...(memoryKill && {
      memoryKill: {
        ...memoryKill,
        victims: processes(memoryKill.victims),
        largest: processes(memoryKill.largest),
        pages: { ...memoryKill.pages },
      },
    }),
    ...(report.panic && { panic: { ...report.panic } }),
    ...(report.feedback && { feedback: { ...report.feedback, screenshots: [...report.feedback.screenshots] } }),
    ...(report.measured && { measured: measuredJson(report.measured) }),
    metadata: plainJson(report.metadata) as Record<string, unknown>,
  };
}

function measuredJson({ values, histograms, ...window }: Measured): NonNullable<ReportJson["measured"]> {
  const scoped = (scope: Readonly<Record<string, string>> | undefined) => scope && { scope: { ...scope } };
  return {
    ...window,
    values: values.map(({ scope, ...value }) => ({ ...value, ...scoped(scope) })),
    histograms: histograms.map(({ scope, buckets, ...histogram }) => ({
      ...histogram,
      buckets: buckets.map((bucket) => ({ ...bucket })),
      ...scoped(scope),
    })),
  };
}

export function problemJson(problem: Problem): ProblemJson {
  return { ...problem };
}

function threadJson(thread: Thread, images: readonly Image[]): ThreadJson {
  return {
    index: thread.index,
    ...defined({ id: thread.id, process: thread.process, name: thread.name, queue: thread.queue }),
    crashed: thread.crashed,
    frames: thread.frames.map((frame) => frameJson(frame, images)),
    ...(thread.registers && {
      registers: Object.fromEntries(Object.entries(thread.registers).map(([name, value]) => [name, hex(value)])),
    }),
    ...(thread.elided && { elided: thread.elided.map((gap) => ({ ...gap })) }),
    ...defined({ state: thread.state, sampleCount: thread.sampleCount }),
    ...(thread.callTree && {
      callTree: thread.callTree.map(({ depth, sampleCount, frames }) => ({
        depth,
        sampleCount,
        frames: frames.map((frame) => frameJson(frame, images)),
      })),
    }),
  };
}

function frameJson(frame: Frame, images: readonly Image[]): FrameJson {
  const { symbol } = frame;
  return {
    image: frame.image === undefined ? null : (images[frame.image]?.name ?? null),
    ...defined({ imageIndex: frame.image, imageOffset: frame.imageOffset }),
    address: hex(frame.address),
    ...(symbol && {
      function: symbol.function,
      ...defined({
        linkageName: symbol.linkageName,
        functionOffset: symbol.functionOffset,
        file: symbol.file,
        line: symbol.line,
      }),
    }),
    ...(frame.inlined && { inlined: true as const }),
  };
}

function imageJson(image: Image): ImageJson {
  return { ...image, base: hex(image.base) };
}

const numberOrHex = (value: bigint) => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : hex(value));

/** Keeps 64-bit integers exact: those a JSON number cannot hold become hex strings. */
function plainJson(value: JsonValue): unknown {
  if (typeof value === "bigint") return numberOrHex(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainJson(item)]));
  }
  return value;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops the keys whose value is `undefined`. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
