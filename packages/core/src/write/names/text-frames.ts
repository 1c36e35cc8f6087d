/** Names in the frame lines of a text report. Columns, blanks and line ends stay; lines are numbered anew behind inlined frames. */
import type { Edits } from "../../edit/edits.ts";
import { frameLines, symbolRest } from "../../formats/apple-text/backtraces.ts";
import type { PlacedFrameLine } from "../../formats/crash-text/raw-body.ts";
import { LINE_PREFIX } from "../../formats/text-lines.ts";
import type { Frame } from "../../report.ts";
import { rawBodies } from "../raw-text.ts";
import { groupsOf, isNamed, type NamedPair } from "./groups.ts";

/** `at`: where `text` begins in the whole that is edited. One pair for each report of the text. */
export function nameTextFrames(text: string, at: number, pairs: readonly NamedPair[], edits: Edits): void {
  const page = new Page(text, at, edits);
  for (const [i, raw] of rawBodies(text).entries()) {
    const pair = pairs[i];
    if (pair === undefined) return;
    const { before, after } = pair;
    for (const [t, thread] of raw.threads.entries()) {
      nameFrames(thread.frames, before.threads[t]?.frames ?? [], after.threads[t]?.frames ?? [], page);
    }
    if (raw.lastException !== undefined && raw.lastException.length > 0) {
      nameFrames(raw.lastException, before.lastExceptionBacktrace ?? [], after.lastExceptionBacktrace ?? [], page);
    } else if (raw.lastExceptionLines !== undefined && after.lastExceptionBacktrace?.some(isNamed) === true) {
      page.replaceList(raw.lastExceptionLines, frameLines(after.lastExceptionBacktrace, after.images));
    }
  }
}

function nameFrames(
  lines: readonly PlacedFrameLine[],
  before: readonly Frame[],
  after: readonly Frame[],
  page: Page,
): void {
  const old = groupsOf(before);
  const named = groupsOf(after);
  if (lines.length !== before.length || old.length !== named.length) return;
  let at = 0;
  let shift = 0;
  for (const [g, group] of old.entries()) {
    const own = lines.slice(at, at + group.length);
    at += group.length;
    const entries = named[g] ?? [];
    const rests = entries.map((entry, i) =>
      entry.symbol === undefined ? (own[i]?.rest ?? "") : symbolRest(entry.symbol, entry.inlined === true),
    );
    const same = rests.length === own.length && rests.every((rest, i) => rest === own[i]?.rest);
    if (!same && entries.some(isNamed)) {
      page.rewrite(own, rests, shift);
      shift += rests.length - own.length;
    } else if (shift !== 0) for (const line of own) page.renumber(line, shift);
  }
}

const INDEX = /^(\d{1,4})([ \t]*)/;
const ADDRESS = /[ \t](0x[0-9a-fA-F]{1,16}|0{16,18})(?=[ \t\r]|$)/g;

class Page {
  readonly #text: string;
  readonly #at: number;
  readonly #edits: Edits;
  /** Where each line begins. */
  readonly #starts: number[] = [0];
  readonly #entities: boolean;

  constructor(text: string, at: number, edits: Edits) {
    this.#text = text;
    this.#at = at;
    this.#edits = edits;
    this.#entities = text.includes("&lt;") || text.includes("&gt;");
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) this.#starts.push(end + 1);
  }

  renumber(line: PlacedFrameLine, shift: number): void {
    const { start, content } = this.#line(line.line);
    const index = indexIn(content, shift);
    if (index !== undefined) this.#replace(start + index.start, start + index.end, index.text);
  }

  /** `(0x1836… 0x1a2…)`, behind its heading or in the lines below, as the lines of a backtrace. */
  replaceList({ first, last }: { readonly first: number; readonly last: number }, frames: readonly string[]): void {
    const { start, content } = this.#line(first);
    const { end } = this.#line(last);
    const at = content.search(/\(?0x/);
    const prefix = LINE_PREFIX.exec(content)?.[0] ?? "";
    const isBehind = content.slice(0, at).trim() !== "" && at > prefix.length;
    const lineEnd = this.#text.slice(end - 1, end) === "\r" ? "\r\n" : "\n";
    const kept = lineEnd === "\n" ? end : end - 1;
    const lines = frames.map((frame) => prefix + (this.#entities ? encoded(frame) : frame));
    this.#replace(isBehind ? start + at : start, kept, (isBehind ? lineEnd : "") + lines.join(lineEnd));
  }

  /** The lines of one physical frame, in place of those it has. */
  rewrite(lines: readonly PlacedFrameLine[], rests: readonly string[], shift: number): void {
    const first = lines[0];
    const concrete = lines.at(-1);
    if (first === undefined || concrete === undefined) return;
    const { start } = this.#line(first.line);
    const { content, end: tail } = this.#line(concrete.line);
    const { end } = this.#line(concrete.lastLine);
    const head = headOf(content, concrete.address);
    if (head === undefined) return;
    const lineEnd = this.#text.slice(tail - 1, tail) === "\r" ? "\r\n" : "\n";
    const kept = this.#text.slice(end - 1, end) === "\r" ? end - 1 : end;
    const written = rests.map((rest, i) => {
      const index = indexIn(head, shift + i - (lines.length - 1));
      const numbered = index === undefined ? head : head.slice(0, index.start) + index.text + head.slice(index.end);
      return `${numbered} ${this.#entities ? encoded(rest) : rest}`;
    });
    this.#replace(start, kept, written.join(lineEnd));
  }

  #replace(start: number, end: number, text: string): void {
    this.#edits.replace(this.#at + start, this.#at + end, text);
  }

  /** `end` is before the line feed. */
  #line(number: number): { readonly start: number; readonly end: number; readonly content: string } {
    const start = this.#starts[number - 1] ?? this.#text.length;
    const next = this.#starts[number];
    const end = next === undefined ? this.#text.length : next - 1;
    return { start, end, content: this.#text.slice(start, end) };
  }
}

/** The line up to its address. */
function headOf(content: string, address: bigint): string | undefined {
  for (const match of content.matchAll(ADDRESS)) {
    const [, digits = "0"] = match;
    const value = digits.startsWith("0x") ? BigInt(digits) : 0n;
    if (value === address) return content.slice(0, match.index + match[0].length);
  }
  return undefined;
}

/** The number of a frame `by` farther, in as many columns. */
function indexIn(
  content: string,
  by: number,
): { readonly start: number; readonly end: number; readonly text: string } | undefined {
  const start = LINE_PREFIX.exec(content)?.[0].length ?? 0;
  const match = INDEX.exec(content.slice(start));
  if (match === null) return undefined;
  const [whole, digits = "0", blanks = ""] = match;
  const number = String(Number(digits) + by);
  // A tab is a column of its own.
  const text = blanks.includes("\t") ? number + blanks : number.padEnd(whole.length);
  return { start, end: start + whole.length, text: text.endsWith(" ") || text.endsWith("\t") ? text : `${text} ` };
}

const encoded = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
