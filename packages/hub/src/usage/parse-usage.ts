/**
 * Usage as apps send it: a JSON array, one object, `{"rows": […]}`, or one object a line. Each row is judged alone; what is
 * wrong with one is named by its number, and the others count.
 */
import type { UsageProblem } from "@windfall/api";
import { readInstallId } from "./install-id.ts";

export interface UsageRow {
  readonly bundleId: string;
  readonly appName: string | undefined;
  /** UTC: 2026-11-24. */
  readonly day: string;
  readonly installId: string;
  readonly version: string;
  readonly build: string;
  readonly platform: string;
  readonly os: string;
  readonly osBuild: string;
  readonly device: string;
  readonly sessions: number;
  readonly crashedSessions: number | undefined;
  readonly foregroundSeconds: number | undefined;
}

export interface ParsedUsage {
  readonly rows: readonly UsageRow[];
  readonly problems: readonly UsageProblem[];
}

export const MAX_USAGE_ROWS = 50_000;
export const MAX_USAGE_TEXT = 100;
export const MAX_BUNDLE_ID = 200;
/** More than one a second of a day is no session. */
export const MAX_SESSIONS = 86_400;
const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
/** As for events: the first iPhone with an App Store is of 2008. */
const FIRST_DAY = "2008-01-01";

/** Nothing of it can be read as usage. */
export class NotUsage extends Error {
  override readonly name = "NotUsage";
}

/** `receivedAt` decides which days are still to come, so that reading it again later gives the same rows. */
export function parseUsage(bytes: Uint8Array, receivedAt: string): ParsedUsage {
  const entries = entriesOf(bytes);
  if (entries.length === 0) throw new NotUsage("there is no row");
  if (entries.length > MAX_USAGE_ROWS)
    throw new NotUsage(`more than ${MAX_USAGE_ROWS} rows in one batch; send several`);
  const lastDay = new Date(Date.parse(receivedAt) + DAY_MS).toISOString().slice(0, 10);
  const rows: UsageRow[] = [];
  const problems: UsageProblem[] = [];
  entries.forEach((entry, index) => {
    const row = readRow(entry, lastDay);
    if ("installId" in row) rows.push(row);
    else problems.push({ row: index + 1, ...row });
  });
  return { rows, problems };
}

type Entry = { readonly value: unknown } | { readonly broken: true };
type RowProblem = Omit<UsageProblem, "row">;

function entriesOf(bytes: Uint8Array): Entry[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotUsage("the body is no UTF-8 text");
  }
  try {
    const whole: unknown = JSON.parse(text);
    const list = isObject(whole) && Array.isArray(whole["rows"]) ? whole["rows"] : whole;
    return Array.isArray(list) ? list.map((value: unknown) => ({ value })) : [{ value: list }];
  } catch {
    return linesOf(text);
  }
}

function linesOf(text: string): Entry[] {
  const entries = text.split("\n").flatMap((line): Entry[] => {
    if (line.trim() === "") return [];
    try {
      return [{ value: JSON.parse(line) }];
    } catch {
      return [{ broken: true }];
    }
  });
  if (entries.every((entry) => "broken" in entry)) throw new NotUsage("the body is neither JSON nor JSON lines");
  return entries;
}

function readRow(entry: Entry, lastDay: string): UsageRow | RowProblem {
  if ("broken" in entry) return { field: "", reason: "no JSON" };
  if (!isObject(entry.value)) return { field: "", reason: "no object" };
  const row = entry.value;
  const problems: RowProblem[] = [];
  const text = (field: string, needed: boolean, longest = MAX_USAGE_TEXT): string => {
    const value = row[field];
    if (value === undefined || value === null || value === "") {
      if (needed) problems.push({ field, reason: "missing" });
      return "";
    }
    if (typeof value !== "string") problems.push({ field, reason: "not text" });
    else if (value.length > longest) problems.push({ field, reason: `longer than ${longest} characters` });
    else return value.toWellFormed().replaceAll("\0", "\ufffd");
    return "";
  };
  const count = (field: string, most: number): number | undefined => {
    const value = row[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !(value >= 0)) problems.push({ field, reason: "not a number from 0" });
    else if (value > most) problems.push({ field, reason: `more than ${most}` });
    else return Math.round(value);
    return undefined;
  };

  const installId = readInstallId(text("installId", true, MAX_BUNDLE_ID));
  if (installId === undefined && problems.length === 0) {
    problems.push({ field: "installId", reason: "not 8 to 200 printable characters that tell installs apart" });
  }
  const day = text("day", true);
  if (day !== "" && !isDay(day)) problems.push({ field: "day", reason: "not a day like 2026-11-24" });
  else if (day !== "" && day < FIRST_DAY) problems.push({ field: "day", reason: "before 2008" });
  else if (day > lastDay) problems.push({ field: "day", reason: "more than a day ahead" });
  const sessions = count("sessions", MAX_SESSIONS);
  if (sessions === undefined && problems.every(({ field }) => field !== "sessions")) {
    problems.push({ field: "sessions", reason: "missing" });
  }
  const crashedSessions = count("crashedSessions", MAX_SESSIONS);
  if ((crashedSessions ?? 0) > (sessions ?? Infinity)) {
    problems.push({ field: "crashedSessions", reason: "more than sessions" });
  }
  const read = {
    bundleId: text("app", true, MAX_BUNDLE_ID),
    appName: text("appName", false) || undefined,
    day,
    version: text("version", true),
    build: text("build", false),
    platform: text("platform", false),
    os: text("os", false),
    osBuild: text("osBuild", false),
    device: text("device", false),
    foregroundSeconds: count("foregroundSeconds", DAY_SECONDS),
  };
  const [first] = problems;
  if (first || installId === undefined || sessions === undefined) return first ?? { field: "", reason: "not readable" };
  return { ...read, installId, sessions, crashedSessions };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Also a day that exists: `Date` would make 2 March of 30 February. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
