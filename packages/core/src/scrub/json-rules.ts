/** What is done with a member of a JSON report, by its key. Apple's keys, MetricKit's, TestFlight's and those of the reporters. */

export type Action =
  /** Paths only: what every text gets. */
  | "paths"
  | "free-text"
  /** What the app noted about its user: long numbers are ids too. */
  | "user-data"
  | "pseudonym"
  | "delete"
  | "process-name"
  | "coalition"
  /** `de_DE` → `DE` */
  | "region"
  | "whole-gigabytes"
  | "whole-tens"
  /** As an instant without its zone, where strict. */
  | "time"
  /** Whose names are told of other processes too. */
  | "any-process-name"
  | "panic-text"
  /** A report in a string. */
  | "document";

const rules = (action: Action, keys: string): (readonly [string, Action])[] =>
  keys.split(/\s+/).map((key) => [key, action] as const);

export const BY_KEY: ReadonlyMap<string, Action> = new Map([
  ...rules(
    "pseudonym",
    "crashReporterKey crashreporter_key deviceIdentifierForVendor bootSessionUUID sleepWakeUUID device_app_hash installationUUID install_uuid installId device_unique_identifier identifierForVendor",
  ),
  ...rules(
    "delete",
    "systemID app_cohort storeCohortMetadata trialInfo logWritingSignature basebandVersion emailAddress email carrier timezone timeZone time_zone networkCountry ip_address ipAddress userIp user_ip username user_name phoneNumber phone preferredUserLanguage _preferredUserInterfaceLanguage countryCode keyboards serialNumber adam_id",
  ),
  ...rules(
    "free-text",
    "asi asiBacktraces composed_message composedMessage arguments formatString reason reasons details reportNotes terminationReason exceptionReason objectiveCexceptionReason comment indicator filteredLog diagnosticOutput message console_log consoleLog diagnosis user_reported notable_addresses breadcrumbs threadTriggered signpostData notes ktriageinfo localizedDescription localizedReason",
  ),
  ...rules("user-data", "user person userInfo user_info custom extra metaData tags attributes user_defined_attribute"),
  ...rules("process-name", "parentProc responsibleProc byProc"),
  ...rules("coalition", "coalitionName"),
  ...rules("region", "regionFormat locale localeIdentifier"),
  ...rules("whole-gigabytes", "availableDiskBytes totalDiskBytes diskBytesAvailable diskBytesTotal"),
  ...rules("whole-tens", "batteryPercentage"),
  ...rules("time", "timestamp captureTime procLaunch date"),
  ...rules("any-process-name", "procname largestProcess"),
  ...rules("document", "logText"),
  ...rules("panic-text", "panicString macOSPanicString string otherString"),
]);

/** Dropped where strict: memory of the process, and where it lay. */
export const STRICTLY_DROPPED: ReadonlySet<string> = new Set([
  "instructionByteStream",
  "instructionState",
  "mtePageTags",
  "notable_addresses",
  "stack",
  "console_log",
  "consoleLog",
  "userInfo",
  "user_info",
  "user",
  "person",
  "custom",
  "breadcrumbs",
]);

/** Where the thread stood and why: the rest of its registers may hold data. */
export const KEPT_REGISTERS: ReadonlySet<string> = new Set([
  "flavor",
  "pc",
  "lr",
  "sp",
  "fp",
  "far",
  "esr",
  "cpsr",
  "rip",
  "rsp",
  "rbp",
  "cr2",
  "err",
  "trap",
]);

/** Members that make an object a thread, whose name and queue the app chose. */
export const OF_A_THREAD: readonly string[] = [
  "frames",
  "backtrace",
  "threadState",
  "userFrames",
  "kernelFrames",
  "continuation",
  "stacktrace",
  "triggered",
];
export const THREAD_TITLES: ReadonlySet<string> = new Set(["name", "queue", "dispatch_queue", "dispatch_queue_label"]);
