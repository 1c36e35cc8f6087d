/** The lines of a text as they stand, with what stands before them in mails and forums. */
import { LINE_PREFIX } from "../formats/text-lines.ts";

export interface TextLine {
  /** Mail quotes and blanks. */
  readonly prefix: string;
  readonly content: string;
  /** The line feed, with its carriage return; nothing at the end of the text. */
  readonly end: string;
}

/**
 * `change` gives a line without its end, or `undefined` for one that goes with its end. What stays is not copied line by line: a
 * hostile text has more lines than an array holds.
 */
export function changeLines(text: string, change: (line: TextLine) => string | undefined): string {
  const parts: string[] = [];
  let kept = 0;
  let at = 0;
  for (const line of linesOf(text)) {
    const { prefix, content, end } = line;
    const behind = at + prefix.length + content.length + end.length;
    const changed = change(line);
    if (changed !== prefix + content) {
      if (kept < at) parts.push(text.slice(kept, at));
      if (changed !== undefined) parts.push(changed, end);
      kept = behind;
    }
    at = behind;
  }
  return kept === 0 ? text : parts.join("") + text.slice(kept);
}

function* linesOf(text: string): Generator<TextLine> {
  for (let at = 0; at < text.length;) {
    const feed = text.indexOf("\n", at);
    const behind = feed < 0 ? text.length : feed + 1;
    const line = text.slice(at, behind);
    const end = line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : "";
    const whole = line.slice(0, line.length - end.length);
    const prefix = LINE_PREFIX.exec(whole.slice(0, MAX_PREFIX))?.[0] ?? "";
    yield { prefix, content: whole.slice(prefix.length), end };
    at = behind;
  }
}

const MAX_PREFIX = 256;
