/**
 * What a line of a text report is. The patterns are anchored and have no nested repetition, so that a hostile line costs
 * what its length is. Columns differ between dialects and are never used.
 */

/** Labels of the head in all dialects: Apple's for iOS and macOS, and those of the translated forms. */
const LABELS: ReadonlySet<string> = new Set(
  [
    "Incident Identifier|CrashReporter Key|Crash Reporter Key|Beta Identifier|Distributor ID|Hardware Model|Device Model",
    "Process|Path|Identifier|Version|Build Info|App Item ID|App External ID|AppStoreTools|AppVariant|Beta|Code Type|Role",
    "Parent Process|Coalition|Responsible|Responsible Process|Responsible PID|User ID|PlugIn Path|PlugIn Identifier|PlugIn Version",
    "Date/Time|Launch Time|OS Version|Release Type|Baseband Version|UDID|Report Version|Bridge OS Version|Anonymous UUID",
    "Sleep/Wake UUID|Time Awake Since Boot|Time Since Wake|System Integrity Protection|Notes",
    "Crashed Thread|Triggered by Thread|Highlighted Thread|Highlighted by Thread",
    "Exception Type|Exception Subtype|Exception Message|Exception Codes|Exception Note|Exception Reason",
    "Termination Signal|Termination Reason|Termination Description|Terminating Process|VM Region Info",
    "Logical CPU|Error Code|Trap Number|Thermal Level|Thermal Sensors",
  ].flatMap((line) => line.split("|")),
);
const MAX_LABEL_LENGTH = 27;

export interface LabelLine {
  readonly label: string;
  readonly value: string;
}

export function matchLabel(line: string): LabelLine | undefined {
  const colon = line.indexOf(":");
  if (colon <= 0 || colon > MAX_LABEL_LENGTH) return undefined;
  const label = line.slice(0, colon).trim();
  return LABELS.has(label) ? { label, value: line.slice(colon + 1).trim() } : undefined;
}

const UNKNOWN_LABEL = /^([A-Z][\w/+-]{0,30}(?: [\w/+-]{1,30}){0,4}): {1,40}(\S.*)$/;

/** A line in the form of a label that no writer we know prints. */
export function matchUnknownLabel(line: string): LabelLine | undefined {
  const [, label, value = ""] = UNKNOWN_LABEL.exec(line) ?? [];
  return label === undefined ? undefined : { label, value: value.trim() };
}

const SECTION =
  /^(?:(Application Specific Information|Application Specific Signatures|Application Specific Backtrace \d{1,4}|Dyld Error Message|Last Exception Backtrace|Kernel Triage|Error Formulating Crash Report|Filtered syslog|Filtered log messages|External Modification Summary|External Modification Warnings|VM Region Summary|System Profile|Translated Code Information|Binary Images|AppleInternal info|MTE Page Tags|Extra Information|Notable Addresses|Handler crashed while reporting|Xamarin Exception Stack|Referenced object|Object referenced by NSException|Rollbar Full Diagnostics|Application Stats|Call graph|Heaviest stack for the target process|Num samples)|(Global Trace Buffer|VM Regions Near|Thread \d{1,6} instruction stream|Stack Dump|Bad magic 0x|Microstackshots|Diagnostic Output))/;

const UNKNOWN_SECTION = /^([A-Za-z][\w/+-]{0,30}(?: [\w/+-]{1,30}){0,5}):\s{0,40}$/;

/** A heading over text that no writer we know prints (`kernel messages:`); only between the labels of a head is a line like it one. */
export function matchUnknownSection(line: string): SectionLine | undefined {
  const name = UNKNOWN_SECTION.exec(line)?.[1];
  return name === undefined ? undefined : { name, rest: "" };
}

export interface SectionLine {
  readonly name: string;
  /** Text behind the colon, as in `Last Exception Backtrace: (0x1 0x2)`. */
  readonly rest: string;
}

export function matchSection(line: string): SectionLine | undefined {
  const match = SECTION.exec(line);
  if (match === null) return undefined;
  const after = line.slice(match[0].length);
  if (match[2] !== undefined) return { name: match[2], rest: after.replace(/^:/, "").trim().replace(/:$/, "") };
  // "Binary Images (dpkg):" is a sub-heading of jailbreak tools; "Binary Images are …" is prose.
  const tail = /^(?: \([^()]{0,40}\))?\s*(?::|$)/.exec(after);
  return tail === null ? undefined : { name: match[1] ?? "", rest: after.slice(tail[0].length).trim() };
}

