/** A report and its analysis as JSON, as INTERFACES shapes them. The TypeScript types are core's; the check below keeps both equal. */
import type { AnalysisJson, ReportJson } from "@windfall/core";
import { z } from "zod";

const Address = z.string().regex(/^0x[0-9a-f]+$/);
const text = () => z.string().exactOptional();

export const Frame = z.object({
  image: z.string().nullable(),
  imageIndex: z.int().exactOptional(),
  imageOffset: z.number().exactOptional(),
  address: Address,
  function: text(),
  linkageName: text(),
  functionOffset: z.number().exactOptional(),
  file: text(),
  line: z.int().exactOptional(),
  inlined: z.literal(true).exactOptional(),
});

export const Thread = z.object({
  index: z.int(),
  id: text(),
  process: text(),
  name: text(),
  queue: text(),
  crashed: z.boolean(),
  frames: z.array(Frame),
  registers: z.record(z.string(), Address).exactOptional(),
  elided: z.array(z.object({ after: z.int(), count: z.number(), levels: z.number().exactOptional() })).exactOptional(),
  state: text(),
  sampleCount: z.int().exactOptional(),
  callTree: z.array(z.object({ depth: z.int(), sampleCount: z.number(), frames: z.array(Frame) })).exactOptional(),
});

export const Image = z.object({
  name: z.string(),
  path: text(),
  uuid: text(),
  arch: text(),
  base: Address,
  size: z.number(),
  bundleId: text(),
  version: text(),
});

export const Exception = z.object({ type: text(), signal: text(), codes: text(), subtype: text(), message: text() });

export const Termination = z.object({
  namespace: text(),
  code: z.union([z.number(), z.string()]).exactOptional(),
  indicator: text(),
  reasons: z.array(z.string()),
  details: z.array(z.string()).exactOptional(),
  byProcess: text(),
});

const MemoryProcess = z.object({
  name: z.string(),
  pid: z.int().exactOptional(),
  uuid: text(),
  reason: text(),
  states: z.array(z.string()),
  residentBytes: z.number(),
  peakBytes: z.number().exactOptional(),
});

/** What a person wrote to the makers of the app. */
export const Feedback = z.object({
  id: text(),
  comment: text(),
  email: text(),
  personName: text(),
  screenshots: z.array(z.string()),
  crashIncidentId: text(),
  appAppleId: text(),
  locale: text(),
  timeZone: text(),
  carrier: text(),
  connection: text(),
  appUptimeMs: z.number().exactOptional(),
  batteryPercent: z.number().exactOptional(),
  diskFreeBytes: z.number().exactOptional(),
  diskTotalBytes: z.number().exactOptional(),
  screenWidth: z.number().exactOptional(),
  screenHeight: z.number().exactOptional(),
});

export const ReportKind = z.enum([
  "crash",
  "fault",
  "hang",
  "launch",
  "cpu",
  "wakeups",
  "disk-writes",
  "memory",
  "threads",
  "jetsam",
  "stackshot",
  "panic",
  "metrics",
  "feedback",
  "telemetry",
  "other",
]);

export const Report = z.object({
  format: z.enum([
    "ips",
    "crash",
    "metrickit",
    "kscrash",
    "asc",
    "text",
    "json",
    "feedback",
    "sentry",
    "measure",
    "plcrash",
  ]),
  kind: ReportKind,
  incidentId: text(),
  bugType: text(),
  app: z.object({ name: text(), bundleId: text(), version: text(), build: text() }),
  os: z.object({ platform: text(), version: text(), build: text() }),
  device: z.object({ model: text() }),
  process: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  crashedAt: text(),
  launchedAt: text(),
  exception: Exception.exactOptional(),
  termination: Termination.exactOptional(),
  applicationSpecificInformation: z.record(z.string(), z.array(z.string())),
  crashedThread: z.int().exactOptional(),
  lastExceptionBacktrace: z.array(Frame).exactOptional(),
  threads: z.array(Thread),
  images: z.array(Image),
  sampling: z
    .object({
      event: text(),
      action: text(),
      reason: text(),
      observed: text(),
      limit: text(),
      limitSeconds: z.number().exactOptional(),
      durationSeconds: z.number().exactOptional(),
      sampleCount: z.number().exactOptional(),
    })
    .exactOptional(),
  memoryKill: z
    .object({
      victims: z.array(MemoryProcess),
      largest: z.array(MemoryProcess),
      largestProcess: text(),
      processCount: z.int(),
      residentBytes: z.number(),
      pageBytes: z.number(),
      pages: z.record(z.string(), z.number()),
    })
    .exactOptional(),
  panic: z.object({ message: z.string(), cause: text(), process: text() }).exactOptional(),
  feedback: Feedback.exactOptional(),
  measured: z
    .object({
      begin: text(),
      end: text(),
      values: z.array(
        z.object({
          name: z.string(),
          value: z.number(),
          unit: z.string(),
          raw: z.string(),
          sampleCount: z.number().exactOptional(),
          standardDeviation: z.number().exactOptional(),
          scope: z.record(z.string(), z.string()).exactOptional(),
        }),
      ),
      histograms: z.array(
        z.object({
          name: z.string(),
          unit: z.string(),
          buckets: z.array(z.object({ start: z.number(), end: z.number(), count: z.number() })),
          scope: z.record(z.string(), z.string()).exactOptional(),
        }),
      ),
    })
    .exactOptional(),
  metadata: z.record(z.string(), z.unknown()),
});

export const Confidence = z.enum(["high", "medium", "low", "provisional"]);
const Evidence = z.object({ where: z.string(), text: z.string() });

export const Analysis = z.object({
  input: z.object({ path: z.string(), format: z.string(), kind: z.string(), part: text() }),
  report: Report,
  symbols: z.object({
    images: z.array(
      z.object({
        name: z.string(),
        uuid: text(),
        arch: text(),
        status: z.enum(["found", "missing", "uuid-mismatch", "wrong-architecture", "system"]),
        path: text(),
        held: text(),
        bitcode: z.literal(true).exactOptional(),
        holds: z.enum(["names", "debug-map", "nothing"]).exactOptional(),
        hiddenNames: z.literal(true).exactOptional(),
      }),
    ),
  }),
  diagnosis: z.object({
    rulesVersion: z.int(),
    inconclusive: z.boolean(),
    tags: z.array(z.string()),
    hypotheses: z.array(
      z.object({
        id: z.string(),
        detail: text(),
        title: z.string(),
        confidence: Confidence,
        score: z.number(),
        evidence: z.array(Evidence),
        against: z.array(Evidence),
        checkFirst: z.string(),
        advice: z.string(),
      }),
    ),
  }),
  signature: z.object({
    key: z.string(),
    family: z.string(),
    title: z.string(),
    confidence: Confidence,
    why: z.array(z.string()),
    version: z.int(),
  }),
  problems: z.array(z.object({ code: z.string(), message: z.string(), where: text() })),
});

/** Fails to compile when core's JSON and the schemas above drift apart. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Same<A, B> = [Frozen<A>] extends [Frozen<B>] ? ([Frozen<B>] extends [Frozen<A>] ? true : never) : never;
export const schemasMatchCore: [
  Same<z.infer<typeof Report>, ReportJson>,
  Same<z.infer<typeof Analysis>, AnalysisJson>,
] = [true, true];
