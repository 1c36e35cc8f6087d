/**
 * A text report line by line. People paste reports into mail and forums: any line ends, quotes and indentation before every
 * line, non-breaking blanks and HTML entities are undone here, so that the grammar sees what Apple wrote.
 */
import { MAX_LINE_LENGTH } from "./limits.ts";

export class TextLines {
  readonly #text: string;
  readonly #prefix: string;
  readonly #entities: boolean;
  #offset: number;
  #previous: number;
  /** 1-based number of the line `next` gave last. */
  number: number;
  cutLines = 0;

  constructor(text: string, start: { readonly offset: number; readonly line: number; readonly prefix: string }) {
    this.#text = text;
    this.#offset = start.offset;
    this.#previous = start.offset;
    this.number = start.line - 1;
    this.#prefix = start.prefix;
    this.#entities = ENTITY.test(text);
  }

  /** The next line without its end; `undefined` behind the last. */
  next(): string | undefined {
    if (this.#offset >= this.#text.length) return undefined;
    const found = this.#text.indexOf("\n", this.#offset);
    const end = found < 0 ? this.#text.length : found;
    let line = this.#text.slice(this.#offset, Math.min(end, this.#offset + MAX_LINE_LENGTH));
    if (end - this.#offset > MAX_LINE_LENGTH) this.cutLines++;
    this.#previous = this.#offset;
    this.#offset = end + 1;
    this.number++;
    if (line.endsWith("\r")) line = line.slice(0, -1);
    if (this.#prefix !== "") line = withoutPrefix(line, this.#prefix);
    if (line.includes("\u00a0")) line = line.replaceAll("\u00a0", " ");
    return this.#entities ? decodeEntities(line) : line;
  }

  /** Takes the last line back: `next` will give it again. */
  unread(): void {
    this.#offset = this.#previous;
    this.number--;
  }
}

/** One of these in a text says that it came out of a web page. */
const ENTITY = /&(?:lt|gt|amp|quot|nbsp|#39|#x27);/;
const ENTITIES = /&(?:lt|gt|amp|quot|nbsp|#39|#x27);/g;
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
  ["&nbsp;", " "],
  ["&#39;", "'"],
  ["&#x27;", "'"],
]);

/** Blanks and mail quotes in front of a line. */
export const LINE_PREFIX: RegExp = /^[ \t\u00a0>]*/;

/** Line feeds before `end`; nothing is copied, however many there are. */
export function lineFeeds(text: string, end: number = text.length): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

export function withoutPrefix(line: string, prefix: string): string {
  if (line.startsWith(prefix)) return line.slice(prefix.length);
  // Editors drop the blanks of an empty line, and mail programs the last blank of a quote.
  const lead = LINE_PREFIX.exec(line)?.[0] ?? "";
  return line.slice(Math.min(lead.length, prefix.length));
}

export function decodeEntities(line: string): string {
  if (!line.includes("&")) return line;
  return line.replace(ENTITIES, (entity) => CHARACTERS.get(entity) ?? entity);
}
