/**
 * What the labelled lines and the sections of Apple's text say, as the keys of an `.ips`: the inverse of `formats/apple-text`.
 * Values stay as they stand (a time keeps its zone), so that text, `.ips` and text again agree.
 */
import type { JsonValue } from "../report.ts";
import { defined, type JsonObject } from "../formats/json-fields.ts";
import type { SourceFacts } from "./document-of.ts";
import type { TextReport } from "./raw-text.ts";

export function textFacts({ report, raw }: TextReport): SourceFacts {
  const value = (label: string): string | undefined => {
    const text = raw.labels.get(label)?.[0];
    return text === undefined || text === "" || text === "???" ? undefined : text;
  };
  const section = (name: string): readonly string[] | undefined => raw.sections.get(name);
  return {
    imageLines: raw.imageLines,
    faultWords: raw.threads.map(({ faultWords }) => faultWords),
    instructions: raw.threads.map(({ number }) => instructionsOf(section(`Thread ${number} instruction stream`))),
    body: defined({
      ...processFacts(value),
      ...osFacts(value, report.os.platform?.endsWith("Simulator") === true),
      ...causeFacts(value, raw.labels.get("Termination Reason")?.[0], report.termination && { ...report.termination }),
      ...sectionFacts(section),
      workQueueLimits: report.metadata["workQueueLimits"],
      asiBacktraces: nonEmpty(
        [...raw.sections].flatMap(([name, lines]) =>
          name.startsWith("Application Specific Backtrace") ? lines.join("\n").trimEnd() : [],
        ),
      ),
    }) as JsonObject,
  };
}

type Value = (label: string) => string | undefined;

function processFacts(value: Value): Record<string, JsonValue | undefined> {
  const parent = nameAndNumber(value("Parent Process"));
  const coalition = nameAndNumber(value("Coalition"));
  const responsible = nameAndNumber(value("Responsible Process") ?? value("Responsible"));
  const [codeName, productName] = value("Device Model")?.split("/") ?? [];
  const identifier = value("Identifier");
  const version = /^(.{1,200}?) \(([^()]{0,200})\)$/.exec(value("Version") ?? "");
  const process = nameAndNumber(value("Process"));
  const isBundle = identifier !== undefined && (identifier !== process.name || version !== null);
  return {
    incident: value("Incident Identifier"),
    crashReporterKey: value("CrashReporter Key") ?? value("Crash Reporter Key") ?? value("Anonymous UUID"),
    procName: process.name,
    procRole: value("Role"),
    ...(value("Version") !== undefined &&
      isBundle && {
        bundleInfo: defined({
          CFBundleShortVersionString: version?.[1] ?? value("Version"),
          CFBundleVersion: version?.[2],
          CFBundleIdentifier: identifier === process.name ? undefined : identifier,
          DTAppStoreToolsBuild: value("AppStoreTools"),
        }) as JsonObject,
      }),
    storeInfo: orNothing({
      distributorID: value("Distributor ID"),
      applicationVariant: value("AppVariant"),
      deviceIdentifierForVendor: value("Beta Identifier"),
    }),
    // The note of a store is no line of its own: TestFlight is told by either.
    isBeta: value("Beta") === "YES" ? 1 : undefined,
    translated: value("Code Type")?.endsWith(" (Translated)") === true ? true : undefined,
    codeName,
    productName,
    parentProc: parent.name,
    parentPid: parent.number,
    coalitionName: coalition.name === "<none>" ? undefined : coalition.name,
    coalitionID: coalition.number,
    responsibleProc: responsible.name,
    responsiblePid: responsible.number,
    userID: numberIn(value("User ID")),
    systemID: value("UDID"),
  };
}

function osFacts(value: Value, isSimulator: boolean): Record<string, JsonValue | undefined> {
  const text = value("OS Version");
  const os = text === undefined ? null : /^(.{1,100}?)(?: \((?:Build )?(\w{1,32})\))?$/.exec(text);
  const isMac = /^(mac|OS X)/i.test(text ?? "");
  const bridge = /^(.{1,100}) \((\w{1,32})\)$/.exec(value("Bridge OS Version") ?? "");
  return {
    osVersion:
      os === null
        ? undefined
        : (defined({
            isEmbedded: isMac || isSimulator ? undefined : true,
            train: os[1],
            build: os[2],
            releaseType: value("Release Type"),
          }) as JsonObject),
    captureTime: value("Date/Time"),
    procLaunch: value("Launch Time"),
    basebandVersion: value("Baseband Version"),
    bridgeVersion: bridge === null ? undefined : { train: bridge[1] ?? "", build: bridge[2] ?? "" },
    sleepWakeUUID: value("Sleep/Wake UUID"),
    uptime: numberIn(value("Time Awake Since Boot")),
    wakeTime: numberIn(value("Time Since Wake")),
    sip: value("System Integrity Protection"),
  };
}

