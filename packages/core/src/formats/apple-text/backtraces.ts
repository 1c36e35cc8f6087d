/** Threads, frames and the messages that stand before them. */
import type { Frame, FrameSymbol, Image, JsonValue } from "../../report.ts";
import { arrayOf, bigOf, flagOf, type JsonObject, numberOf, objectOf, textOf, textsOf } from "../json-fields.ts";
import type { IpsDocument } from "./document.ts";
import type { TextWriter } from "./text-writer.ts";

export type TextForm = "embedded" | "mac";

export function writeMessages({ body }: IpsDocument, out: TextWriter): void {
  const messages = Object.values(objectOf(body["asi"]) ?? {}).flatMap(textsOf);
  if (messages.length === 0) return;
  out.line("Application Specific Information:");
  for (const message of messages) out.block(message);
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
    writeFrames(document, arrayOf(thread["frames"]) ?? [], document.symbolicated?.threads[index]?.frames, out, {
      zeros: document.style !== undefined,
    });
    out.blank();
  }
}

function titleOf(thread: JsonObject): string {
  const queue = textOf(thread["queue"]);
  return `${textOf(thread["name"]) ?? ""}${queue === undefined ? "" : ` Dispatch queue: ${queue}`}`;
}

/** The frames of the document, or in their place those of its symbolicated report. */
export function writeFrames(
  document: IpsDocument,
  frames: readonly JsonValue[],
  symbolicated: readonly Frame[] | undefined,
  out: TextWriter,
  { zeros = false }: { readonly zeros?: boolean } = {},
): void {
  const printed =
    symbolicated === undefined
      ? frames.map((frame) => fromDocument(document.body, objectOf(frame) ?? {}))
      : symbolicated.map((frame) => fromReport(document.symbolicated?.images ?? [], frame));
  for (const [index, frame] of printed.entries()) out.line(lineOf(index, frame, zeros));
}

/** A backtrace of a report as Apple prints it. */
export function frameLines(frames: readonly Frame[], images: readonly Image[]): readonly string[] {
  return frames.map((frame, index) => lineOf(index, fromReport(images, frame), false));
}

function lineOf(index: number, { image, address, rest }: PrintedFrame, zeros: boolean): string {
  const digits = address.toString(16);
  const column = zeros ? `0x${digits.padStart(16, "0")}` : `0x${digits}`.padStart(18);
  return `${String(index).padEnd(4)}${image.padEnd(30)}\t${column} ${rest}`;
}

interface PrintedFrame {
  readonly image: string;
  readonly address: bigint;
  readonly rest: string;
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
    rest:
      symbol === undefined
        ? unnamed(name, base, offset)
        : namedRest({
            symbol,
            offset: textOf(frame["symbolLocation"]),
            file: line === undefined ? undefined : textOf(frame["sourceFile"]),
            line,
            inlined: flagOf(frame["inline"]) === true,
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
