/** The lines of a text as they stand, with what stands before them in mails and forums. */
import { LINE_PREFIX } from "../formats/text-lines.ts";

export interface TextLine {
  /** Mail quotes and blanks. */
  readonly prefix: string;
  readonly content: string;
  /** The line feed, with its carriage return; nothing at the end of the text. */
  readonly end: string;
}

export function* linesOf(text: string): Generator<TextLine> {
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
