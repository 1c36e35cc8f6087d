/**
 * What a report that is no crash tells a person, in lines: who was killed for memory and who held it, which limit was broken, why the
 * kernel stopped. The same for a terminal and for a page; takes a report or its JSON.
 */
import { BUG_TYPES } from "./formats/bug-types.ts";
import type { MemoryKill, MemoryProcess, PanicFacts, ReportKind, Sampling } from "./report.ts";

type Process = Omit<MemoryProcess, "uuid">;

export interface SystemReport {
  readonly kind: ReportKind;
  readonly bugType?: string;
  readonly process: { readonly name?: unknown };
  readonly sampling?: Sampling;
  readonly memoryKill?: Omit<MemoryKill, "victims" | "largest"> & {
    readonly victims: readonly Process[];
    readonly largest: readonly Process[];
  };
  readonly panic?: PanicFacts;
}

/** Label and lines. */
export type SystemFact = readonly [label: string, lines: readonly string[]];

/** `undefined` where a signature says more. */
export function systemTitle({ kind, bugType, memoryKill, panic, sampling, process }: SystemReport): string | undefined {
  if (memoryKill !== undefined) {
    const [victim, ...others] = memoryKill.victims;
    if (victim === undefined) return "Memory ran short: nothing was killed";
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return `Killed for memory: ${victim.name} (${victim.reason ?? "no reason given"})${more}`;
  }
  if (panic !== undefined) return `Kernel panic: ${panic.message}`;
  if (kind === "telemetry") return "Telemetry, not a report";
  const known = BUG_TYPES.get(bugType ?? "");
  if (kind === "other" && known !== undefined) return `${known.name}, a log of the system`;
  if (kind !== "stackshot") return undefined;
  const about = typeof process.name === "string" ? ` of ${process.name}` : "";
  return `Stackshot${about}${sampling?.reason === undefined ? "" : `: ${sampling.reason}`}`;
}

export function systemFacts({ kind, memoryKill, sampling, panic }: SystemReport): readonly SystemFact[] {
  return [
    ...(kind === "fault" ? [FAULT] : []),
    ...(memoryKill === undefined ? [] : memoryFacts(memoryKill)),
    ...(sampling === undefined ? [] : samplingFacts(sampling)),
    ...(panic === undefined ? [] : panicFacts(panic)),
  ];
}

/** It looks like a crash from head to end, and is none. */
const FAULT: SystemFact = ["Outcome", ["a fault, no crash: the process went on"]];

const VICTIMS_SHOWN = 10;

function memoryFacts(kill: NonNullable<SystemReport["memoryKill"]>): readonly SystemFact[] {
  const { victims, largest, largestProcess, pages, pageBytes, processCount, residentBytes } = kill;
  const left = victims.length - VICTIMS_SHOWN;
  const free = pages["free"];
  const isListed = largest.some(({ name }) => name === largestProcess);
  return [
    ["Killed", [...victims.slice(0, VICTIMS_SHOWN).map(victimText), ...(left > 0 ? [`… ${left} more`] : [])]],
    [
      "Memory",
      [
        ...(free === undefined
          ? []
          : [`${bytesText(free * pageBytes)} free (${free} pages of ${bytesText(pageBytes)})`]),
        `${bytesText(residentBytes)} held by ${processCount} ${processCount === 1 ? "process" : "processes"}`,
      ],
    ],
    [
      "Largest",
      [
        ...largest.map((process) => `${nameText(process)}  ${bytesText(process.residentBytes)}${statesText(process)}`),
        ...(largestProcess === undefined || isListed ? [] : [`${largestProcess}, says the system; it is not listed`]),
      ],
    ],
  ];
}

function victimText(process: Process): string {
  const { reason = "no reason given", residentBytes, peakBytes } = process;
  const peak = peakBytes === undefined || peakBytes <= residentBytes ? "" : `, at most ${bytesText(peakBytes)}`;
  return `${nameText(process)}  ${reason}  ${bytesText(residentBytes)}${peak}${statesText(process)}`;
}

const nameText = ({ name, pid }: Process): string => (pid === undefined ? name : `${name} [${pid}]`);
const statesText = ({ states }: Process): string => (states.length === 0 ? "" : `  (${states.join(", ")})`);

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** Pages are powers of two, and so are the limits of the system. */
function bytesText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[power]}`;
}

function samplingFacts(sampling: Sampling): readonly SystemFact[] {
  const { event, action, reason, observed, limit, limitSeconds, durationSeconds, sampleCount } = sampling;
  const span = limitSeconds === undefined ? "" : ` in ${durationText(limitSeconds)}`;
  const samples = sampleCount === undefined ? "" : `${sampleCount} ${sampleCount === 1 ? "sample" : "samples"}`;
  const time = durationSeconds === undefined ? "" : durationText(durationSeconds);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Event", event === undefined || action === undefined ? event : `${event}; action taken: ${action}`],
    ["Reason", reason],
    ["Measured", observed],
    ["Limit", limit === undefined ? undefined : `${limit}${span}`],
    ["Sampled", [samples, time].filter((part) => part !== "").join(" in ")],
  ];
  return rows.flatMap(([label, text]) => (text === undefined || text === "" ? [] : [[label, [text]] as const]));
}

function durationText(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return `${seconds} s`;
}

function panicFacts({ message, cause, process }: PanicFacts): readonly SystemFact[] {
  return [
    ["Panic", [message]],
    ...(cause === undefined ? [] : [["Means", [cause]] as const]),
    ...(process === undefined ? [] : [["Running", [process]] as const]),
  ];
}