export interface ThreadLine {
  readonly number: number;
  readonly crashed: boolean;
  readonly name?: string;
  readonly queue?: string;
}

const THREAD = /^Thread (\d{1,6})( Crashed| Attributed| Highlighted)?:/;
const THREAD_NAME = /^Thread (\d{1,6}) name:/;
const QUEUE = "Dispatch queue:";

/** `Thread 0 Crashed:`, `Thread 5:: name Dispatch queue: q`. */
export function matchThread(line: string): ThreadLine | undefined {
  const match = THREAD.exec(line);
  if (match === null) return undefined;
  const rest = line.slice(match[0].length);
  if (rest !== "" && !/^[:\s]/.test(rest)) return undefined;
  return {
    number: Number(match[1]),
    crashed: match[2] !== undefined,
    ...splitQueue(rest.startsWith(":") ? rest.slice(1) : rest),
  };
}

/** `Thread 0 name:   Dispatch queue: com.apple.main-thread`, the line before a head in the iOS forms. */
export function matchThreadName(line: string): Omit<ThreadLine, "crashed"> | undefined {
  const match = THREAD_NAME.exec(line);
  return match === null ? undefined : { number: Number(match[1]), ...splitQueue(line.slice(match[0].length)) };
}

export function splitQueue(text: string): { readonly name?: string; readonly queue?: string } {
  const at = text.search(/Dispatch queue:/i);
  const name = (at < 0 ? text : text.slice(0, at)).trim().replace(/,$/, "");
  const queue = at < 0 ? "" : text.slice(at + QUEUE.length).trim();
  return { ...(name !== "" && { name }), ...(queue !== "" && { queue }) };
}

const STATE = /^(?:Thread (\d{1,6})|Unknown thread) crashed with (?:[\w-]{1,20} Thread State|unknown flavor)/;

/** The head of the register block; `number` is absent for an unknown thread. */
export function matchState(line: string): { readonly number?: number } | undefined {
  const match = STATE.exec(line);
  if (match === null) return undefined;
  return match[1] === undefined ? {} : { number: Number(match[1]) };
}

export interface FrameLine {
  readonly imageName: string;
  readonly address: bigint;
  /** Symbol and offset, or base and offset: see `frame-symbol.ts`. */
  readonly rest: string;
}

/** Behind left out recursion, numbers have as many digits as the whole backtrace needs. */
const FRAME_INDEX = /^ {0,3}\d{1,7}[ \t]{1,8}(?=\S)/;
const FRAME_ADDRESS = /[ \t](0x[0-9a-fA-F]{1,16}|0{16,18})(?=[ \t]|$)/g;

export function matchFrame(line: string): FrameLine | undefined {
  const index = FRAME_INDEX.exec(line);
  if (index === null) return undefined;
  const start = index[0].length;
  // Apple separates the name from the address with a TAB; a name may hold blanks and even " 0x". Others have a TAB
  // farther on, or none.
  const tab = line.indexOf("\t", start);
  FRAME_ADDRESS.lastIndex = tab >= 0 && /^[ \t]{1,40}0/.test(line.slice(tab, tab + 41)) ? tab : start;
  const match = FRAME_ADDRESS.exec(line);
  if (match === null) return undefined;
  const digits = match[1] ?? "";
  return {
    imageName: line.slice(start, match.index).trim(),
    address: digits.startsWith("0x") ? BigInt(digits) : 0n,
    rest: line.slice(FRAME_ADDRESS.lastIndex).trim(),
  };
}

/** What Apple's translation prints in place of a part that the report does not have. */
const NOTHING: ReadonlySet<string> = new Set([
  "Backtrace not available",
  "No thread state (register information) available",
  "Binary images description not available",
]);

export const isNothing = (line: string): boolean => NOTHING.has(line.trim());

/** Whether a line in a backtrace was meant to be a frame. */
export const looksLikeFrame = (line: string): boolean => /^ {0,3}\d{1,7}[ \t]{2,}\S/.test(line);

export const isEnd = (line: string): boolean => line.trimEnd() === "EOF";
