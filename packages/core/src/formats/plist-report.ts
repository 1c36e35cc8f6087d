/**
 * A report inside a property list, as iOS up to 4 kept them and iTunes copied them to a Mac (`….plist` in `MobileDevice` of the logs): the text
 * under `description`, with the entities of XML, and its number beside it.
 */
import { findReport } from "./crash-text/find-report.ts";
import type { JsonObject } from "./json-fields.ts";
import { lineFeeds } from "./text-lines.ts";

export interface PlistReport {
  readonly header: JsonObject;
  readonly text: string;
  /** 1-based line of the file on which the text begins. */
  readonly firstLine: number;
}

const KEY = "<key>description</key>";
const OPEN = /^\s{0,256}<string>/;
const CLOSE = "</string>";
const BUG_TYPE = /<key>bug_type<\/key>\s{0,256}<string>(\d{1,4})<\/string>/;

/** `undefined` for any other property list. */
export function plistReport(xml: string): PlistReport | undefined {
  const key = xml.indexOf(KEY);
  if (key < 0) return undefined;
  const open = OPEN.exec(xml.slice(key + KEY.length, key + KEY.length + 512));
  if (open === null) return undefined;
  const start = key + KEY.length + open[0].length;
  const end = xml.indexOf(CLOSE, start);
  const text = xml.slice(start, end < 0 ? undefined : end);
  if (findReport(text) === undefined) return undefined;
  const bugType = BUG_TYPE.exec(xml)?.[1];
  return {
    header: bugType === undefined ? {} : { bug_type: bugType },
    text,
    firstLine: lineFeeds(xml, start) + 1,
  };
}
