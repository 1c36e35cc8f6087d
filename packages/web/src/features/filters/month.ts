/** A month as a calendar shows it: its days, and the column the first one stands in (Monday is 1). */
import { addDays, dayStart, type IsoDay } from "../../ui/dates.ts";

/** 2026-11 */
export type IsoMonth = string;

export const monthOf = (day: IsoDay): IsoMonth => day.slice(0, 7);

export function shiftMonth(month: IsoMonth, by: number): IsoMonth {
  const date = new Date(dayStart(`${month}-01`));
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
}

export function monthDays(month: IsoMonth): { readonly days: readonly IsoDay[]; readonly firstColumn: number } {
  const first = `${month}-01`;
  const days: IsoDay[] = [];
  for (let day = first; monthOf(day) === month; day = addDays(day, 1)) days.push(day);
  return { days, firstColumn: ((new Date(dayStart(first)).getUTCDay() + 6) % 7) + 1 };
}

/** What a click on a day makes of a range: it starts one; the next click, not before it, ends it. */
export function pickDay(
  range: { from: IsoDay; to: IsoDay | undefined },
  day: IsoDay,
): { from: IsoDay; to: IsoDay | undefined } {
  return range.to === undefined && day >= range.from ? { from: range.from, to: day } : { from: day, to: undefined };
}
