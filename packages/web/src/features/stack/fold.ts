/** A backtrace as rows: frames with their numbers, and runs of system frames folded to one line. */
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
  | { readonly kind: "fold"; readonly rows: readonly FrameRow[]; readonly images: readonly string[] };
export type FrameRow = Extract<Row, { kind: "frame" }>;

/** Runs at least this long fold. */
export const FOLD_FROM = 4;

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
  for (const row of rows) {
    if (row.role === "system" && row.position > 0) {
      run.push(row);
    } else {
      close();
      folded.push(row);
    }
  }
  close();
  return folded;
}
