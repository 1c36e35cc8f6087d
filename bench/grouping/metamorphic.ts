/** Changes to one report that must not change its key, and changes that must. */
import { classify, type Frame, imageRole, type Report, signatureOf } from "@windfall/core";
import type { LabelledReport } from "./labelled.ts";

interface Change {
  readonly name: string;
  /** `undefined` where the report has nothing to change. */
  readonly apply: (report: Report) => Report | undefined;
}

export interface ChangeResult {
  readonly name: string;
  readonly mustChange: boolean;
  readonly right: number;
  readonly of: number;
}

const MUST_NOT: readonly Change[] = [
  {
    name: "another slide",
    apply: (report) => ({
      ...withFrames(report, (frame) => ({ ...frame, address: frame.address + 0x4_0000n })),
      images: report.images.map((image) =>
        image.base < 0x1_8000_0000n ? { ...image, base: image.base + 0x4_0000n } : image,
      ),
    }),
  },
  {
    name: "images in another order",
    apply(report) {
      const last = report.images.length - 1;
      return {
        ...withFrames(report, (frame) => (frame.image === undefined ? frame : { ...frame, image: last - frame.image })),
        images: report.images.toReversed(),
      };
    },
  },
  {
    name: "one thread more",
    apply: (report) => ({
      ...report,
      threads: [...report.threads, { index: report.threads.length, crashed: false, frames: [] }],
    }),
  },
  {
    name: "another device",
    apply: (report) => ({ ...report, device: { model: "iPhone99,9" }, process: { ...report.process, pid: 4242 } }),
  },
  {
    name: "another release of the OS",
    apply: (report) => ({ ...report, os: { ...report.os, version: "18.9", build: "22Z9" } }),
  },
  {
    name: "other lines",
    apply: (report) =>
      withFrames(report, (frame) => {
        const { symbol } = frame;
        return symbol?.line === undefined ? frame : { ...frame, symbol: { ...symbol, line: symbol.line + 17 } };
      }),
  },
  {
    name: "another file",
    apply: (report) =>
      withFrames(report, (frame) => {
        const { symbol } = frame;
        return symbol?.file === undefined
          ? frame
          : { ...frame, symbol: { ...symbol, file: symbol.file.replace(/\w+\.swift$/, "Moved.swift") } };
      }),
  },
  {
    name: "closures numbered otherwise",
    apply: (report) =>
      renamed(report, (name) =>
        /U\d*_/.test(name) ? name.replaceAll(/U(\d*)_/g, (_, n: string) => `U${n === "" ? 0 : Number(n) + 1}_`) : name,
      ),
  },
  {
    name: "specialised",
    apply: (report) => renamed(report, (name) => (/^\$s\w+(F|g)$/.test(name) ? `${name}Tf4n_g` : name)),
  },
  {
    name: "another part of an async function",
    apply: (report) => renamed(report, (name) => name.replace(/TY\d+_$/, "TY7_")),
  },
];

const MUST: readonly Change[] = [
  {
    name: "another function",
    apply(report) {
      if (blamed(report)?.symbol?.linkageName?.startsWith("$s") !== true) return undefined;
      let isSwift = false;
      const other = renamed(report, (name) => {
        const type = /^\$s\d+[A-Za-z]+?\d+([A-Z][a-z]+[A-Z][a-z]+)[CV]/.exec(name)?.[1];
        if (type === undefined) return name;
        isSwift = true;
        return name.replace(`${type.length}${type}`, `${type.length}${"Q".repeat(type.length)}`);
      });
      return isSwift ? other : undefined;
    },
  },
  {
    name: "another exception",
    apply(report) {
      if (!report.lastExceptionBacktrace) return undefined;
      return withMessages(report, (text) => text.replace(/exception 'NS\w+'/, "exception 'NSGenericException'"));
    },
  },
  {
    name: "another event of the watchdog",
    apply(report) {
      const { termination } = report;
      if (termination === undefined || !termination.reasons.some((line) => line.startsWith("WatchdogEvent")))
        return undefined;
      return {
        ...report,
        termination: {
          ...termination,
          reasons: termination.reasons.map((line) =>
            line.replace(/scene-create|scene-update|process-launch/, "process-exit"),
          ),
        },
      };
    },
  },
  {
    name: "another missing library",
    apply(report) {
      const { termination } = report;
      if (termination?.namespace !== "DYLD") return undefined;
      return {
        ...report,
        termination: { ...termination, reasons: ["Library not loaded: @rpath/Other.framework/Other"] },
      };
    },
  },
];

export function metamorphic(set: readonly LabelledReport[]): readonly ChangeResult[] {
  const named = set.filter(({ isMissing }) => !isMissing);
  return [
    ...MUST_NOT.map((change) => tried(change, false, named)),
    ...MUST.map((change) => tried(change, true, named)),
  ];
}

function tried({ name, apply }: Change, mustChange: boolean, set: readonly LabelledReport[]): ChangeResult {
  let right = 0;
  let of = 0;
  for (const { analysis } of set) {
    const other = apply(analysis.report);
    if (other === undefined) continue;
    of++;
    if ((keyOf(other) !== analysis.signature.key) === mustChange) right++;
  }
  return { name, mustChange, right, of };
}

/** The innermost frame of the app. */
function blamed(report: Report): Frame | undefined {
  const frames = report.lastExceptionBacktrace ?? report.threads[report.crashedThread ?? 0]?.frames ?? [];
  return frames.find(({ image }) => {
    const of = image === undefined ? undefined : report.images[image];
    return of !== undefined && imageRole(of, report) !== "system";
  });
}

const keyOf = (report: Report): string => signatureOf(report, classify(report)).key;

function withFrames(report: Report, change: (frame: Frame) => Frame): Report {
  return {
    ...report,
    threads: report.threads.map((thread) => ({
      ...thread,
      frames: thread.frames.map(change),
      ...(thread.callTree && {
        callTree: thread.callTree.map((node) => ({ ...node, frames: node.frames.map(change) })),
      }),
    })),
    ...(report.lastExceptionBacktrace && { lastExceptionBacktrace: report.lastExceptionBacktrace.map(change) }),
  };
}

function renamed(report: Report, change: (name: string) => string): Report {
  return withFrames(report, (frame) => {
    const { symbol } = frame;
    return symbol?.linkageName === undefined
      ? frame
      : { ...frame, symbol: { ...symbol, linkageName: change(symbol.linkageName) } };
  });
}

function withMessages(report: Report, change: (text: string) => string): Report {
  return {
    ...report,
    applicationSpecificInformation: Object.fromEntries(
      Object.entries(report.applicationSpecificInformation).map(([image, lines]) => [image, lines.map(change)]),
    ),
  };
}
