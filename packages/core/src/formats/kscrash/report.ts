/**
 * From KSCrash's JSON to a `Report`, in the terms of Apple's own reports: the same bug told by both has one signature.
 * What the model has no place for stays in `metadata` under the key of the source.
 */
import type { JsonValue, OperatingSystem, Parsed, Platform, Report } from "../../report.ts";
import type { JsonDocument, JsonFormat } from "../format.ts";
import { defined, type JsonObject, numberOf, objectOf, textOf, without } from "../json-fields.ts";
import { parseOs } from "../os-version.ts";
import { ProblemList } from "../problem-list.ts";
import { addReadingProblems } from "../reading-problem.ts";
import { parseCause } from "./cause.ts";
import { innerReport, isKsCrash } from "./container.ts";
import { parseImages } from "./images.ts";
import { parseThreads } from "./threads.ts";
import { isUnsetClock } from "../timestamp.ts";
import { parseTime } from "./times.ts";

export const ksCrashFormat: JsonFormat = {
  format: "kscrash",
  is: isKsCrash,
  parse: (document) => [parseKsCrash(document)],
};

function parseKsCrash({ value, reading }: JsonDocument): Parsed<Report> {
  const problems = new ProblemList();
  addReadingProblems(reading, "the report", problems);
  const inner = innerReport(value);
  if (inner !== undefined) {
    problems.add("missing-part", "the crash handler itself crashed: what it had written before is shown", "body#");
  }
  return { value: reportOf(inner ?? value, problems), problems: problems.items };
}

const SYSTEM_KEYS = [
  "CFBundleExecutable",
  "CFBundleExecutablePath",
  "CFBundleIdentifier",
  "CFBundleName",
  "CFBundleShortVersionString",
  "CFBundleVersion",
  "app_start_time",
  "device_app_hash",
  "machine",
  "os_version",
  "parent_process_name",
  "process_id",
  "process_name",
  "system_name",
  "system_version",
];

function reportOf(body: JsonObject, problems: ProblemList): Report {
  const head = objectOf(body["report"]) ?? {};
  const system = objectOf(body["system"]) ?? {};
  const crash = objectOf(body["crash"]) ?? {};
  const cause = parseCause(objectOf(crash["error"]) ?? {});
  const { images, messages } = parseImages(body["binary_images"], problems);
  const threads = parseThreads(
    { threads: crash["threads"], images, startsAtCall: cause.backtraceOf !== "fault" },
    problems,
  );
  if (threads.length === 0 && cause.kind === "crash") {
    problems.add("missing-part", "the report has no threads", "body#/crash/threads");
  }
  const written = textOf(head["timestamp"]);
  if (written !== undefined && isUnsetClock(written)) {
    problems.add(
      "unreadable-value",
      "the clock of the device was not set: when it crashed is not known",
      "body#/report",
    );
  }
  const crashed = threads.findIndex((thread) => thread.crashed);
  const thrown = cause.backtraceOf === "objc-exception" ? threads[crashed]?.frames : undefined;
  const application = objectOf(system["application_stats"]);
  const inForeground = application?.["application_in_foreground"];
  return {
    format: "kscrash",
    kind: cause.kind,
    ...defined({
      incidentId: textOf(head["id"])?.toUpperCase(),
      crashedAt: parseTime(head["timestamp"]),
      launchedAt: parseTime(system["app_start_time"]),
    }),
    app: defined({
      name: textOf(system["CFBundleName"]) ?? textOf(system["CFBundleExecutable"]) ?? textOf(system["process_name"]),
      bundleId: textOf(system["CFBundleIdentifier"]),
      version: textOf(system["CFBundleShortVersionString"]),
      build: textOf(system["CFBundleVersion"]),
    }),
    os: osOf(system),
    device: defined({ model: textOf(system["machine"]) }),
    process: defined({
      name: textOf(system["process_name"]) ?? textOf(head["process_name"]),
      path: textOf(system["CFBundleExecutablePath"]),
      pid: numberOf(system["process_id"]),
      role: typeof inForeground === "boolean" ? (inForeground ? "Foreground" : "Background") : undefined,
      cpuType: cpuTypeOf(system),
      parent: textOf(system["parent_process_name"]),
      installId: textOf(system["device_app_hash"]),
      isNonFatal: cause.isNonFatal ? true : undefined,
    }),
    ...(cause.exception && { exception: cause.exception }),
    applicationSpecificInformation: { ...messages, ...cause.messages },
    ...(crashed >= 0 && { crashedThread: crashed }),
    ...(thrown !== undefined && thrown.length > 0 && { lastExceptionBacktrace: thrown }),
    threads,
    images,
    metadata: metadataOf(body, cause.metadata),
  };
}

function metadataOf(body: JsonObject, cause: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
  const system = without(objectOf(body["system"]), SYSTEM_KEYS);
  const diagnosis = textOf(objectOf(body["crash"])?.["diagnosis"]);
  const user = objectOf(body["user"]);
  return {
    ...cause,
    ...defined({ diagnosis, system }),
    ...(user !== undefined && Object.keys(user).length > 0 && { user }),
    ...defined({ process: without(objectOf(body["process"]), []), report: objectOf(body["report"]) }),
  };
}

const SIMULATORS: Partial<Record<Platform, Platform>> = {
  iOS: "iOS Simulator",
  iPadOS: "iOS Simulator",
  watchOS: "watchOS Simulator",
  tvOS: "tvOS Simulator",
  visionOS: "visionOS Simulator",
};

function osOf(system: JsonObject): OperatingSystem {
  const name = textOf(system["system_name"]) ?? "";
  const model = textOf(system["machine"]);
  const os = parseOs({
    text: `${name} ${textOf(system["system_version"]) ?? ""}`.trim(),
    build: textOf(system["os_version"]),
    model,
  });
  const simulated = textOf(system["build_type"]) === "simulator" || textOf(system["model"]) === "simulator";
  const platform = simulated && os.platform !== undefined ? (SIMULATORS[os.platform] ?? os.platform) : os.platform;
  return { ...os, ...defined({ platform }) };
}

/** Mach's numbers for what Apple's reports call Code Type. The binary's word counts: Rosetta runs another than the machine's. */
const CPU_TYPES: Readonly<Record<number, string>> = {
  7: "X86",
  12: "ARM",
  [0x0100_0007]: "X86-64",
  [0x0100_000c]: "ARM-64",
  [0x0200_000c]: "ARM64_32",
};

function cpuTypeOf(system: JsonObject): string | undefined {
  const type = numberOf(system["binary_cpu_type"]) ?? numberOf(system["cpu_type"]);
  if (type !== undefined && CPU_TYPES[type] !== undefined) return CPU_TYPES[type];
  const arch = textOf(system["cpu_arch"]);
  if (arch === undefined) return undefined;
  if (arch.startsWith("arm64")) return "ARM-64";
  if (arch.startsWith("armv")) return "ARM";
  if (arch.startsWith("x86_64")) return "X86-64";
  return arch.toUpperCase();
}
