/** Names in the trees of `sample`, spindump and microstackshots: on lines that have an address and `???` for a name. */
import type { Edits } from "../../edit/edits.ts";
import type { Frame } from "../../report.ts";
import { sourceFileOf } from "../frames-of.ts";

/** `  18 ??? (Harbor + 16880) [0x104a0c1f0] (running) 1-18` */
const SPINDUMP = /^([ *]{0,4096}\d{1,10} {1,8})\?\?\?( \([^[\]]{1,1000} \+ \d{1,15}\) \[(0x[0-9a-f]{1,16})\])/;
/** `    + ! 12 ???  (in Harbor)  load address 0x104a08000 + 0x41f0  [0x104a0c1f0]` */
const SAMPLE =
  /^([ +!:|]{0,4096}\d{1,10} )\?\?\?( {1,2}\(in [^[\]]{1,1000}\)) {1,8}load address 0x[0-9a-f]{1,16} \+ 0x[0-9a-f]{1,16}( {1,8}\[(0x[0-9a-f]{1,16})[^\]]{0,4096}\])/;

export function nameTreeLines(
  text: string,
  at: number,
  groups: ReadonlyMap<bigint, readonly Frame[]>,
  edits: Edits,
): void {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const unnamed = text.indexOf("???", start);
    if (unnamed < 0) return;
    if (unnamed < end) {
      const named = nameLine(text.slice(start, end), groups);
      if (named !== undefined) edits.replace(at + start, at + start + named.length, named.text);
    }
    // On to the line of the next one.
    start = unnamed < end ? end + 1 : Math.max(end + 1, text.lastIndexOf("\n", unnamed) + 1);
  }
}

interface NamedLine {
  readonly text: string;
  /** Of the part of the line that it stands for. */
  readonly length: number;
}

function nameLine(line: string, groups: ReadonlyMap<bigint, readonly Frame[]>): NamedLine | undefined {
  const spindump = SPINDUMP.exec(line);
  if (spindump !== null) {
    const [whole, count = "", place = "", address = "0x0"] = spindump;
    const symbol = groups.get(BigInt(address))?.at(-1)?.symbol;
    if (symbol === undefined) return undefined;
    const offset = symbol.functionOffset === undefined ? "" : ` + ${symbol.functionOffset}`;
    return { text: `${count}${symbol.function}${offset}${place}`, length: whole.length };
  }
  const sample = SAMPLE.exec(line);
  if (sample === null) return undefined;
  const [whole, count = "", image = "", place = "", address = "0x0"] = sample;
  const symbol = groups.get(BigInt(address))?.at(-1)?.symbol;
  if (symbol === undefined) return undefined;
  const offset = symbol.functionOffset === undefined ? "" : ` + ${symbol.functionOffset}`;
  const file = symbol.line === undefined ? undefined : sourceFileOf(symbol.file);
  const source = file === undefined ? "" : `  ${file}:${symbol.line ?? 0}`;
  return { text: `${count}${symbol.function}${image}${offset}${place}${source}`, length: whole.length };
}
