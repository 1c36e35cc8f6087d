/** Who was killed for memory and who held it: the order in which a person wants to know. */
import type { MemoryKill, MemoryProcess } from "../../report.ts";
import { defined } from "../json-fields.ts";
import { MAX_VICTIMS } from "../limits.ts";
import type { ProblemList } from "../problem-list.ts";

/** How many of the largest are named: enough to see what pressed, and no list of what a person has running. */
const LARGEST_COUNT = 5;

export interface MemorySituation {
  readonly processes: readonly MemoryProcess[];
  readonly pageBytes: number;
  readonly pages: Readonly<Record<string, number>>;
  readonly largestProcess: string | undefined;
}

export function memoryKillOf(situation: MemorySituation, problems: ProblemList): MemoryKill {
  const { processes, pageBytes, pages, largestProcess } = situation;
  const victims = processes.filter(({ reason }) => reason !== undefined).sort(byNotice);
  if (victims.length > MAX_VICTIMS) {
    problems.add("limit-reached", `names ${MAX_VICTIMS} of ${victims.length} processes that were killed`);
  }
  if (victims.length === 0) problems.add("missing-part", "no process of this report is marked as killed");
  return {
    victims: victims.slice(0, MAX_VICTIMS),
    largest: [...processes].sort(bySize).slice(0, LARGEST_COUNT),
    ...defined({ largestProcess }),
    processCount: processes.length,
    residentBytes: processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    pageBytes,
    pages,
  };
}

const bySize = (a: MemoryProcess, b: MemoryProcess): number => b.residentBytes - a.residentBytes;

const byNotice = (a: MemoryProcess, b: MemoryProcess): number => unseen(a) - unseen(b) || bySize(a, b);

/** 0 for what a user looked at, 2 for what no user knows of. */
function unseen({ states }: MemoryProcess): number {
  if (states.includes("frontmost")) return 0;
  return states.includes("daemon") ? 2 : 1;
}
