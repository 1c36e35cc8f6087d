/** Days as the hub sends them may leave out those without crashes; a chart needs every one, in order. */
import { addDays, type IsoDay } from "../../ui/dates.ts";
import type { DayCount } from "../../ui/day-bars.tsx";

/** A year of days is more than a chart can show; an address may ask for any. */
export const MAX_DAYS = 400;

export function fillDays(days: readonly DayCount[], from: IsoDay, to: IsoDay): readonly DayCount[] {
  const known = new Map(days.map((day) => [day.day, day.crashes]));
  const filled: DayCount[] = [];
  for (let day = to; day >= from && filled.length < MAX_DAYS; day = addDays(day, -1)) {
    filled.push({ day, crashes: known.get(day) ?? 0 });
  }
  return filled.toReversed();
}

/** How many of the last days before `today` are still open, of a window that ends on `to`. */
export function openDays(to: IsoDay, today: IsoDay): number {
  if (to >= today) return 2;
  return to === addDays(today, -1) ? 1 : 0;
}
