/**
 * Text of spindump, of microstackshots and of `sample`: what the person set up goes, and so do the processes that the report is
 * not about. The binary form that spindump appends holds everything again: it is cut.
 */
import { scrubFreeText } from "./free-text.ts";
import { scrubPaths } from "./paths.ts";
import type { Rules } from "./rules.ts";
import { changeLines } from "./text-lines.ts";
import { withoutZone } from "./times.ts";

export const isSampledText = (text: string): boolean => MARKS.test(text);
const MARKS =
  /^ {0,8}(?:Powerstats for:|Heaviest stack for the target process|Call graph:|Data Source:|Num samples:|Heavy format: stacks)/m;

const LABEL = /^( {0,8}[A-Z][\w/]{0,30}(?: [\w/]{1,30}){0,5}):( {1,80})(\S.*)$/;
const DROPPED: ReadonlySet<string> = new Set([
  "Preferred User Language",
  "User Language",
  "Preferred Languages",
  "Country Code",
  "Keyboards",
  "Adam ID",
  "UDID",
  "Serial Number",
]);
const PSEUDONYMS: ReadonlySet<string> = new Set([
  "Anonymous UUID",
  "Beta Identifier",
  "CrashReporter Key",
  "Boot session UUID",
  "Sleep/Wake UUID",
]);
const FREE: ReadonlySet<string> = new Set(["Reason", "Note", "Notes"]);
const TIMES: ReadonlySet<string> = new Set(["Date/Time", "End time", "Start time", "Launch Time"]);
const PROCESS = /^ {0,8}(?:Powerstats for|Process): {1,80}(\S.*)$/;
const TITLE = /(Thread name "|DispatchQueue "|Thread_\w{1,40}: |DispatchQueue_\d{1,10}: )/;
const BINARY = /^Spindump binary format/;

export function scrubSampledText(text: string, rules: Rules): string {
  const target = targetOf(text);
  let isOther = false;
  let isBinary = false;
  return changeLines(text, ({ prefix, content }) => {
    isBinary ||= BINARY.test(content);
    if (isBinary) return undefined;
    const line = prefix + content;
    const process = PROCESS.exec(line)?.[1];
    if (process !== undefined && target !== undefined) isOther = !isTarget(process, target);
    return isOther ? undefined : scrubLine(line, rules);
  });
}

interface Target {
  readonly command: string | undefined;
  readonly pid: string | undefined;
}

/** Whom the head names; nobody in what is about the whole system, and in `sample`, which shows one process. */
function targetOf(text: string): Target | undefined {
  const value = (label: string) => new RegExp(`^${label}: {1,80}(\\S.{0,300})$`, "m").exec(text)?.[1]?.trim();
  const command = value("Command");
  const pid = value("PID");
  if (command === undefined && pid === undefined) return undefined;
  const target = { command, pid };
  // The process it is about may have been cut away: then the others are what is left to read.
  return [...text.matchAll(/^ {0,8}(?:Powerstats for|Process): {1,80}(\S.{0,300})$/gm)].some(([, name = ""]) =>
    isTarget(name, target),
  )
    ? target
    : undefined;
}

function isTarget(process: string, { command, pid }: Target): boolean {
  const own = / \[(-?\d{1,10})\]/.exec(process);
  if (pid !== undefined && own !== null) return own[1] === pid;
  const name = own === null ? process.trim() : process.slice(0, own.index);
  return command === undefined || name === command;
}

function scrubLine(line: string, rules: Rules): string | undefined {
  const label = LABEL.exec(line);
  const name = label?.[1]?.trim() ?? "";
  if (DROPPED.has(name)) return undefined;
  if (label !== null) {
    const [, before = "", gap = "", value = ""] = label;
    if (PSEUDONYMS.has(name)) return `${before}:${gap}${rules.pseudonym(value.trimEnd())}`;
    if (FREE.has(name)) return `${before}:${gap}${scrubFreeText(value, rules)}`;
    if (TIMES.has(name) && rules.strict) return `${before}:${gap}${withoutZone(value)}`;
  }
  const title = TITLE.exec(line);
  if (title === null) return scrubPaths(line);
  return line.slice(0, title.index) + scrubFreeText(line.slice(title.index), rules);
}
