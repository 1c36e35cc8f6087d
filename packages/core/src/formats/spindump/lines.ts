/**
 * The lines of spindump's text: labels, heads of processes and threads, tree nodes, images. Taken apart with fixed separators
 * from the ends inwards, because symbols may hold anything.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { Image } from "../../report.ts";
import { defined } from "../json-fields.ts";
import type { SampledLine } from "../sampled/tree.ts";

export interface LabelLine {
  readonly label: string;
  readonly value: string;
}

const LABEL = /^[A-Z][\w/]{0,30}(?: [\w/]{1,30}){0,5}:(?: {1,80}|$)/;

export function matchLabel(line: string): LabelLine | undefined {
  if (!LABEL.test(line)) return undefined;
  const colon = line.indexOf(":");
  return { label: line.slice(0, colon), value: line.slice(colon + 1).trim() };
}

export interface ProcessName {
  readonly name: string;
  readonly pid?: number;
}

/** `adid [99159] [unique pid 696637]`; the microstackshots of other processes have no pid. */
export function parseProcessName(value: string): ProcessName {
  const match = /^(.{0,300}?) \[(-?\d{1,10})\]/.exec(value);
  return match === null ? { name: value } : { name: match[1] ?? "", pid: Number(match[2]) };
}

export interface ThreadLine {
  /** Several are worker threads that were merged. */
  readonly ids: readonly string[];
  readonly name?: string;
  readonly queue?: string;
  readonly sampleCount?: number;
  /** priority, cpu time and what else stands in the head. */
  readonly notes: readonly string[];
}

/** Names may hold blanks themselves, quotes too. */
const NAME = / Thread name "(.{0,1000}?)"(?= {2}|$)/;
const QUEUE = / DispatchQueue (?:"(.{0,1000}?)"\(\d{1,10}\)|(\d{1,10}))(?= {2}|$)/;

/** `  Thread 0x3ec    DispatchQueue "com.apple.main-thread"(1)    1000 samples (1-1000)    priority 19 (base 19)` */
export function matchThread(line: string): ThreadLine | undefined {
  const named = NAME.exec(line)?.[1];
  const queued = QUEUE.exec(line);
  const [head = "", ...parts] = line
    .trim()
    .replace(NAME, "   ")
    .replace(QUEUE, "   ")
    .split(/ {3,80}/);
  const ids = /^Thread (0x[0-9a-f]{1,16}(?:,0x[0-9a-f]{1,16}){0,4096})$/.exec(head)?.[1];
  if (ids === undefined) return undefined;
  const notes: string[] = [];
  let sampleCount: number | undefined;
  for (const part of parts) {
    const samples = /^(\d{1,10}) samples?(?: \(|$)/.exec(part)?.[1];
    if (samples !== undefined) sampleCount = Number(samples);
    else if (part !== "") notes.push(part);
  }
  return { ids: ids.split(","), notes, ...defined({ name: named, queue: queued?.[1] ?? queued?.[2], sampleCount }) };
}

export interface NodeLine {
  readonly indent: number;
  readonly sampleCount: number;
  /** Absent for a line about the samples: `<User mode>`, `<patched truncated backtrace>`. */
  readonly frame?: string;
  /** running, runnable, blocked by …: what stands behind the address. */
  readonly state?: string;
}

const STATE = /^ \(([^()]{1,300}|.{1,300}?)\)(?: \d{1,10}(?:-\d{1,10})?)?$/;
const MAX_DIGITS = 10;
const MAX_GAP = 40;

/**
 * `        1000  main + 24 (Harbor + 6324) [0x1007698b4] (running) 3-7`. Nearly every line is one, so its head is read character by
 * character: what a pattern matched would be a list of copies to throw away.
 */
export function matchNode(line: string): NodeLine | undefined {
  const star = behindBlanks(line, 0);
  const indent = line[star] === "*" ? star + 1 : star;
  let at = indent;
  let sampleCount = 0;
  for (let code = line.charCodeAt(at); code >= 48 && code <= 57; code = line.charCodeAt(++at)) {
    sampleCount = sampleCount * 10 + code - 48;
  }
  const start = behindBlanks(line, at);
  const gap = start - at;
  if (at === indent || at - indent > MAX_DIGITS || gap === 0 || gap > MAX_GAP || isBlankAt(line, start))
    return undefined;
  if (line[start] === "<") return line.includes(">", start) ? { indent, sampleCount } : undefined;
  const open = line.lastIndexOf(" [0x");
  const end = line.indexOf("]", open);
  if (open < start || end < 0) return undefined;
  const frame = line.slice(start, end + 1);
  const state = end + 1 === line.length ? undefined : STATE.exec(line.slice(end + 1))?.[1];
  return state === undefined ? { indent, sampleCount, frame } : { indent, sampleCount, frame, state };
}

function behindBlanks(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 32) at++;
  return at;
}

const isBlankAt = (line: string, at: number): boolean => at >= line.length || /\s/.test(line[at] ?? "");

const ADDRESS = /^(.{0,20000}) \[(0x[0-9a-f]{1,16})\]$/;
const OFFSET = / \+ (\d{1,15})$/;
const FILE = /^[^\s]{1,1000}\.\w{1,10}$/;
const LINE = /:(\d{1,9})(?:,\d{1,9})?$/;

