/** A backtrace as Apple writes it, for the clipboard: number, image, address, function + offset (file:line). */
import type { FrameRow } from "./fold.ts";
import type { Frame } from "./roles.ts";

/** Last part of a path: `/src/app/Orders.swift` is `Orders.swift`. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** `Orders.swift:42`, `Orders.swift`, or nothing. */
export function sourceText(frame: Frame): string | undefined {
  if (frame.file === undefined) return undefined;
  const name = baseName(frame.file);
  return frame.line === undefined ? name : `${name}:${frame.line}`;
}

/** What stands for a frame without a name: its place in the image, which is what a dSYM is asked for. */
export function rawText(frame: Frame): string {
  return frame.imageOffset === undefined ? frame.address : `0x${frame.imageOffset.toString(16)}`;
}

/** `nameOf`: in the form that is shown. */
export function threadText(
  rows: readonly FrameRow[],
  nameOf: (frame: Frame) => string | undefined = ({ function: name }) => name,
): string {
  return rows
    .map(({ frame, number }) => {
      const source = sourceText(frame);
      const symbol = nameOf(frame) ?? rawText(frame);
      const offset =
        frame.functionOffset === undefined || frame.function === undefined ? "" : ` + ${frame.functionOffset}`;
      const head = `${String(number ?? "").padEnd(4)}${(frame.image ?? "???").padEnd(30)} ${frame.address}`;
      return `${head} ${symbol}${offset}${source === undefined ? "" : ` (${source})`}${frame.inlined ? " [inlined]" : ""}`;
    })
    .join("\n");
}
