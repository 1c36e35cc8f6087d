/**
 * Answers in the grammar of Apple's `atos`, as the comment on `ParseCommandOutput` in LLVM's sanitizer_symbolizer_mac.cpp and
 * the tests of MacSymbolicator show it. No line of it was compared with a Mac's yet.
 */
import { hex } from "../report-json.ts";
import type { Resolution, ResolvedFrame } from "../symbols/provider.ts";
import { displayName } from "./display-name.ts";

export interface AtosQuestion {
  /** As it was given: printed as it is where nothing is known. */
  readonly given: string;
  readonly address: bigint;
  /** From the start of the image; absent where the address lies outside of it. */
  readonly offset?: number;
}

export interface AtosOptions {
  /** The last component of the image's path. */
  readonly module: string;
  /** Every inlined frame on a line of its own, innermost first. */
  readonly inlineFrames?: boolean;
  /** Files with their path. */
  readonly fullPath?: boolean;
}

/**
 * One line: the concrete function with the place in it. With `inlineFrames` one line per frame, innermost first.
 *
 * @example
 * atosLines({ given: "0x100004f30", address: 0x100004f30n, offset: 0x4f30 }, resolution, { module: "Harbor" });
 */
export function atosLines(
  { given, address, offset }: AtosQuestion,
  resolution: Resolution | undefined,
  { module, inlineFrames = false, fullPath = false }: AtosOptions,
): readonly string[] {
  if (offset === undefined) return [given];
  if (resolution === undefined) return [`${hex(address)} (in ${module}) + ${offset}`];
  const frames = inlineFrames ? resolution : resolution.slice(-1);
  return frames.map((frame) => `${nameOf(frame)} (in ${module})${placeOf(frame, fullPath)}`);
}

/** Some inlined functions have no name in the debug information. */
const nameOf = ({ name }: ResolvedFrame): string => (name === "" ? "???" : displayName(name));

/** Code of the compiler's own has `<compiler-generated>:0`: both are kept. */
function placeOf({ file, line, functionOffset }: ResolvedFrame, fullPath: boolean): string {
  if (file === undefined) return functionOffset === undefined ? "" : ` + ${functionOffset}`;
  const name = file.slice(file.lastIndexOf("/") + 1);
  // `<compiler-generated>` and `<stdin>` lie in no folder, whatever the unit's folder is.
  return ` (${fullPath && !name.startsWith("<") ? file : name}:${line ?? 0})`;
}
