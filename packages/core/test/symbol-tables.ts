/** Small reports and symbol tables for tests, each as far as the test needs it. */
import type { Frame, Image, ImageOffset, Report, Thread, Uuid } from "../src/report.ts";
import type { Resolution, SymbolSlice } from "../src/symbols/provider.ts";

export const offset = (value: number): ImageOffset => value as ImageOffset;
export const uuid = (digit: string): Uuid => `${digit.repeat(8)}-0000-3000-8000-${digit.repeat(12)}` as Uuid;

export function report(parts: Partial<Report> = {}): Report {
  return {
    format: "ips",
    kind: "crash",
    app: {},
    os: {},
    device: {},
    process: {},
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    metadata: {},
    ...parts,
  };
}

export function thread(frames: readonly Frame[], parts: Partial<Thread> = {}): Thread {
  return { index: 0, crashed: true, frames, ...parts };
}

export const appImage: Image = {
  name: "Harbor",
  path: "/private/var/containers/Bundle/Application/0A/Harbor.app/Harbor",
  uuid: uuid("a"),
  arch: "arm64",
  base: 0x1_0000_0000n,
  size: 0x1_0000,
};

/** A frame in the image with that index. */
export function frameAt(images: readonly Image[], image: number, at: number, parts: Partial<Frame> = {}): Frame {
  return { image, imageOffset: offset(at), address: (images[image]?.base ?? 0n) + BigInt(at), ...parts };
}

export interface TableFunction {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  /** Innermost first. */
  readonly inlined?: readonly { readonly name: string; readonly file: string; readonly line: number }[];
}

/** A slice whose functions are listed; counts how often it was asked. */
export function tableSlice(
  slice: Pick<SymbolSlice, "uuid" | "arch">,
  functions: readonly TableFunction[],
): SymbolSlice & { readonly batches: (readonly number[])[] } {
  const batches: (readonly number[])[] = [];
  const answer = (at: number): Resolution | undefined => {
    const found = functions.find(({ start, end }) => at >= start && at < end);
    if (found === undefined) return undefined;
    const source = found.file === undefined ? "symbol-table" : "dwarf";
    return [
      ...(found.inlined ?? []).map((frame) => ({ ...frame, inlined: true, source: "dwarf" as const })),
      {
        name: found.name,
        ...(found.file !== undefined && { file: found.file }),
        ...(found.line !== undefined && { line: found.line }),
        functionOffset: at - found.start,
        inlined: false,
        source,
      },
    ];
  };
  return {
    ...slice,
    textAddress: 0n,
    textSize: 0x1_0000_0000,
    hasDebugInfo: functions.some(({ file }) => file !== undefined),
    batches,
    resolve: async (offsets) => {
      batches.push(offsets);
      return offsets.map(answer);
    },
  };
}
