/** The labelled lines before the threads, in the terms of the model. */
import type { AppIdentity, JsonValue, OperatingSystem, Platform, ProcessFacts, Report } from "../../report.ts";
import { defined } from "../json-fields.ts";
import { parseOs } from "../os-version.ts";
import { isUnsetClock, parseTimestamp } from "../timestamp.ts";

export type LabelValues = (label: string) => readonly string[];

export interface Head {
  readonly incidentId?: string;
  readonly app: AppIdentity;
  readonly os: OperatingSystem;
  /** `org.windfall.Harbor [733]` */
  readonly coalition?: string;
  readonly device: Report["device"];
  readonly process: ProcessFacts;
  readonly crashedAt?: string;
  readonly launchedAt?: string;
  readonly isUnsetClock?: true;
}

/** Labels the model has a place for. All others stay in `metadata` under their own name. */
const KNOWN: ReadonlySet<string> = new Set([
  "Incident Identifier",
  "CrashReporter Key",
  "Crash Reporter Key",
  "Anonymous UUID",
  "Hardware Model",
  "Process",
  "Path",
  "Identifier",
  "Version",
  "Beta",
  "Code Type",
  "Role",
  "Date/Time",
  "Launch Time",
  "OS Version",
  "Crashed Thread",
  "Triggered by Thread",
  "Highlighted Thread",
  "Highlighted by Thread",
  "Exception Type",
  "Exception Subtype",
  "Exception Message",
  "Exception Codes",
  "Termination Reason",
  "Termination Description",
  "Logical CPU",
  "Error Code",
  "Trap Number",
]);

/** Where `.ips` has the same text under a key of its own, so that a diagnosis looks in one place. */
const IPS_KEYS: ReadonlyMap<string, string> = new Map([["VM Region Info", "vmRegionInfo"]]);

/** `byKsCrash`: KSCrash writes the two versions the other way round than every Apple tool of today. */
export function parseHead(values: LabelValues, byKsCrash: boolean): Head {
  const first = (label: string) => given(values(label)[0]);
  const process = nameAndPid(first("Process"));
  const model = first("Hardware Model");
  const os = parseOs({ text: first("OS Version"), model });
  const identifier = first("Identifier");
  const note = first("Exception Note") ?? "";
  const codeType = first("Code Type");
  const date = first("Date/Time");
  return {
    ...defined({
      incidentId: first("Incident Identifier")?.toUpperCase(),
      crashedAt: parseTimestamp(dateText(date, os)),
      isUnsetClock: date !== undefined && isUnsetClock(date) ? true : undefined,
      launchedAt: parseTimestamp(dateText(first("Launch Time"), os)),
    }),
    app: {
      ...defined({
        name: process.name,
        // A tool without a bundle is identified by its name.
        bundleId: identifier === process.name && identifier?.includes(".") !== true ? undefined : identifier,
      }),
      ...parseVersion(first("Version"), byKsCrash || isBuildFirst(values, os)),
    },
    os,
    ...defined({ coalition: first("Coalition") }),
    device: defined({ model }),
    process: defined({
      ...process,
      path: first("Path"),
      role: first("Role"),
      cpuType: codeType?.replace(/ \((?:Native|Translated)\)$/, ""),
      isTranslated: codeType?.endsWith(" (Translated)") === true ? true : undefined,
      parent: nameAndPid(first("Parent Process")).name,
      crashReporterKey: first("CrashReporter Key") ?? first("Crash Reporter Key") ?? first("Anonymous UUID"),
      isBeta: isBeta(first) ? true : undefined,
      isSimulated: note.startsWith("SIMULATED") ? true : undefined,
      isNonFatal: note.startsWith("NON-FATAL") ? true : undefined,
    }),
  };
}

export function headMetadata(labels: ReadonlyMap<string, readonly string[]>): [string, JsonValue][] {
  const rest: [string, JsonValue][] = [];
  const limits: Record<string, JsonValue> = {};
  for (const [label, [value = ""]] of labels) {
    // A time that could not be one is kept as it stands.
    const isKept = label === "Date/Time" && isUnsetClock(value);
    if ((KNOWN.has(label) && !isKept) || value === "") continue;
    const limit = threadLimit(label, value);
    if (limit !== undefined) limits[label.slice(0, -REACHED.length)] = limit;
    else if (label === "Exception Reason") rest.push(["exceptionReason", { composed_message: value }]);
    else rest.push([IPS_KEYS.get(label) ?? label, value]);
  }
  return Object.keys(limits).length === 0 ? rest : [...rest, ["workQueueLimits", limits]];
}

const REACHED = " Reached";

/** `Dispatch Thread Soft Limit Reached: 64 (too many dispatch threads blocked in synchronous operations)`. */
function threadLimit(label: string, value: string): number | undefined {
  const digits = label.endsWith(REACHED) ? /^(\d{1,9}) \(too many dispatch threads/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

/** Three generations of telling a TestFlight build. */
const isBeta = (first: (label: string) => string | undefined): boolean =>
  first("Beta") === "YES" ||
  first("Distributor ID") === "com.apple.TestFlight" ||
  first("Beta Identifier") !== undefined;

/** SDK writers print `???` or `TODO` where they know nothing. */
const given = (value: string | undefined): string | undefined =>
  value === undefined || value === "" || value === "???" || value === "TODO" ? undefined : value;

function nameAndPid(text: string | undefined): { name?: string; pid?: number } {
  if (text === undefined) return {};
  const match = / \[(-?\d{1,10})\]$/.exec(text);
  if (match === null) return defined({ name: given(text) });
  return { ...defined({ name: given(text.slice(0, match.index).trim()) }), pid: Number(match[1]) };
}

/** iOS 9 printed the seconds again in place of the fraction (`21:01:55.55`). */
function dateText(text: string | undefined, os: OperatingSystem): string | undefined {
  return os.version?.startsWith("9.") === true ? text?.replace(/:(\d\d)\.\1(?= )/, ":$1") : text;
}

/** The first OS of each platform whose reports are JSON, so that their text is a translation (all of autumn 2021). */
const FIRST_TRANSLATED: ReadonlyMap<Platform | undefined, number> = new Map([
  ["iOS", 15],
  ["iPadOS", 15],
  ["tvOS", 15],
  ["watchOS", 8],
]);

/**
 * ReportCrash of iOS up to 14 wrote `build (short)`; everything that is newer, translated, on macOS or downloaded from
 * App Store Connect writes `short (build)`.
 */
function isBuildFirst(values: LabelValues, os: OperatingSystem): boolean {
  const codeType = values("Code Type")[0] ?? "";
  const isNative =
    ["104", "105"].includes(values("Report Version")[0] ?? "104") &&
    values("AppStoreTools").length === 0 &&
    codeType.endsWith(")");
  const firstTranslated = FIRST_TRANSLATED.get(os.platform);
  return (
    isNative &&
    os.version !== undefined &&
    firstTranslated !== undefined &&
    Number.parseInt(os.version, 10) < firstTranslated
  );
}

function parseVersion(text: string | undefined, buildFirst: boolean): { version?: string; build?: string } {
  if (text === undefined) return {};
  const match = /^(.{1,200}?)\s*\(([^()]{0,200})\)$/.exec(text);
  if (match === null) return { version: text };
  const [first, second] = buildFirst ? [match[2], match[1]] : [match[1], match[2]];
  return defined({ version: given(first), build: given(second) });
}
