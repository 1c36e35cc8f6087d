/** Apple's local times with a zone (`2025-03-04 09:09:06.1089 +0100`) and the ISO forms of other writers, as ISO 8601 UTC. */

const TIME =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ?(?:(Z|GMT|UTC)|([+-])(\d{2}):?(\d{2}))?/;

/**
 * Before this no time is one: a device whose clock was never set counts from 1970, and its reports say so. That is no time of a crash, and
 * would put it decades before the app.
 */
const CLOCK_IS_SET = "1971";

/** Whether a text is the time of a clock that was never set. */
export const isUnsetClock = (text: string): boolean => /^\s{0,8}19(?:69|70)-/.test(text);

/** `undefined` when the text is no time. A time without a zone is taken as UTC. */
export function parseTimestamp(text: string | undefined): string | undefined {
  const match = text === undefined ? null : TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", , sign, zoneHour = "0", zoneMinute = "0"] = match;
  const millis = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis,
  );
  const zone = (sign === "-" ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute));
  const utc = new Date(local - zone * 60_000);
  return isoTime(utc);
}

/** `undefined` for no time, and for one of a clock that was never set. */
export function isoTime(date: Date): string | undefined {
  const iso = Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  return iso === undefined || iso < CLOCK_IS_SET ? undefined : iso;
}
