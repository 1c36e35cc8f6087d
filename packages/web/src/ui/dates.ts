/** Times as people read them here: relative to 48 h, then the day, then with its year. Everything is UTC. */

const NBSP = "\u00a0";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** A calendar day in UTC: 2026-11-24. Sorts and compares as text. */
export type IsoDay = string;

export const dayOf = (timeMs: number): IsoDay => new Date(timeMs).toISOString().slice(0, 10);
export const dayStart = (day: IsoDay): number => Date.parse(`${day}T00:00:00Z`);
export const addDays = (day: IsoDay, days: number): IsoDay => dayOf(dayStart(day) + days * DAY);
/** Days from `from` to `to`, both counted. */
export const daysBetween = (from: IsoDay, to: IsoDay): number => Math.round((dayStart(to) - dayStart(from)) / DAY) + 1;

/** `12 min ago`, `5 h ago`, `12 Nov`, `12 Nov 2025`. */
export function ago(iso: string, nowMs: number): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return "unknown";
  const age = nowMs - time;
  // A clock that is a little ahead is no news from the future.
  if (age > -5 * MINUTE && age < MINUTE) return "now";
  if (age >= MINUTE && age < HOUR) return `${Math.floor(age / MINUTE)}${NBSP}min ago`;
  if (age >= HOUR && age < 48 * HOUR) return `${Math.floor(age / HOUR)}${NBSP}h ago`;
  return shortDay(dayOf(time), nowMs);
}

/** `12 Nov`; with the year when it is not this one. */
export function shortDay(day: IsoDay, nowMs: number): string {
  const text = dayAndMonth(day);
  return day.slice(0, 4) === dayOf(nowMs).slice(0, 4) ? text : `${text}${NBSP}${day.slice(0, 4)}`;
}

export function dayAndMonth(day: IsoDay): string {
  const date = new Date(dayStart(day));
  return `${date.getUTCDate()}${NBSP}${MONTHS[date.getUTCMonth()]}`;
}

/** `12 Nov 2026` */
export const fullDay = (day: IsoDay): string => `${dayAndMonth(day)}${NBSP}${day.slice(0, 4)}`;

/** `Tue 24 Nov 2026` */
export const weekday = (day: IsoDay): string => `${WEEKDAYS[new Date(dayStart(day)).getUTCDay()]} ${fullDay(day)}`;

/** `Tue 24 Nov 2026, 13:51 UTC`: what a title says in full. */
export function utc(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  const date = new Date(time);
  return `${WEEKDAYS[date.getUTCDay()]} ${fullDay(dayOf(time))}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** `24 Nov 2026, 11:42:07 UTC` */
export function moment(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  return `${fullDay(dayOf(time))}, ${new Date(time).toISOString().slice(11, 19)}${NBSP}UTC`;
}

/** `462 ms`, `3.2 s`, `3 min 12 s`, `5 h 2 min`, `9 d`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}${NBSP}ms`;
  if (ms < MINUTE) return `${(Math.floor(ms / 100) / 10).toFixed(1)}${NBSP}s`;
  if (ms < HOUR) return pair(ms, MINUTE, "min", 1000, "s");
  if (ms < 48 * HOUR) return pair(ms, HOUR, "h", MINUTE, "min");
  return `${Math.floor(ms / DAY)}${NBSP}d`;
}

function pair(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small);
  const head = `${Math.floor(ms / big)}${NBSP}${bigUnit}`;
  return rest === 0 ? head : `${head} ${rest}${NBSP}${smallUnit}`;
}

/** A day as people type it: `2026-11-24`, `24 Nov 2026`, `24 November 2026`. Absent when it is none. */
export function parseDay(text: string): IsoDay | undefined {
  const iso = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(text);
  const words = /^\s*(\d{1,2})[\s.]+([a-z]{3,9})[\s.]+(\d{4})\s*$/i.exec(text);
  const month = words ? MONTHS.findIndex((name) => words[2]?.toLowerCase().startsWith(name.toLowerCase())) + 1 : 0;
  const parts = iso ? [iso[1], iso[2], iso[3]] : words ? [words[3], String(month), words[1]] : undefined;
  if (!parts) return undefined;
  const day = `${parts[0]}-${parts[1]?.padStart(2, "0")}-${parts[2]?.padStart(2, "0")}`;
  // 31 February parses as 3 March: only a day that reads back as itself is one.
  const time = dayStart(day);
  return !Number.isNaN(time) && dayOf(time) === day ? day : undefined;
}

/** `26 Oct – 24 Nov (30 days)` */
export function range(from: IsoDay, to: IsoDay, nowMs: number): string {
  const days = daysBetween(from, to);
  if (days === 1) return `${shortDay(from, nowMs)} (1${NBSP}day)`;
  return `${shortDay(from, nowMs)} – ${shortDay(to, nowMs)} (${days}${NBSP}days)`;
}
