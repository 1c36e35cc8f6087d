/** Threads, frames and the messages that stand before them. */
import type { Frame, FrameSymbol, Image, JsonValue } from "../../report.ts";
import { arrayOf, bigOf, flagOf, type JsonObject, numberOf, objectOf, textOf, textsOf } from "../json-fields.ts";
import type { IpsDocument } from "./document.ts";
import { elidedLines, isSameFrame, levelLine, numberDigits, type Recursion, recursionsOf } from "./recursion.ts";
import type { TextWriter } from "./text-writer.ts";

export type TextForm = "embedded" | "mac";

export function writeMessages({ body }: IpsDocument, out: TextWriter): void {
  const messages = Object.values(objectOf(body["asi"]) ?? {}).flatMap(textsOf);
  if (messages.length === 0) return;
  out.line("Application Specific Information:");
  for (const message of messages) out.block(message);
  // A list of Apple's ends in an empty line of its own (seen in macOS 12 to 26).
  out.blank();
  out.blank();
}

export function writeThreads(document: IpsDocument, form: TextForm, out: TextWriter): void {
  for (const [index, entry] of (arrayOf(document.body["threads"]) ?? []).entries()) {
    const thread: JsonObject = objectOf(entry) ?? {};
    const crashed = flagOf(thread["triggered"]) === true ? " Crashed" : "";
    const title = titleOf(thread);
    if (form === "embedded") {
      if (title !== "")
        out.line(document.style === undefined ? `Thread ${index} name:  ${title}` : `Thread ${index} name:`);
      out.line(`Thread ${index}${crashed}:`);
    } else out.line(`Thread ${index}${crashed}:${title === "" ? "" : `: ${title}`}`);
    writeThread(document, thread, document.symbolicated?.threads[index]?.frames, out);
    out.blank();
  }
}

function writeThread(
  document: IpsDocument,
  thread: JsonObject,
  symbolicated: readonly Frame[] | undefined,
  out: TextWriter,
): void {
  const frames = arrayOf(thread["frames"]) ?? [];
  const form = { zeros: document.style !== undefined, digits: numberDigits(thread) };
  const recursions = recursionsOf(thread);
  if (recursions.length === 0) {
    writeFrames(document, frames, symbolicated, out, form);
    return;
  }
  const physical = frames.map((frame): JsonObject => objectOf(frame) ?? {}).filter((frame) => !isInlined(frame));
  const rounds = new Rounds(recursions, (key) => throughOf(fromDocument(document.body, key)), out);
  let number = 0;
  let next = 0;
  for (const frame of printedFrames(document, frames, symbolicated)) {
    number += rounds.gapBefore(next + rounds.missing);
    out.line(lineOf(number++, frame, form));
    if (frame.isInlined) continue;
    rounds.after(physical[next++]);
  }
  rounds.gapBefore(next + rounds.missing);
}

const isInlined = (frame: JsonObject): boolean => flagOf(frame["inline"]) === true;

/** Writes what stands between the frames of a recursion. */
class Rounds {
  readonly #recursions: readonly Recursion[];
  readonly #through: (key: JsonObject) => string;
  readonly #out: TextWriter;
  #at = 0;
  #level: number;
  /** Frames left out so far. */
  missing = 0;

  constructor(recursions: readonly Recursion[], through: (key: JsonObject) => string, out: TextWriter) {
    this.#recursions = recursions;
    this.#through = through;
    this.#out = out;
    this.#level = recursions[0]?.depth ?? 0;
  }

