/** Jetsam: the system killed to get memory. The victim is who has a reason; the largest process is often another. */
import type { MemoryProcess, Report } from "../../report.ts";
import type { Evidence } from "../diagnosis.ts";
import { type Facts, ofModel, oneLine } from "../facts.ts";
import { ENDED, type Match, type Rule } from "./rule.ts";

const OWN_LIMIT = /^(per-process-limit|highwater)$/;
/** Numbers in the kernel's order, as they stand in a termination. */
const OWN_LIMIT_CODES: readonly (bigint | undefined)[] = [7n, 2n];
const MEBIBYTE = 1024 * 1024;

export const MEMORY_KILL_RULES: readonly Rule[] = [
  {
    id: "jetsam-own-limit",
    title: "Killed for its own use of memory",
    confidence: "high",
    kinds: [...ENDED, "jetsam"],
    checkFirst: "what the app holds in memory: images decoded at full size, caches, web views, data read whole",
    advice:
      "Each process has a limit, far below the memory of the device and lower still for extensions and in the background. Downsample images, " +
      "read files and responses in pieces, give caches a limit and empty them at a memory warning; Instruments' Allocations shows what grows.",
    match: (facts) => kill(facts, true),
  },
  {
    id: "jetsam-system-pressure",
    title: "Killed because the system needed memory",
    confidence: "high",
    kinds: [...ENDED, "jetsam"],
    checkFirst: "whether the app was in the foreground",
    advice:
      "In the background this is normal: save the state when the app leaves the foreground and restore it. In the foreground the app or " +
      "another held too much: lower its footprint.",
    match: (facts) => kill(facts, false),
  },
];

function kill(facts: Facts, own: boolean): Match | undefined {
  const { report, where } = facts;
  if (report.kind !== "jetsam") {
    const { namespace, code, indicator } = report.termination ?? {};
    // 100 is for CPU time.
    if (namespace !== "JETSAM" || code === 100n || OWN_LIMIT_CODES.includes(code) !== own) return undefined;
    return {
      evidence: [{ where: where("termination/code"), text: oneLine(`JETSAM ${code ?? ""} ${indicator ?? ""}`) }],
    };
  }
  const victim = victimOf(report);
  if (victim?.reason === undefined || OWN_LIMIT.test(victim.reason) !== own) return undefined;
  const isFront = victim.states.includes("frontmost");
  const state = victim.states.join(", ") || "no state given";
  const evidence: Evidence[] = [
    { where: ofModel("memoryKill/victims"), text: oneLine(`${victim.name}: ${victim.reason} (${state})`) },
    { where: ofModel("memoryKill/victims"), text: oneLine(heldText(report, victim)) },
  ];
  const { largestProcess } = report.memoryKill ?? {};
  const against =
    largestProcess === undefined || victim.name.startsWith(largestProcess) || own
      ? []
      : [{ where: ofModel("memoryKill/largestProcess"), text: oneLine(`${largestProcess} held most memory`) }];
  return {
    evidence,
    against,
    ...(!own && !isFront && { title: "Killed in the background for memory" }),
    ...(own && { checkFirst: `what ${oneLine(victim.name)} held: ${heldText(report, victim)}` }),
  };
}

/** The app itself where it was one of them, else who a user would have noticed first. */
function victimOf({ memoryKill, app, process }: Report): MemoryProcess | undefined {
  const victims = memoryKill?.victims ?? [];
  const name = app.name ?? process.name;
  return victims.find((victim) => victim.name === name) ?? victims[0];
}

const size = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MB`;

/** What it held, against what there is. */
function heldText({ memoryKill }: Report, { residentBytes, peakBytes }: MemoryProcess): string {
  const held = `${size(residentBytes)} in memory${peakBytes === undefined ? "" : `, ${size(peakBytes)} at most`}`;
  const pages = Object.entries(memoryKill?.pages ?? {}).filter(([name]) => STATES.has(name));
  const all = pages.reduce((sum, [, count]) => sum + count, 0) * (memoryKill?.pageBytes ?? 0);
  return all === 0 ? held : `${held}; all processes and the kernel used about ${size(all)}`;
}

/** States that do not overlap. */
const STATES: ReadonlySet<string> = new Set(["free", "active", "inactive", "wired", "speculative", "throttled"]);
