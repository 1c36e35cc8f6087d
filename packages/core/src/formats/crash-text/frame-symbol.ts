/**
 * The last column of a frame line: a symbol with its offset, or the image's base with the offset in it. Five writers, nine
 * forms; every pattern is tried on the end of the text, because a symbol may hold any character.
 */
import type { FrameSymbol } from "../../report.ts";

export interface FrameTarget {
  readonly symbol?: FrameSymbol;
  /** Load address of the image, where the form tells it. */
  readonly base?: bigint;
  readonly inlined?: true;
}

const BASE_DECIMAL = /^0x([0-9a-fA-F]{1,16}) \+ \d{1,20}$/;
const BASE_HEX = /^0x([0-9a-fA-F]{1,16}) \+ 0x[0-9a-fA-F]{1,16}(?:\s*\/\/ (.*))?$/s;
const BASE_SYMBOL = /^0x([0-9a-fA-F]{1,16}) \+ \d{1,20} \((.*)\)$/s;
const NOTHING = /^(?:\?\?\?|0 \+ \d{1,20}|)$/;
const INLINED = " [inlined]";
const LOCATION = / \(([^()]{0,4096}):(-?\d{1,10})\)$/;
const OFFSET = / \+ (?:0x([0-9a-fA-F]{1,16})|(\d{1,20}))$/;
const IN_IMAGE = / \(in [^()]{1,4096}\)$/;
/** What a jailbreak's symbolicator prints where it found nothing. */
const ADDRESS = /^0x[0-9a-fA-F]{1,16}$/;
/** Xcode prints the category of some Objective-C methods as `-[NSRunLoop+ 32428 (NSRunLoop) runMode:]`. */
const BROKEN_CATEGORY = /^([-+]\[[^\s+]{1,1024})\+ \d{1,20} \(/;

export function parseFrameTarget(rest: string): FrameTarget {
  if (NOTHING.test(rest)) return {};
  const decimal = BASE_DECIMAL.exec(rest);
  if (decimal?.[1] !== undefined) return { base: BigInt(`0x${decimal[1]}`) };
  const hexadecimal = BASE_HEX.exec(rest) ?? BASE_SYMBOL.exec(rest);
  if (hexadecimal?.[1] !== undefined) {
    const symbol = hexadecimal[2] === undefined ? undefined : parseSymbol(hexadecimal[2]).symbol;
    return { base: BigInt(`0x${hexadecimal[1]}`), ...(symbol && { symbol }) };
  }
  return parseSymbol(rest);
}

function parseSymbol(rest: string): FrameTarget {
  const inlined = rest.endsWith(INLINED);
  let text = inlined ? rest.slice(0, -INLINED.length) : rest;
  const location = LOCATION.exec(text);
  if (location !== null) text = text.slice(0, location.index);
  let offset = OFFSET.exec(text);
  if (offset !== null) text = text.slice(0, offset.index);
  const image = IN_IMAGE.exec(text);
  if (image !== null) {
    text = text.slice(0, image.index);
    offset ??= OFFSET.exec(text);
    if (offset !== null && text.endsWith(offset[0])) text = text.slice(0, offset.index);
  }
  const name = text.replace(BROKEN_CATEGORY, "$1(").trim();
  if (name === "" || name === "???" || ADDRESS.test(name)) return {};
  const functionOffset = offset === null ? undefined : Number(offset[1] === undefined ? offset[2] : `0x${offset[1]}`);
  const line = Number(location?.[2] ?? 0);
  const file = location?.[1] ?? "";
  return {
    symbol: {
      function: name,
      ...(functionOffset !== undefined && Number.isSafeInteger(functionOffset) && { functionOffset }),
      ...(file !== "" && { file }),
      ...(line > 0 && { line }),
      source: "report",
    },
    ...(inlined && { inlined: true as const }),
  };
}