  /** How many numbers are left out before the frame that would have this one; the lines that say so are written. */
  gapBefore(number: number): number {
    const gap = this.#recursions[this.#at];
    if (gap === undefined || number !== gap.first) return 0;
    const levels = Math.max(0, gap.depth - gap.shown);
    for (const line of elidedLines(levels, this.#through(gap.key))) this.#out.line(line);
    this.#level = Math.max(0, this.#level - levels);
    const count = gap.last - gap.first + 1;
    this.missing += count;
    if (this.#level === 0) this.#next();
    return count;
  }

  after(frame: JsonObject | undefined): void {
    const gap = this.#recursions[this.#at];
    if (gap === undefined || frame === undefined || this.#level === 0 || !isSameFrame(frame, gap.key)) return;
    this.#out.line(levelLine(this.#level--));
    if (this.#level === 0) this.#next();
  }

  #next(): void {
    this.#level = this.#recursions[++this.#at]?.depth ?? 0;
  }
}

function titleOf(thread: JsonObject): string {
  const queue = textOf(thread["queue"]);
  return `${textOf(thread["name"]) ?? ""}${queue === undefined ? "" : ` Dispatch queue: ${queue}`}`;
}

interface FrameForm {
  readonly zeros: boolean;
  readonly digits: number;
}

const PLAIN: FrameForm = { zeros: false, digits: numberDigits({}) };

export function writeFrames(
  document: IpsDocument,
  frames: readonly JsonValue[],
  symbolicated: readonly Frame[] | undefined,
  out: TextWriter,
  form: FrameForm = PLAIN,
): void {
  for (const [index, frame] of printedFrames(document, frames, symbolicated).entries())
    out.line(lineOf(index, frame, form));
}

/** The frames of the document, or in their place those of its symbolicated report. */
function printedFrames(
  document: IpsDocument,
  frames: readonly JsonValue[],
  symbolicated: readonly Frame[] | undefined,
): readonly PrintedFrame[] {
  return symbolicated === undefined
    ? frames.map((frame) => fromDocument(document.body, objectOf(frame) ?? {}))
    : symbolicated.map((frame) => fromReport(document.symbolicated?.images ?? [], frame));
}

/** A backtrace of a report as Apple prints it. */
export function frameLines(frames: readonly Frame[], images: readonly Image[]): readonly string[] {
  return frames.map((frame, index) => lineOf(index, fromReport(images, frame), PLAIN));
}

function lineOf(index: number, { image, address, rest }: PrintedFrame, { zeros, digits }: FrameForm): string {
  const hex = address.toString(16);
  const column = zeros ? `0x${hex.padStart(16, "0")}` : `0x${hex}`.padStart(18);
  return `${String(index).padEnd(digits)} ${image.padEnd(30)}\t${column} ${rest}`;
}

const throughOf = ({ address, rest }: PrintedFrame): string => `0x${address.toString(16)} ${rest}`;

interface PrintedFrame {
  readonly image: string;
  readonly address: bigint;
  readonly rest: string;
  readonly isInlined: boolean;
}

function fromDocument(body: JsonObject, frame: JsonObject): PrintedFrame {
  const image = objectOf(arrayOf(body["usedImages"])?.[numberOf(frame["imageIndex"]) ?? -1]);
  const name = textOf(image?.["name"]);
  const base = bigOf(image?.["base"]) ?? 0n;
  const offset = bigOf(frame["imageOffset"]) ?? 0n;
  const address = BigInt.asUintN(64, base + offset);
  const symbol = textOf(frame["symbol"]);
  const line = numberOf(frame["sourceLine"]);
  return {
    image: name ?? "???",
    address,
    isInlined: isInlined(frame),
    rest:
      symbol === undefined
        ? unnamed(name, base, offset)
        : namedRest({
            symbol,
            offset: textOf(frame["symbolLocation"]),
            file: line === undefined ? undefined : textOf(frame["sourceFile"]),
            line,
            inlined: isInlined(frame),
          }),
  };
}

function fromReport(images: readonly Image[], frame: Frame): PrintedFrame {
  const image = frame.image === undefined ? undefined : images[frame.image];
  const { symbol, address } = frame;
  const base = image?.base ?? 0n;
  return {
    image: image?.name ?? "???",
    address,
    isInlined: frame.inlined === true,
    rest:
      symbol === undefined ? unnamed(image?.name, base, address - base) : symbolRest(symbol, frame.inlined === true),
  };
}

/** What stands behind the address of a frame with a name. */
export function symbolRest(symbol: FrameSymbol, inlined: boolean): string {
  return namedRest({
    symbol: symbol.function,
    offset: symbol.functionOffset?.toString(),
    file: symbol.line === undefined ? undefined : fileName(symbol.file),
    line: symbol.line,
    inlined,
  });
}

/** Apple prints the name of the source file, not its path. */
const fileName = (path: string | undefined): string | undefined => path?.slice(path.lastIndexOf("/") + 1);

const unnamed = (image: string | undefined, base: bigint, offset: bigint): string =>
  image === undefined ? "???" : `0x${base.toString(16)} + ${offset}`;

function namedRest(frame: {
  readonly symbol: string;
  readonly offset: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly inlined: boolean;
}): string {
  const offset = frame.offset === undefined ? "" : ` + ${frame.offset}`;
  const place = frame.file === undefined ? "" : ` (${frame.file}:${frame.line ?? 0})`;
  return `${frame.symbol}${offset}${place}${frame.inlined ? " [inlined]" : ""}`;
}
