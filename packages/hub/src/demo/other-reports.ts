/**
 * What the example app's devices tell beside crashes: hangs, writes and CPU time that MetricKit saw, and one kill for memory. As pure as
 * the days of `generate-demo.ts`, and apart from them: nothing of it is in a count of crashes.
 */
import { createHash } from "node:crypto";
import type { ReportKind } from "@windfall/core";
import { deviceOn, type DemoReport, uuidOf } from "./generate-demo.ts";
import { createRandom } from "./random.ts";
import { INSTALLS, OTHERS, OTHERS_DAYS } from "./story.ts";

export interface OtherReport extends DemoReport {
  /** Of the events that it becomes; `kind` names its template. */
  readonly tells: readonly ReportKind[];
  readonly seconds: number;
  readonly kilobytes: number;
}

const DAY_MS = 24 * 3600 * 1000;
/** MetricKit hands a day's diagnostics over with the next start. */
const MEAN_DELAY_MS = 9 * 3600 * 1000;

/** By the time they tell of, oldest first; all of them have arrived. */
export function otherReports(seed: number, now: number): readonly OtherReport[] {
  const found: OtherReport[] = [];
  const today = Math.floor(now / DAY_MS);
  for (let age = OTHERS_DAYS; age >= 2; age--) {
    const random = createRandom(hashOf(`${seed} others ${age}`));
    for (const { kind, tells, everyDays, on } of OTHERS) {
      if ((age + on) % everyDays !== 0) continue;
      const name = `${seed} ${kind} ${age}`;
      const device = deviceOn(seed, random.below(INSTALLS), age);
      const crashedAt = (today - age) * DAY_MS + random.below(DAY_MS / 60_000) * 60_000;
      const receivedAt = crashedAt + 60_000 + random.below(MEAN_DELAY_MS * 2);
      const [seconds, kilobytes] = [2 + random.below(600) / 100, 1_073_741 + random.below(400_000)];
      if (!device.build.hasSymbols || receivedAt > now) continue;
      found.push({ kind, tells, incident: uuidOf(name), crashedAt, receivedAt, ...device, seconds, kilobytes });
    }
  }
  return found.toSorted((a, b) => a.crashedAt - b.crashedAt);
}

const hashOf = (text: string): number => createHash("sha256").update(text).digest().readUInt32LE();
