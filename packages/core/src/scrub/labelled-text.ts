/**
 * Old texts of labels and tables (jetsam and stackshots up to iOS 8, panics, the description of a MetricKit payload): a value goes by
 * its label; in tables stand addresses and UUIDs of binaries that must stay.
 */
import { scrubContacts, scrubFreeText } from "./free-text.ts";
import { BY_KEY } from "./json-rules.ts";
import { scrubPanic } from "./panic-text.ts";
import type { Rules } from "./rules.ts";
import { changeLines } from "./text-lines.ts";

const PSEUDONYM = /^((?:CrashReporter Key|Anonymous UUID|Boot session UUID|Sleep\/Wake UUID): {1,40})(\S{1,128})(.*)$/;
const DROPPED = /^(?:UDID|Serial Number|ECID|Baseband Version|Preferred User Language|Country Code|Keyboards): /;
/** `    regionFormat = "de_DE";` */
const MEMBER = /^(\w{1,64}) = "?(.{0,4096}?)"?;$/;
const WORDS_OF_APPS: ReadonlySet<string> = new Set(["signpostName", "signpostCategory", "name", "category"]);

export function scrubLabelledText(text: string, rules: Rules): string {
  return changeLines(text, ({ prefix, content }) =>
    DROPPED.test(content) ? undefined : prefix + scrubLine(content, rules),
  );
}

function scrubLine(line: string, rules: Rules): string {
  const labelled = PSEUDONYM.exec(line);
  if (labelled !== null) {
    const [, label = "", value = "", rest = ""] = labelled;
    return label + rules.pseudonym(value) + rest;
  }
  const [, key = "", value = ""] = MEMBER.exec(line) ?? [];
  if (key !== "") {
    const at = line.indexOf(value, key.length);
    return line.slice(0, at) + scrubMember(key, value, rules) + line.slice(at + value.length);
  }
  return scrubContacts(scrubPanic(line, rules), rules);
}

function scrubMember(key: string, value: string, rules: Rules): string {
  const action = WORDS_OF_APPS.has(key) ? "free-text" : BY_KEY.get(key);
  if (action === "free-text") return scrubFreeText(value, rules);
  if (action === "region") return value.replace(/^[A-Za-z]{2,3}[-_]([A-Z]{2})$/, "$1");
  return action === "pseudonym" ? rules.pseudonym(value) : scrubContacts(value, rules);
}
