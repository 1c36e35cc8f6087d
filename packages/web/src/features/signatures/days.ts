/** Days as the hub sends them may leave out those without crashes; a chart needs every one, in order. */
import { addDays, type IsoDay } from "../../ui/dates.ts";
import type { DayBar, DayCount } from "../../ui/day-bars.tsx";

/** Ten years: an address may ask for any number of days. */
export const MAX_DAYS = 3660;
/** More bars than this are too thin to see, and to hit. */
const MAX_BARS = 120;

export function fillDays(days: readonly DayCount[], from: IsoDay, to: IsoDay): readonly DayCount[] {
  const known = new Map(days.map((day) => [day.day, day.crashes]));
  const filled: DayCount[] = [];
  for (let day = to; day >= from && filled.length < MAX_DAYS; day = addDays(day, -1)) {
    filled.push({ day, crashes: known.get(day) ?? 0 });
  }
  return filled.toReversed();
}

/** Days as bars, the last `open` of them marked: where they are too many, several days in each, whole ones counted from the last. */
export function bars(days: readonly DayCount[], open: number): readonly DayBar[] {
  const size = Math.ceil(days.length / MAX_BARS);
  const grouped: DayBar[] = [];
  for (let end = days.length; end > 0; end -= size) {
    const group = days.slice(Math.max(0, end - size), end);
    const crashes = group.reduce((sum, day) => sum + day.crashes, 0);
    grouped.push({ day: group[0]?.day ?? "", days: group.length, crashes, open: end > days.length - open });
  }
  return grouped.toReversed();
}

/** How many of the last days before `today` are still open, of a window that ends on `to`. */
export function openDays(to: IsoDay, today: IsoDay): number {
  if (to >= today) return 2;
  return to === addDays(today, -1) ? 1 : 0;
}
