/**
 * Jetsam (298): the system needed memory and killed for it. The report lists every process with its pages, and marks the
 * killed ones with a reason; there is no backtrace. Other people's apps are counted, and only the five largest are named.
 */
import { parseUuid } from "../../bytes/uuid.ts";
import type { JsonValue, MemoryProcess, Parsed, Report } from "../../report.ts";
import type { IpsBodyFormat, IpsBodySource } from "../format.ts";
import { HEADER_KEYS, headerFacts } from "../ips/report.ts";
import { arrayOf, defined, type JsonObject, numberOf, objectOf, textOf, textsOf, without } from "../json-fields.ts";
import { MAX_PROCESSES, MAX_VICTIMS } from "../limits.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { kindOf } from "../report-kind.ts";
import { parseTimestamp } from "../timestamp.ts";
import { memoryKillOf } from "./memory-kill.ts";

export const jetsamFormat: IpsBodyFormat = { format: "ips", is: isJetsam, parse: parseJetsam };

/** A stackshot has memory and processes too, but by pid. */
function isJetsam(body: JsonObject, header: JsonObject): boolean {
  if (["processByPid", "threads", "procName"].some((key) => key in body)) return false;
  if (!("memoryStatus" in body || "largestProcess" in body)) return false;
  const bugType = textOf(header["bug_type"]) ?? textOf(body["bug_type"]);
  return "processes" in body || (bugType !== undefined && kindOf({ bugType }) === "jetsam");
}

/** What 64-bit devices have; older reports that leave it out are text. */
const USUAL_PAGE_BYTES = 16_384;

const BODY_KEYS = [
  "build",
  "product",
  "incident",
  "crashReporterKey",
  "date",
  "bug_type",
  "largestProcess",
  "processes",
  // Kept without the keys that were understood, below.
  "memoryStatus",
];
const PROCESS_KEYS = ["name", "pid", "uuid", "reason", "states", "rpages", "lifetimeMax"];

function parseJetsam({ header, body, reading }: IpsBodySource): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the body", problems);
  const known = headerFacts(header);
  const memory = objectOf(body["memoryStatus"]);
  const pageBytes = positive(numberOf(memory?.["pageSize"]));
  if (pageBytes === undefined) {
    problems.add("missing-part", `no page size: ${USUAL_PAGE_BYTES} bytes are taken for it`, "body#/memoryStatus");
  }
  const isCut = reading?.fault !== undefined;
  const listed = processesOf(body["processes"], { pageBytes: pageBytes ?? USUAL_PAGE_BYTES, isCut }, problems);
  const memoryKill = memoryKillOf(
    {
      processes: listed.map(({ process }) => process),
      pageBytes: pageBytes ?? USUAL_PAGE_BYTES,
      pages: counts(objectOf(memory?.["memoryPages"])),
      largestProcess: textOf(body["largestProcess"]),
    },
    problems,
  );
  const [victim] = memoryKill.victims;
  const model = textOf(body["product"]);
  const value: Report = {
    format: "ips",
    kind: "jetsam",
    ...defined({
      incidentId: textOf(body["incident"])?.toUpperCase() ?? known.incidentId,
      bugType: known.bugType ?? textOf(body["bug_type"]),
      crashedAt: parseTimestamp(textOf(body["date"])) ?? known.crashedAt,
    }),
    app: { ...known.app, ...defined({ name: known.app.name ?? victim?.name }) },
    os: parseOs({ text: textOf(body["build"]) ?? textOf(header["os_version"]), model }),
    device: defined({ model }),
    process: defined({
      name: victim?.name,
      pid: victim?.pid,
      crashReporterKey: textOf(body["crashReporterKey"]) ?? textOf(header["crashreporter_key"]),
    }),
    applicationSpecificInformation: {},
    threads: [],
    images: [],
    memoryKill,
    metadata: {
      ...without(body, BODY_KEYS),
      ...defined({
        memoryStatus: without(memory, ["pageSize", "memoryPages"]),
        victims: victimsRest(listed, memoryKill.victims),
        header: without(header, HEADER_KEYS),
      }),
    },
  };
  return { value, problems: problems.items };
}

interface ListedProcess {
  readonly process: MemoryProcess;
  readonly source: JsonObject;
}

function processesOf(
  value: JsonValue | undefined,
  { pageBytes, isCut }: { readonly pageBytes: number; readonly isCut: boolean },
  problems: ProblemList,
): readonly ListedProcess[] {
  const entries = arrayOf(value) ?? [];
  if (entries.length === 0)
    problems.add("missing-part", "the list of processes is missing or empty", "body#/processes");
  if (entries.length > MAX_PROCESSES) {
    problems.add("limit-reached", `keeps ${MAX_PROCESSES} of ${entries.length} processes`, "body#/processes");
  }
  return entries.slice(0, MAX_PROCESSES).flatMap((entry, i) => {
    const source = objectOf(entry);
    const name = textOf(source?.["name"]);
    if (source === undefined || name === undefined) {
      // The last one of a list that was cut may be half a process.
      if (!isCut || i < entries.length - 1) {
        problems.add("unreadable-value", "a process without a name", `body#/processes/${i}`);
      }
      return [];
    }
    return [{ process: processOf(name, source, pageBytes), source }];
  });
}

function processOf(name: string, source: JsonObject, pageBytes: number): MemoryProcess {
  const peak = positive(numberOf(source["lifetimeMax"]));
  return {
    name,
    ...defined({
      pid: integer(numberOf(source["pid"])),
      uuid: parseUuid(textOf(source["uuid"]) ?? ""),
      reason: textOf(source["reason"]),
    }),
    states: textsOf(source["states"]),
    residentBytes: (positive(numberOf(source["rpages"])) ?? 0) * pageBytes,
    ...defined({ peakBytes: peak === undefined ? undefined : peak * pageBytes }),
  };
}

/** What the model has no place for, of the killed ones only. */
function victimsRest(
  listed: readonly ListedProcess[],
  victims: readonly MemoryProcess[],
): readonly JsonObject[] | undefined {
  const killed = new Set(victims);
  const rest = listed
    .filter(({ process }) => killed.has(process))
    .slice(0, MAX_VICTIMS)
    .flatMap(({ process, source }) => {
      const more = without(source, PROCESS_KEYS);
      return more === undefined ? [] : [{ name: process.name, ...defined({ pid: process.pid }), ...more }];
    });
  return rest.length === 0 ? undefined : rest;
}

function counts(pages: JsonObject | undefined): Record<string, number> {
  const entries = Object.entries(pages ?? {}).flatMap(([key, value]) => {
    const count = numberOf(value);
    return count === undefined ? [] : [[key, count] as const];
  });
  return Object.fromEntries(entries);
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;

const integer = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) ? value : undefined;