function causeFacts(
  value: Value,
  reason: string | undefined,
  termination:
    | { readonly indicator?: string; readonly reasons?: readonly string[]; readonly details?: readonly string[] }
    | undefined,
): Record<string, JsonValue | undefined> {
  const note = value("Exception Note");
  const by = nameAndNumber(value("Terminating Process"));
  const parts = /^(?:Namespace )?([^\s,]{1,64}),? (?:Code )?\[?(0x[0-9a-fA-F]{1,16}|\d{1,20})\]?/.exec(reason ?? "");
  const code = parts?.[2] === undefined ? undefined : BigInt(parts[2]);
  return {
    isCorpse: note === "EXC_CORPSE_NOTIFY" ? 1 : undefined,
    isSimulated: note?.startsWith("SIMULATED") === true ? 1 : undefined,
    simulatedCaller: /^SIMULATED .{0,40}? requested by (.{1,200})$/.exec(note ?? "")?.[1],
    isNonFatal: note?.startsWith("NON-FATAL") === true ? 1 : undefined,
    ...(parts !== null && {
      termination: orNothing({
        flags: 0,
        code: code === undefined || code > BigInt(Number.MAX_SAFE_INTEGER) ? code : Number(code),
        namespace: parts[1],
        indicator: termination?.indicator,
        reasons: nonEmpty(termination?.reasons),
        details: nonEmpty(termination?.details),
        byProc: by.name,
        byPid: by.number,
      }),
    }),
  };
}

function sectionFacts(section: (name: string) => readonly string[] | undefined): Record<string, JsonValue | undefined> {
  return {
    ktriageinfo: tableText(section("Kernel Triage")),
    asiSignatures: linesOf(section("Application Specific Signatures")),
    reportNotes: linesOf(section("Error Formulating Crash Report")),
    vmSummary: tableText(section("VM Region Summary")),
    extMods: modificationsOf(section("External Modification Summary")),
  };
}

const linesOf = (lines: readonly string[] | undefined): readonly string[] | undefined =>
  nonEmpty(lines?.filter((line) => line.trim() !== ""));

/** Apple's texts of several lines end with a line feed. */
function tableText(lines: readonly string[] | undefined): string | undefined {
  const text = lines?.join("\n").trimEnd() ?? "";
  return text === "" ? undefined : `${text}\n`;
}

const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/other processes targeting/, "targeted"],
  [/by this process/, "caller"],
  [/all processes/, "system"],
];

function modificationsOf(lines: readonly string[] | undefined): JsonObject | undefined {
  const groups: Record<string, Record<string, number>> = {};
  let group: Record<string, number> | undefined;
  for (const line of lines ?? []) {
    const name = GROUPS.find(([pattern]) => pattern.test(line))?.[1];
    if (name !== undefined) group = groups[name] = {};
    const call = /^\s{1,16}(task_for_pid|thread_create|thread_set_state): (\d{1,15})$/.exec(line);
    if (call?.[1] !== undefined && group !== undefined) group[call[1]] = Number(call[2]);
  }
  return Object.keys(groups).length === 0 ? undefined : groups;
}

/** `  48 89 e5 53 50 48 89 fb-48 8d …[cc]…  H..SPH..`: 16 bytes a row, brackets around the current one. */
function instructionsOf(lines: readonly string[] | undefined): JsonObject | undefined {
  const bytes: number[] = [];
  let offset: number | undefined;
  for (const line of lines ?? []) {
    if (!/^ [ [][0-9a-f]{2}[\] ]/.test(line)) continue;
    for (const match of line.slice(0, 2 + 16 * 3).matchAll(/(\[?)([0-9a-f]{2})(?=[\] -])/g)) {
      if (match[1] === "[") offset = bytes.length;
      bytes.push(Number.parseInt(match[2] ?? "0", 16));
    }
  }
  if (bytes.length === 0) return undefined;
  return { instructionStream: { bytes, ...(offset !== undefined && { offset }) } };
}

function nameAndNumber(text: string | undefined): { readonly name?: string; readonly number?: number } {
  const match = text === undefined ? null : /^(.{0,1000}?) ?\[(-?\d{1,10})\]$/.exec(text);
  if (match === null) return text === undefined ? {} : { name: text.replace(/ \[Unknown\]$/, "") };
  const name = match[1];
  return { number: Number(match[2]), ...(name !== undefined && name !== "" && name !== "???" && { name }) };
}

function numberIn(text: string | undefined): number | undefined {
  const digits = /^\d{1,15}/.exec(text ?? "")?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function orNothing(values: Record<string, JsonValue | undefined>): JsonObject | undefined {
  const object = defined(values) as JsonObject;
  return Object.keys(object).length === 0 ? undefined : object;
}
