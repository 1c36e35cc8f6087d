/**
 * Jetsam as iOS wrote it up to 8: labelled counts of pages, then a table of processes whose columns changed from release to
 * release and are named in its head. A real one was not at hand: the layout is that of published logs.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { MemoryProcess, Parsed, Report } from "../../report.ts";
import type { TextFormat, TextSource } from "../format.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { defined, type JsonObject, without } from "../json-fields.ts";
import { MAX_LABELS, MAX_PROCESSES } from "../limits.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { TextLines } from "../text-lines.ts";
import { parseTimestamp } from "../timestamp.ts";
import { memoryKillOf } from "./memory-kill.ts";

export const jetsamTextFormat: TextFormat = {
  format: "text",
  is: (text) => TABLE_HEAD.test(text) && /^[ \t>]{0,8}Largest process:/m.test(text),
  parse: (source) => [parseJetsamText(source)],
};

const TABLE_HEAD = /^[ \t>]{0,40}Name[ |]{1,80}<?UUID>?[ |]/m;
const LABEL = /^([A-Z][\w ()-]{1,60}):\s{0,200}(\S.{0,500})?$/;
/** `MobileMail <5ad8…> 4321 8876 [vm] (suspended) (frontmost)` */
const ROW = /^\s{0,40}(\S.{0,80}?)\s{1,80}<([0-9a-fA-F-]{32,36})>\s{0,80}(.{0,400})$/;
/** Devices of that time; those of iOS 7 and 8 with 64 bits had 4 KiB pages too. */
const PAGE_BYTES = 4096;

function parseJetsamText({ text, header = {}, firstLine }: TextSource): Parsed<Report> {
  const problems = new ProblemList();
  const lines = new TextLines(text, { offset: 0, line: firstLine, prefix: "" });
  const labels = new Map<string, string>();
  const processes: MemoryProcess[] = [];
  let columns: readonly string[] | undefined;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    if (columns === undefined && TABLE_HEAD.test(line)) {
      columns = columnsOf(line);
      continue;
    }
    const row = columns === undefined ? undefined : processOf(line, columns);
    if (row !== undefined) {
      if (processes.length < MAX_PROCESSES) processes.push(row);
      else problems.addOnce("limit-reached", `keeps ${MAX_PROCESSES} processes`, `line:${lines.number}`);
      continue;
    }
    const [, label, value] = LABEL.exec(line.trim()) ?? [];
    if (columns !== undefined || label === undefined || value === undefined) continue;
    if (labels.size < MAX_LABELS || labels.has(label)) labels.set(label, value.trim());
  }
  if (processes.length === 0) problems.add("missing-part", "the table of processes is empty");
  return { value: reportOf({ labels, processes, header, problems }), problems: problems.items };
}

interface Read {
  readonly labels: ReadonlyMap<string, string>;
  readonly processes: readonly MemoryProcess[];
  readonly header: JsonObject;
  readonly problems: ProblemList;
}

const LABELS_OF_MODEL = new Set([
  "Incident Identifier",
  "CrashReporter Key",
  "Hardware Model",
  "OS Version",
  "Date",
  "Largest process",
]);
const PAGES = /^(.{1,40}?)[ -]pages$/i;

function reportOf({ labels, processes, header, problems }: Read): Report {
  const known = headerFacts(header);
  const pages: Record<string, number> = {};
  const rest: Record<string, string> = {};
  for (const [label, value] of labels) {
    const state = PAGES.exec(label)?.[1];
    if (state !== undefined && /^\d{1,15}$/.test(value)) pages[camelCase(state)] = Number(value);
    else if (!LABELS_OF_MODEL.has(label)) rest[label] = value;
  }
  const largestProcess = labels.get("Largest process");
  const memoryKill = memoryKillOf({ processes, pageBytes: PAGE_BYTES, pages, largestProcess }, problems);
  const [victim] = memoryKill.victims;
  const model = labels.get("Hardware Model");
  return {
    format: "text",
    kind: "jetsam",
    ...defined({
      incidentId: labels.get("Incident Identifier")?.toUpperCase() ?? known.incidentId,
      bugType: known.bugType,
      crashedAt: parseTimestamp(labels.get("Date")) ?? known.crashedAt,
    }),
    app: { ...known.app, ...defined({ name: known.app.name ?? victim?.name }) },
    os: { ...known.os, ...parseOs({ text: labels.get("OS Version"), model }) },
    device: defined({ model }),
    process: defined({ name: victim?.name, crashReporterKey: labels.get("CrashReporter Key") }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    memoryKill,
    metadata: { ...rest, ...defined({ header: without(header, HEADER_KEYS) }) },
  };
}

/** The numbers between UUID and reason, by name. */
function columnsOf(head: string): readonly string[] {
  const between = /UUID>?(.{0,300}?)(?:\[reason|\(state|$)/.exec(head)?.[1] ?? "";
  // Two words make one column: "CPU Time".
  return between
    .replace(/CPU Time/i, "cpu_time")
    .split(/[\s|]{1,80}/)
    .filter((name) => name !== "");
}

function processOf(line: string, columns: readonly string[]): MemoryProcess | undefined {
  const [, name, uuid = "", tail = ""] = ROW.exec(line) ?? [];
  if (name === undefined) return undefined;
  const numbers = (/^[\d.\s-]{0,200}/.exec(tail)?.[0] ?? "").split(/\s{1,80}/).filter((part) => part !== "");
  const count = (...names: readonly string[]): number | undefined => {
    const at = columns.findIndex((column) => names.includes(column));
    const value = at < 0 ? Number.NaN : Number(numbers[at]);
    return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  };
  const reason = /\[([^[\]]{1,80})\]/.exec(tail)?.[1]?.trim();
  const peak = count("lifetime_max", "recent_max");
  return {
    name,
    ...defined({ uuid: parseUuid(uuid), reason: reason === "" || reason === "-" ? undefined : reason }),
    states: Array.from(tail.matchAll(/\(([^()]{1,40})\)/g), ([, state = ""]) => state.trim()).filter(
      (state) => state !== "",
    ),
    residentBytes: (count("rpages") ?? 0) * PAGE_BYTES,
    ...defined({ peakBytes: peak === undefined ? undefined : peak * PAGE_BYTES }),
  };
}

/** As the JSON of later systems spells it: "File-backed" is fileBacked. */
const camelCase = (words: string): string =>
  words
    .split(/[ -]/)
    .map((word, i) => (i === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()))
    .join("");
