/** Lines of the call graph that macOS' `sample` prints, as it wrote them or with names put in by another tool. */
import { defined } from "../json-fields.ts";
import type { SampledLine } from "../sampled/tree.ts";

export interface ThreadLine {
  readonly sampleCount: number;
  readonly id: string;
  readonly name?: string;
  readonly queue?: string;
}

const THREAD = /^ {4}(\d{1,10}) Thread_(\w{1,40})/;
const QUEUE = "   DispatchQueue_";
const QUEUE_NUMBER = /^\d{1,10}: /;
const QUEUE_KIND = / {2}\((?:serial|concurrent)\)$/;

/** `    2397 Thread_16614365: name   DispatchQueue_1: com.apple.main-thread  (serial)` */
export function matchThread(line: string): ThreadLine | undefined {
  const match = THREAD.exec(line);
  if (match === null) return undefined;
  const rest = line.slice(match[0].length);
  const at = rest.indexOf(QUEUE);
  const named = at < 0 ? rest : rest.slice(0, at);
  const name = named.startsWith(":") ? named.slice(1).trim() : "";
  const queue =
    at < 0
      ? ""
      : rest
          .slice(at + QUEUE.length)
          .replace(QUEUE_NUMBER, "")
          .replace(QUEUE_KIND, "");
  return {
    sampleCount: Number(match[1]),
    id: match[2] ?? "",
    ...defined({ name: name === "" ? undefined : name, queue: queue === "" ? undefined : queue }),
  };
}

export interface NodeLine {
  readonly indent: number;
  readonly sampleCount: number;
  readonly frame: string;
}

/** The guides in front of a node: two characters a level. */
const NODE = /^ {4}([ +!:|]*)(\d{1,10}) (?=\S)/;

/** `    +   2397 main  (in Harbor) + 205  [0x7ff811e70cbb]` */
export function matchNode(line: string): NodeLine | undefined {
  const match = NODE.exec(line);
  if (match === null) return undefined;
  return { indent: match[1]?.length ?? 0, sampleCount: Number(match[2]), frame: line.slice(match[0].length) };
}

const ADDRESS = /\s\[(0x[0-9a-f]{1,16})(?:,0x[0-9a-f]{1,16}|,?\.\.\.)*\]/g;
/** Behind the address, as `sample` prints it where it knows. */
const LOCATION = /^\s{1,8}(\S.{0,4095}):(\d{1,9})$/;
const OFFSET = / \+ (\d{1,15})(?:,\d{1,15}|,?\.\.\.)*$/;
const LOAD_ADDRESS = / {1,8}load address (0x[0-9a-f]{1,16}) \+ (0x[0-9a-f]{1,16})$/;
/** Where other tools put it: `main (in Harbor) (main.m:39)`. */
const BRACKETED = /^\((.{1,4096}):(\d{1,9})\)$/;

/** The part of a node behind its count; several offsets or addresses are those of one function, of which the first is taken. */
export function parseFrame(text: string): SampledLine | undefined {
  let found: RegExpExecArray | null = null;
  ADDRESS.lastIndex = 0;
  for (let next = ADDRESS.exec(text); next !== null; next = ADDRESS.exec(text)) found = next;
  if (found === null) return undefined;
  const address = BigInt(found[1] ?? "0x0");
  const behind = LOCATION.exec(text.slice(found.index + found[0].length));
  let head = text.slice(0, found.index).trimEnd();
  const load = LOAD_ADDRESS.exec(head);
  const offset = load === null ? OFFSET.exec(head) : null;
  head = head.slice(0, load?.index ?? offset?.index);
  const bracket = head.lastIndexOf(" (");
  const location = bracket < 0 ? null : BRACKETED.exec(head.slice(bracket + 1));
  if (location !== null) head = head.slice(0, bracket);
  const at = head.lastIndexOf(" (in ");
  const isInImage = at >= 0 && head.endsWith(")");
  const name = (isInImage ? head.slice(0, at) : head).trimEnd();
  const imageOffset = load === null ? undefined : Number.parseInt(load[2] ?? "0", 16);
  return {
    address,
    ...symbolOf(name, offset?.[1], location?.[1] ?? behind?.[1], location?.[2] ?? behind?.[2]),
    ...(isInImage && { imageName: head.slice(at + " (in ".length, -1) }),
    // The load address is told with it; where both disagree with the address, the address was cut.
    ...(imageOffset !== undefined && BigInt(load?.[1] ?? "0") + BigInt(imageOffset) === address && { imageOffset }),
  };
}

function symbolOf(
  name: string,
  offset: string | undefined,
  file: string | undefined,
  line: string | undefined,
): Pick<SampledLine, "symbol"> {
  if (name === "" || name === "???") return {};
  const number = Number(line ?? 0);
  return {
    symbol: {
      function: name,
      ...(offset !== undefined && { functionOffset: Number(offset) }),
      ...defined({ file }),
      ...(number > 0 && { line: number }),
      source: "report",
    },
  };
}
