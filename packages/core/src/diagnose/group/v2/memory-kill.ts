/** A memory kill has no stack: it is told by why, in which state, and about how much memory the app was allowed. */
import type { MemoryProcess, Report } from "../../../report.ts";

/** Undefined for what is no memory kill, or told nothing. */
export function memoryKillParts(report: Report): readonly string[] | undefined {
  if (report.kind !== "jetsam") return undefined;
  const victim = victimOf(report);
  if (victim === undefined) return ["no victim"];
  const { reason = "unknown", states } = victim;
  const state = states.includes("frontmost") ? "in the foreground" : "in the background";
  const isOwnLimit = reason === "per-process-limit" || reason === "highwater";
  return [reason, state, victim.name, ...(isOwnLimit ? [limitClass(victim)] : [])];
}

/** The app itself where it was one of them. */
function victimOf({ memoryKill, app, process }: Report): MemoryProcess | undefined {
  const victims = memoryKill?.victims ?? [];
  const name = app.name ?? process.name;
  return victims.find((victim) => victim.name === name) ?? victims[0];
}

const MIB = 1024 * 1024;
/** Devices have limits of about 1.4, 2.1, 3, 4 … GB: the steps lie between them. */
const STEPS_MIB = [128, 256, 512, 1024, 1700, 2500, 3500, 5000, 7000];

function limitClass({ peakBytes, residentBytes }: MemoryProcess): string {
  const mebibytes = Math.max(peakBytes ?? 0, residentBytes) / MIB;
  const step = STEPS_MIB.find((limit) => mebibytes < limit);
  return step === undefined ? "limit of 7 GB or more" : `limit below ${step} MB`;
}
