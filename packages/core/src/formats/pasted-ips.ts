/**
 * An `.ips` that somebody put into a question, a mail or an issue: behind prose, in a Markdown fence, quoted, indented, or with the
 * entities of a web page. Its header line is what it is found by.
 */
import { decodeEntities, LINE_PREFIX, lineFeeds, withoutPrefix } from "./text-lines.ts";

const KEY = '"bug_type"';
const ESCAPED_KEY = "&quot;bug_type&quot;";
/** The key stands in the first line of a report, and a header line is short. */
const MAX_HEADER_LENGTH = 8192;
/** Characters of a report whose lines are quoted or indented: every one of them is made anew. Real ones have a megabyte at most. */
export const MAX_QUOTED_LENGTH: number = 8 * 1024 * 1024;
/** Prose that talks about the key is not searched forever. */
export const MAX_TRIES = 100;

/** `text` from the header line on, every line where it stood; `undefined` when there is none, or when it begins the text anyway. */
export function pastedIps(text: string): string | undefined {
  const plain = text.includes(ESCAPED_KEY) ? decodeEntities(text) : text;
  let from = 0;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const key = plain.indexOf(KEY, from);
    if (key < 0) return undefined;
    const around = plain.slice(Math.max(0, key - MAX_HEADER_LENGTH), key + 1);
    const feed = around.lastIndexOf("\n");
    const line = around.slice(feed + 1);
    const prefix = LINE_PREFIX.exec(line)?.[0] ?? "";
    const isHeader = (feed >= 0 || key < MAX_HEADER_LENGTH) && /^\{\s{0,8}"/.test(line.slice(prefix.length));
    const start = key + 1 - line.length;
    if (isHeader && (start > 0 || plain !== text)) return cleaned(plain, start, prefix);
    from = key + KEY.length;
  }
  return undefined;
}

function cleaned(text: string, start: number, prefix: string): string | undefined {
  const fence = text.slice(start).search(/\n[ \t>]{0,64}```/);
  const report = text.slice(start, fence < 0 ? undefined : start + fence + 1);
  if (prefix !== "" && report.length > MAX_QUOTED_LENGTH) return undefined;
  const lines =
    prefix === ""
      ? report
      : report
          .split("\n")
          .map((line) => withoutPrefix(line, prefix))
          .join("\n");
  return "\n".repeat(lineFeeds(text, start)) + lines;
}
