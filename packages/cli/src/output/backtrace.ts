/** One backtrace as lines: function, file:line, which frames are inlined, and for every raw frame why it is raw. */
import {
  type CallTreeNode,
  factWords,
  type Frame,
  heaviestNodes,
  hex,
  type ImageSymbols,
  type Report,
} from "@windfall/core";
import { printable } from "./printable.ts";

export interface BacktraceView {
  readonly heading: string;
  readonly lines: readonly BacktraceLine[];
}

export interface BacktraceLine {
  /** Number of the frame, of a sampled one its samples; empty for an inlined one and for a note. */
  readonly number: string;
  readonly image: string;
  readonly text: string;
  /** file:line */
  readonly location: string;
  /** "inlined", "merged", which part of an async function; or why there is no name. */
  readonly note: string;
  readonly kind: "named" | "inlined" | "raw" | "note";
}

/** Of a longer backtrace (a stack overflow has 511 frames) the ends are printed. */
export const MAX_FRAMES = 120;
const LAST_FRAMES = 20;
const MAX_NAME = 400;

export type FrameReasons = (frame: Frame) => string;

/** Why a frame has no name, from what is known of its image. `symbols` is `undefined` when none were looked for. */
export function frameReasons(report: Report, symbols: readonly ImageSymbols[] | undefined): FrameReasons {
  const byImage = new Map(symbols?.map((image) => [`${image.name}\0${image.uuid ?? ""}`, image.status]));
  return ({ image: index }) => {
    const image = index === undefined ? undefined : report.images[index];
    if (!image) return "in no image";
    if (!symbols) return "";
    const status = byImage.get(`${image.name}\0${image.uuid ?? ""}`);
    return status === undefined ? "" : RAW_BECAUSE[status];
  };
}

const RAW_BECAUSE: Readonly<Record<ImageSymbols["status"], string>> = {
  found: "no symbol covers it",
  missing: "no dSYM",
  "uuid-mismatch": "dSYM is of another build",
  "wrong-architecture": "dSYM lacks this architecture",
  system: "system",
};

export function backtraceView(
  heading: string,
  frames: readonly Frame[],
  report: Report,
  reasons: FrameReasons,
  numbers?: readonly number[],
): BacktraceView {
  const cut = frames.length > MAX_FRAMES;
  const tail = cut ? frames.length - LAST_FRAMES : frames.length;
  const head = cut ? MAX_FRAMES - LAST_FRAMES : frames.length;
  const lines: BacktraceLine[] = [];
  let number = 0;
  frames.forEach((frame, i) => {
    if (i < head || i >= tail) lines.push(frameLine(frame, numbers?.[i] ?? number, report, reasons));
    else if (i === head) lines.push(note(`… ${tail - head} more frames`));
    if (!frame.inlined) number++;
  });
  if (frames.length === 0) lines.push(note("no frames"));
  return { heading: printable(heading), lines };
}

/** The heaviest path of a sampled tree, innermost first: before each frame the samples it was in, in place of a number. */
export function sampledView(
  heading: string,
  tree: readonly CallTreeNode[],
  report: Report,
  reasons: FrameReasons,
): BacktraceView {
  const entries = heaviestNodes(tree).flatMap(({ frames, sampleCount }) =>
    frames.map((frame) => ({ frame, sampleCount })),
  );
  return backtraceView(
    heading,
    entries.map(({ frame }) => frame),
    report,
    reasons,
    entries.map(({ sampleCount }) => sampleCount),
  );
}

function frameLine(frame: Frame, number: number, report: Report, reasons: FrameReasons): BacktraceLine {
  const image = frame.image === undefined ? undefined : report.images[frame.image];
  const base = { image: printable(image?.name ?? "???", MAX_NAME) };
  const { symbol } = frame;
  if (symbol) {
    const offset =
      symbol.functionOffset === undefined || symbol.file !== undefined ? "" : ` + ${symbol.functionOffset}`;
    return {
      ...base,
      number: frame.inlined ? "" : String(number),
      text: printable(symbol.function, MAX_NAME) + offset,
      location: locationOf(symbol.file, symbol.line),
      note: [...(frame.inlined ? ["inlined"] : []), ...factWords(symbol.linkageName ?? "")].join(", "),
      kind: frame.inlined ? "inlined" : "named",
    };
  }
  const offset = image && frame.imageOffset !== undefined ? ` (${base.image} + ${frame.imageOffset})` : "";
  return {
    ...base,
    number: String(number),
    text: hex(frame.address) + offset,
    location: "",
    note: reasons(frame),
    kind: "raw",
  };
}

const note = (text: string): BacktraceLine => ({ number: "", image: "", text, location: "", note: "", kind: "note" });

/** The file's name, not its path: paths of build machines are long. JSON has the path. */
function locationOf(file: string | undefined, line: number | undefined): string {
  if (file === undefined) return "";
  const name = file.slice(file.lastIndexOf("/") + 1);
  return printable(line === undefined ? name : `${name}:${line}`, MAX_NAME);
}
