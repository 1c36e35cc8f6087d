/** The property list that iTunes kept of a report of iOS 4: facts by their keys, the text of the report in one of them. */
import { BY_KEY } from "./json-rules.ts";
import { scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";

export const isPlist = (text: string): boolean => /^\s{0,64}<\?xml[^>]{0,200}>\s{0,64}<!DOCTYPE plist/.test(text);

const STRING = /<key>([^<]{1,200})<\/key>\s{0,200}<string>/g;
const KEYS_OF_DEVICES: ReadonlySet<string> = new Set(["SysInfoCrashReporterKey"]);

/** `scrubText`: for what the text of the report is. */
export function scrubPlist(text: string, rules: Rules, scrubText: (text: string) => string): string {
  let result = "";
  let from = 0;
  for (const match of text.matchAll(STRING)) {
    const [, key = ""] = match;
    const start = match.index + match[0].length;
    if (start < from) continue;
    const found = text.indexOf("</string>", start);
    const end = found < 0 ? text.length : found;
    const value = text.slice(start, end);
    const action = KEYS_OF_DEVICES.has(key) ? "pseudonym" : BY_KEY.get(key);
    const changed =
      key === "description"
        ? scrubText(value)
        : action === "pseudonym"
          ? rules.pseudonym(value)
          : action === "delete"
            ? ""
            : scrubPaths(value);
    result += text.slice(from, start) + changed;
    from = end;
  }
  return result + text.slice(from);
}
