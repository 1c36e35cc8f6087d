/** A backtrace as rows: frames with their numbers; runs of system frames, and the rounds of a recursion, folded to one line. */
import { type Frame, frameRole, type ImageFacts, isGenerated, type Role } from "./roles.ts";

export type Row =
  | {
      readonly kind: "frame";
      readonly frame: Frame;
      readonly role: Role;
      /** Apple's number; an inlined frame has none of its own. */
      readonly number: number | undefined;
      /** Position in the list of frames, inlined ones counted. */
      readonly position: number;
    }
  | { readonly kind: "fold"; readonly rows: readonly FrameRow[]; readonly images: readonly string[] }
  /** `period` functions that call each other, `rounds` times more than shown. */
  | {
      readonly kind: "recursion";
      readonly rows: readonly FrameRow[];
      readonly period: number;
      readonly rounds: number;
    };
export type FrameRow = Extract<Row, { kind: "frame" }>;

/** Runs at least this long fold. */
export const FOLD_FROM = 4;
/** A recursion folds from this many rounds on; two of them stay, the innermost and the outermost. */
export const ROUNDS_FROM = 5;
/** How many functions may take part in a recursion that is seen as one. */
export const MAX_PERIOD = 4;

export function numberFrames(frames: readonly Frame[], images: readonly ImageFacts[]): readonly FrameRow[] {
  let next = 0;
  return frames.map((frame, position) => ({
    kind: "frame",
    frame,
    role: frameRole(frame, images),
    number: frame.inlined ? undefined : next++,
    position,
  }));
}

/** The first frame always shows: it is where the thread stopped. */
export function foldFrames(rows: readonly FrameRow[]): readonly Row[] {
  const folded: Row[] = [];
  let run: FrameRow[] = [];
  const close = () => {
    if (run.length >= FOLD_FROM) {
      const names = run.flatMap(({ frame }) => (frame.image === null || isGenerated(frame) ? [] : [frame.image]));
      folded.push({ kind: "fold", rows: run, images: [...new Set(names)] });
    } else {
      folded.push(...run);
    }
    run = [];
  };
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (!row) break;
    const found = recursionAt(rows, at);
    if (found) {
      close();
      const inner = rows.slice(at + found.period, at + found.length - found.period);
      folded.push(...rows.slice(at, at + found.period));
      folded.push({ kind: "recursion", rows: inner, period: found.period, rounds: inner.length / found.period });
      at += found.length - found.period - 1;
    } else if (row.role === "system" && row.position > 0) {
      run.push(row);
    } else {
      close();
      folded.push(row);
    }
  }
  close();
  return folded;
}

/** The rounds of a recursion that begins at `at`, if enough follow: the same functions, in the same order. */
function recursionAt(rows: readonly FrameRow[], at: number): { period: number; length: number } | undefined {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    let length = period;
    while (isSameFunction(rows[at + length], rows[at + length - period])) length++;
    length -= length % period;
    if (length >= ROUNDS_FROM * period) return { period, length };
  }
  return undefined;
}

function isSameFunction(a: FrameRow | undefined, b: FrameRow | undefined): boolean {
  return a !== undefined && b !== undefined && a.frame.function !== undefined && a.frame.function === b.frame.function;
}