/** `main + 24 (Harbor + 6324) [0x1007698b4]` */
export function parseFrame(text: string): SampledLine | undefined {
  const [match, head = "", address = "0x0"] = ADDRESS.exec(text) ?? [];
  if (match === undefined) return undefined;
  if (!head.endsWith(")")) return { address: BigInt(address), ...symbolOf(head, undefined) };
  const open = openingBracket(head);
  if (open < 0) return { address: BigInt(address), ...symbolOf(head, undefined) };
  const inside = head.slice(open + 1, -1);
  const offset = OFFSET.exec(inside);
  const place = offset === null ? inside : inside.slice(0, offset.index);
  const { location, imageName } = splitLocation(place);
  return {
    address: BigInt(address),
    ...symbolOf(head.slice(0, open).trimEnd(), location),
    ...imageOf(imageName),
    ...(offset !== null && { imageOffset: Number(offset[1]) }),
  };
}

/** Images that have no name are told by their UUID. */
function imageOf(name: string): Pick<SampledLine, "imageName" | "imageUuid"> {
  const uuid = name.startsWith("<") && name.endsWith(">") ? parseUuid(name) : undefined;
  return uuid === undefined ? { imageName: name } : { imageUuid: uuid };
}

interface Location {
  readonly file: string;
  readonly line: number;
}

/** `main.m:39,12 in Harbor`, `main.m in Harbor` */
function splitLocation(place: string): { readonly location?: Location; readonly imageName: string } {
  const at = place.lastIndexOf(" in ");
  const left = at < 0 ? "" : place.slice(0, at);
  const line = LINE.exec(left);
  // Without a line only what looks like a file is one: names of apps have " in " too.
  if (line === null && !FILE.test(left)) return { imageName: place };
  return {
    location: { file: left.slice(0, line?.index), line: Number(line?.[1] ?? 0) },
    imageName: place.slice(at + " in ".length),
  };
}

/** Of the bracket that closes at the end. The name of an image may have brackets itself. */
function openingBracket(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ")") depth++;
    else if (text[at] === "(") depth--;
    if (depth === 0) return at;
  }
  return -1;
}

function symbolOf(text: string, location: Location | undefined): Pick<SampledLine, "symbol"> {
  const offset = OFFSET.exec(text);
  const name = offset === null ? text : text.slice(0, offset.index);
  if (name === "" || name === "???") return {};
  const { file = "", line = 0 } = location ?? {};
  return {
    symbol: {
      function: name,
      ...(offset !== null && { functionOffset: Number(offset[1]) }),
      ...(file !== "" && { file }),
      ...(line > 0 && { line }),
      source: "report",
    },
  };
}

const IMAGE = /^\s{0,64}\*?(0x[0-9a-f]{1,16}) - {1,40}(0x[0-9a-f]{1,16}|\?\?\?) {1,40}(?=\S)/;
const UUID = /<([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})>/;

/** `0x104bf4000 - ???  com.apple.CoreFoundation 6.9 (1863) <UUID>  /path`; version and UUID may be missing. */
export function matchImage(line: string): Image | undefined {
  const [match, first = "0", last = "???"] = IMAGE.exec(line) ?? [];
  if (match === undefined) return undefined;
  const tail = line.slice(match.length);
  const uuid = UUID.exec(tail);
  const slash = tail.indexOf(" /");
  const cut = uuid?.index ?? (slash < 0 ? tail.length : slash);
  // Of the kernel the segment is named behind the UUID.
  const path = tail
    .slice(uuid === null ? cut : cut + uuid[0].length)
    .replace(/^__\w{1,16}/, "")
    .trim();
  const listed = listedName(
    tail
      .slice(0, cut)
      .replace(/<\w{0,40}>\s{0,8}$/, "")
      .trim(),
  );
  const file = path.startsWith("/") ? path.slice(path.lastIndexOf("/") + 1) : "";
  const name = file === "" ? listed.name : file;
  if (name === "") return undefined;
  const base = BigInt(first);
  const size = last === "???" ? 0n : BigInt(last) - base + 1n;
  return {
    name,
    base,
    size: size > 0n && size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : 0,
    ...defined({
      path: path.startsWith("/") ? path : undefined,
      uuid: parseUuid(uuid?.[1] ?? ""),
      bundleId: listed.name.includes(".") && file !== "" && listed.name !== file ? listed.name : undefined,
      version: listed.version,
    }),
  };
}

/** `com.apple.CoreFoundation 6.9 (1863)`, `adid (6)`, `com.apple.CoreGraphics 1.600.0`, `??? (???)` */
function listedName(text: string): { readonly name: string; readonly version?: string } {
  const build = /^(.{0,1000}?) ?\(([^()]{0,200})\)$/.exec(text);
  const head = build === null ? text : (build[1] ?? "").trimEnd();
  const short = /^(.{1,1000}) (\d[\w.]{0,60})$/.exec(head);
  // Without a build only a bundle id has a version behind it: names of apps end in numbers too.
  const isVersion = short !== null && (build !== null || /^[\w-]{1,200}\.[\w.-]{1,400}$/.test(short[1] ?? ""));
  const version = (isVersion ? short[2] : undefined) ?? build?.[2];
  return {
    name: (isVersion ? short[1] : undefined) ?? head,
    ...defined({ version: version === "???" || version === "" ? undefined : version }),
  };
}
