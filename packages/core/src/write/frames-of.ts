/** Frames of a report as those of an `.ips`. */
import { demangle } from "../demangle/demangle.ts";
import type { Frame } from "../report.ts";
import { defined, type JsonObject } from "../formats/json-fields.ts";
import { integer } from "./apple-json.ts";
import type { ListedImages } from "./listed-images.ts";

export function framesOf(frames: readonly Frame[], images: ListedImages): readonly JsonObject[] {
  return frames.map((frame) => {
    const { symbol } = frame;
    return defined({
      imageOffset: frame.image === undefined ? integer(frame.address) : frame.imageOffset,
      ...(symbol && {
        // Other reporters have the names of the linker; Apple shows and keeps the ones for people.
        symbol: demangle(symbol.function),
        symbolLocation: symbol.functionOffset,
        sourceLine: symbol.line,
        sourceFile: sourceFileOf(symbol.file),
      }),
      imageIndex: frame.image === undefined ? images.nowhere : images.indexOf(frame.image),
      inline: frame.inlined,
    }) as JsonObject;
  });
}

/** Apple writes the name of a source file, without its path. */
export const sourceFileOf = (path: string | undefined): string | undefined => path?.slice(path.lastIndexOf("/") + 1);
