/** The days a page's numbers are counted in: those of the filters, else the last 30 in UTC. */
import type { Filters } from "@windfall/api";
import { AppError } from "../app-error.ts";
import type { Clock } from "../clock.ts";
import type { EventScope } from "../stores/events/event-scope.ts";

export const DEFAULT_DAYS = 30;
/** Every day is a bar. */
export const MAX_DAYS = 3_660;
const DAY_MS = 24 * 3600 * 1000;

export interface Counted {
  readonly window: { readonly from: string; readonly to: string; readonly days: number };
  readonly scope: EventScope;
}

export function countedIn(appIds: readonly string[], { from, to, ...filters }: Filters, clock: Clock): Counted {
  const last = to ?? day(clock());
  const first = from ?? day(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS);
  const days = Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1;
  if (!(days >= 1)) throw new AppError("bad-request", "the last day lies before the first");
  if (days > MAX_DAYS) throw new AppError("bad-request", `more than ${MAX_DAYS} days`);
  return { window: { from: first, to: last, days }, scope: { appIds, from: first, to: last, filters } };
}

/** One entry per day of the window, also for days without a crash. */
export function everyDay(
  { from, days }: Counted["window"],
  counts: readonly { readonly day: string; readonly crashes: number }[],
): { day: string; crashes: number }[] {
  const byDay = new Map(counts.map(({ day, crashes }) => [day, crashes]));
  return Array.from({ length: days }, (_, i) => {
    const date = day(Date.parse(from) + i * DAY_MS);
    return { day: date, crashes: byDay.get(date) ?? 0 };
  });
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
